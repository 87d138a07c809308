/// `ed_visit_suicidal`: an emergency visit for suicidality, or for a reason that is not known.
package struct EmergencyVisitSuicidal: RiskFactor {
    package static let id: RuleID = "ed_visit_suicidal"
    package static let domain = Domain.transition

    private let bands: [Band]

    package init(reading reader: ConfigReader) {
        bands = reader.bands()
    }

    package func finding(in evidence: Evidence) -> Finding {
        var best: Finding?
        var unreadable = false
        for visit in evidence.clinical.emergencyVisits where visit.suicideRelated.value != false {
            unreadable = unreadable || visit.day.isInvalid
            guard let day = visit.day.value, let age = evidence.age(day), let band = bands.row(age: age) else {
                continue
            }
            if best.map({ ($0.day?.number ?? .min) < day.number }) ?? true {
                let words = visit.suicideRelated.words
                best = present(band, day: day, evidence.words(day) { "emergency visit \($0.onDay)\(words)" })
            }
        }
        if let best { return best }
        return unreadable
            ? unknown("an emergency visit's date cannot be read") : absent("no emergency visit that scores")
    }
}
