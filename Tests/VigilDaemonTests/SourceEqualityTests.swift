import Foundation
import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL
import VigilStores
import VigilTestKit

/// The same practice in another kind of store gives the same follow-ups, byte for byte.
@Suite struct SourceEqualityTests {
    private static let now = WallTime(seconds: 1_795_550_400)
    private static let newYork = Zone(identifier: "America/New_York") ?? .utc
    private static let tables = [
        "session_record", "assessment", "follow_up", "task", "attempt", "look_again", "audit", "session_reason",
    ]

    /// Everything that a first poll and a second one an hour later write.
    private func ledger(of store: any AppointmentStore) throws -> [String] {
        let ledger = try Ledger(path: ":memory:", store: "demo")
        let poller = Poller(
            store: store, ledger: ledger, policy: try TestPolicy.shared(),
            settings: PollSettings(
                intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 15, reconcileMinute: 210),
            random: SeededRandom(seed: 7))
        _ = try poller.poll(at: Self.now)
        _ = try poller.poll(at: Self.now.adding(hours: 1))
        return try Self.tables.flatMap { table in
            try ledger.database.read { connection in
                let columns = try connection.all("SELECT name FROM pragma_table_info('\(table)')") { $0.text(0) }
                return try connection.all("SELECT * FROM \(table)") { row in
                    "\(table): " + columns.indices.map { row.text($0) }.joined(separator: "|")
                }
            }
        }
    }

    /// The demo has cells of the wrong kind, which a typed column refuses.
    private static func keepWhatColumnsOfAServerCanHold(_ path: String) throws {
        let numbers: [(String, [String])] = [
            ("client", ["safe_to_call", "voicemail_allowed", "guardian_contact", "emergency_contact", "safety_plan"]),
            ("client", ["pregnant", "clinician_flag", "part2"]),
            ("session", ["starts_at", "duration_minutes", "cancelled_at"]),
            ("contact", ["at", "plan_documented"]), ("screen", ["total", "item9", "ideation", "behaviour"]),
            ("event", ["suicide_related"]), ("treatment", ["trauma_focused", "sessions_attended"]),
            ("care_plan", ["cadence_days"]), ("coverage", ["fee_cents"]),
        ]
        let store = try SQLiteDatabase(path: path, mode: .bulk)
        try store.write { connection in
            for (table, columns) in numbers {
                for column in columns {
                    try connection.run("DELETE FROM \(table) WHERE typeof(\(column)) NOT IN ('integer', 'null')")
                }
            }
        }
        try store.close()
    }

    @Test(.enabled(if: !SQLTestServers.usable.isEmpty), .timeLimit(.minutes(20)), arguments: SQLTestServers.usable)
    func theDemoPractice(on engine: SQLServerEngine) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-equal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/practice.db"
        _ = try DemoPractice(seed: 3, now: Self.now, zone: Self.newYork).fill(
            path: path, schema: PracticeSchemaText.sql)
        try Self.keepWhatColumnsOfAServerCanHold(path)
        let embedded = try ledger(of: PracticeStore(path: path, zone: Self.newYork, busyMilliseconds: 1_000))
        let fixture = try MappedStoreFixture(engine)
        try fixture.load(path)
        let mapped = try ledger(of: fixture.mirrored(zone: Self.newYork))
        #expect(embedded.count > 500)
        // Counted, not printed: the rows are of clients, if only of the demo's.
        #expect(mapped.count == embedded.count)
        #expect(zip(mapped, embedded).count { $0 != $1 } == 0)
    }
}
