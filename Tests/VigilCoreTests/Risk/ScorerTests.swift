import Testing
import VigilCore
import VigilTestKit

/// How findings, points and floors become a tier, and what an outcome makes of it (clinical.md sections 2 and 4).
@Suite struct ScorerTests {
    private let policy: Policy
    /// Floor `now`, points below `next`.
    private let steady = ClientBuilder().attended(-21, -14, -7).session(7, .scheduled).phq9(on: -10, item9: 0)

    init() throws {
        policy = try ShippedPolicy.get()
    }

    // MARK: Points

    @Test(arguments: [
        (3, Tier.routine), (4, .next), (6, .next), (7, .today), (10, .today), (11, .now), (40, .now), (0, .routine),
    ])
    func totals(points: Int, tier: Tier) {
        #expect(policy.tierPoints.tier(of: points) == tier)
    }

    @Test func nowByPointsNeedsMoreThanAttendanceAndDiagnosis() {
        // D 3, E 2, C 1 (discharge 91-365 d), F 4, U 1: 11 points.
        let many = ClientBuilder().missed(0, -7, -14, -21).diagnosed("F60.3", "F43.10")
            .medication(.lithium, .stopped, on: -1).discharge(on: -91)
        let without = many.assess(policy)
        #expect(without.points == 11)
        #expect(without.tier == .today, "C of 1 point does not open the gate")
        let older = many.changed { $0.clinical.admissions = [] }.discharge(on: -31, suicideRelated: .value(false))
        #expect(older.assess(policy).points == 12)
        #expect(older.assess(policy).tier == .now, "C of 2 points does")
        let injured = many.selfInjury(on: nil).assess(policy)
        #expect(injured.points == 12)
        #expect(injured.tier == .now, "B does")
        let ideation = many.phq9(on: -90, item9: 1).columbia(on: -90, level: 0).assess(policy)
        #expect(ideation.points == 11, "A 1 for U 1")
        #expect(ideation.tier == .now, "A does")
    }

    // MARK: What an outcome makes of a tier

    struct Lowering: Sendable, CustomStringConvertible {
        var description: String
        var status: SessionStatus
        var reason = SessionReason.none
        var hoursBefore: Int?
        var isBooked = true
        /// For a floor of now, of today, of next, and without.
        var tiers: [Tier]
    }

    static let lowerings: [Lowering] = [
        Lowering(description: "missed", status: .missed, tiers: [.now, .today, .next, .routine]),
        Lowering(description: "late cancel", status: .lateCancel, tiers: [.today, .today, .next, .routine]),
        Lowering(
            description: "client, 23 h", status: .clientCancel, hoursBefore: 23,
            tiers: [.today, .today, .next, .routine]),
        Lowering(
            description: "client, in time, booked", status: .clientCancel, hoursBefore: 24,
            tiers: [.routine, .routine, .routine, .routine]),
        Lowering(
            description: "client, in time, not booked", status: .clientCancel, hoursBefore: 24, isBooked: false,
            tiers: [.next, .next, .routine, .routine]),
        Lowering(description: "provider", status: .providerCancel, tiers: [.today, .next, .routine, .routine]),
        Lowering(description: "excused", status: .excused, tiers: [.today, .next, .routine, .routine]),
        Lowering(
            description: "involuntary in the notice period", status: .clientCancel, reason: .involuntary,
            hoursBefore: 2, tiers: [.today, .next, .routine, .routine]),
        Lowering(
            description: "in care", status: .excused, reason: .psychiatricAdmission,
            tiers: [.next, .next, .next, .next]),
        Lowering(
            description: "missed, in care", status: .missed, reason: .psychiatricAdmission,
            tiers: [.next, .next, .next, .next]),
        Lowering(description: "attended", status: .attended, tiers: [.routine, .routine, .routine, .routine]),
        Lowering(
            description: "entered in error", status: .enteredInError, tiers: [.routine, .routine, .routine, .routine]),
        Lowering(description: "rescheduled", status: .rescheduled, tiers: [.routine, .routine, .routine, .routine]),
        Lowering(description: "unmarked", status: .scheduled, tiers: [.now, .today, .next, .routine]),
        Lowering(description: "unrecognised", status: .unrecognised, tiers: [.now, .today, .next, .routine]),
    ]

