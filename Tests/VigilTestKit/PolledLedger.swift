package import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL

/// What two polls of a store, an hour apart, write into a ledger: the same store gives the same text, byte for byte.
package enum PolledLedger {
    /// All that is decided, with each word of why.
    package static let everything: [(table: String, columns: String?)] = [
        "session_record", "assessment", "follow_up", "task", "attempt", "look_again", "audit", "session_reason",
    ].map { ($0, nil) }

    /// All that is decided. Why is another matter: a store that cannot tell something says so in the findings.
    package static let decisions: [(table: String, columns: String?)] = [
        ("session_record", nil),
        ("assessment", "session_id, starts_at, client, follow_up, assessed_at, outcome, tier, points, scored, policy"),
        ("follow_up", nil), ("task", nil), ("attempt", nil), ("look_again", nil), ("session_reason", nil),
    ]

    /// - Parameter parts: tables, with the columns that are compared; nil for all of them.
    package static func rows(
        of store: any AppointmentStore, at now: WallTime, _ parts: [(table: String, columns: String?)]
    ) throws -> [String] {
        let ledger = try Ledger(path: ":memory:", store: "demo")
        let poller = Poller(
            store: store, ledger: ledger, policy: try TestPolicy.shared(),
            settings: PollSettings(
                intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 15, reconcileMinute: 210),
            random: SeededRandom(seed: 7))
        _ = try poller.poll(at: now)
        _ = try poller.poll(at: now.adding(hours: 1))
        return try parts.flatMap { table, columns in
            try ledger.database.read { connection in
                let count =
                    try columns.map { $0.split(separator: ",").count }
                    ?? connection.all("SELECT name FROM pragma_table_info('\(table)')") { $0.text(0) }.count
                return try connection.all("SELECT \(columns ?? "*") FROM \(table)") { row in
                    "\(table): " + (0..<count).map { row.text($0) }.joined(separator: "|")
                }
            }
        }
    }
}
