/// `psychiatric_discharge`: days since a discharge from psychiatric care. A reason that is not known counts as suicide-related.
package struct PsychiatricDischarge: RiskFactor {
    package static let id: RuleID = "psychiatric_discharge"
    package static let domain = Domain.transition

    private let suicideRelatedOrUnknown: [Band]
    private let otherReason: [Band]

    package init(reading reader: ConfigReader) {
        let related = reader.section("suicide_related_or_unknown")
        suicideRelatedOrUnknown = related.bands()
        related.refuseUnknownKeys()
        let other = reader.section("other_reason")
        otherReason = other.bands()
        other.refuseUnknownKeys()
    }

    package func finding(in evidence: Evidence) -> Finding {
        var best: Finding?
        var unreadable = false
        for admission in evidence.clinical.admissions where admission.isPsychiatric {
            unreadable = unreadable || admission.dischargedOn.isInvalid
            guard let day = admission.dischargedOn.value, let age = evidence.age(day) else { continue }
            let isOther = admission.suicideRelated.value == false
            guard let band = (isOther ? otherReason : suicideRelatedOrUnknown).row(age: age) else { continue }
            let words = admission.suicideRelated.words
            let reason = evidence.words(day) { "left psychiatric care \($0.onDay)\(words)" }
            if best.map({ ($0.points, $0.day?.number ?? .min) < (band.points, day.number) }) ?? true {
                best = present(band, day: day, reason)
            }
        }
        if let best { return best }
        return unreadable
            ? unknown("a discharge date on file cannot be read")
            : absent("no discharge from psychiatric care that scores")
    }
}

extension Reading where Value == Bool {
    /// How a discharge's or visit's reason reads after its date.
    package var words: String {
        switch self {
        case .value(true): ", related to suicidality"
        case .value(false): ", for another reason"
        case .absent, .invalid: ", reason not known"
        }
    }
}
