/// When a delivery that failed is tried again.
package enum RetrySchedule {
    package enum Decision: Sendable, Hashable {
        case again(afterSeconds: Int)
        case giveUp
    }

    /// Pages: 1, 2, 4 … 60 s and never an end, permanent failures too, since a person may mend the setting meanwhile.
    /// Anything else: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then given up (ux.md, "Channels").
    ///
    /// - Parameters:
    ///   - attempt: tries so far, at least 1.
    ///   - jitter: random bits; up to a fifth is added, so that many deliveries do not come back at one moment.
    package static func decide(
        attempt: Int, failure: SendFailure, isUrgent: Bool, jitter: UInt64
    ) -> Decision {
        let base: Int
        if isUrgent {
            base = min(longestUrgentSeconds, 1 << min(attempt - 1, 6))
        } else {
            guard !failure.isPermanent, attempt <= slow.count else { return .giveUp }
            base = slow[attempt - 1]
        }
        let asked = failure.retryAfterSeconds.map {
            min(max($0, 0), isUrgent ? longestUrgentSeconds : longestAskedSeconds)
        }
        let wait = max(base, asked ?? 0)
        return .again(afterSeconds: wait + Int(jitter % UInt64(wait / 5 + 1)))
    }

    private static let slow = [5, 300, 1_800, 7_200, 18_000, 36_000]
    /// Also the most that a Retry-After can hold back a page: by then the next channel has it.
    package static let longestUrgentSeconds = 60
    /// A server that asks for more than a day is as good as gone.
    private static let longestAskedSeconds = 86_400
    /// The longest wait of a delivery that is not urgent, jitter included.
    package static let longestSlowSeconds = longestAskedSeconds * 6 / 5
}
