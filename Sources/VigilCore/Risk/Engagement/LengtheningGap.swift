/// `lengthening_gap`: the time since the last attended session is long, and long for this client.
package struct LengtheningGap: EngagementFlag {
    package static let id: RuleID = "lengthening_gap"
    private let atLeastDays: Int
    private let timesMedian: Int
    private let needsAttended: Int

    package init(reading reader: ConfigReader) {
        atLeastDays = reader.integer("at_least_days", in: 1...365)
        timesMedian = reader.integer("times_median_gap", in: 1...20)
        needsAttended = reader.integer("needs_attended", in: 2...50)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, text: String)? {
        let days = evidence.attendedBefore.map(\.day)
        guard days.count >= needsAttended, let last = days.last else { return nil }
        let gap = evidence.day.days(since: last)
        let gaps = zip(days.dropFirst(), days).map { $0.days(since: $1) }.sorted()
        // Twice the median, so that the mean of two middle gaps stays a whole number.
        let doubled = gaps[gaps.count / 2] + gaps[(gaps.count - 1) / 2]
        guard gap >= atLeastDays, 2 * gap >= timesMedian * doubled else { return nil }
        return (last, "has not come since \(last.words(seenFrom: evidence.day)), longer than usual")
    }
}
