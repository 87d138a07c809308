/// `clinician_flag`: a flag of special concern that a clinician set and nobody lifted.
package struct ClinicianFlagFactor: RiskFactor {
    package static let id: RuleID = "clinician_flag"
    package static let domain = Domain.ideation

    private let points: Int
    private let basis: String

    package init(reading reader: ConfigReader) {
        points = reader.integer("points", in: 0...6)
        basis = reader.text("basis")
    }

    package func finding(in evidence: Evidence) -> Finding {
        switch evidence.clinical.clinicianFlag.active {
        case .value(true):
            let since = evidence.clinical.clinicianFlag.since.value
            return Finding(
                Self.id, Self.domain, .present, points: points, day: since,
                reason: evidence.words(since) { facts in
                    "a clinician's flag is active\(facts.day == nil ? "" : " since \(facts.dayWords)")"
                }, basis: basis)
        case .value(false), .absent: return absent("no active clinician's flag")
        case .invalid: return unknown("the clinician's flag on file cannot be read")
        }
    }
}
