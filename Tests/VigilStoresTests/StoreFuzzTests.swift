import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// Spoilt exports and spoilt rows: each row is imported, named as bad, or a question; none is lost without a word, and none ends
/// the program (I28, I29).
@Suite struct StoreFuzzTests {
    private static let csv = #"""
        ID,Client,Start,Status
        7,c1,2026-01-05 09:00,Came
        8,c1,2026-01-12 09:00,Missed
        9,"c2, junior",2026-01-12 10:00,Booked
        10,"c3 ""Bo""",2026-11-01 01:30,Came
        11,c4,2026-03-08 02:30,Missed
        12,"two
        lines",2026-01-13 10:00,Booked

        """#

    @Test(.timeLimit(.minutes(10))) func exports() throws {
        var mangler = Mangler(
            seed: Mangler.announcedSeed("StoreFuzzTests exports"), tokens: [",", ",,", "\"", "Came", "c1"])
        var (imported, refused) = (0, 0)
        let tried = try mangler.fuzz([Self.csv]) { bytes in
            let bench = try ImportBench()
            _ = try bench.write(bytes, to: "export.csv")
            do {
                let report = try CSVImporter.run(
                    source: bench.path("export.csv"), mapping: try ImportBench.read(ImportBench.mapping),
                    into: bench.path("store.db"), schema: try PracticeStoreFixture.schema(), isDryRun: false)
                // Every row is accounted for, in one way.
                #expect(report.rowsRead == report.rowsImported + report.rowsSuperseded + report.badRows.total)
                let held = try bench.rows("count(*) AS concat FROM session").first.flatMap { Int($0) }
                #expect(held == report.rowsImported)
                imported += 1
            } catch let error as OperationError {
                #expect(error.description.contains("export.csv") && !error.remedy.isEmpty)
                #expect(try !bench.files.contains("store.db"), "a refused file leaves nothing")
                refused += 1
            }
        }
        FileHandle.standardError.write(
            Data("StoreFuzzTests: \(tried) exports: \(imported) imported, \(refused) refused\n".utf8))
        #expect(imported > 0 && refused > 0)
    }

    /// Whatever stands in the columns of a session: it is a session or an unreadable row; a status counts as known only when it
    /// is a word of the schema, byte for byte.
    @Test(.timeLimit(.minutes(10))) func rows() throws {
        let words = [
            "attended", "missed", "scheduled", "late_cancel", "client_cancel", "provider_cancel", "arrived",
            "left_unseen",
            "excused", "rescheduled", "entered_in_error",
        ]
        var mangler = Mangler(seed: Mangler.announcedSeed("StoreFuzzTests rows"), tokens: words)
        let end = ContinuousClock.now + Mangler.duration
        var tried = 0
        while ContinuousClock.now < end {
            let bench = try PracticeStoreFixture()
            let count = 40
            var statuses: [[UInt8]] = []
            try bench.change { connection in
                try connection.run("INSERT INTO client (id, name) VALUES ('c', 'Name')")
                for number in 0..<count {
                    let status =
                        mangler.random.next() % 3 == 0
                        ? Array(words[number % words.count].utf8)
                        : mangler.mangle(Array(words[number % words.count].utf8))
                    statuses.append(status)
                    try connection.run(
                        """
                        INSERT INTO session (client_id, starts_at, id, status, reason, duration_minutes, cancelled_at, kind)
                            VALUES ('c', $1, $2, CAST($3 AS TEXT), $4, $5, $6, $7)
                        """,
                        [
                            number % 4 == 0 ? cell(&mangler) : .integer(1_795_550_400 + number),
                            .text("s\(number)"), .blob(status), cell(&mangler, .null), cell(&mangler),
                            cell(&mangler, .null), cell(&mangler),
                        ])
                }
            }
            let store = try bench.makeStore()
            _ = try store.check()
            let snapshot = try #require(try store.snapshots(of: [ClientRef("c")]).first)
            let lost = count - snapshot.sessions.count
            let unreadable = snapshot.unreadable.filter { $0.column == "starts_at" || $0.column == "id" }.count
            #expect(lost == unreadable, "\(lost) rows are no session, \(unreadable) are named")
            for session in snapshot.sessions {
                guard let number = Int(session.key.id.dropFirst()) else { continue }
                let isWord = words.contains { Array($0.utf8) == statuses[number] }
                #expect((session.status != .unrecognised) == isWord, "status of row \(number)")
            }
            tried += count
        }
        FileHandle.standardError.write(Data("StoreFuzzTests: \(tried) rows\n".utf8))
    }

    /// Anything that SQLite can hold.
    /// - Parameter nothing: what stands for no value; a column may refuse NULL.
    private func cell(_ mangler: inout Mangler, _ nothing: SQLValue = .text("")) -> SQLValue {
        switch mangler.random.next() % 6 {
        case 0: nothing
        case 1: .integer(Int64(bitPattern: mangler.random.next()))
        // Never NaN, which SQLite takes for NULL.
        case 2: .real(max(-1e300, Double(bitPattern: mangler.random.next())))
        case 3: .blob(mangler.mangle(Array("2026-01-05".utf8)))
        default: .text(String(decoding: mangler.mangle(Array("2026-01-05 09:00".utf8)), as: UTF8.self))
        }
    }
}
