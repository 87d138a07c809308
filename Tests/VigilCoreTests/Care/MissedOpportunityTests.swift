import Testing
import VigilCore
import VigilTestKit

/// What a session would have covered.
@Suite struct MissedOpportunityTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    private func toPickUp(_ client: ClientBuilder) -> [RuleID: String] {
        let found = policy.care.opportunity.toPickUp(
            client.classified(policy), client.snapshot.clinical, today: client.day)
        return Dictionary(found.map { ($0.rule, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }

    private static let seen = ClientBuilder().attended(-14).missed(0)

    @Test func aScreenIsDueOnItsDay() {
        #expect(toPickUp(Self.seen.phq9(on: -27, item9: .value(0), total: .value(5)))["due_phq9"] == nil)
        #expect(
            toPickUp(Self.seen.phq9(on: -28, item9: .value(0), total: .value(5)))["due_phq9"]
                == "the PHQ-9 was last filled in on 27 October")
        #expect(toPickUp(Self.seen)["due_phq9"] == "no PHQ-9 is on file")
        // An empty form, one without a date and one of next week are no answers.
        let empty = Self.seen.phq9(on: -3, item9: .absent, total: .invalid).phq9(
            on: nil, item9: .value(0), total: .value(5)
        )
        .phq9(on: 7, item9: .value(0), total: .value(5))
        #expect(toPickUp(empty)["due_phq9"] == "no PHQ-9 is on file")
    }

    @Test func whoIsAsked() {
        #expect(toPickUp(Self.seen)["due_pcl5"] == nil)
        let trauma = Self.seen.treatment(traumaFocused: .value(true), attended: .value(3))
        #expect(toPickUp(trauma)["due_pcl5"] == "no PCL-5 is on file")
        #expect(toPickUp(Self.seen.treatment(traumaFocused: .absent, attended: .value(3)))["due_pcl5"] == nil)
        #expect(toPickUp(Self.seen)["due_cssrs"] == nil)
        let asked = Self.seen.columbia(on: -90, level: .value(0), behaviour: .value(false))
        #expect(toPickUp(asked)["due_cssrs"] == "the C-SSRS was last filled in on 26 August")
    }

    @Test func theSafetyPlanOnItsDay() {
        #expect(toPickUp(Self.seen.planned(review: 1))["safety_plan_review"] == nil)
        #expect(
            toPickUp(Self.seen.planned(review: 0))["safety_plan_review"]
                == "the safety plan was to be looked at together by 24 November")
    }

    /// After the last attended session, up to today.
    @Test(arguments: [(-15, false), (-14, false), (-13, true), (0, true), (1, false)])
    func whatHappenedSince(_ offset: Int, _ isShown: Bool) {
        let client = Self.seen
        let day = Reading.value(client.day(offset))
        #expect((toPickUp(client.discharge(on: day, suicideRelated: .absent))["since_discharge"] != nil) == isShown)
        #expect(
            (toPickUp(client.emergencyVisit(on: day, suicideRelated: .absent))["since_emergency_visit"] != nil)
                == isShown)
        #expect((toPickUp(client.medication(.lithium, .stopped, on: offset))["since_medication"] != nil) == isShown)
        let changed = client.changed { $0.clinical.therapistChangedOn = day }
        #expect((toPickUp(changed)["since_therapist"] != nil) == isShown)
        let civil = client.day(offset).civil
        let marked = client.changed { snapshot in
            snapshot.clinical.traumaAnniversary =
                Anniversary(month: civil.month, day: civil.day).map(Reading.value) ?? .invalid
        }
        #expect((toPickUp(marked)["since_anniversary"] != nil) == isShown)
    }

    @Test func withoutAVisitThereIsNoSince() {
        let never = ClientBuilder().missed(0).medication(.lithium, .stopped, on: -3)
        #expect(toPickUp(never)["since_medication"] == nil)
    }

    @Test func theNextStepInItsOwnWords() {
        #expect(
            toPickUp(Self.seen.planned(step: "first written account"))["next_step"]
                == "the next step planned: first written account")
        #expect(toPickUp(Self.seen.planned(step: ""))["next_step"] == nil)
    }
}
