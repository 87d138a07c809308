/// Who has how much to do now: open follow-ups per therapist, and per person who has taken them or role that answers for them.
package struct Caseload: Sendable, Hashable {
    /// An open follow-up.
    package struct Item: Sendable, Hashable {
        package var therapist: TherapistRef?
        package var owner: Role
        package var takenBy: PersonID?
        package var tier: Tier
        package var openedAt: WallTime
        package var contactBy: WallTime

        package init(
            therapist: TherapistRef?, owner: Role, takenBy: PersonID?, tier: Tier, openedAt: WallTime,
            contactBy: WallTime
        ) {
            self.therapist = therapist
            self.owner = owner
            self.takenBy = takenBy
            self.tier = tier
            self.openedAt = openedAt
            self.contactBy = contactBy
        }
    }

    /// Who has it: the person who took it, else the role that answers for it.
    package enum Holder: Sendable, Hashable {
        case person(PersonID)
        case role(Role)

        package var text: String {
            switch self {
            case .person(let id): id.text
            case .role(let role): role.rawValue
            }
        }
    }

    package struct Share: Sendable, Hashable {
        package var open = 0
        package var tiers: [Tier: Int] = [:]
        package var overdue = 0
        package var notTaken = 0
        /// Whole days; nil when nothing is open.
        package var oldestDays: Int?

        mutating func add(_ item: Item, _ now: WallTime) {
            open += 1
            tiers[item.tier, default: 0] += 1
            if item.contactBy < now { overdue += 1 }
            if item.takenBy == nil { notTaken += 1 }
            oldestDays = max(oldestDays ?? 0, Int(now.seconds(since: item.openedAt) / 86_400))
        }
    }

    package var total = Share()
    package var therapists: [TherapistRef?: Share] = [:]
    package var holders: [Holder: Share] = [:]

    package init(_ items: [Item], now: WallTime) {
        for item in items {
            total.add(item, now)
            therapists[item.therapist, default: Share()].add(item, now)
            holders[item.takenBy.map(Holder.person) ?? .role(item.owner), default: Share()].add(item, now)
        }
    }
}
