import VigilCore
import VigilSQL

/// Rows of follow-ups: opened, changed, put off, closed and opened again.
extension LedgerWriter {
    func open(_ followUp: FollowUp) throws -> String {
        try run(
            """
            INSERT INTO follow_up (id, store, client, therapist, tier, state, owner, opened_at, contact_by, starts_quiet,
                policy, tier_since, origin, about)
            VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                .text(followUp.id.text), .text(store), .text(followUp.client.storeID),
                .text(orNull: followUp.therapist?.storeID), .text(followUp.tier.rawValue),
                .text(followUp.owner.rawValue),
                .integer(followUp.openedAt.seconds), .integer(followUp.contactBy.seconds),
                .integer(followUp.startsQuiet ? 1 : 0), .text(policy), .integer(followUp.tierSince.seconds),
                .text(followUp.origin.rawValue), .text(followUp.about),
            ])
        return followUp.id.text
    }

    /// Open again, in the hands of the person who did it.
    func reopen(
        _ id: FollowUpID, _ person: PersonID, _ contactBy: WallTime, _ note: String
    ) throws -> String {
        try run(
            """
            UPDATE follow_up SET state = 'taken', taken_by = $2, taken_at = $3, contact_by = $4, reopened_at = $3,
                remind_at = NULL, remind_note = NULL, tier_since = $3, closed_at = NULL, closed_by = NULL, close_reason = NULL, close_note = $5,
                version = version + 1
            WHERE id = $1 AND state = 'closed'
            """,
            [.text(id.text), .text(person.text), .integer(at.seconds), .integer(contactBy.seconds), .text(note)])
        return id.text
    }

    /// Changes an open follow-up. Whatever happens to it ends a reminder: it is looked at again.
    func changeFollowUp(
        _ id: FollowUpID, _ assignments: String = "", _ values: [SQLValue] = [], endsReminder: Bool = true
    ) throws {
        let parts = [assignments, endsReminder ? "remind_at = NULL, remind_note = NULL" : "", "version = version + 1"]
        try run(
            """
            UPDATE follow_up SET \(parts.filter { !$0.isEmpty }.joined(separator: ", "))
            WHERE id = $1 AND state <> 'closed'
            """, [.text(id.text)] + values)
    }

    /// What stands beside a follow-up has changed, and with it what a person sees on its page. Closed ones too.
    func touchFollowUp(_ id: FollowUpID) throws {
        try run("UPDATE follow_up SET version = version + 1 WHERE id = $1", [.text(id.text)])
    }

    /// The same for a task that is due at `due`: nothing is put off past its earliest task.
    func touchFollowUp(_ id: FollowUpID, taskDue due: WallTime) throws {
        try run(
            """
            UPDATE follow_up SET version = version + 1,
                remind_at = CASE WHEN remind_at > $2 THEN NULL ELSE remind_at END,
                remind_note = CASE WHEN remind_at > $2 THEN NULL ELSE remind_note END
            WHERE id = $1
            """, [.text(id.text), .integer(due.seconds)])
    }

    /// The same for a task that has ended, or a question about the follow-up.
    func touchFollowUp(ofTask task: Int64) throws {
        try run(
            """
            UPDATE follow_up SET version = version + 1
            WHERE id = (
                SELECT coalesce(follow_up, CASE subject_kind WHEN 'follow_up' THEN subject_id END)
                FROM task WHERE id = $1)
            """, [.integer(task)])
    }

    func close(_ id: FollowUpID, _ reason: CloseReason, _ note: String, _ act: Act) throws {
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
        try endPaging(id)
    }
}
