/// `trauma_focused_early`: the first sessions of a trauma-focused protocol (Lewis 2020; Gutner 2016).
package struct TraumaFocusedEarly: EngagementFlag {
    package static let id: RuleID = "trauma_focused_early"
    private let sessions: ClosedRange<Int>

    package init(reading reader: ConfigReader) {
        sessions = reader.range("sessions_attended")
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard let treatment = evidence.clinical.treatment, treatment.traumaFocused.value == true,
            let attended = treatment.sessionsAttended.value, sessions.contains(attended)
        else { return nil }
        return (nil, evidence.words(nil, attended) { "\($0.number) sessions into trauma-focused work" })
    }
}
