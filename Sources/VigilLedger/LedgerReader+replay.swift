import Foundation
package import VigilCore
import VigilSQL

/// What a replay of a practice's past reads.
extension LedgerReader {
    /// The open follow-up whose first contact is due next.
    package func nextContact() throws -> (id: FollowUpID, at: WallTime)? {
        try connection.first(
            """
            SELECT id, contact_by FROM follow_up WHERE store = $1 AND state <> 'closed' ORDER BY contact_by, id LIMIT 1
            """, [.text(store)]
        ) { row in FollowUpID(row.text(0)).map { ($0, WallTime(seconds: row.int64(1))) } } ?? nil
    }

    /// A follow-up as it ended.
    package struct ReplayedFollowUp: Sendable, Hashable {
        package var client: ClientRef
        package var therapist: TherapistRef?
        /// The highest that it had.
        package var tier: Tier
        package var openedAt: WallTime
        package var wasRaised: Bool
        package var closedAt: WallTime?
        package var closeReason: CloseReason?
        package var origin: FollowUp.Origin
    }

    /// Follow-ups that were opened in `[from, until)`.
    package func replayedFollowUps(from: WallTime, until: WallTime) throws -> [ReplayedFollowUp] {
        try connection.all(
            """
            SELECT client, therapist, tier, opened_at, tier_since, closed_at, close_reason, origin FROM follow_up
            WHERE store = $1 AND opened_at >= $2 AND opened_at < $3 ORDER BY opened_at, client
            """, [.text(store), .integer(from.seconds), .integer(until.seconds)]
        ) { row in
            ReplayedFollowUp(
                client: ClientRef(row.text(0)), therapist: row.optionalText(1).map(TherapistRef.init),
                tier: Tier(rawValue: row.text(2)) ?? .now, openedAt: WallTime(seconds: row.int64(3)),
                wasRaised: row.int64(4) > row.int64(3), closedAt: row.optionalInt64(5).map(WallTime.init(seconds:)),
                closeReason: row.optionalText(6).flatMap(CloseReason.init(rawValue:)),
                origin: FollowUp.Origin(rawValue: row.text(7)) ?? .missedSession)
        }
    }

    /// A session that was recorded, with its first assessment.
    package struct ReplayedSession: Sendable {
        package var client: ClientRef
        package var key: SessionKey
        package var therapist: TherapistRef?
        package var outcome: Outcome
        package var basis: MissBasis?
        package var state: KnownSession.State
        package var recordedAt: WallTime
        package var assessment: Assessment?
    }

    /// Sessions that were recorded in `[from, until)`, those before vigil's time apart.
    package func replayedSessions(from: WallTime, until: WallTime) throws -> [ReplayedSession] {
        let decoder = JSONDecoder()
        return try connection.all(
            """
            SELECT r.client, r.session_id, r.starts_at, r.therapist, r.outcome, r.basis, r.state, r.recorded_at, a.body
            FROM session_record r LEFT JOIN (
                SELECT client, session_id, starts_at, min(id) AS first FROM assessment GROUP BY client, session_id, starts_at) f
                ON f.client = r.client AND f.session_id = r.session_id AND f.starts_at = r.starts_at
            LEFT JOIN assessment a ON a.id = f.first
            WHERE r.store = $1 AND r.recorded_at >= $2 AND r.recorded_at < $3 AND r.state <> 'history'
            ORDER BY r.starts_at, r.client, r.session_id
            """, [.text(store), .integer(from.seconds), .integer(until.seconds)]
        ) { row in
            ReplayedSession(
                client: ClientRef(row.text(0)),
                key: SessionKey(id: row.text(1), start: WallTime(seconds: row.int64(2))),
                therapist: row.optionalText(3).map(TherapistRef.init),
                outcome: Outcome(rawValue: row.text(4)) ?? .missed,
                basis: row.optionalText(5).flatMap(MissBasis.init(rawValue:)),
                state: KnownSession.State(rawValue: row.text(6)) ?? .standing,
                recordedAt: WallTime(seconds: row.int64(7)),
                assessment: try row.optionalText(8).map { try decoder.decode(Assessment.self, from: Data($0.utf8)) })
        }
    }
}

extension Ledger {
    /// When time alone may change something about somebody; nil when it cannot.
    package func nextLook() throws -> WallTime? {
        try rethrowing("read the ledger") {
            try database.read { connection in
                try connection.first("SELECT min(due_at) FROM look_again WHERE store = $1", [.text(store)]) { row in
                    row.optionalInt64(0).map(WallTime.init(seconds:))
                } ?? nil
            }
        }
    }
}
