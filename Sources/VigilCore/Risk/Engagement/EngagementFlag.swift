/// A sign that a client may be finding it hard to come: for the therapist's call, never above tier `next`.
///
/// To add one: a file here, a line in `EngagementFlagCatalog`, its numbers under `engagement:` in the policy.
package protocol EngagementFlag: Sendable {
    static var id: RuleID { get }
    init(reading reader: ConfigReader)
    /// The day of the fact behind it and the reason in words, or nil when the flag does not hold.
    func reason(in evidence: Evidence) -> (day: LocalDay?, words: FindingWords)?
}

/// Every engagement flag, one line each, in the order of clinical.md section 5.
package enum EngagementFlagCatalog {
    package static let types: [any EngagementFlag.Type] = [
        TraumaFocusedEarly.self,
        RepeatedMisses.self,
        LengtheningGap.self,
        SymptomsRising.self,
        TherapistChanged.self,
        AnniversaryNear.self,
        TooStressful.self,
        BeforeThirdSession.self,
    ]
}
