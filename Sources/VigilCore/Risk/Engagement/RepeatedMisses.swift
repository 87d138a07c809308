/// `repeated_misses`: several of the last counted sessions, this one included, missed or late-cancelled.
package struct RepeatedMisses: EngagementFlag {
    package static let id: RuleID = "repeated_misses"
    private let atLeast: Int
    private let ofLast: Int

    package init(reading reader: ConfigReader) {
        atLeast = reader.integer("at_least", in: 1...20)
        ofLast = reader.integer("of_last", in: 1...20)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, text: String)? {
        let included = evidence.index.outcome.isCounted ? 1 : 0
        let earlier = evidence.countedBefore.suffix(ofLast - included)
        let missed = earlier.count { $0.outcome.isMiss } + (evidence.isScoredMiss ? 1 : 0)
        guard missed >= atLeast else { return nil }
        return (nil, "\(missed) of the last \(earlier.count + included) sessions missed or cancelled late")
    }
}
