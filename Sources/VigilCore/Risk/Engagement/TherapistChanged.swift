/// `therapist_changed`: a new therapist in the last weeks.
package struct TherapistChanged: EngagementFlag {
    package static let id: RuleID = "therapist_changed"
    private let days: ClosedRange<Int>

    package init(reading reader: ConfigReader) {
        days = reader.range("days")
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard let day = evidence.clinical.therapistChangedOn.value, days.contains(evidence.day.days(since: day)) else {
            return nil
        }
        return (day, evidence.words(day) { "a new therapist since \($0.dayWords)" })
    }
}
