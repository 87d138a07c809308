/// When to make contact. Named by time, never by danger: the order says who is called first, not who will come to harm.
package enum Tier: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case routine
    case next
    case today
    case now

    private var order: Int {
        switch self {
        case .routine: 0
        case .next: 1
        case .today: 2
        case .now: 3
        }
    }

    package static func < (left: Tier, right: Tier) -> Bool {
        left.order < right.order
    }

    /// One step down; `next` and `routine` give `routine`.
    package var lowered: Tier {
        switch self {
        case .now: .today
        case .today: .next
        case .next, .routine: .routine
        }
    }
}
