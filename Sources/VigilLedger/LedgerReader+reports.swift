package import VigilCore
import VigilSQL

/// What the reports and lists read.
extension LedgerReader {
    /// Follow-ups that were opened in `[from, until)`, with what was done about them.
    package func load(from: WallTime, until: WallTime) throws -> [LoadReport.Item] {
        try connection.all(
            """
            SELECT therapist, tier, opened_at, contact_by, closed_at, origin,
                (SELECT min(at) FROM attempt a WHERE a.follow_up = f.id),
                (SELECT min(at) FROM attempt a WHERE a.follow_up = f.id AND a.outcome IN (\(Self.contacts)))
            FROM follow_up f WHERE store = $1 AND opened_at >= $2 AND opened_at < $3 ORDER BY opened_at, id
            """, [.text(store), .integer(from.seconds), .integer(until.seconds)]
        ) { row in
            LoadReport.Item(
                therapist: row.optionalText(0).map(TherapistRef.init), tier: Tier(rawValue: row.text(1)) ?? .now,
                openedAt: WallTime(seconds: row.int64(2)), contactBy: WallTime(seconds: row.int64(3)),
                firstAttemptAt: row.optionalInt64(6).map(WallTime.init(seconds:)),
                firstContactAt: row.optionalInt64(7).map(WallTime.init(seconds:)),
                closedAt: row.optionalInt64(4).map(WallTime.init(seconds:)),
                origin: FollowUp.Origin(rawValue: row.text(5)) ?? .missedSession)
        }
    }

    /// Open questions that belong to no follow-up, with the client of each, soonest due first.
    package func openQuestions(limit: Int) throws -> [(client: ClientRef, task: FollowUpTask)] {
        try connection.all(
            """
            SELECT \(Self.taskColumns), client FROM task
            WHERE store = $1 AND follow_up IS NULL AND state = 'open' ORDER BY due_at, id LIMIT $2
            """, [.text(store), .integer(limit)]
        ) { (ClientRef($0.text(10)), Self.task($0)) }
    }

    private static let contacts = Attempt.Outcome.allCases.filter(\.isContact).map { "'\($0.rawValue)'" }
        .joined(separator: ", ")

    /// Sessions that were recorded as missed in `[from, until)`; what lay before vigil's time here is not counted.
    /// - Parameter therapist: nil for everybody's.
    package func missedSessions(from: WallTime, until: WallTime, therapist: TherapistRef?) throws -> Int {
        try connection.first(
            """
            SELECT count(*) FROM missed_session
            WHERE store = $1 AND recorded_at >= $2 AND recorded_at < $3 AND state <> 'history'
                AND ($4 IS NULL OR therapist = $4)
            """,
            [.text(store), .integer(from.seconds), .integer(until.seconds), .text(orNull: therapist?.storeID)]
        ) { Int($0.int64(0)) } ?? 0
    }

    /// When vigil's time on this store began; nil when it takes in all of it.
    package func horizon() throws -> WallTime? {
        try connection.first("SELECT horizon FROM cursor WHERE store = $1", [.text(store)]) { row in
            row.optionalInt64(0).map(WallTime.init(seconds:))
        } ?? nil
    }
}
