import VigilCore
import VigilSQL

/// The promises of reliability.md that the ledger alone can prove, as SQL: `vigil audit verify`.
package struct LedgerCheck: Sendable, Hashable {
    package var auditRows: Int64
    /// What is wrong; empty when all holds.
    package var faults: [Fault]

    package enum Fault: Sendable, Hashable {
        /// Rows that break a promise: which one, and how many.
        case broken(invariant: String, what: String, rows: Int64)
        /// The chain of hashes does not hold from this row on.
        case chain(sequence: Int64, what: String)

        package var words: String {
            switch self {
            case .broken(let invariant, let what, let rows): "\(invariant): \(what) (\(rows) rows)"
            case .chain(let sequence, let what): "I21: \(what) at audit row \(sequence)"
            }
        }
    }

    /// Each query returns the number of rows that break a promise.
    private static let queries: [(invariant: String, what: String, sql: String)] = [
        (
            "I2", "record without the row that it was made from",
            "SELECT count(*) FROM session_record WHERE row_as_read = '' OR length(row_hash) <> 32"
        ),
        (
            "I3", "more than one record of a session",
            """
            SELECT count(*) FROM (
                SELECT 1 FROM session_record GROUP BY store, client, session_id, starts_at HAVING count(*) > 1)
            """
        ),
        (
            "I3", "more than one open follow-up of a client",
            """
            SELECT count(*) FROM (
                SELECT 1 FROM follow_up WHERE state <> 'closed' GROUP BY store, client HAVING count(*) > 1)
            """
        ),
        (
            "I4", "missed session that stands without a follow-up",
            "SELECT count(*) FROM session_record WHERE state = 'standing' AND follow_up IS NULL"
        ),
        (
            "I4", "record of a follow-up that does not exist",
            """
            SELECT count(*) FROM session_record m
            WHERE follow_up IS NOT NULL AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.id = m.follow_up)
            """
        ),
        (
            "I4", "follow-up without an assessment",
            """
            SELECT count(*) FROM follow_up f
            WHERE NOT EXISTS (SELECT 1 FROM assessment a WHERE a.follow_up = f.id)
                AND NOT (f.origin = 'check_up' AND f.about <> '')
            """
        ),
        (
            "I4", "open follow-up without an open task",
            """
            SELECT count(*) FROM follow_up f WHERE state <> 'closed'
                AND NOT EXISTS (SELECT 1 FROM task t WHERE t.follow_up = f.id AND t.state = 'open')
            """
        ),
        (
            "I4", "follow-up without the audit row of its opening",
            """
            SELECT count(*) FROM follow_up f
            WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = f.id AND a.act = 'follow_up_opened')
            """
        ),
        (
            "I4", "record without its audit row",
            """
            SELECT (SELECT count(*) FROM session_record)
                - (SELECT count(*) FROM audit WHERE act IN ('miss_recorded', 'history_recorded', 'continuity_recorded'))
            """
        ),
        (
            "I5", "task that ended without a time, a person and a reason",
            """
            SELECT count(*) FROM task
            WHERE state <> 'open' AND (ended_at IS NULL OR ended_by IS NULL OR ended_reason IS NULL)
            """
        ),
        (
            "I5", "closed follow-up without who closed it",
            "SELECT count(*) FROM follow_up WHERE state = 'closed' AND (closed_by IS NULL OR close_reason IS NULL)"
        ),
    ]

    /// The same for pages and deliveries.
    private static let pagingQueries: [(invariant: String, what: String, sql: String)] = [
        (
            "I9", "open follow-up to make now whose paging has ended",
            """
            SELECT count(*) FROM paging p JOIN follow_up f ON f.id = p.id
            WHERE p.state = 'ended' AND f.state <> 'closed' AND f.tier = 'now'
            """
        ),
        (
            "I9", "closed follow-up that is still paged for",
            """
            SELECT count(*) FROM paging p JOIN follow_up f ON f.id = p.id
            WHERE p.state <> 'ended' AND f.state = 'closed'
            """
        ),
        (
            "I12", "page that waits although somebody has it",
            """
            SELECT count(*) FROM delivery d JOIN paging p ON p.id = d.paging
            WHERE d.state = 'waiting' AND d.purpose IN ('page', 'test_page') AND p.state <> 'paging'
            """
        ),
        (
            "I13", "page without a delivery",
            "SELECT count(*) FROM page p WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = p.key)"
        ),
        (
            "I15", "delivery marked as sent without an accepted try",
            """
            SELECT count(*) FROM delivery d WHERE state = 'sent' AND NOT EXISTS (
                SELECT 1 FROM send_attempt s
                WHERE s.delivery = d.id AND s.outcome = 'accepted' AND s.ended_at IS NOT NULL)
            """
        ),
        (
            "I31", "follow-up of a first start that was paged for",
            """
            SELECT count(*) FROM paging p JOIN follow_up f ON f.id = p.id WHERE f.starts_quiet = 1
            """
        ),
        (
            "I11", "page that was given up",
            "SELECT count(*) FROM delivery WHERE state = 'given_up' AND purpose IN ('page', 'alarm')"
        ),
    ]

    static func run(on connection: any SQLConnection) throws -> LedgerCheck {
        var check = LedgerCheck(auditRows: 0, faults: [])
        for query in queries + pagingQueries {
            let rows = try connection.first(query.sql) { $0.int64(0) } ?? 0
            if rows != 0 {
                check.faults.append(.broken(invariant: query.invariant, what: query.what, rows: rows))
            }
        }
        var previous = AuditChain.genesis
        var expected: Int64 = 1
        try connection.each(
            """
            SELECT sequence, at, actor, act, subject, reason, event, previous_hash, hash FROM audit ORDER BY sequence
            """
        ) { statement in
            let row = LedgerReader.auditRow(statement)
            let saidPrevious = statement.withBytes(7) { [UInt8]($0) }
            let saidHash = statement.withBytes(8) { [UInt8]($0) }
            check.auditRows += 1
            if row.sequence != expected, check.faults.count < maxFaults {
                check.faults.append(.chain(sequence: row.sequence, what: "a row is missing before this one"))
            }
            if saidPrevious != previous || saidHash != row.hash(after: saidPrevious), check.faults.count < maxFaults {
                check.faults.append(.chain(sequence: row.sequence, what: "the hash does not match the content"))
            }
            previous = saidHash
            expected = row.sequence + 1
        }
        return check
    }

    /// One broken link breaks all after it: the first few tell enough.
    private static let maxFaults = 20
}

extension Ledger {
    /// Checks the audit chain and the invariants that SQL can see.
    package func verify() throws -> LedgerCheck {
        try rethrowing("read the ledger") {
            try database.read { try LedgerCheck.run(on: $0) }
        }
    }

    /// How far the journal has been written, by audit sequence.
    package func journalSequence() throws -> Int64 {
        try read { try $0.meta("journal_sequence").flatMap { Int64($0) } ?? 0 }
    }

    package func setJournalSequence(_ sequence: Int64) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                try LedgerWriter(connection: connection, store: store, at: WallTime(seconds: 0), policy: "")
                    .setMeta("journal_sequence", String(sequence))
            }
        }
    }
}
