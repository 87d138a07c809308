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
        var halves = 0
        var newest: LocalDay?
        for session in evidence.sessions.reversed() where session.record.start < evidence.index.record.start {
            guard evidence.day.days(since: session.day) <= windowDays else { break }
            guard session.outcome.isMiss else { continue }
            halves += session.outcome == .lateCancel ? lateCancelHalves : 2
            newest = newest ?? session.day
        }
        guard let newest, let band = bands.row(value: halves, age: 0) else {
            return absent("no missed session in the \(windowDays) days before")
        }
        let count = halves % 2 == 0 ? "\(halves / 2)" : "\(halves / 2).5"
        return present(
            band, day: newest, "\(count) missed in the \(windowDays) days before, last \(evidence.on(newest))")
    }
}