    @Test(arguments: lowerings) func lowering(_ row: Lowering) {
        var client = steady.session(
            0, row.status, reason: row.reason, cancelledHoursBefore: row.hoursBefore)
        if !row.isBooked { client = client.withoutSession(client.key(7)) }
        let clients = [
            client.attempt(on: -20), client.flag(.value(true)), client.attempt(on: .invalid), client,
        ]
        for (client, tier) in zip(clients, row.tiers) {
            let assessment = client.assess(policy)
            #expect(assessment.tier == tier, "\(row)")
            #expect(
                assessment.continuityOwed
                    == (!assessment.scored && tier >= .next && row.reason != .psychiatricAdmission),
                "\(row)")
            #expect(
                assessment.findings.contains { $0.rule == "continuity_owed" } == assessment.continuityOwed, "\(row)")
        }
        #expect(
            clients[0].assess(policy).floors.map(\.rule) == ["suicidal_behaviour_90d"], "the floor is listed: \(row)")
    }

    @Test func continuityAfterACancellationInTimeLooksFourteenDaysAhead() {
        func tier(booked offset: Int) -> Tier {
            ClientBuilder().session(0, .clientCancel, cancelledHoursBefore: 30).session(offset, .scheduled)
                .attempt(on: -20).assess(policy).tier
        }
        #expect(tier(booked: 14) == .routine)
        #expect(tier(booked: 15) == .next)
    }

    @Test func aLateCancelLowersNowByPointsToo() {
        let client = ClientBuilder().session(0, .lateCancel).missed(-7, -14, -21).attempt(on: -100)
            .diagnosed("F60.3", "F43.10")
        let assessment = client.assess(policy)
        #expect(assessment.points >= 11)
        #expect(assessment.floors.isEmpty)
        #expect(assessment.tier == .today)
    }

    // MARK: Resolution

    private func resolved(_ client: ClientBuilder, hours: Int = 100) -> Assessment.Resolution? {
        let assessment = client.assess(policy, minutesAfter: hours * 60)
        #expect((assessment.tier == .routine) || assessment.resolution == nil)
        return assessment.resolution
    }

    @Test func aKeptSessionWithinThreeDaysResolves() {
        let missed = ClientBuilder().missed(0).attempt(on: -20)
        #expect(resolved(missed.session(0, .attended, minutes: -240)) == .keptSession, "earlier the same day")
        #expect(resolved(missed.session(0, .attended, minutes: 300)) == .keptSession, "later the same day")
        #expect(resolved(missed.session(3, .attended)) == .keptSession, "after exactly 72 h")
        #expect(resolved(missed.session(3, .attended, minutes: 1)) == nil, "after 72 h and a minute")
        #expect(resolved(missed.session(-1, .attended)) == nil, "the day before")
        #expect(resolved(missed.session(2, .arrived)) == nil, "arrived alone may still end as left unseen")
        #expect(resolved(missed.session(2, .scheduled)) == nil, "booked is not attended")
        #expect(resolved(missed.session(2, .attended), hours: 47) == nil, "not before it has begun")
        #expect(resolved(missed.session(2, .attended), hours: 48) == .keptSession)
        #expect(missed.session(1, .attended).assess(policy, minutesAfter: 2_000).tierBeforeResolution == .now)
    }

    @Test func aContactResolvesOnlyWithAPlan() {
        let missed = ClientBuilder().missed(0).attempt(on: -20)
        #expect(resolved(missed.contact(hoursAfter: 2, .reached)) == .reachedWithPlan)
        #expect(resolved(missed.contact(hoursAfter: 2, .reached, planDocumented: false)) == nil)
        #expect(resolved(missed.contact(hoursAfter: -1, .reached)) == nil, "before the session")
        #expect(resolved(missed.contact(hoursAfter: 0, .reached)) == .reachedWithPlan)
        #expect(resolved(missed.contact(hoursAfter: 3, .reached), hours: 2) == nil, "has not happened yet")
        for outcome in [ContactRecord.Outcome.messageLeft, .noAnswer, .unlisted] {
            #expect(resolved(missed.contact(hoursAfter: 2, outcome)) == nil, "\(outcome.rawValue) never resolves")
        }
    }

    @Test(arguments: SessionStatus.allCases) func resolutionHoldsWhateverTheStatus(_ status: SessionStatus) {
        let client = steady.session(0, status, reason: .psychiatricAdmission).attempt(on: -20).contact(
            hoursAfter: 1, .reached)
        let assessment = client.assess(policy, minutesAfter: 600)
        #expect(assessment.resolution == .reachedWithPlan)
        #expect(assessment.tier == .routine)
    }

    // MARK: What else is said

    @Test func anAttemptOnTheDayOrLaterIsAnIncidentAndDoesNotScore() {
        for (offset, isIncident) in [(-1, false), (0, true), (2, true)] {
            #expect(steady.missed(0).attempt(on: offset).assess(policy).incident == isIncident)
        }
        #expect(!steady.missed(0).attempt(on: nil).assess(policy).incident)
    }

    @Test func dataProblemsAreNamed() {
        let client = steady.session(0, .unrecognised).standing(.unlisted).phq9(
            on: nil, item9: .invalid, total: .invalid
        )
        .screen(.unlisted, on: -1).attempt(on: -100, isListed: false).medication(.other, .unlisted, on: -1)
        let named = Set(client.assess(policy).dataProblems)
        #expect(named == Set(DataProblem.allCases).subtracting([.unreadableField]))
        #expect(steady.missed(0).assess(policy).dataProblems.isEmpty)
    }

    @Test func hasFloorTakesAnUnmarkedSessionAsTheMissThatItMayBe() {
        let scorer = Scorer(policy: policy)
        let young = steady.session(0, .scheduled).turns(17, on: 0).diagnosed("F43.10")
        #expect(scorer.hasFloor(young.evidence(policy)))
        #expect(!scorer.hasFloor(steady.session(0, .scheduled).evidence(policy)))
    }
}
