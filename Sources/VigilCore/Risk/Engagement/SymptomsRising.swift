/// `symptoms_rising`: PCL-5 went up between the last two.
package struct SymptomsRising: EngagementFlag {
    package static let id: RuleID = "symptoms_rising"
    private let riseAtLeast: Int

    package init(reading reader: ConfigReader) {
        riseAtLeast = reader.integer("pcl5_rise_at_least", in: 1...80)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, text: String)? {
        let totals = evidence.clinical.screens.compactMap { screen -> (day: LocalDay, total: Int)? in
            guard screen.instrument == .pcl5, let day = screen.day.value, evidence.age(day) != nil,
                let total = screen.total.value
            else { return nil }
            return (day, total)
        }.sorted { $0.day < $1.day }
        guard totals.count >= 2, let last = totals.last else { return nil }
        let before = totals[totals.count - 2]
        guard last.total - before.total >= riseAtLeast else { return nil }
        return (last.day, "PCL-5 rose from \(before.total) to \(last.total) \(evidence.on(last.day))")
    }
}
