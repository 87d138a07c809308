/// Who gets a digest, and when: once a day, at a set time, and late rather than never.
package struct DigestRound: Sendable, Hashable {
    /// Minute of the day, in the practice's zone.
    package var minute: Int

    package init(minute: Int) {
        self.minute = minute
    }

    /// - Parameter last: the day of the person's last digest.
    /// - Returns: the day whose digest is due, or nil. A daemon that was down at the hour sends it when it is back the same day;
    ///   a clock that was set back sends none twice.
    package func day(
        dueAt now: WallTime, last: LocalDay?, role: Role, zone: Zone, hours: WorkingHours
    ) -> LocalDay? {
        let today = zone.day(of: now)
        // A last day further ahead than tomorrow is of a clock that was wrong, and must not silence the digest until then.
        let isDone = last.map { $0 >= today && $0 <= today.adding(days: 1) } ?? false
        guard !isDone, now >= zone.time(on: today, secondOfDay: minute * 60) else {
            return nil
        }
        // Who answers for follow-ups out of hours hears of them every day.
        let isEveryDay = role == .onCall || role == .clinicalLead
        return isEveryDay || hours.isWorkingDay(today) ? today : nil
    }

    /// The counts that a person's digest says; nil when there is nothing to say.
    package static func digest(
        of followUps: [FollowUp], for person: Person, at now: WallTime, mayBeMissing: Bool
    ) -> Message.Digest? {
        let own = followUps.filter { person.maySee($0) }
        guard !own.isEmpty || mayBeMissing else { return nil }
        let open = Dictionary(grouping: own, by: \.tier.rawValue).mapValues(\.count)
        return Message.Digest(
            open: open, overdue: own.count { $0.contactBy < now }, mayBeMissing: mayBeMissing)
    }
}
