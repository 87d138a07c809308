import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

@Suite("CSV import")
struct ImportTests {
    private let bench: ImportBench

    init() throws {
        bench = try ImportBench()
    }

    private static let head = "ID,Client,Start,Status\n"

    private func sessions() throws -> [String] {
        try bench.rows(
            "client_id || '|' || id || '|' || datetime(starts_at, 'unixepoch') || '|' || status AS concat "
                + "FROM session ORDER BY client_id, starts_at, id")
    }

    @Test("rows become sessions and clients, and the store says how old it is")
    func plain() throws {
        let report = try bench.importCSV(
            "\u{FEFF}\(Self.head)7,c1,2026-01-05 09:00,Came\r\n8,c1,2026-01-12 09:00,Missed\r\n9,c2,2026-01-12 10:00,Booked\r\n"
        )
        #expect(report.rowsRead == 3 && report.rowsImported == 3 && report.clients == 2 && report.exitStatus == 0)
        #expect(report.statuses == ["attended": 1, "missed": 1, "scheduled": 1])
        #expect(report.sessionsAdded == 3 && report.clientsAdded == 2)
        #expect(
            try sessions() == [
                "c1|7|2026-01-05 14:00:00|attended", "c1|8|2026-01-12 14:00:00|missed",
                "c2|9|2026-01-12 15:00:00|scheduled",
            ])
        #expect(
            try bench.rows("id || name || standing AS concat FROM client ORDER BY id") == ["c1c1active", "c2c2active"])
        #expect(try bench.rows("value AS concat FROM practice ORDER BY name") == ["1780000000", "vigil-practice/1"])
        #expect(try bench.rows("duration_minutes || kind AS concat FROM session LIMIT 1") == ["50individual"])
        #expect(try bench.files == ["export.csv", "store.db"])
    }

    @Test("the worked example is imported as its comments say")
    func workedExample() throws {
        let report = try bench.importCSV(
            """
            Appt ID,Client ID,First Name,Last Name,DOB,Mobile,OK to call,Clinician,Date,Start,Minutes,Type,Status,Canceled On,Cancel Reason,Client Status
            A-1042,C-77,Ana,"Example, Jr.",4/9/1987,555-0100,Y,Dr Sample,11/24/2026,2:00 PM,50,Individual,Missed,,,Active
            A-1043,C-78,Bo,,,,,Dr Sample,11/25/2026,9:00 AM,80,Couple,Canceled,11/20/2026 8:15 AM,Hospitalized (psychiatric),Inactive

            """, mapping: try ImportBench.shipped("example-export.yaml"))
        #expect(report.exitStatus == 0 && report.warnings.total == 0)
        #expect(
            try bench.rows(
                "id || '|' || datetime(starts_at, 'unixepoch') || '|' || therapist_id || '|' || duration_minutes || '|' || kind || '|' || status || '|' || coalesce(reason, '-') || '|' || coalesce(datetime(cancelled_at, 'unixepoch'), '-') AS concat FROM session ORDER BY id"
            ) == [
                "A-1042|2026-11-24 19:00:00|Dr Sample|50|Individual|missed|-|-",
                "A-1043|2026-11-25 14:00:00|Dr Sample|80|Couple|client_cancel|psychiatric_admission|2026-11-20 13:15:00",
            ])
        #expect(
            try bench.rows(
                "id || '|' || name || '|' || coalesce(born_on, '-') || '|' || coalesce(phone, '-') || '|' || coalesce(safe_to_call, '-') || '|' || standing AS concat FROM client ORDER BY id"
            ) == ["C-77|Ana Example, Jr.|1987-04-09|555-0100|1|active", "C-78|Bo|-|-|-|discharged"])
        #expect(try bench.rows("id || name AS concat FROM therapist") == ["Dr SampleDr Sample"])
    }

    @Test("a status that the mapping does not name refuses the file by that name, and nothing is left")
    func unmappedStatus() throws {
        let error = operationError {
            _ = try bench.importCSV(
                Self.head + "1,c1,2026-01-05 09:00,Came\n2,c1,bad,Recheduled\n3,c2,2026-01-05 09:00,Recheduled\n"
                    + "4,c2,2026-01-05 09:00,\n5,c2,2026-01-05 09:00,\u{1B}[31m\(String(repeating: "x", count: 60))\n")
        }
        #expect(error?.kind == .badData)
        let cause = error?.cause ?? ""
        #expect(cause.contains("'Recheduled' (2 rows, the first in line 3)"))
        #expect(cause.contains("(empty) (1 row, in line 5)"))
        #expect(cause.contains("'?[31m\(String(repeating: "x", count: 35))…'"))
        #expect(try bench.files == ["export.csv"])
    }

    @Test("at most twenty unmapped words are shown, and a store that is there stays as it is")
    func manyUnmapped() throws {
        _ = try bench.importCSV(Self.head + "1,c1,2026-01-05 09:00,Came\n")
        let before = try Data(contentsOf: bench.folder.appendingPathComponent("store.db"))
        let error = operationError {
            _ = try bench.importCSV(Self.head + (1...30).map { "\($0),c1,2026-01-05 09:00,S\($0)\n" }.joined())
        }
        #expect(error?.cause.hasSuffix("'S20' (1 row, in line 21); and 10 more") == true)
        #expect(try Data(contentsOf: bench.folder.appendingPathComponent("store.db")) == before)
    }

    @Test("bad rows are reported by line and column without their values, and the others go in")
    func badRows() throws {
        let report = try bench.importCSV(
            Self.head + "1,secret,31/12/2026,Came\n2,,2026-01-05 09:00,Came\n3,c1,2026-01-05 09:00\n"
                + "4,\"c1\"x,2026-01-05 09:00,Came\n5,c1,2026-01-05 09:00,Came\n6,c1,\"secret")
        #expect(report.exitStatus == 3 && report.rowsImported == 1 && report.rowsRead == 6)
        let issues = report.badRows.first.map { "\($0.line ?? 0) \($0.column ?? "-"): \($0.reason)" }
        #expect(
            issues == [
                "2 Start: is not a time in the mapping's format", "3 Client: is empty",
                "4 -: the row has 3 fields, and the header has 4",
                "5 -: there is text after a closing quote; a quote inside a text must be doubled",
                "7 -: a quote is never closed, so nothing from here to the end could be read",
            ])
        #expect(!String(describing: report).contains("secret"))
    }

    @Test("a thousand bad rows are counted, and a hundred of them kept")
    func boundedIssues() throws {
        let rows = (0..<1_000).map { "\($0),c1,x,Came\n" }.joined()
        let report = try bench.importCSV(Self.head + rows + "a,c1,2026-01-05 09:00,Came\n")
        #expect(report.badRows.total == 1_000 && report.badRows.first.count == 100)
    }

    @Test("a file with no row that can be read, or with no rows, is refused")
    func nothingToImport() throws {
        let first = operationError { _ = try bench.importCSV(Self.head + "1,c1,05.01.2026,Came\n") }
        #expect(
            first?.cause
                == "none of its 1 rows can be read, the first in line 2: column 'Start' is not a time in the mapping's format"
        )
        #expect(operationError { _ = try bench.importCSV(Self.head) }?.cause == "it has no rows")
        #expect(operationError { _ = try bench.importCSV("") }?.cause == "it has no header that can be read")
        #expect(try bench.files == ["export.csv"])
    }

    @Test("a column that the file lacks is named, with the nearest one that it has")
    func missingColumn() throws {
        let error = operationError { _ = try bench.importCSV("ID,client,Stat,Status,Status\n1,2,3,4,5\n") }
        #expect(error?.cause.contains("no column 'Client'; did you mean 'client'?") == true)
        #expect(error?.cause.contains("no column 'Start'; did you mean 'Stat'?") == true)
        #expect(error?.cause.contains("the column 'Status' twice") == true)
    }

    @Test("of two rows with the same session the last holds, and the first is reported")
    func duplicates() throws {
        let report = try bench.importCSV(
            Self.head + "1,c1,2026-01-05 09:00,Booked\n2,c1,2026-01-05 09:00,Booked\n1,c1,2026-01-05 09:00,Missed\n")
        #expect(report.rowsImported == 2 && report.rowsSuperseded == 1 && report.exitStatus == 0)
        #expect(report.warnings.total == 1 && report.warnings.first.first?.line == 2)
        #expect(try sessions().first == "c1|1|2026-01-05 14:00:00|missed")
    }

    @Test("ids are text, and hostile texts go in as they are")
    func hostileText() throws {
        let mapping = ImportBench.mapping + "\nclient: {name: Name}\n"
        let long = String(repeating: "w", count: 256 * 1_024)
        let names = ["=HYPERLINK(1)", "'; DROP TABLE client; --", "a\"b\nc", long, "\u{202E}rtl", "{{{x}}}"]
        let rows = names.enumerated().map { index, name in
            "\(index),\(index)E-5,2026-01-05 09:00,Came,\"\(name.replacing("\"", with: "\"\""))\"\n"
        }
        let report = try bench.importCSV("ID,Client,Start,Status,Name\n" + rows.joined(), mapping: mapping)
        #expect(report.rowsImported == names.count && report.warnings.total == 0)
        #expect(try bench.rows("name AS concat FROM client ORDER BY id") == names)
        #expect(try bench.rows("id || typeof(id) AS concat FROM client ORDER BY id LIMIT 1") == ["0E-5text"])
    }

    @Test("text that is not UTF-8 is repaired and reported; an id is not repaired")
    func brokenText() throws {
        let mapping = try ImportBench.read(ImportBench.mapping + "\nclient: {name: Name}\n")
        var bytes = Array("ID,Client,Start,Status,Name\n1,c1,2026-01-05 09:00,Came,Jos".utf8) + [0xE9, 0x0A]
        bytes += Array("2,c".utf8) + [0xE9] + Array(",2026-01-05 09:00,Came,x\n".utf8)
        let report = try CSVImporter.run(
            source: try bench.write(bytes, to: "latin.csv"), mapping: mapping, into: bench.path("store.db"),
            schema: try PracticeStoreFixture.schema())
        #expect(try bench.rows("name AS concat FROM client") == ["Jos\u{FFFD}"])
        #expect(report.warnings.first.map(\.line) == [2])
        #expect(report.badRows.first.map(\.column) == ["Client"])
    }

    @Test("facts that cannot be read are kept as they are and reported; the session goes in")
    func unreadableFacts() throws {
        let mapping =
            ImportBench.mapping.replacing("  status:", with: "  duration_minutes: Min\n  status:")
            + "\nclient:\n  age: {column: Age, on: 2026-06-08}\n  safe_to_call: Safe\n"
        let report = try bench.importCSV(
            "ID,Client,Start,Status,Age,Safe,Min\n1,c1,2026-01-05 09:00,Came,-1,maybe,x\n2,c2,2026-01-05 09:00,Came,40,NO,30\n"
                + "3,c3,2026-01-05 09:00,Came,,,\n",
            mapping: mapping)
        #expect(report.rowsImported == 3 && report.exitStatus == 0)
        #expect(report.warnings.first.map { "\($0.line ?? 0) \($0.column ?? "")" } == ["2 Min", "2 Safe", "2 Age"])
        #expect(
            try bench.rows(
                "coalesce(born_on, '-') || '|' || coalesce(safe_to_call, '-') || '|' || duration_minutes AS concat "
                    + "FROM client JOIN session ON client_id = client.id ORDER BY client.id")
                == ["-1|maybe|50", "1986-06-08|0|30", "-|-|50"])
    }

    @Test("several rows of a client: the last text that says something holds")
    func clientRows() throws {
        _ = try bench.importCSV(
            "ID,Client,Start,Status,Tel\n1,c1,2026-01-05 09:00,Came,11\n2,c1,2026-01-06 09:00,Came,22\n3,c1,2026-01-07 09:00,Came,\n",
            mapping: ImportBench.mapping + "\nclient: {phone: Tel}\n")
        #expect(try bench.rows("phone AS concat FROM client") == ["22"])
    }

    @Test("a folder that cannot be written is a matter of permission, and a folder is no store")
    func targets() throws {
        // Not even root can make a file there.
        let error = operationError {
            _ = try CSVImporter.run(
                source: try bench.write("\(Self.head)1,c1,2026-01-05 09:00,Came\n".utf8, to: "a.csv"),
                mapping: try ImportBench.read(ImportBench.mapping), into: "/sys/vigil-store.db",
                schema: try PracticeStoreFixture.schema())
        }
        #expect(error?.kind == .permission)
        let folder = operationError {
            _ = try CSVImporter.run(
                source: bench.path("a.csv"), mapping: try ImportBench.read(ImportBench.mapping),
                into: bench.folder.path, schema: try PracticeStoreFixture.schema())
        }
        #expect(folder?.kind == .usage)
    }
}
