import Crypto
import Foundation
import VigilCore
import VigilSQL

/// Makes rows of a plan's acts, inside one transaction: the change and its audit row.
struct LedgerWriter {
    private let connection: any SQLConnection
    private let store: String
    private let at: WallTime
    private let policy: String
    private var chain: AuditChain
    private let encoder: JSONEncoder

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

    mutating func apply(_ act: Act, of client: ClientRef) throws {
        let subject: String
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
            subject = id.text
        case .raise(let id, let tier, let contactBy, let owner, _):
            try changeFollowUp(
                id, "tier = $2, contact_by = $3, owner = $4",
                [.text(tier.rawValue), .integer(contactBy.seconds), .text(owner.rawValue)])
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
            subject = "task:\(id)"
        case .take(let id, let person):
            try changeFollowUp(
                id, "state = 'taken', taken_by = $2, taken_at = $3", [.text(person.text), .integer(at.seconds)])
            subject = id.text
        case .recordAttempt(let id, let attempt):
            try recordAttempt(id, attempt)
            subject = id.text
        case .close(let id, let reason, let note):
            try close(id, reason, note, act)
            subject = id.text
        }
        try chain.append(
            at: at, actor: act.actor, subject: subject, reason: act.reason.rawValue,
            event: act.event(policy: String(policy.prefix(12))))
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

    // MARK: Follow-ups

    private func open(_ followUp: FollowUp) throws -> String {
        try run(
            """
            INSERT INTO follow_up (id, store, client, therapist, tier, state, owner, opened_at, contact_by, starts_quiet,
                policy)
            VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10)
            """,
            [
                .text(followUp.id.text), .text(store), .text(followUp.client.storeID),
                .text(orNull: followUp.therapist?.storeID), .text(followUp.tier.rawValue),
                .text(followUp.owner.rawValue),
                .integer(followUp.openedAt.seconds), .integer(followUp.contactBy.seconds),
                .integer(followUp.startsQuiet ? 1 : 0), .text(policy),
            ])
        return followUp.id.text
    }

    private func changeFollowUp(_ id: FollowUpID, _ assignments: String, _ values: [SQLValue]) throws {
        try run(
            "UPDATE follow_up SET \(assignments), version = version + 1 WHERE id = $1 AND state <> 'closed'",
            [.text(id.text)] + values)
    }

    private func close(_ id: FollowUpID, _ reason: CloseReason, _ note: String, _ act: Act) throws {
        try changeFollowUp(
            id, "state = 'closed', closed_at = $2, closed_by = $3, close_reason = $4, close_note = $5",
            [.integer(at.seconds), .text(act.actor.text), .text(reason.rawValue), .text(note)])
        // What was still to do ends with the follow-up, on record (I5); questions about data stay until answered.
        try run(
            """
            UPDATE task SET state = 'superseded', ended_at = $1, ended_by = $2, ended_reason = $3
            WHERE follow_up = $4 AND state = 'open' AND kind <> $5
            """,
            [
                .integer(at.seconds), .text(act.actor.text), .text(Reason.followUpClosed.rawValue), .text(id.text),
                .text(QuestionKind.dataQuality.text),
            ])
    }

    private func recordAttempt(_ id: FollowUpID, _ attempt: Attempt) throws {
        try run(
            "INSERT INTO attempt (follow_up, at, by, channel, outcome, note) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .text(id.text), .integer(attempt.at.seconds), .text(attempt.by.text), .text(attempt.channel.rawValue),
                .text(attempt.outcome.rawValue), .text(attempt.note),
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
        return task.followUp?.text ?? "task:\(connection.lastInsertedID)"
    }

    private func run(_ sql: String, _ values: [SQLValue]) throws(SQLError) {
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
        }
    }

    static func subject(kind: String, id: String, at: Int64, part: String) -> FollowUpTask.Subject? {
        if kind == "session" { return .session(SessionKey(id: id, start: WallTime(seconds: at))) }
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
