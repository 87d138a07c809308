package import VigilCore
import VigilSQL

/// Follow-ups as Tasks on the practice's FHIR server: what is owed, what was written, what failed.
extension LedgerReader {
    /// Follow-ups that have changed since their Task was looked at, those to make now first, then the ones that failed least.
    ///
    /// One that was closed before anything of it was tried is not among them. What is to be tried further ahead than vigil ever
    /// puts it is due too: then the clock was set back (I18).
    /// - Parameters:
    ///   - server: its address.
    ///   - begun: only those of which something was tried already.
    ///   - longest: how far ahead a failed one is put, in seconds.
    package func owedTasks(
        to server: String, begun: Bool, at now: WallTime, longest: Int, limit: Int
    ) throws -> [OwedTask] {
        let rows = try connection.all(
            """
            SELECT f.id, f.version, f.close_reason, t.task_id, t.task_version, t.is_shared, t.said, t.failures
            FROM follow_up f LEFT JOIN fhir_task t ON t.follow_up = f.id AND t.server = $2
            WHERE \(Self.isOwed) AND ($3 = 0 OR t.follow_up IS NOT NULL)
                AND (t.next_at IS NULL OR t.next_at <= $4 OR t.next_at > $4 + $5)
            ORDER BY CASE f.tier WHEN 'now' THEN 0 ELSE 1 END, coalesce(t.failures, 0), f.contact_by, f.id LIMIT $6
            """,
            [
                .text(store), .text(server), .integer(begun ? 1 : 0), .integer(now.seconds), .integer(longest),
                .integer(limit),
            ]
        ) { row -> (FollowUpID, Int64, CloseReason?, RememberedTask?)? in
            guard let id = FollowUpID(row.text(0)) else { return nil }
            var remembered: RememberedTask?
            if let said = row.optionalText(6) {
                remembered = RememberedTask(held: nil, said: said, failures: Int(row.int64(7)))
                if let task = row.optionalText(3), let version = row.optionalText(4) {
                    remembered?.held = HeldTask(id: task, version: version, isShared: row.int64(5) != 0)
                }
            }
            return (id, row.int64(1), row.optionalText(2).flatMap(CloseReason.init(rawValue:)), remembered)
        }
        return try rows.compactMap(\.self).compactMap { id, version, closed, remembered in
            try followUp(id).map {
                OwedTask(followUp: $0, closed: closed, version: version, remembered: remembered)
            }
        }
    }

    /// Open ones, and closed ones whose Task is not known to be over: both by an index, so that years of closed ones cost nothing.
    private static let isOwed = """
        f.store = $1 AND f.id IN (
            SELECT id FROM follow_up WHERE state <> 'closed'
            UNION SELECT follow_up FROM fhir_task WHERE server = $2 AND is_over = 0)
            AND f.version <> coalesce(t.seen_version, 0)
        """

    /// - Parameter begun: counts only those of which something was tried already.
    package func taskCounts(of server: String, begun: Bool) throws -> TaskCounts {
        try connection.first(
            """
            SELECT count(*), min(t.failing_since), min(t.next_at)
            FROM follow_up f LEFT JOIN fhir_task t ON t.follow_up = f.id AND t.server = $2 WHERE \(Self.isOwed)
                AND ($3 = 0 OR t.follow_up IS NOT NULL)
            """, [.text(store), .text(server), .integer(begun ? 1 : 0)]
        ) { row in
            TaskCounts(
                owed: Int(row.int64(0)), failingSince: row.optionalInt64(1).map(WallTime.init(seconds:)),
                nextAt: row.optionalInt64(2).map(WallTime.init(seconds:)))
        } ?? TaskCounts()
    }
}

extension Ledger {
    /// Remembers that a first try begins: its answer may be lost.
    package func beginTask(_ id: FollowUpID, on server: String) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                _ = try connection.run(
                    "INSERT INTO fhir_task (follow_up, server) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    [.text(id.text), .text(server)])
            }
        }
    }

    /// The Task says what the follow-up says, as far as it was read.
    /// - Parameters:
    ///   - held: nil for one that there is none of any more, or never was.
    ///   - isNew: whether something was written just now, for the audit.
    package func settleTask(
        _ owed: OwedTask, on server: String, held: HeldTask?, said: String, isNew: Bool, at now: WallTime,
        policy: String
    ) throws {
        let isOver = owed.followUp.state == .closed
        try rethrowing("write the ledger") {
            try database.write { connection in
                try connection.run(
                    """
                    INSERT INTO fhir_task (follow_up, server, task_id, task_version, is_shared, seen_version, said, is_over,
                        written_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    ON CONFLICT (follow_up, server) DO UPDATE SET task_id = excluded.task_id,
                        task_version = excluded.task_version, is_shared = excluded.is_shared,
                        seen_version = excluded.seen_version, said = excluded.said, is_over = excluded.is_over,
                        written_at = coalesce(excluded.written_at, fhir_task.written_at), failures = 0, failing_since = NULL,
                        next_at = NULL
                    """,
                    [
                        .text(owed.followUp.id.text), .text(server), .text(orNull: held?.id),
                        .text(orNull: held?.version), .integer(held?.isShared ?? false ? 1 : 0),
                        .integer(owed.version), .text(said), .integer(isOver ? 1 : 0),
                        .integer(orNull: isNew ? now.seconds : nil),
                    ])
                guard isNew else { return }
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy)
                try writer.note(
                    PublicEvent(
                        .fhirTaskWritten, followUp: owed.followUp.id, tier: owed.followUp.tier,
                        policy: String(policy.prefix(12))), subject: owed.followUp.id.text,
                    because: owed.followUp.state.rawValue)
            }
        }
    }

    /// It could not be written: again at `next`.
    package func failTask(_ id: FollowUpID, on server: String, at now: WallTime, next: WallTime) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                _ = try connection.run(
                    """
                    UPDATE fhir_task SET failures = failures + 1, failing_since = coalesce(failing_since, $3), next_at = $4
                    WHERE follow_up = $1 AND server = $2
                    """, [.text(id.text), .text(server), .integer(now.seconds), .integer(next.seconds)])
            }
        }
    }
}
