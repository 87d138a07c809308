/// `self_injury`: non-suicidal self-injury on file, by age; without a date it counts as long ago.
package struct SelfInjuryFactor: RiskFactor {
    package static let id: RuleID = "self_injury"
    package static let domain = Domain.behaviour

    private let bands: [Band]

    package init(reading reader: ConfigReader) {
        bands = reader.bands()
    }

    package func finding(in evidence: Evidence) -> Finding {
        var best: Finding?
        for injury in evidence.clinical.selfInjuries {
            let day = injury.day.value
            guard let age = day == nil ? Int.max : evidence.age(injury.day), let band = bands.row(age: age) else {
                continue
            }
            let reason = evidence.words(day) { facts in
                facts.day == nil ? "self-injury is on file, undated" : "self-injury is on file \(facts.onDay)"
            }
            if best.map({ $0.points < band.points }) ?? true { best = present(band, day: day, reason) }
        }
        return best ?? unknown("no self-injury is on file, which does not say that there was none")
    }
}
