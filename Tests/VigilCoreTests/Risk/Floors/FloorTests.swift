import Testing
import VigilCore
import VigilTestKit

/// clinical.md section 3: every floor at the edges of its window.
@Suite struct FloorTests {
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var floors: Set<RuleID>
        var tier: Tier
        var client: ClientBuilder

        init(_ description: String, _ floors: Set<RuleID>, _ tier: Tier, _ client: ClientBuilder) {
            self.description = description
            self.floors = floors
            self.tier = tier
            self.client = client
        }
    }

    /// Steady attendance, a screen on file and the next session booked, so that points stay below `next`.
    static let steady = ClientBuilder().attended(-21, -14, -7).missed(0).session(7, .scheduled).phq9(on: -170, item9: 0)

    static let windowCases: [Case] = [
        Case("level 4, 30 d", ["cssrs_4_5_recent"], .now, steady.columbia(on: -30, level: 4)),
        Case("level 5, 1 d", ["cssrs_4_5_recent"], .now, steady.columbia(on: -1, level: 5)),
        Case("level 4, 31 d", ["cssrs_4_5_31_90d"], .today, steady.columbia(on: -31, level: 4)),
        Case("level 5, 90 d", ["cssrs_4_5_31_90d"], .today, steady.columbia(on: -90, level: 5)),
        Case("level 5, 91 d", [], .next, steady.columbia(on: -91, level: 5)),
        Case("level 3, 30 d", ["cssrs_3_recent"], .next, steady.columbia(on: -30, level: 3)),
        Case("level 3, 31 d", [], .routine, steady.columbia(on: -31, level: 3)),
        Case("level 2, 1 d", [], .routine, steady.columbia(on: -1, level: 2)),
        Case("level 5 on the day", [], .routine, steady.columbia(on: 0, level: 5)),
        Case("level 5 without a date", [], .routine, steady.columbia(on: nil, level: 5)),
        Case(
            "a later negative screen cancels nothing", ["cssrs_4_5_recent"], .now,
            steady.columbia(on: -30, level: 4).columbia(on: -1, level: 0)),
        Case("attempt, 90 d", ["suicidal_behaviour_90d"], .now, steady.attempt(on: -90)),
        Case("attempt of an unlisted type", ["suicidal_behaviour_90d"], .now, steady.attempt(on: -1, isListed: false)),
        Case("attempt, 91 d", [], .next, steady.attempt(on: -91)),
        Case("attempt on the day", [], .routine, steady.attempt(on: 0)),
        Case("undated attempt", [], .routine, steady.attempt(on: nil)),
        Case(
            "behaviour item, 90 d, level unreadable", ["suicidal_behaviour_90d", "invalid_safety_field"], .now,
            steady.columbia(on: -90, level: .invalid, behaviour: .value(true))),
        Case("behaviour item, 91 d", [], .next, steady.columbia(on: -91, behaviour: .value(true))),
        Case(
            "discharge, suicide-related, 30 d", ["discharge_30d_suicide_related"], .now,
            steady.discharge(on: -30, suicideRelated: .value(true))),
        Case("discharge, reason unknown, 30 d", ["discharge_30d_suicide_related"], .now, steady.discharge(on: -30)),
        Case(
            "discharge, reason unreadable, 1 d", ["discharge_30d_suicide_related"], .now,
            steady.discharge(on: -1, suicideRelated: .invalid)),
        Case("discharge, unknown, 31 d", [], .next, steady.discharge(on: -31)),
        Case(
            "discharge, other reason, 7 d", ["discharge_7d"], .today,
            steady.discharge(on: -7, suicideRelated: .value(false))),
        Case(
            "discharge, other reason, 8 d", ["discharge_30d"], .next,
            steady.discharge(on: -8, suicideRelated: .value(false))),
        Case(
            "discharge, other reason, 30 d", ["discharge_30d"], .next,
            steady.discharge(on: -30, suicideRelated: .value(false))),
        Case("discharge, other reason, 31 d", [], .routine, steady.discharge(on: -31, suicideRelated: .value(false))),
        Case("a stay that is not psychiatric", [], .routine, steady.discharge(on: -1, isPsychiatric: false)),
        Case(
            "emergency visit, 30 d", ["ed_suicidal_30d"], .today,
            steady.emergencyVisit(on: -30, suicideRelated: .value(true))),
        Case("emergency visit, unknown reason", ["ed_suicidal_30d"], .today, steady.emergencyVisit(on: -1)),
        Case("emergency visit, 31 d", [], .routine, steady.emergencyVisit(on: -31)),
        Case(
            "emergency visit, another reason", [], .routine,
            steady.emergencyVisit(on: -1, suicideRelated: .value(false))),
        Case("flag", ["clinician_flag"], .today, steady.flag(.value(true))),
        Case("flag lifted", [], .routine, steady.flag(.value(false))),
    ]

    @Test(arguments: windowCases) func windows(_ row: Case) throws {
        try check(row)
    }

    static let minors: [Case] = {
        let young = steady.turns(18, on: 1)
        return [
            Case("17, nothing on file", [], .routine, young),
            Case("17, A", ["minor_with_factor"], .next, young.phq9(on: -90, item9: 1)),
            Case("17, B", ["minor_with_factor"], .next, young.selfInjury(on: nil)),
            Case("17, C", ["minor_with_factor"], .next, young.firstContact(on: -60)),
            Case("17, D", ["minor_with_factor"], .next, young.diagnosed("F43.10")),
            Case("17, E", ["minor_with_factor"], .next, young.medication(.other, .stopped, on: nil)),
            Case("18 on the day", [], .routine, steady.turns(18, on: 0).diagnosed("F43.10")),
            Case("age unknown", [], .routine, steady.diagnosed("F43.10")),
            Case(
                "17, late cancel", ["minor_with_factor"], .next, young.session(0, .lateCancel).diagnosed("F43.10")),
            Case("17, called off", [], .routine, young.session(0, .providerCancel).diagnosed("F43.10")),
        ]
    }()

    @Test(arguments: minors) func minorWithFactor(_ row: Case) throws {
        try check(row)
    }

    static let unreadable: [Case] = {
        let floor: Set<RuleID> = ["invalid_safety_field"]
        return [
            Case("item 9", floor, .next, steady.phq9(on: -4_000, item9: .invalid)),
            Case("item 9 without a date", floor, .next, steady.phq9(on: nil, item9: .invalid)),
            Case("level", floor, .next, steady.columbia(on: -4_000, level: .invalid)),
            Case("behaviour item", floor, .next, steady.columbia(on: -4_000, level: .value(0), behaviour: .invalid)),
            Case("date of an attempt", floor, .next, steady.attempt(on: .invalid)),
            Case("date of a discharge", floor, .next, steady.discharge(on: .invalid, suicideRelated: .value(false))),
            Case("date of an emergency visit", floor, .next, steady.emergencyVisit(on: .invalid)),
            Case("flag", floor, .next, steady.flag(.invalid)),
            Case("a total is no safety field", [], .routine, steady.phq9(on: -1, item9: .value(0), total: .invalid)),
            Case("date of another stay", [], .routine, steady.discharge(on: .invalid, isPsychiatric: false)),
            Case("reason of an old discharge", [], .routine, steady.discharge(on: -400, suicideRelated: .invalid)),
            Case(
                "holds for a session that was called off too", floor, .routine,
                steady.session(0, .providerCancel).flag(.invalid)),
        ]
    }()

    @Test(arguments: unreadable) func unreadableSafetyField(_ row: Case) throws {
        try check(row)
        let assessment = try row.client.assess(ShippedPolicy.get())
        #expect(assessment.dataProblems.contains(.unreadableSafetyField) == !row.floors.isEmpty, "\(row)")
    }

    static let engagement: [Case] = {
        let early = steady.treatment(traumaFocused: .value(true), attended: .value(8))
        return [
            Case("early alone", [], .routine, early),
            Case("early and too stressful", ["engagement"], .next, early.session(0, .missed, reason: .tooStressful)),
            Case(
                "early and a late cancel", ["engagement"], .next, early.session(0, .lateCancel, reason: .tooStressful)),
            Case(
                "session 9", [], .routine,
                steady.treatment(traumaFocused: .value(true), attended: .value(9)).session(
                    0, .missed, reason: .tooStressful)),
            Case(
                "not trauma-focused", [], .routine,
                steady.treatment(traumaFocused: .value(false), attended: .value(1)).session(
                    0, .missed, reason: .tooStressful)),
            Case("called off", [], .routine, early.session(0, .providerCancel, reason: .tooStressful)),
        ]
    }()

    @Test(arguments: engagement) func engagementNeedsOneMoreFlag(_ row: Case) throws {
        try check(row)
    }

    @Test func everyFloorOfThePolicyIsInTheseTables() throws {
        let tested = (Self.windowCases + Self.minors + Self.unreadable + Self.engagement).reduce(into: Set<RuleID>()) {
            $0.formUnion($1.floors)
        }
        #expect(try Set(ShippedPolicy.get().floors.map(\.id)) == tested)
    }

    private func check(_ row: Case, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let assessment = try row.client.assess(ShippedPolicy.get())
        #expect(Set(assessment.floors.map(\.rule)) == row.floors, "\(row)", sourceLocation: sourceLocation)
        #expect(assessment.tier == row.tier, "\(row)", sourceLocation: sourceLocation)
        #expect(assessment.floors.allSatisfy { !$0.basis.isEmpty }, "\(row)", sourceLocation: sourceLocation)
    }
}
