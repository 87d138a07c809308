import Foundation
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

    /// Missed sessions that began in `[from, until)` and asked for no contact now or today, newest first: those without a
    /// follow-up, and those whose newest assessment is of a lower tier.
    package func considered(from: WallTime, until: WallTime, limit: Int) throws -> [ConsideredSession] {
        let decoder = JSONDecoder()
        return try connection.all(
            """
            SELECT r.client, r.therapist, r.session_id, r.starts_at, r.state, r.outcome, r.follow_up, a.body
            FROM session_record r LEFT JOIN assessment a ON a.id = (
                SELECT max(id) FROM assessment n WHERE n.follow_up = r.follow_up AND n.client = r.client
                    AND n.session_id = r.session_id AND n.starts_at = r.starts_at)
            WHERE r.store = $1 AND r.starts_at >= $2 AND r.starts_at < $3
                AND r.state IN ('standing', 'history', 'excluded', 'vanished', 'excused')
                AND (r.state IN ('history', 'excluded', 'excused') OR a.tier IS NULL OR a.tier NOT IN ('now', 'today'))
            ORDER BY r.starts_at DESC, r.client, r.session_id LIMIT $4
            """, [.text(store), .integer(from.seconds), .integer(until.seconds), .integer(limit)]
        ) { row in
            ConsideredSession(
                client: ClientRef(row.text(0)), therapist: row.optionalText(1).map(TherapistRef.init),
                key: SessionKey(id: row.text(2), start: WallTime(seconds: row.int64(3))),
                known: KnownSession(
                    state: KnownSession.State(rawValue: row.text(4)) ?? .standing,
                    outcome: Outcome(rawValue: row.text(5)) ?? .missed,
                    followUp: row.optionalText(6).flatMap { FollowUpID($0) }),
                assessment: try row.optionalText(7).map { try decoder.decode(Assessment.self, from: Data($0.utf8)) })
        }
    }

    /// What is open now, for the caseload.
    package func openLoad() throws -> [Caseload.Item] {
        try connection.all(
            """
            SELECT therapist, owner, taken_by, tier, opened_at, contact_by FROM follow_up
            WHERE store = $1 AND state <> 'closed' ORDER BY opened_at, id
            """, [.text(store)]
        ) { row in
            Caseload.Item(
                therapist: row.optionalText(0).map(TherapistRef.init),
                owner: Role(rawValue: row.text(1)) ?? .clinicalLead,
                takenBy: row.optionalText(2).flatMap { PersonID($0) }, tier: Tier(rawValue: row.text(3)) ?? .now,
                openedAt: WallTime(seconds: row.int64(4)), contactBy: WallTime(seconds: row.int64(5)))
        }
    }

    /// Audit rows of everything, newest first.
    /// - Parameter sequence: only rows before it; nil begins with the newest.
    package func auditRows(before sequence: Int64?, limit: Int) throws -> [AuditRow] {
        try connection.all(
            """
            SELECT sequence, at, actor, act, subject, reason, event FROM audit
            WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2
            """, [.integer(sequence ?? .max), .integer(limit)], row: Self.auditRow)
    }

    /// When vigil's time on this store began; nil when it takes in all of it.
    package func horizon() throws -> WallTime? {
        try connection.first("SELECT horizon FROM cursor WHERE store = $1", [.text(store)]) { row in
            row.optionalInt64(0).map(WallTime.init(seconds:))
        } ?? nil
    }
}
