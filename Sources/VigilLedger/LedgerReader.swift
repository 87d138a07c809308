import Foundation
package import VigilCore
import VigilSQL

/// Reads the ledger inside one transaction.
package struct LedgerReader {
    let connection: any SQLConnection
    let store: String

    // MARK: What a poll knows

    func known(_ clients: [ClientRef]) throws -> [ClientRef: KnownClient] {
        var result: [ClientRef: KnownClient] = [:]
        for client in clients {
            let known = try known(client)
            if known != KnownClient() { result[client] = known }
        }
        return result
    }

    private func known(_ client: ClientRef) throws -> KnownClient {
        var known = KnownClient()
        try connection.each(
            """
            SELECT session_id, starts_at, state, outcome, basis, follow_up, flips, last_flip_at
            FROM session_record WHERE store = $1 AND client = $2
            """, [.text(store), .text(client.storeID)]
        ) { row in
            let key = SessionKey(id: row.text(0), start: WallTime(seconds: row.int64(1)))
            known.sessions[key] = KnownSession(
                state: KnownSession.State(rawValue: row.text(2)) ?? .standing,
                outcome: Outcome(rawValue: row.text(3)) ?? .missed,
                basis: row.optionalText(4).flatMap(MissBasis.init(rawValue:)),
                followUp: row.optionalText(5).flatMap { FollowUpID($0) }, flips: Int(row.int64(6)),
                lastFlipAt: row.optionalInt64(7).map(WallTime.init(seconds:)))
        }
        var open: FollowUpID?
        try connection.each(
            "SELECT id, state, closed_at FROM follow_up WHERE store = $1 AND client = $2",
            [.text(store), .text(client.storeID)]
        ) { row in
            if row.text(1) != FollowUp.State.closed.rawValue {
                open = FollowUpID(row.text(0))
            } else if let closed = row.optionalInt64(2).map(WallTime.init(seconds:)) {
                known.lastClosedAt = max(known.lastClosedAt ?? closed, closed)
            }
        }
        if let open { known.followUp = try followUp(open) }
        // A reason is given to a session that has a record, and so to clients that are known.
        if !known.sessions.isEmpty { known.reasons = try reasons(of: client) }
        if let followUp = known.followUp { known.lastContactAt = try lastContact(of: followUp.id) }
        known.tasks = try openTasks(of: client)
        return known
    }

    /// When somebody last spoke with the client in this follow-up.
    private func lastContact(of id: FollowUpID) throws -> WallTime? {
        try attempts(of: id).filter { $0.outcome.isContact }.map(\.at).max()
    }

    /// The newest word on each session.
    package func reasons(of client: ClientRef) throws -> [SessionKey: MissReason] {
        var reasons: [SessionKey: MissReason] = [:]
        try connection.each(
            "SELECT session_id, starts_at, reason FROM session_reason WHERE store = $1 AND client = $2 ORDER BY id",
            [.text(store), .text(client.storeID)]
        ) { row in
            // A word of a later version is a reason all the same; it excuses nothing.
            reasons[SessionKey(id: row.text(0), start: WallTime(seconds: row.int64(1)))] =
                MissReason(rawValue: row.text(2)) ?? .other
        }
        return reasons
    }

    private func openTasks(of client: ClientRef) throws -> [KnownTask] {
        try connection.all(
            """
            SELECT \(Self.taskColumns) FROM task WHERE store = $1 AND client = $2 AND state = 'open' ORDER BY id
            """, [.text(store), .text(client.storeID)]
        ) { row in KnownTask(id: row.int64(0), task: Self.task(row)) }
    }

    static let taskColumns =
        "id, kind, role, say, due_at, follow_up, subject_kind, subject_id, subject_at, subject_part"

    static func task(_ row: any SQLStatement) -> FollowUpTask {
        FollowUpTask(
            kind: RuleID(policyKey: row.text(1)) ?? "unnamed", role: Role(rawValue: row.text(2)) ?? .clinicalLead,
            say: row.text(3), due: WallTime(seconds: row.int64(4)),
            followUp: row.optionalText(5).flatMap { FollowUpID($0) },
            subject: row.optionalText(6).flatMap { kind in
                TaskSubjectColumns.subject(kind: kind, id: row.text(7), at: row.int64(8), part: row.text(9))
            })
    }

    package func followUp(_ id: FollowUpID) throws -> FollowUp? {
        let sessions = try connection.all(
            "SELECT session_id, starts_at FROM session_record WHERE follow_up = $1 ORDER BY starts_at, session_id",
            [.text(id.text)]
        ) { SessionKey(id: $0.text(0), start: WallTime(seconds: $0.int64(1))) }
        return try connection.first(
            "SELECT \(Self.followUpColumns) FROM follow_up WHERE id = $1 AND store = $2",
            [.text(id.text), .text(store)]
        ) { Self.followUp($0, sessions) } ?? nil
    }

    private static let followUpColumns =
        """
        id, client, therapist, tier, state, owner, opened_at, contact_by, taken_by, starts_quiet, tier_since, reopened_at,
        origin, about, remind_at, remind_note
        """

    private static func followUp(_ row: any SQLStatement, _ sessions: [SessionKey]) -> FollowUp? {
        guard let id = FollowUpID(row.text(0)) else { return nil }
        var followUp = FollowUp(
            id: id, client: ClientRef(row.text(1)), therapist: row.optionalText(2).map(TherapistRef.init),
            tier: Tier(rawValue: row.text(3)) ?? .now, state: FollowUp.State(rawValue: row.text(4)) ?? .open,
            owner: Role(rawValue: row.text(5)) ?? .clinicalLead, openedAt: WallTime(seconds: row.int64(6)),
            contactBy: WallTime(seconds: row.int64(7)), takenBy: row.optionalText(8).flatMap { PersonID($0) },
            tierSince: WallTime(seconds: row.int64(10)), reopenedAt: row.optionalInt64(11).map(WallTime.init(seconds:)),
            startsQuiet: row.int64(9) != 0, sessions: sessions,
            origin: FollowUp.Origin(rawValue: row.text(12)) ?? .missedSession, about: row.text(13))
        followUp.reminder = row.optionalInt64(14).map {
            Reminder(at: WallTime(seconds: $0), note: row.optionalText(15) ?? "")
        }
        return followUp
    }

    /// Counts every change that a person sees on the follow-up; zero for one that there is not.
    package func version(of id: FollowUpID) throws -> Int64 {
        try connection.first("SELECT version FROM follow_up WHERE id = $1", [.text(id.text)]) { $0.int64(0) } ?? 0
    }

    /// The newest audit row about a follow-up or one of its tasks, those apart that change nothing on it: pages and names shown.
    package func lastChange(of id: FollowUpID) throws -> AuditRow? {
        try connection.first(
            """
            SELECT sequence, at, actor, act, subject, reason, event FROM audit
            WHERE (subject = $1 OR subject IN (
                    SELECT 'task:' || id FROM task
                    WHERE follow_up = $1 OR (subject_kind = 'follow_up' AND subject_id = $1)))
                AND act NOT IN (\(Self.changesNothing.map { "'\($0.rawValue)'" }.joined(separator: ", ")))
            ORDER BY sequence DESC LIMIT 1
            """, [.text(id.text)], row: Self.auditRow)
    }

    private static let changesNothing: [EventKind] = [
        .namesShown, .sessionAssessed, .pagingBegun, .pagingResumed, .pageMade, .pageTaken, .pageNotTaken,
        .deliveryAdded,
        .deliverySent, .deliveryFailed, .deliveryGivenUp, .fhirTaskWritten,
    ]

    // MARK: What people read

    /// Open follow-ups in the fixed order of the queue: `now` first, then overdue, then tier, then contact-by, then longest
    /// waiting (ux.md). What a person has put off comes after the others of its tier.
    package func queue(at now: WallTime, limit: Int) throws -> [FollowUp] {
        let ids = try connection.all(
            """
            SELECT id FROM follow_up WHERE store = $1 AND state <> 'closed'
            ORDER BY CASE tier WHEN 'now' THEN 0 ELSE 1 END, CASE WHEN contact_by < $2 THEN 0 ELSE 1 END,
                CASE tier WHEN 'today' THEN 1 WHEN 'next' THEN 2 ELSE 3 END,
                CASE WHEN remind_at > $2 AND contact_by >= $2 AND tier IN ('next', 'routine') THEN 1 ELSE 0 END,
                contact_by, opened_at, id
            LIMIT $3
            """, [.text(store), .integer(now.seconds), .integer(limit)]
        ) { FollowUpID($0.text(0)) }
        return try ids.compactMap { id in try id.flatMap { try followUp($0) } }
    }

    /// The newest assessment of each session of a follow-up, newest session first.
    /// - Parameter presentOnly: leave out what was found absent or is not known. Of some forty findings few are present, and a
    ///   long queue is mostly the reading of the others.
    package func assessments(of id: FollowUpID, presentOnly: Bool = false) throws -> [StoredAssessment] {
        let body = presentOnly ? Self.presentBody : "body"
        let decoder = JSONDecoder()
        var seen: Set<SessionKey> = []
        return try connection.all(
            """
            SELECT session_id, starts_at, outcome, assessed_at, policy, \(body) FROM assessment
            WHERE follow_up = $1 ORDER BY starts_at DESC, session_id DESC, id DESC
            """, [.text(id.text)]
        ) { row in
            StoredAssessment(
                session: SessionKey(id: row.text(0), start: WallTime(seconds: row.int64(1))),
                outcome: Outcome(rawValue: row.text(2)) ?? .missed, assessedAt: WallTime(seconds: row.int64(3)),
                policy: row.text(4), assessment: try decoder.decode(Assessment.self, from: Data(row.text(5).utf8)))
        }.filter { seen.insert($0.session).inserted }
    }

    private static let presentBody = """
        json_set(body, '$.findings', json((SELECT json_group_array(json(value))
            FROM json_each(body, '$.findings') WHERE json_extract(value, '$.state') = 'present')))
        """

    package func openTasks(of id: FollowUpID) throws -> [KnownTask] {
        try connection.all(
            """
            SELECT \(Self.taskColumns) FROM task WHERE follow_up = $1 AND state = 'open' ORDER BY due_at, id
            """, [.text(id.text)]
        ) { row in KnownTask(id: row.int64(0), task: Self.task(row)) }
    }

    /// Open questions that belong to no follow-up: outcomes nobody recorded, rows nobody can read.
    package func questions(limit: Int) throws -> [KnownTask] {
        try connection.all(
            """
            SELECT \(Self.taskColumns) FROM task WHERE store = $1 AND follow_up IS NULL AND state = 'open' ORDER BY due_at, id LIMIT $2
            """, [.text(store), .integer(limit)]
        ) { row in KnownTask(id: row.int64(0), task: Self.task(row)) }
    }

    package func attempts(of id: FollowUpID) throws -> [Attempt] {
        try connection.all(
            "SELECT at, by, channel, outcome, note, reason FROM attempt WHERE follow_up = $1 ORDER BY id",
            [.text(id.text)]
        ) { row in
            PersonID(row.text(1)).map { person in
                Attempt(
                    at: WallTime(seconds: row.int64(0)), by: person,
                    channel: Attempt.Channel(rawValue: row.text(2)) ?? .phone,
                    outcome: Attempt.Outcome(rawValue: row.text(3)) ?? .noAnswer, note: row.text(4),
                    reason: row.optionalText(5).map { MissReason(rawValue: $0) ?? .other })
            }
        }.compactMap(\.self)
    }

    /// What the audit chain says of one follow-up, oldest first.
    package func history(of id: FollowUpID) throws -> [AuditRow] {
        try connection.all(
            "SELECT sequence, at, actor, act, subject, reason, event FROM audit WHERE subject = $1 ORDER BY sequence",
            [.text(id.text)], row: Self.auditRow)
    }

    /// Audit rows after `sequence`, for the journal.
    package func audit(after sequence: Int64, limit: Int) throws -> [AuditRow] {
        try connection.all(
            """
            SELECT sequence, at, actor, act, subject, reason, event FROM audit
            WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """, [.integer(sequence), .integer(limit)], row: Self.auditRow)
    }

    static func auditRow(_ row: any SQLStatement) -> AuditRow {
        AuditRow(
            sequence: row.int64(0), at: WallTime(seconds: row.int64(1)), actor: row.text(2), act: row.text(3),
            subject: row.text(4), reason: row.text(5), event: row.text(6))
    }

    package func counts(at now: WallTime) throws -> LedgerCounts {
        var counts = LedgerCounts()
        try connection.each(
            "SELECT tier, count(*), sum(contact_by < $1) FROM follow_up WHERE store = $2 AND state <> 'closed' GROUP BY tier",
            [.integer(now.seconds), .text(store)]
        ) { row in
            if let tier = Tier(rawValue: row.text(0)) { counts.open[tier] = Int(row.int64(1)) }
            counts.overdue += Int(row.int64(2))
        }
        counts.questions = Int(
            try connection.first(
                "SELECT count(*) FROM task WHERE store = $1 AND follow_up IS NULL AND state = 'open'", [.text(store)]
            ) { $0.int64(0) } ?? 0)
        return counts
    }

    /// Open questions that belong to no follow-up, by kind.
    package func questionCounts() throws -> [String: Int] {
        let counts = try connection.all(
            """
            SELECT kind, count(*) FROM task WHERE store = $1 AND follow_up IS NULL AND state = 'open' GROUP BY kind
            """, [.text(store)]
        ) { ($0.text(0), Int($0.int64(1))) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    package func closeReason(of id: FollowUpID) throws -> CloseReason? {
        try connection.first("SELECT close_reason FROM follow_up WHERE id = $1", [.text(id.text)]) { row in
            CloseReason(rawValue: row.text(0))
        } ?? nil
    }

    package func lastAuditSequence() throws -> Int64 {
        try connection.first("SELECT coalesce(max(sequence), 0) FROM audit") { $0.int64(0) } ?? 0
    }

    package func meta(_ name: String) throws -> String? {
        try connection.first("SELECT value FROM meta WHERE name = $1", [.text(name)]) { $0.text(0) }
    }
}

package struct LedgerCounts: Sendable, Hashable {
    package var open: [Tier: Int] = [:]
    package var overdue = 0
    package var questions = 0
}

/// An assessment as it was made, with the policy that made it.
package struct StoredAssessment: Sendable, Hashable {
    package var session: SessionKey
    package var outcome: Outcome
    package var assessedAt: WallTime
    package var policy: String
    package var assessment: Assessment
}
