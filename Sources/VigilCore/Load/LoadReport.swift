/// What vigil asks of people: follow-ups per therapist and day, how soon they were acted on, and the clinic's targets beside it.
///
/// About work, and about nobody who is followed up: nothing in it tells one client from another.
package struct LoadReport: Sendable, Hashable {
    /// One follow-up, as the ledger holds it.
    package struct Item: Sendable, Hashable {
        package var therapist: TherapistRef?
        /// The highest that it had.
        package var tier: Tier
        package var openedAt: WallTime
        package var contactBy: WallTime
        package var firstAttemptAt: WallTime?
        /// When somebody first spoke with the client.
        package var firstContactAt: WallTime?
        package var closedAt: WallTime?
        package var origin: FollowUp.Origin

        package init(
            therapist: TherapistRef?, tier: Tier, openedAt: WallTime, contactBy: WallTime, firstAttemptAt: WallTime?,
            firstContactAt: WallTime?, closedAt: WallTime?, origin: FollowUp.Origin
        ) {
            self.therapist = therapist
            self.tier = tier
            self.openedAt = openedAt
            self.contactBy = contactBy
            self.firstAttemptAt = firstAttemptAt
            self.firstContactAt = firstContactAt
            self.closedAt = closedAt
            self.origin = origin
        }
    }

    /// How long something took, over the follow-ups of which it is known.
    package struct Times: Sendable, Hashable, Codable {
        package var count: Int
        /// Minutes; nil when nothing was measured. Of an even number the lower of the middle two.
        package var medianMinutes: Int?
        /// Nine of ten took no longer.
        package var ninthDecileMinutes: Int?

        package init(_ seconds: [Int64]) {
            let sorted = seconds.map { max(0, $0) }.sorted()
            count = sorted.count
            medianMinutes = sorted.isEmpty ? nil : Int(sorted[(sorted.count - 1) / 2] / 60)
            ninthDecileMinutes = sorted.isEmpty ? nil : Int(sorted[(sorted.count * 9 + 9) / 10 - 1] / 60)
        }

        enum CodingKeys: String, CodingKey {
            case count
            case medianMinutes = "median_minutes"
            case ninthDecileMinutes = "ninth_decile_minutes"
        }
    }

    package struct Share: Sendable, Hashable {
        package var tiers: [Tier: Int]
        /// Of those that rest on a missed session.
        package var tiersOfMisses: [Tier: Int]
        package var checkUps: Int
        package var firstAttempt: Times
        package var contact: Times
        package var closure: Times
        /// First attempt after its time, or none and the time has passed.
        package var overdue: Int
        package var stillOpen: Int

        package var followUps: Int { tiers.values.reduce(0, +) }

        init(_ items: [Item], at now: WallTime) {
            tiers = Dictionary(grouping: items, by: \.tier).mapValues(\.count)
            tiersOfMisses = Dictionary(grouping: items.filter { $0.origin == .missedSession }, by: \.tier)
                .mapValues(\.count)
            checkUps = items.count { $0.origin == .checkUp }
            firstAttempt = Times(items.compactMap { item in item.firstAttemptAt?.seconds(since: item.openedAt) })
            contact = Times(items.compactMap { item in item.firstContactAt?.seconds(since: item.openedAt) })
            closure = Times(items.compactMap { item in item.closedAt?.seconds(since: item.openedAt) })
            overdue = items.count { item in
                // Closed without an attempt, by a kept session or a correction: late only when that came after its time.
                if let attempt = item.firstAttemptAt { return attempt > item.contactBy }
                return (item.closedAt ?? now) > item.contactBy
            }
            stillOpen = items.count { $0.closedAt == nil }
        }
    }

    package struct TherapistShare: Sendable, Hashable {
        package var therapist: TherapistRef?
        package var share: Share
    }

    package struct DayCount: Sendable, Hashable {
        package var day: LocalDay
        package var followUps: Int
    }

    package var from: LocalDay
    /// Included.
    package var to: LocalDay
    package var workingDays: Int
    /// Sessions that were recorded as missed in these days.
    package var missed: Int
    package var whole: Share
    /// In the order of the therapists' ids; without a therapist last.
    package var therapists: [TherapistShare]
    /// Days on which a follow-up was opened.
    package var days: [DayCount]

    /// - Parameter items: follow-ups opened between the two days.
    package init(
        _ items: [Item], missed: Int, from: LocalDay, to: LocalDay, hours: WorkingHours, zone: Zone, now: WallTime
    ) {
        self.from = from
        self.to = to
        self.missed = missed
        workingDays = (0...max(0, to.days(since: from))).count { hours.isWorkingDay(from.adding(days: $0)) }
        whole = Share(items, at: now)
        therapists = Dictionary(grouping: items, by: \.therapist)
            .map { TherapistShare(therapist: $0.key, share: Share($0.value, at: now)) }
            .sorted { left, right in
                guard let one = left.therapist else { return false }
                guard let other = right.therapist else { return true }
                return one.storeID.utf8.lexicographicallyPrecedes(other.storeID.utf8)
            }
        days = Dictionary(grouping: items) { zone.day(of: $0.openedAt) }
            .map { DayCount(day: $0.key, followUps: $0.value.count) }.sorted { $0.day < $1.day }
    }

    /// Follow-ups of a tier that rest on a missed session, in a thousand of those; nil when none was missed.
    package func perMilleOfMisses(_ tier: Tier) -> Int? {
        missed == 0 ? nil : ((whole.tiersOfMisses[tier] ?? 0) * 1_000 + missed / 2) / missed
    }

    /// Follow-ups of a share on a working day, in tenths.
    package func tenthsPerDay(_ share: Share) -> Int {
        workingDays == 0 ? 0 : (share.followUps * 10 + workingDays / 2) / workingDays
    }
}
