import Testing
import VigilCore
import VigilTestKit

/// What a store cannot tell is unknown in a score, never zero, and is said in plain words.
@Suite struct BlindSpotTests {
    private let policy: Policy

    init() throws {
        policy = try TestPolicy.shared()
    }

    private func findings(_ blind: [BlindSpot], _ client: ClientBuilder = ClientBuilder().missed(0)) -> [RuleID:
        Finding]
    {
        let assessment = Scorer(policy: policy, blindSpots: blind).assess(client.evidence(policy))
        return Dictionary(uniqueKeysWithValues: assessment.findings.map { ($0.rule, $0) })
    }

    @Test func silenceIsNoNo() {
        let events = BlindSpot(.events, cannotReadBecause: "the mapping has no table 'event'")
        let flag = BlindSpot(.clinicianFlag, cannotReadBecause: "the mapping names no 'client.clinician_flag'")
        let (seeing, blind) = (findings([]), findings([events, flag]))
        for rule: RuleID in ["psychiatric_discharge", "ed_visit_suicidal", "clinician_flag"] {
            #expect(seeing[rule]?.state == .absent)
            #expect(blind[rule]?.state == .unknown && blind[rule]?.points == 0)
            #expect(blind[rule]?.reason.contains("cannot be read") ?? false)
        }
        for rule in seeing.keys
        where !["psychiatric_discharge", "ed_visit_suicidal", "clinician_flag"].contains(rule.text) {
            #expect(seeing[rule] == blind[rule], "\(rule)")
        }
    }

    /// What is there all the same counts, and no tier changes by what cannot be seen.
    @Test func whatIsThereCounts() {
        let blind = BlindSpot.Subject.allCases.map { BlindSpot($0, cannotReadBecause: "a test") }
        for client in [ClientBuilder().missed(0), ClientBuilder().missed(0).attempt(on: -20)] {
            let evidence = client.evidence(policy)
            let (seen, unseen) = (
                Scorer(policy: policy).assess(evidence), Scorer(policy: policy, blindSpots: blind).assess(evidence)
            )
            #expect(seen.tier == unseen.tier && seen.points == unseen.points)
            #expect(seen.findings.filter { $0.state == .present } == unseen.findings.filter { $0.state == .present })
            #expect(
                seen.findings.allSatisfy { finding in finding.state != .unknown || unseen.findings.contains(finding) })
        }
    }

    @Test(arguments: BlindSpot.Subject.allCases) func inPlainWords(_ subject: BlindSpot.Subject) {
        let spot = BlindSpot(subject, cannotReadBecause: "a reason")
        #expect(spot.words.contains(" cannot be read: a reason. ") && spot.meaning.count > 30)
        #expect(BannedWords.found(in: spot.words) == [])
        #expect(!spot.words.hasSuffix("."), "whoever shows it ends the sentence")
    }
}
