import Crypto
import Foundation
import VigilCore
import VigilSQL

/// Makes rows of a plan's acts, inside one transaction: the change and its audit row.
struct LedgerWriter {
    let connection: any SQLConnection
    let store: String
    let at: WallTime
    let policy: String
    private(set) var chain: AuditChain
    let encoder: JSONEncoder

    /// Sequence of the last audit row.
    var sequence: Int64 { chain.sequence }

    init(connection: any SQLConnection, store: String, at: WallTime, policy: String) throws {
        self.connection = connection
        self.store = store
        self.at = at
        self.policy = policy
        chain = try AuditChain(connection: connection)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
    }

    /// Writes an act that is about no client: a page, a delivery, an operator alert.
    mutating func apply(_ act: Act) throws {
        try apply(act, of: nil)
    }

    /// Something that happened and that is no act of a plan.
    mutating func note(_ event: PublicEvent, subject: String, because reason: String) throws {
        try chain.append(at: at, actor: .vigil, subject: subject, reason: reason, event: event)
    }

    mutating func apply(_ act: Act, of owner: ClientRef?) throws {
        let subject: String
        // Acts about a client always come with one; an empty id belongs to nobody.
        let client = owner ?? ClientRef("")
        switch act.effect {
        case .recordSession(let record, let known):
            subject = try recordSession(record, known, client)
        case .changeSession(let key, let known):
            subject = try changeSession(key, known, client)
        case .assess(let key, let outcome, let assessment, let followUp):
            subject = try assess(key, outcome, assessment, followUp, client)
        case .openFollowUp(let followUp, _):
            subject = try open(followUp)
        case .attach(let key, let id):
            try run(
                """
                UPDATE session_record SET follow_up = $1
                WHERE store = $2 AND client = $3 AND session_id = $4 AND starts_at = $5
                """,
                [.text(id.text), .text(store), .text(client.storeID), .text(key.id), .integer(key.start.seconds)])
            try changeFollowUp(id)
            subject = id.text
        case .raise(let id, let tier, let contactBy, let owner, _):
            // What was found on a first start pages nobody; what makes it one to make now afterwards does.
            try changeFollowUp(
                id,
                """
                tier = $2, contact_by = $3, owner = $4, tier_since = $5,
                    starts_quiet = CASE $2 WHEN 'now' THEN 0 ELSE starts_quiet END
                """,
                [
                    .text(tier.rawValue), .integer(contactBy.seconds), .text(owner.rawValue), .integer(at.seconds),
                ])
            subject = id.text
        case .assign(let id, let role):
            try changeFollowUp(id, "owner = $2", [.text(role.rawValue)])
            subject = id.text
        case .addTask(let task):
            subject = try addTask(task, client)
        case .supersedeTask(let id), .finishTask(let id):
            let state = if case .finishTask = act.effect { "done" } else { "superseded" }
            try run(
                """
                UPDATE task SET state = $1, ended_at = $2, ended_by = $3, ended_reason = $4
                WHERE id = $5 AND state = 'open'
                """,
                [
                    .text(state), .integer(at.seconds), .text(act.actor.text), .text(act.reason.rawValue), .integer(id),
                ])
            try touchFollowUp(ofTask: id)
            subject = "task:\(id)"
        case .bringForward(let task, let id, let due):
            try run(
                "UPDATE task SET due_at = $1 WHERE id = $2 AND state = 'open'", [.integer(due.seconds), .integer(task)])
            try touchFollowUp(id, taskDue: due)
            subject = id.text
        case .handOver(let id, let person, let role):
            try changeFollowUp(
                id, "state = $2, taken_by = $3, taken_at = $4, owner = $5",
                [
                    .text((person == nil ? FollowUp.State.open : .taken).rawValue), .text(orNull: person?.text),
                    .integer(orNull: person == nil ? nil : at.seconds), .text(role.rawValue),
                ])
            subject = id.text
        case .reopen(let id, let person, let contactBy, let note):
            subject = try reopen(id, person, contactBy, note)
            // Its days count anew: the next poll looks, and knows when to look again.
            try lookSoon(client)
        case .recordReason(let key, let reason, let id):
            try run(
                """
                INSERT INTO session_reason (store, client, session_id, starts_at, follow_up, reason, recorded_by,
                    recorded_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .text(store), .text(client.storeID), .text(key.id), .integer(key.start.seconds), .text(id.text),
                    .text(reason.rawValue), .text(act.actor.text), .integer(at.seconds),
                ])
            try touchFollowUp(id)
            subject = id.text
            // What it means for the session and the ones after it is the next poll's to say.
            try lookSoon(client)
        case .beginPaging, .resumePaging, .makePage, .acknowledge, .holdPaging, .endPaging, .raiseAlarm, .addDelivery,
            .raiseOperatorAlert, .closeOperatorAlert, .addOverride:
            subject = try applyPaging(act.effect, by: act.actor)
            if case .acknowledge(let paging) = act.effect { try touchFollowUp(paging.id) }
        case .take(let id, let person):
            try changeFollowUp(
                id, "state = 'taken', taken_by = $2, taken_at = $3", [.text(person.text), .integer(at.seconds)])
            subject = id.text
        case .recordAttempt(let id, let attempt):
            try recordAttempt(id, attempt)
            subject = id.text
        case .putOff(let id, let until, let note):
            try changeFollowUp(
                id, "remind_at = $2, remind_note = $3", [.integer(until.seconds), .text(note)], endsReminder: false)
            subject = id.text
        case .close(let id, let reason, let note):
            try close(id, reason, note, act)
            subject = id.text
        }
        try chain.append(
            at: at, actor: act.actor, subject: subject, reason: act.reason.rawValue,
            event: act.event(policy: String(policy.prefix(12))))
    }

    private func lookSoon(_ client: ClientRef) throws {
        try run(
            """
            INSERT INTO look_again (store, client, due_at) VALUES ($1, $2, $3)
            ON CONFLICT (store, client) DO UPDATE SET due_at = excluded.due_at
            """, [.text(store), .text(client.storeID), .integer(at.seconds)])
    }

    // MARK: Sessions

    private func recordSession(_ record: SessionRecord, _ known: KnownSession, _ client: ClientRef) throws -> String {
        let asRead = record.asRead
        let hash = Array(SHA256.hash(data: Array("\(record.key.id)\u{0}\(record.start.seconds)\u{0}\(asRead)".utf8)))
        try run(
            """
            INSERT INTO session_record (store, session_id, starts_at, client, therapist, outcome, basis, state, flips,
                last_flip_at, recorded_at, row_as_read, row_hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                .text(store), .text(record.key.id), .integer(record.start.seconds), .text(client.storeID),
                .text(orNull: record.therapist?.storeID), .text(known.outcome.rawValue),
                .text(orNull: known.basis?.rawValue), .text(known.state.rawValue), .integer(known.flips),
                .integer(orNull: known.lastFlipAt?.seconds), .integer(at.seconds), .text(asRead), .blob(hash),
            ])
        return "session:\(record.key.id)@\(record.start.seconds)"
    }

    private func changeSession(_ key: SessionKey, _ known: KnownSession, _ client: ClientRef) throws -> String {
        try run(
            """
            UPDATE session_record SET outcome = $1, basis = $2, state = $3, flips = $4, last_flip_at = $5
            WHERE store = $6 AND client = $7 AND session_id = $8 AND starts_at = $9
            """,
            [
                .text(known.outcome.rawValue), .text(orNull: known.basis?.rawValue), .text(known.state.rawValue),
                .integer(known.flips), .integer(orNull: known.lastFlipAt?.seconds), .text(store),
                .text(client.storeID), .text(key.id), .integer(key.start.seconds),
            ])
        return "session:\(key.id)@\(key.start.seconds)"
    }

    private func assess(
        _ key: SessionKey, _ outcome: Outcome, _ assessment: Assessment, _ followUp: FollowUpID?, _ client: ClientRef
    ) throws -> String {
        try run(
            """
            INSERT INTO assessment (store, session_id, starts_at, client, follow_up, assessed_at, outcome, tier, points,
                scored, policy, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                .text(store), .text(key.id), .integer(key.start.seconds), .text(client.storeID),
                .text(orNull: followUp?.text), .integer(at.seconds), .text(outcome.rawValue),
                .text(assessment.tier.rawValue), .integer(assessment.points), .integer(assessment.scored ? 1 : 0),
                .text(policy), .text(String(decoding: try encoder.encode(assessment), as: UTF8.self)),
            ])
        return followUp?.text ?? "session:\(key.id)@\(key.start.seconds)"
    }

    // MARK: Attempts and tasks

    private func recordAttempt(_ id: FollowUpID, _ attempt: Attempt) throws {
        try run(
            "INSERT INTO attempt (follow_up, at, by, channel, outcome, note, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                .text(id.text), .integer(attempt.at.seconds), .text(attempt.by.text), .text(attempt.channel.rawValue),
                .text(attempt.outcome.rawValue), .text(attempt.note), .text(orNull: attempt.reason?.rawValue),
            ])
        try changeFollowUp(
            id, "state = 'taken', taken_by = coalesce(taken_by, $2), taken_at = coalesce(taken_at, $3)",
            [.text(attempt.by.text), .integer(at.seconds)])
    }

    private func addTask(_ task: FollowUpTask, _ client: ClientRef) throws -> String {
        let subject = task.subject.map(TaskSubjectColumns.init)
        try run(
            """
            INSERT INTO task (store, client, follow_up, kind, role, say, due_at, subject_kind, subject_id, subject_at,
                subject_part, added_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [
                .text(store), .text(client.storeID), .text(orNull: task.followUp?.text), .text(task.kind.text),
                .text(task.role.rawValue), .text(task.say), .integer(task.due.seconds), .text(orNull: subject?.kind),
                .text(orNull: subject?.id), .integer(orNull: subject?.at), .text(orNull: subject?.part),
                .integer(at.seconds),
            ])
        let row = connection.lastInsertedID
        if let id = task.followUp ?? task.subject?.followUpID { try touchFollowUp(id, taskDue: task.due) }
        return task.followUp?.text ?? "task:\(row)"
    }

    func run(_ sql: String, _ values: [SQLValue]) throws(SQLError) {
        try connection.run(sql, values)
    }
}

/// How the subject of a question lies in its row.
struct TaskSubjectColumns {
    var kind: String
    var id: String
    var at: Int64
    var part: String

    init(_ subject: FollowUpTask.Subject) {
        switch subject {
        case .session(let key): (kind, id, at, part) = ("session", key.id, key.start.seconds, "")
        case .row(let row): (kind, id, at, part) = ("row:\(row.table)", row.rowID, 0, row.column)
        case .followUp(let followUp): (kind, id, at, part) = ("follow_up", followUp.text, 0, "")
        }
    }

    static func subject(kind: String, id: String, at: Int64, part: String) -> FollowUpTask.Subject? {
        if kind == "session" { return .session(SessionKey(id: id, start: WallTime(seconds: at))) }
        if kind == "follow_up" { return FollowUpID(id).map { .followUp($0) } }
        guard kind.hasPrefix("row:") else { return nil }
        return .row(UnreadableRow(table: String(kind.dropFirst(4)), rowID: id, column: part))
    }
}

extension SessionRecord {
    /// The fields that decided, as they were read: kept beside the record with a hash, so that a later question "what did the
    /// store say then" has an answer (I2).
    var asRead: String {
        let cancelled = cancelledAt.map { String($0.seconds) } ?? ""
        return "status=\(rawStatus)\u{1F}minutes=\(durationMinutes)\u{1F}kind=\(kind)\u{1F}reason=\(reason)"
            + "\u{1F}cancelled_at=\(cancelled)\u{1F}therapist=\(therapist?.storeID ?? "")"
    }
}
