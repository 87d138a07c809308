/// `too_stressful`: the reason that the client gave. Asked for at the first contact.
package struct TooStressful: EngagementFlag {
    package static let id: RuleID = "too_stressful"

    package init(reading reader: ConfigReader) {}

    package func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)? {
        evidence.index.record.reason == .tooStressful || evidence.index.given == .tooStressful
            ? (evidence.day, "the client said that it was too stressful") : nil
    }
}
