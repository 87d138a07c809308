import Foundation
import Testing
import VigilCore
import VigilStores
import VigilTestKit

/// Where the archive is; nil when there is none.
private enum KaggleArchive {
    static let path: String? = {
        let folder = ProcessInfo.processInfo.environment["VIGIL_TEST_DATA"] ?? ""
        let file = folder + "/noshow/KaggleV2-May-2016.csv.zip"
        if !folder.isEmpty, FileManager.default.isReadableFile(atPath: file) { return file }
        FileHandle.standardError.write(
            Data(
                "SKIPPED: import of the Kaggle file: VIGIL_TEST_DATA does not name a folder with noshow/KaggleV2-May-2016.csv.zip\n"
                    .utf8))
        return nil
    }()
}

/// The Kaggle file of 110,527 appointments, counted by vigil and by a program that shares no code with it.
///
/// The data may not be shipped: without VIGIL_TEST_DATA the suite is skipped, and says so on standard error.
@Suite("CSV import of the Kaggle file", .enabled(if: KaggleArchive.path != nil))
struct ImportKaggleTests {
    private static let unpack = """
        import sys, zipfile
        archive = zipfile.ZipFile(sys.argv[1])
        open(sys.argv[2], 'wb').write(archive.read(archive.namelist()[0]))
        """

    private static let countFile = """
        import csv, sys
        rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))
        print(len(rows), sum(row['No-show'] == 'Yes' for row in rows), len({row['PatientId'] for row in rows}),
            len({row['AppointmentID'] for row in rows}), sum('E-' in row['PatientId'] for row in rows),
            sum(row['Age'] == '-1' for row in rows), min(row['AppointmentDay'] for row in rows)[:10],
            max(row['AppointmentDay'] for row in rows)[:10])
        """

    /// 03:00 UTC is midnight in Sao Paulo, outside of its summer time.
    private static let countStore = """
        import sqlite3, sys
        store = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
        print(*store.execute('''SELECT count(*), sum(status = 'missed'), (SELECT count(*) FROM client),
            count(DISTINCT id), sum(client_id LIKE '%E-%'),
            (SELECT count(*) FROM session JOIN client ON client.id = client_id WHERE born_on = '-1'),
            date(min(starts_at) - 10800, 'unixepoch'), date(max(starts_at) - 10800, 'unixepoch') FROM session
            WHERE starts_at % 86400 = 10800''').fetchone())
        """

    private func python(_ script: String, _ arguments: String...) throws -> String {
        let result = try ChildProcess.run("/usr/bin/env", ["python3", "-c", script] + arguments)
        #expect(result.status == 0)
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Of the whole test process; for the import alone run this suite by itself.
    private static var peakResident: String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.map(String.init) ?? "VmHWM unknown"
    }

    @Test("all rows, misses and clients are there, damaged ids and the age of -1 too; twice is the same as once")
    func importTwice() throws {
        let bench = try ImportBench()
        let source = bench.path("kaggle.csv")
        _ = try python(Self.unpack, try #require(KaggleArchive.path), source)
        let mapping = try ImportBench.read(try ImportBench.shipped("kaggle.yaml"))
        func run() throws -> ImportReport {
            try CSVImporter.run(
                source: source, mapping: mapping, into: bench.path("store.db"),
                schema: try PracticeStoreFixture.schema())
        }
        var report: ImportReport?
        let elapsed = try ContinuousClock().measure { report = try run() }
        let first = try #require(report)
        let rate = Double(first.rowsImported) / (elapsed / .seconds(1))
        FileHandle.standardError.write(
            Data("Kaggle import: \(elapsed), \(Int(rate)) rows/s, \(Self.peakResident)\n".utf8))

        #expect(first.rowsRead == 110_527 && first.rowsImported == 110_527 && first.clients == 62_299)
        #expect(first.statuses == ["missed": 22_319, "attended": 88_208])
        #expect(first.badRows.total == 0 && first.warnings.total == 1 && first.exitStatus == 0)
        #expect(first.warnings.first.first?.column == "Age")
        let counts = try python(Self.countFile, source)
        #expect(counts.hasPrefix("110527 22319 62299 110527 "))
        #expect(try python(Self.countStore, bench.path("store.db")) == counts)

        let sequence = "max(sequence) AS concat FROM client_change"
        let before = try bench.rows(sequence)
        let second = try run()
        #expect(second.sessionsAdded == 0 && second.sessionsChanged == 0 && second.clientsChanged == 0)
        #expect(second.sessionsRescheduled == 0 && second.sessionsNotInFile == 0)
        #expect(try bench.rows(sequence) == before)
    }
}
