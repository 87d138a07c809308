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

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard let last = evidence.lastBefore(where: \.isAttended)?.day else { return nil }
        let gap = evidence.day.days(since: last)
        // Before the days are collected: most clients have been here lately.
        guard gap >= atLeastDays else { return nil }
        let days = evidence.daysAttendedBefore
        guard days.count >= needsAttended else { return nil }
        var gaps: [Int] = []
        gaps.reserveCapacity(days.count)
        for index in 1..<days.count { gaps.append(days[index].days(since: days[index - 1])) }
        gaps.sort()
        // Twice the median, so that the mean of two middle gaps stays a whole number.
        let doubled = gaps[gaps.count / 2] + gaps[(gaps.count - 1) / 2]
        guard 2 * gap >= timesMedian * doubled else { return nil }
        return (last, evidence.words(last) { "has not come since \($0.dayWords), longer than usual" })
    }
}
