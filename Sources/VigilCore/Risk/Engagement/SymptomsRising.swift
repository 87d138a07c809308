/// `symptoms_rising`: PCL-5 went up between the last two.
package struct SymptomsRising: EngagementFlag {
    package static let id: RuleID = "symptoms_rising"
    private let riseAtLeast: Int

    package init(reading reader: ConfigReader) {
        riseAtLeast = reader.integer("pcl5_rise_at_least", in: 1...80)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard !evidence.clinical.screens.isEmpty else { return nil }
        let totals = evidence.clinical.screens.compactMap { screen -> (day: LocalDay, total: Int)? in
            guard screen.instrument == .pcl5, let day = screen.day.value, evidence.age(day) != nil,
                let total = screen.total.value
            else { return nil }
            return (day, total)
        }.sorted { $0.day < $1.day }
        guard totals.count >= 2, let last = totals.last else { return nil }
        let before = totals[totals.count - 2]
        guard last.total - before.total >= riseAtLeast else { return nil }
        return (
            last.day,
            evidence.words(last.day, before.total, last.total) {
                "PCL-5 rose from \($0.number) to \($0.other) \($0.onDay)"
            }
        )
    }
}
