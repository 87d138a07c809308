/// `missed_in_a_row`: the counted session before this one was missed too.
package struct MissedInARow: RiskFactor {
    package static let id: RuleID = "missed_in_a_row"
    package static let domain = Domain.attendance

    private let band: Band

    package init(reading reader: ConfigReader) {
        band = Band(
            values: 0...0, days: 0...0, points: reader.integer("points", in: 0...6), basis: reader.text("basis"))
    }

    package func finding(in evidence: Evidence) -> Finding {
        guard let previous = evidence.lastBefore(where: \.isCounted) else {
            return unknown("no earlier session is on file")
        }
        return previous.outcome.isMiss
            ? present(
                band, day: previous.day,
                evidence.words(previous.day) { "the session before, \($0.onDay), was missed too" })
            : absent(evidence.words(previous.day) { "the session before, \($0.onDay), was kept" })
    }
}
