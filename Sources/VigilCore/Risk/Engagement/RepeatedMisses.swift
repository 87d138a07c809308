/// `repeated_misses`: several of the last counted sessions, this one included, missed or late-cancelled.
package struct RepeatedMisses: EngagementFlag {
    package static let id: RuleID = "repeated_misses"
    private let atLeast: Int
    private let ofLast: Int

    package init(reading reader: ConfigReader) {
        atLeast = reader.integer("at_least", in: 1...20)
        ofLast = reader.integer("of_last", in: 1...20)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        let (missed, counted) = evidence.missed(ofLast: ofLast)
        guard missed >= atLeast else { return nil }
        return (
            nil,
            evidence.words(nil, missed, counted) {
                "\($0.number) of the last \($0.other) sessions missed or cancelled late"
            }
        )
    }
}
