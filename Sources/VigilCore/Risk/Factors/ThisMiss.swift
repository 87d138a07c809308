/// `this_miss`: this session was missed without a word. A late cancel is a word; an outcome not recorded is not known.
package struct ThisMiss: RiskFactor {
    package static let id: RuleID = "this_miss"
    package static let domain = Domain.attendance

    private let band: Band

    package init(reading reader: ConfigReader) {
        band = Band(
            values: 0...0, days: 0...0, points: reader.integer("points", in: 0...6), basis: reader.text("basis"))
    }

    package func finding(in evidence: Evidence) -> Finding {
        switch (evidence.index.outcome, evidence.index.basis) {
        case (.missed, _): present(band, day: evidence.day, "the session was missed without a word")
        case (.missedUnmarked, .neverRecorded):
            present(band, day: evidence.day, "outcome not recorded by the end of the next working day")
        case (.missedUnmarked, _), (.unmarked, _), (.unrecognised, _): unknown("outcome not recorded")
        case (.lateCancel, _): absent("the client was in touch before the session")
        default: absent("not a missed session")
        }
    }
}
