/// `prior_misses`: misses in the year before, a late cancel counting half (McQueenie 2019).
package struct PriorMisses: RiskFactor {
    package static let id: RuleID = "prior_misses"
    package static let domain = Domain.attendance

    private let windowDays: Int
    /// In half misses, so that a late cancel is a whole number.
    private let lateCancelHalves: Int
    private let bands: [Band]

    package init(reading reader: ConfigReader) {
        windowDays = reader.integer("window_days", in: 1...3_650)
        lateCancelHalves = reader.integer("late_cancel_halves", in: 0...2)
        bands = reader.sections("bands").map { row in
            let band = Band(
                values: row.range("half_misses"), days: 0...0, points: row.integer("points", in: 0...6),
                basis: row.text("basis"))
            row.refuseUnknownKeys()
            return band
        }
    }

    package func finding(in evidence: Evidence) -> Finding {
        let prior = evidence.priorMissed(withinDays: windowDays, lateCancelHalves: lateCancelHalves)
        guard let newest = prior.newest, let band = bands.row(value: prior.halves, age: 0) else {
            return absent(evidence.words(nil, windowDays) { "no missed session in the \($0.number) days before" })
        }
        return present(
            band, day: newest,
            evidence.words(newest, prior.halves, windowDays) { facts in
                let count = facts.number % 2 == 0 ? "\(facts.number / 2)" : "\(facts.number / 2).5"
                return "\(count) missed in the \(facts.other) days before, last \(facts.onDay)"
            })
    }
}
