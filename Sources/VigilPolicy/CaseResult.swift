package import VigilCore

/// What the policy says about one worked example: the answer of `vigil policy evaluate` (clinical.md section 9).
package struct CaseResult: Sendable, Hashable, Codable {
    package var id: String
    /// `routine` when resolved.
    package var tier: Tier
    package var tierBeforeResolution: Tier
    /// Before floors.
    package var points: Int
    package var floors: [RuleID]
    package var findings: [CaseFinding]
    package var engagement: [RuleID]
    package var resolved: Bool
    /// False for a session that was called off.
    package var scored: Bool
    package var pageOnCall: Bool
    /// Hours that the tier's protocol gives to the first contact, a working day as 24; nil when resolved.
    package var firstContactHours: Int?
    /// An attempt dated on or after the day of the session: the incident path.
    package var incident: Bool
    package var dataProblems: [DataProblem]

    enum CodingKeys: String, CodingKey {
        case id, tier, points, floors, findings, engagement, resolved, scored, incident
        case tierBeforeResolution = "tier_before_resolution"
        case pageOnCall = "page_on_call"
        case firstContactHours = "first_contact_hours"
        case dataProblems = "data_problems"
    }

    init(id: String, assessment: Assessment, evidence: Evidence, readingProblems: [DataProblem], policy: Policy) {
        self.id = id
        tier = assessment.tier
        tierBeforeResolution = assessment.tierBeforeResolution
        points = assessment.points
        floors = assessment.floors.map(\.rule)
        findings = (assessment.findings + assessment.floors + assessment.engagement).map {
            CaseFinding($0, on: evidence.day)
        }
        engagement = assessment.engagement.map(\.rule)
        resolved = assessment.resolution != nil
        scored = assessment.scored
        pageOnCall = assessment.tier == .now
        firstContactHours =
            assessment.resolution == nil ? policy.protocols[assessment.tier]?.tasks.first?.due.nominalHours : nil
        incident = assessment.incident
        let problems = Set(assessment.dataProblems + readingProblems)
        dataProblems = DataProblem.allCases.filter { problems.contains($0) }
    }
}

/// A finding with its day as days relative to the session, as the example itself counts.
package struct CaseFinding: Sendable, Hashable, Codable {
    package var rule: RuleID
    /// Nil for floors and engagement flags.
    package var domain: Domain?
    package var state: Finding.State
    package var points: Int
    /// 0 is the day of the session, -3 three days before.
    package var day: Int?
    package var reason: String
    package var citation: String

    init(_ finding: Finding, on day: LocalDay) {
        rule = finding.rule
        domain = finding.domain
        state = finding.state
        points = finding.points
        self.day = finding.day.map { $0.days(since: day) }
        reason = finding.reason
        citation = finding.basis
    }
}

/// An example that cannot be evaluated: which one, which field, and what is wrong. Never a value.
package struct CaseError: Sendable, Hashable, Codable {
    /// Counted from 1.
    package var position: Int
    /// Nil when the example has none that can be read.
    package var id: String?
    package var field: String
    package var problem: String
}

/// One entry of the answer, in the order of the file.
package enum CaseOutcome: Sendable, Hashable, Encodable {
    case result(CaseResult)
    case error(CaseError)

    private enum CodingKeys: String, CodingKey {
        case id, error
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .result(let result): try result.encode(to: encoder)
        case .error(let error):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(error.id, forKey: .id)
            try container.encode(error, forKey: .error)
        }
    }
}

extension DueRule {
    fileprivate var nominalHours: Int {
        switch self {
        case .hours(let hours): hours
        case .sameWorkingDay(let hours, _): hours
        case .endOfNextWorkingDay: 24
        }
    }
}
