/// `anniversary`: a recorded date is near. Lore for misses; shown, and the "one more" beside `trauma_focused_early`.
package struct AnniversaryNear: EngagementFlag {
    package static let id: RuleID = "anniversary"
    private let withinDays: Int

    package init(reading reader: ConfigReader) {
        withinDays = reader.integer("within_days", in: 0...60)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard let date = evidence.clinical.traumaAnniversary.value, date.distance(from: evidence.day) <= withinDays
        else {
            return nil
        }
        return (nil, "a date that the client has told us about is near")
    }
}
