import VigilSQL

/// The promises of reliability.md, counted by SQL that is written for the tests and shares nothing with `vigil audit
/// verify`.
enum LedgerPromises {
    /// Sessions that count as missed, by the store alone: the rules of clinical.md section 4 for a store of sessions
    /// that are past every limit.
    static let missedInStore = """
        FROM session WHERE starts_at <= CAST(strftime('%s', 'now') AS INTEGER) AND (
            status IN ('missed', 'left_unseen', 'late_cancel', 'scheduled')
            OR (status = 'client_cancel' AND (cancelled_at IS NULL OR cancelled_at > starts_at - 86400)))
        """

    /// What is wrong with the ledger of `practice`, each broken promise with a count; empty when all holds.
    /// - Parameter comparesStore: no for a store with more in it than `missedInStore` knows, such as the demo's.
    static func faults(of practice: PracticeFolder, comparesStore: Bool = true) throws -> [String] {
        var faults: [String] = []
        let inStore = try practice.readStore { store in
            try store.all("SELECT id, starts_at \(missedInStore)") { "\($0.text(0)) \($0.int64(1))" }
        }
        try practice.readLedger { ledger in
            let recorded = try ledger.all("SELECT session_id, starts_at FROM missed_session") {
                "\($0.text(0)) \($0.int64(1))"
            }
            // No key is printed: they stand for store ids.
            let (missing, extra) = (Set(inStore).subtracting(recorded).count, Set(recorded).subtracting(inStore).count)
            if comparesStore, missing > 0 { faults.append("I1: \(missing) missed sessions without a record") }
            if comparesStore, extra > 0 { faults.append("I2: \(extra) records without a missed session") }
            if recorded.count != Set(recorded).count { faults.append("I3: two records of one session") }
            for (promise, sql) in queries {
                let count = try ledger.first(sql) { $0.int64(0) } ?? -1
                if count != 0 { faults.append("\(promise) (\(count))") }
            }
        }
        return faults
    }

    private static let queries = [
        (
            "I3: clients with two open follow-ups",
            """
            SELECT count(*) FROM (SELECT 1 FROM follow_up WHERE state <> 'closed' GROUP BY client HAVING count(*) > 1)
            """
        ),
        (
            "I4: records whose audit row is missing",
            """
            SELECT count(*) FROM session_record m WHERE NOT EXISTS (
                SELECT 1 FROM audit WHERE subject = 'session:' || m.session_id || '@' || m.starts_at
                    AND act IN ('miss_recorded', 'history_recorded', 'continuity_recorded'))
            """
        ),
        (
            "I4: standing records without an assessment under their follow-up",
            """
            SELECT count(*) FROM session_record m WHERE state = 'standing' AND NOT EXISTS (
                SELECT 1 FROM assessment a WHERE a.session_id = m.session_id AND a.starts_at = m.starts_at
                    AND a.follow_up = m.follow_up)
            """
        ),
        (
            "I4: assessments and their audit rows differ in number",
            """
            SELECT (SELECT count(*) FROM assessment) - (SELECT count(*) FROM audit WHERE act = 'session_assessed')
            """
        ),
        (
            "I4: follow-ups and their audit rows differ in number",
            """
            SELECT (SELECT count(*) FROM follow_up) - (SELECT count(*) FROM audit WHERE act = 'follow_up_opened')
            """
        ),
        (
            "I4: open follow-ups without an open task",
            """
            SELECT count(*) FROM follow_up f WHERE state <> 'closed'
                AND NOT EXISTS (SELECT 1 FROM task t WHERE t.follow_up = f.id AND t.state = 'open')
            """
        ),
        (
            "I4: follow-ups without a session",
            """
            SELECT count(*) FROM follow_up f WHERE NOT EXISTS (SELECT 1 FROM session_record m WHERE m.follow_up = f.id)
            """
        ),
        (
            "I5: tasks and their audit rows differ in number",
            """
            SELECT (SELECT count(*) FROM task) - (SELECT count(*) FROM audit WHERE act = 'task_added')
            """
        ),
        (
            "I5: tasks of open follow-ups that ended without an audit row of their end",
            """
            SELECT count(*) FROM task t JOIN follow_up f ON f.id = t.follow_up
            WHERE t.state <> 'open' AND f.state <> 'closed' AND NOT EXISTS (
                SELECT 1 FROM audit WHERE subject = 'task:' || t.id AND act IN ('task_done', 'task_superseded'))
                -- Closing a follow-up ends its tasks in one row; it may be opened again.
                AND NOT EXISTS (
                    SELECT 1 FROM audit WHERE subject = f.id AND act = 'follow_up_closed'
                        AND at = t.ended_at)
            """
        ),
        (
            "I5: tasks that ended and nobody ended them",
            """
            SELECT count(*) FROM task WHERE state <> 'open' AND (ended_by IS NULL OR ended_reason IS NULL)
            """
        ),
        ("I21: gaps in the audit", "SELECT coalesce(max(sequence), 0) - count(*) FROM audit"),
    ]

    /// Rows of every table that a second look at the same store must leave as it is (I6).
    static func rowCounts(of practice: PracticeFolder) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in ["session_record", "assessment", "follow_up", "task", "attempt", "look_again"] {
            counts[table] = try practice.ledgerCount("SELECT count(*) FROM \(table)")
        }
        counts["acts"] = try practice.ledgerCount(
            """
            SELECT count(*) FROM audit WHERE act NOT IN ('started', 'stopping', 'shadow_mode', 'reconcile_finished',
                'operator_alert_raised', 'operator_alert_closed')
            """)
        return counts
    }
}
