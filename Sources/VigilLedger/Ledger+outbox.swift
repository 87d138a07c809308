import Foundation
package import VigilCore
import VigilSQL

/// The outbox: deliveries are leased, tried, and settled by the lease's holder alone (I13, I15, I16).
extension Ledger {
    /// Commits acts about pages, deliveries and alerts, all or none.
    package func commit(_ acts: [Act], at now: WallTime, policy: String) throws {
        guard !acts.isEmpty else { return }
        try rethrowing("write the ledger") {
            try database.write { connection in
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy)
                for act in acts { try writer.apply(act) }
            }
        }
    }

    /// The same, and remembers the day on which something that comes by the calendar was done, so that it is done once.
    package func commit(
        _ acts: [Act], mark: (name: String, day: LocalDay), at now: WallTime, policy: String
    ) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy)
                for act in acts { try writer.apply(act) }
                try writer.setMeta(mark.name, String(mark.day.number))
            }
        }
    }

    /// Whether the store has been read whole at least once.
    package func hasReconciled() throws -> Bool {
        try read { reader in
            try reader.connection.first(
                "SELECT 1 FROM cursor WHERE store = $1 AND reconciled_at IS NOT NULL", [.text(store)]
            ) { $0.int64(0) } != nil
        }
    }

    /// Reads and commits in one transaction: what is decided cannot be overtaken by a person's act (I12).
    package func decideAndCommit(
        at now: WallTime, policy: String, _ decide: (LedgerReader) throws -> [Act]
    ) throws -> [Act] {
        try rethrowing("write the ledger") {
            try database.write { connection in
                let acts = try decide(LedgerReader(connection: connection, store: store))
                guard !acts.isEmpty else { return [] }
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy)
                for act in acts { try writer.apply(act) }
                return acts
            }
        }
    }

    /// Takes a lease on deliveries that are due, urgent ones first, then the oldest.
    ///
    /// A lease or a waiting time further ahead than any that vigil gives is due too: then the clock was set back (I18).
    /// - Parameters:
    ///   - urgent: pages and alarms, or everything else: each has its own senders, so that neither waits for the other (I14).
    ///   - busy: channels that have as many sends in flight as they may.
    package func lease(
        urgent: Bool, besides busy: Set<ChannelID>, limit: Int, at now: WallTime
    ) throws -> [LeasedDelivery] {
        try rethrowing("write the ledger") {
            try database.write { connection in
                while true {
                    let due = try Self.due(connection, urgent: urgent, besides: busy.sorted(), limit: limit, at: now)
                    let readable = due.compactMap(\.leased)
                    for leased in readable { try Self.take(leased, connection, at: now) }
                    // One that cannot be read stops no other, and is seen: 'audit verify' counts what was given up.
                    for bad in due where bad.leased == nil { try Self.giveUp(bad.id, connection, at: now) }
                    if !readable.isEmpty || due.isEmpty { return readable }
                }
            }
        }
    }

    private static func due(
        _ connection: any SQLConnection, urgent: Bool, besides full: [ChannelID], limit: Int, at now: WallTime
    ) throws -> [(id: Int64, leased: LeasedDelivery?)] {
        let longest = urgent ? RetrySchedule.longestUrgentSeconds * 2 : RetrySchedule.longestSlowSeconds
        // In the statement and not afterwards: what waits for a full channel may be more than the limit.
        let others = full.indices.map { "$\($0 + 6)" }.joined(separator: ", ")
        let decoder = JSONDecoder()
        return try connection.all(
            """
            SELECT id, attempts, purpose, message, channel, tells_settled, paging, person, next_at FROM delivery
            WHERE urgent = $1 AND (
                (state = 'waiting' AND (next_at <= $2 OR next_at > $2 + $3))
                OR (state = 'leased' AND (lease_until <= $2 OR lease_until > $2 + $4)))
                \(full.isEmpty ? "" : "AND channel NOT IN (\(others))")
            ORDER BY next_at, id LIMIT $5
            """,
            [
                .integer(urgent ? 1 : 0), .integer(now.seconds), .integer(longest), .integer(Delivery.leaseSeconds),
                .integer(limit),
            ] + full.map { .text($0.text) }
        ) { row in
            guard let channel = ChannelID(row.text(4)), let purpose = Delivery.Purpose(rawValue: row.text(2)),
                let message = try? decoder.decode(Message.self, from: Data(row.text(3).utf8))
            else { return (row.int64(0), nil) }
            let delivery = Delivery(
                purpose, message, channel: channel, tellsSettled: row.int64(5) != 0,
                paging: row.optionalText(6).flatMap { FollowUpID($0) },
                person: row.optionalText(7).flatMap { PersonID($0) }, nextAt: WallTime(seconds: row.int64(8)))
            return (row.int64(0), LeasedDelivery(id: row.int64(0), attempt: Int(row.int64(1)) + 1, delivery: delivery))
        }
    }

    private static func take(_ leased: LeasedDelivery, _ connection: any SQLConnection, at now: WallTime) throws {
        let until = now.adding(seconds: Delivery.leaseSeconds)
        try connection.run(
            "UPDATE delivery SET state = 'leased', attempts = $1, lease_until = $2 WHERE id = $3",
            [.integer(leased.attempt), .integer(until.seconds), .integer(leased.id)])
        try connection.run(
            "INSERT INTO send_attempt (delivery, number, started_at) VALUES ($1, $2, $3)",
            [.integer(leased.id), .integer(leased.attempt), .integer(now.seconds)])
        try connection.run(
            "DELETE FROM send_attempt WHERE delivery = $1 AND number > $2 AND number <= $3",
            [.integer(leased.id), .integer(keptTries / 2), .integer(leased.attempt - keptTries / 2)])
    }

    /// Tries of one delivery that are kept: the first ones and the newest; between them lies the same failure again (I26).
    private static let keptTries = 40

    private static func giveUp(_ id: Int64, _ connection: any SQLConnection, at now: WallTime) throws {
        try connection.run(
            """
            UPDATE delivery SET state = 'given_up', ended_at = $1, lease_until = NULL, last_failure = 'unreadable'
            WHERE id = $2
            """, [.integer(now.seconds), .integer(id)])
    }

    /// Writes what became of a try. A holder whose lease was taken over changes no row of the delivery (I16).
    /// - Returns: whether the lease still held.
    @discardableResult
    package func settle(
        _ leased: LeasedDelivery, _ outcome: SendOutcome, at now: WallTime, jitter: UInt64, policy: String
    ) throws -> Bool {
        try rethrowing("write the ledger") {
            try database.write { connection in
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy)
                return try writer.settle(leased, outcome, jitter: jitter)
            }
        }
    }

    /// At the start of the one daemon that owns this ledger: whoever held a lease is dead, so nobody needs to wait for it.
    /// - Returns: how many were taken back.
    package func takeBackLeases(at now: WallTime) throws -> Int {
        try rethrowing("write the ledger") {
            try database.write { connection in
                let held = try connection.first("SELECT count(*) FROM delivery WHERE state = 'leased'") { $0.int64(0) }
                try connection.run(
                    "UPDATE delivery SET state = 'waiting', lease_until = NULL, next_at = $1 WHERE state = 'leased'",
                    [.integer(now.seconds)])
                return Int(held ?? 0)
            }
        }
    }

    /// When the outbox or a page next needs looking at; nil when nothing waits.
    package func nextDue() throws -> WallTime? {
        try read { reader in
            try reader.connection.first(
                """
                SELECT min(at) FROM (
                    SELECT min(CASE state WHEN 'leased' THEN lease_until ELSE next_at END) AS at FROM delivery
                        WHERE state IN ('waiting', 'leased')
                    UNION ALL SELECT min(due_at) FROM paging WHERE state = 'paging'
                    UNION ALL SELECT min(expires_at) FROM paging WHERE state = 'acknowledged')
                """
            ) { $0.optionalInt64(0).map(WallTime.init(seconds:)) } ?? nil
        }
    }
}

