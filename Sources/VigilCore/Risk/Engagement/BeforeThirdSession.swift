/// `before_third_session`: the work has hardly begun.
package struct BeforeThirdSession: EngagementFlag {
    package static let id: RuleID = "before_third_session"
    private let fewerThan: Int

    package init(reading reader: ConfigReader) {
        fewerThan = reader.integer("fewer_attended_than", in: 1...20)
    }

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        guard evidence.attendedBefore(upTo: fewerThan) < fewerThan else { return nil }
        return (nil, evidence.words(nil, fewerThan) { "fewer than \($0.number) sessions attended so far" })
    }
}
