/// Putting a follow-up off, within its deadline (ux.md: only next and routine, never past the deadline, with a reason).
extension Lifecycle {
    func remind(_ at: WallTime, _ note: String, _ situation: Situation, _ now: WallTime) throws(Refusal) -> [Step] {
        let followUp = situation.followUp
        guard Reminder.tiers.contains(followUp.tier) else { throw .tooUrgentToPutOff }
        if note.isEmpty { throw .needsNote }
        // One that is overdue has no time left to be put off in, whatever time is named.
        let deadline = situation.tasks.map(\.task.due).min().map { min($0, followUp.contactBy) } ?? followUp.contactBy
        if at > deadline || deadline < now { throw .pastDeadline }
        if at <= now { throw .notInTheFuture }
        return [(.putOff(followUp.id, until: at, note: note), .personDecided)]
    }
}

/// That a person has put a follow-up off, and why.
package struct Reminder: Sendable, Hashable {
    package var at: WallTime
    /// A person's words; stays in the ledger.
    package var note: String

    package init(at: WallTime, note: String) {
        self.at = at
        self.note = note
    }

    /// What may be put off.
    package static let tiers: Set<Tier> = [.next, .routine]
}

extension FollowUp {
    /// The reminder while it holds: it ends by time, and when the follow-up is overdue or has risen. What a person does about the
    /// follow-up ends it in the ledger.
    package func reminder(holdingAt now: WallTime) -> Reminder? {
        guard let reminder, state != .closed, Reminder.tiers.contains(tier), reminder.at > now, contactBy >= now else {
            return nil
        }
        return reminder
    }
}