extension LedgerWriter {
    func setMeta(_ name: String, _ value: String) throws {
        try run(
            """
            INSERT INTO meta (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.text(name), .text(value)])
    }

    mutating func settle(_ leased: LeasedDelivery, _ outcome: SendOutcome, jitter: UInt64) throws -> Bool {
        var provider: String?
        var word = "accepted"
        switch outcome {
        case .accepted(let id): provider = id?.text
        case .failed(let failure): word = failure.cause.rawValue
        }
        try run(
            """
            UPDATE send_attempt SET ended_at = $1, outcome = $2, provider_id = $3
            WHERE delivery = $4 AND number = $5 AND ended_at IS NULL
            """,
            [.integer(at.seconds), .text(word), .text(orNull: provider), .integer(leased.id), .integer(leased.attempt)])
        let holds =
            try connection.first(
                "SELECT state FROM delivery WHERE id = $1 AND attempts = $2",
                [.integer(leased.id), .integer(leased.attempt)]
            ) { $0.text(0) }
        guard let holds, let state = Delivery.State(rawValue: holds) else { return false }
        switch outcome {
        case .accepted: try accept(leased, provider, wasLeased: state == .leased)
        case .failed(let failure):
            guard state == .leased else { return state == .cancelled }
            try fail(leased, failure, jitter)
        }
        return true
    }

    /// Accepted: sent, also when it was cancelled meanwhile, since a person has it now (I15).
    private mutating func accept(_ leased: LeasedDelivery, _ provider: String?, wasLeased: Bool) throws {
        try run(
            """
            UPDATE delivery SET state = 'sent', ended_at = $1, lease_until = NULL, provider_id = $2, last_failure = NULL
            WHERE id = $3 AND state IN ('leased', 'cancelled')
            """, [.integer(at.seconds), .text(orNull: provider), .integer(leased.id)])
        let isPage = leased.delivery.purpose == .page || leased.delivery.purpose == .testPage
        try note(
            PublicEvent(
                isPage ? .pageTaken : .deliverySent, followUp: leased.delivery.paging,
                counts: [.deliveries: leased.attempt], policy: String(policy.prefix(12))),
            subject: leased.delivery.paging?.text ?? "delivery", because: leased.delivery.purpose.rawValue)
        // It landed after the acknowledgement: the other side is told at once that nothing is asked any more.
        if !wasLeased, isPage, leased.delivery.tellsSettled, let id = leased.delivery.paging {
            try insert(
                Delivery(
                    .settled, Message(.settled(id), key: leased.delivery.message.key),
                    channel: leased.delivery.channel, paging: id, nextAt: at))
        }
    }

    private mutating func fail(_ leased: LeasedDelivery, _ failure: SendFailure, _ jitter: UInt64) throws {
        let isUrgent = leased.delivery.message.isUrgent
        let decision = RetrySchedule.decide(
            attempt: leased.attempt, failure: failure, isUrgent: isUrgent, jitter: jitter)
        var kind = EventKind.deliveryFailed
        switch decision {
        case .again(let seconds):
            try run(
                """
                UPDATE delivery SET state = 'waiting', lease_until = NULL, next_at = $1, last_failure = $2
                WHERE id = $3
                """,
                [
                    .integer(at.adding(seconds: seconds).seconds), .text(failure.cause.rawValue), .integer(leased.id),
                ])
        case .giveUp:
            kind = .deliveryGivenUp
            try run(
                """
                UPDATE delivery SET state = 'given_up', lease_until = NULL, ended_at = $1, last_failure = $2
                WHERE id = $3
                """, [.integer(at.seconds), .text(failure.cause.rawValue), .integer(leased.id)])
        }
        // The first failure and the end are said; the tries between stand in send_attempt.
        guard leased.attempt == 1 || kind == .deliveryGivenUp else { return }
        try note(
            PublicEvent(
                kind, followUp: leased.delivery.paging, rules: [RuleID(policyKey: failure.cause.rawValue) ?? "failed"],
                counts: [.deliveries: leased.attempt], policy: String(policy.prefix(12))),
            subject: leased.delivery.paging?.text ?? "delivery", because: leased.delivery.purpose.rawValue)
    }
}
