import Foundation
import Testing
import VigilCore
import VigilStores
import VigilTestKit

@Suite("CSV import into a store that is there")
struct ImportUpdateTests {
    private let bench: ImportBench

    init() throws {
        bench = try ImportBench()
    }

    private static let head = "ID,Client,Start,Status\n"

    private func statuses() throws -> [String] {
        try bench.rows(
            "id || '|' || strftime('%m-%d', starts_at, 'unixepoch') || '|' || status AS concat "
                + "FROM session ORDER BY id, starts_at")
    }

    private func changes() throws -> [String] {
        try bench.rows("client_id || '|' || sequence AS concat FROM client_change ORDER BY client_id")
    }

    @Test("the same file again changes nothing and notes no change")
    func idempotent() throws {
        let csv = Self.head + "1,c1,2026-01-05 09:00,Came\n2,c2,2026-01-06 09:00,Booked\n2,c2,2026-01-06 09:00,Missed\n"
        _ = try bench.importCSV(csv)
        let before = try changes()
        let bytes = try Data(contentsOf: bench.folder.appendingPathComponent("store.db"))
        let report = try bench.importCSV(csv)
        #expect(try changes() == before)
        #expect(try Data(contentsOf: bench.folder.appendingPathComponent("store.db")) == bytes)
        #expect(report.sessionsAdded == 0 && report.sessionsChanged == 0 && report.clientsChanged == 0)
        #expect(report.rowsImported == 2 && report.sessionsRescheduled == 0 && report.sessionsNotInFile == 0)
        #expect(try bench.files == ["export.csv", "store.db"])
    }

    @Test("a new status changes that client alone")
    func changedStatus() throws {
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Booked\n2,c2,2026-01-06 09:00,Booked\n")
        let before = try changes()
        let report = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Missed\n2,c2,2026-01-06 09:00,Booked\n")
        #expect(report.sessionsChanged == 1 && report.sessionsAdded == 0 && report.clientsChanged == 0)
        let after = try changes()
        #expect(after[0] != before[0] && after[1] == before[1])
    }

    @Test("what the mapping does not name is left as somebody else wrote it")
    func unmappedColumns() throws {
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Booked\n")
        try bench.execute(
            "UPDATE client SET name = 'Kept', phone = '1'; UPDATE session SET kind = 'group', duration_minutes = 90")
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n")
        #expect(try bench.rows("name || phone AS concat FROM client") == ["Kept1"])
        #expect(try bench.rows("kind || duration_minutes || status AS concat FROM session") == ["group90attended"])
    }

    @Test("a session that moved is closed as rescheduled, unless its outcome was recorded")
    func moved() throws {
        let frame = "f1,c9,2026-01-01 09:00,Came\nf2,c9,2026-02-01 09:00,Booked\n"
        _ = try bench.importCSV(
            Self.head + frame
                + "1,c1,2026-01-05 09:00,Booked\n2,c1,2026-01-06 09:00,Missed\n3,c1,2026-01-07 09:00,Booked\n")
        let report = try bench.importCSV(
            Self.head + frame + "1,c1,2026-01-15 09:00,Booked\n2,c1,2026-01-16 09:00,Booked\n")
        #expect(report.sessionsRescheduled == 1)
        // The missed one that moved, and the booked one that is gone: for a person to ask about.
        #expect(report.sessionsNotInFile == 2)
        #expect(
            try statuses() == [
                "1|01-05|rescheduled", "1|01-15|scheduled", "2|01-06|missed", "2|01-16|scheduled", "3|01-07|scheduled",
                "f1|01-01|attended", "f2|02-01|scheduled",
            ])
        // The same file again, and the first one again: back to what it says.
        #expect(
            try bench.importCSV(
                Self.head + frame + "1,c1,2026-01-15 09:00,Booked\n2,c1,2026-01-16 09:00,Booked\n"
            ).sessionsRescheduled == 0)
    }

    @Test("a later part of a series closes nothing outside of the time that the file covers")
    func series() throws {
        _ = try bench.importCSV(Self.head + "s,c1,2026-01-05 09:00,Booked\ns,c1,2026-01-12 09:00,Booked\n")
        let report = try bench.importCSV(Self.head + "s,c1,2026-01-12 09:00,Came\ns,c1,2026-01-19 09:00,Booked\n")
        #expect(report.sessionsRescheduled == 0)
        #expect(try statuses() == ["s|01-05|scheduled", "s|01-12|attended", "s|01-19|scheduled"])
    }

    @Test("without ids of appointments nothing is taken for moved")
    func withoutIDs() throws {
        let mapping = ImportBench.mapping.replacing("  session_id: ID\n", with: "")
        let head = "Client,Start,Status\nc1,2026-01-01 09:00,Came\nc1,2026-02-01 09:00,Booked\n"
        _ = try bench.importCSV(head + "c1,2026-01-05 09:00,Booked\n", mapping: mapping)
        let report = try bench.importCSV(head + "c1,2026-01-06 09:00,Booked\n", mapping: mapping)
        #expect(report.sessionsRescheduled == 0 && report.sessionsNotInFile == 1)
        #expect(try statuses().contains("c1|01-05|scheduled"))
    }

    @Test("an older file is imported with a warning")
    func olderFile() throws {
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n", modified: 2_000)
        let report = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n", modified: 1_000)
        #expect(report.warnings.first.map(\.line) == [nil])
        #expect(report.asOf == WallTime(seconds: 1_000))
        #expect(try bench.rows("value AS concat FROM practice WHERE name = 'as_of'") == ["1000"])
    }

    @Test("a dry run says what would be done, and leaves no trace")
    func dryRun() throws {
        let csv = Self.head + "1,c1,2026-01-05 09:00,Came\n"
        #expect(try bench.importCSV(csv, isDryRun: true).sessionsAdded == 1)
        #expect(try bench.files == ["export.csv"])
        _ = try bench.importCSV(csv)
        let bytes = try Data(contentsOf: bench.folder.appendingPathComponent("store.db"))
        #expect(try bench.importCSV(csv.replacing("Came", with: "Missed"), isDryRun: true).sessionsChanged == 1)
        #expect(try Data(contentsOf: bench.folder.appendingPathComponent("store.db")) == bytes)
    }

    @Test("files that are not a practice store are refused and left alone")
    func otherTargets() throws {
        try bench.write(Array("not a database, only text\n".utf8), to: "store.db")
        #expect(
            operationError { _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n") }?.kind == .badData)
        #expect(try String(contentsOfFile: bench.path("store.db"), encoding: .utf8) == "not a database, only text\n")
        try FileManager.default.removeItem(atPath: bench.path("store.db"))
        try bench.execute("CREATE TABLE other (id)")
        let error = operationError { _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n") }
        #expect(error?.cause == "it is not an embedded appointment store (vigil-practice/1)")
    }

    @Test("what a killed import left behind is emptied, and an import that runs is not disturbed")
    func leftovers() throws {
        try bench.write(Array("half a store".utf8), to: "store.db.tmp")
        let descriptor = open(bench.path("store.db.tmp"), O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = operationError { _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n") }
        #expect(error?.cause == "another import is filling it")
        #expect(try String(contentsOfFile: bench.path("store.db.tmp"), encoding: .utf8) == "half a store")
        close(descriptor)
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n")
        #expect(try bench.files == ["export.csv", "store.db"])
    }
}
