import Testing
import VigilCore
import VigilTestKit

/// Domains B and C of clinical.md section 2, at the edges of their bands.
@Suite struct BehaviourAndTransitionTests {
    static let behaviourEdges = [
        (1, 5), (30, 5), (90, 5), (91, 4), (365, 4), (366, 3), (1_826, 3), (1_827, 2), (20_000, 2),
    ]

    static let behaviour: [RuleCase] = {
        var cases: [RuleCase] = []
        for (age, points) in behaviourEdges {
            cases.append(RuleCase("attempt, \(age) d", points, .present, .one.attempt(on: -age)))
            cases.append(
                RuleCase("behaviour item, \(age) d", points, .present, .one.columbia(on: -age, behaviour: .value(true)))
            )
        }
        return cases + [
            RuleCase("undated", 2, .present, .one.attempt(on: nil)),
            RuleCase("unreadable date scores as undated", 2, .present, .one.attempt(on: .invalid)),
            RuleCase("an unlisted type counts", 5, .present, .one.attempt(on: -90, isListed: false)),
            RuleCase("on the day itself", 0, .unknown, .one.attempt(on: 0)),
            RuleCase("after the session", 0, .unknown, .one.attempt(on: 3)),
            RuleCase("behaviour item on the day itself", 0, .unknown, .one.columbia(on: 0, behaviour: .value(true))),
            RuleCase("behaviour item without a date", 0, .unknown, .one.columbia(on: nil, behaviour: .value(true))),
            RuleCase("none on file is unknown, not no", 0, .unknown, .one),
            RuleCase(
                "behaviour item counts with an invalid level", 5, .present,
                .one.columbia(on: -90, level: .invalid, behaviour: .value(true))),
            RuleCase("level 4 at 90 d is domain A alone", 0, .unknown, .one.columbia(on: -90, level: 4)),
            RuleCase("level 4 at 91 d", 3, .present, .one.columbia(on: -91, level: 4)),
            RuleCase("level 5 years ago", 3, .present, .one.columbia(on: -4_000, level: 5)),
            RuleCase("level 3 long ago", 0, .unknown, .one.columbia(on: -91, level: 3)),
            RuleCase("the strongest of several", 5, .present, .one.attempt(on: -2_000).attempt(on: -90)),
            RuleCase(
                "an old attempt beside level 4 long ago", 3, .present,
                .one.attempt(on: -2_000).columbia(on: -91, level: 4)),
        ]
    }()

    @Test(arguments: behaviour) func suicidalBehaviour(_ row: RuleCase) throws {
        try check(row, "suicidal_behaviour")
    }

    static let injury: [RuleCase] = [
        RuleCase("1 d", 2, .present, .one.selfInjury(on: -1)),
        RuleCase("90 d", 2, .present, .one.selfInjury(on: -90)),
        RuleCase("91 d", 1, .present, .one.selfInjury(on: -91)),
        RuleCase("undated", 1, .present, .one.selfInjury(on: nil)),
        RuleCase("on the day itself", 0, .unknown, .one.selfInjury(on: 0)),
        RuleCase("none on file", 0, .unknown, .one),
    ]

    @Test(arguments: injury) func selfInjury(_ row: RuleCase) throws {
        try check(row, "self_injury")
    }

    static let discharges: [RuleCase] = {
        var cases: [RuleCase] = []
        let related = [(1, 5), (7, 5), (8, 5), (30, 5), (31, 3), (90, 3), (91, 1), (365, 1), (366, 0)]
        let other = [(1, 4), (7, 4), (8, 3), (30, 3), (31, 2), (90, 2), (91, 1), (365, 1), (366, 0)]
        for reason in [Reading<Bool>.value(true), .absent, .invalid] {
            for (age, points) in related {
                cases.append(
                    RuleCase(
                        "\(reason), \(age) d", points, ClientBuilder.one.discharge(on: -age, suicideRelated: reason)))
            }
        }
        for (age, points) in other {
            cases.append(
                RuleCase(
                    "other reason, \(age) d", points,
                    ClientBuilder.one.discharge(on: -age, suicideRelated: .value(false))))
        }
        return cases + [
            RuleCase("not psychiatric", 0, .absent, .one.discharge(on: -1, isPsychiatric: false)),
            RuleCase("on the day itself", 0, .absent, .one.discharge(on: 0, suicideRelated: .value(true))),
            RuleCase("not discharged", 0, .absent, .one.discharge(on: nil)),
            RuleCase("unreadable date scores nothing", 0, .unknown, .one.discharge(on: .invalid)),
            RuleCase(
                "the strongest of several", 5, .present,
                .one.discharge(on: -2, suicideRelated: .value(false)).discharge(on: -30, suicideRelated: .value(true))),
        ]
    }()

    @Test(arguments: discharges) func psychiatricDischarge(_ row: RuleCase) throws {
        try check(row, "psychiatric_discharge")
    }

    static let visits: [RuleCase] = [
        RuleCase("suicidal, 1 d", 4, .present, .one.emergencyVisit(on: -1, suicideRelated: .value(true))),
        RuleCase("suicidal, 30 d", 4, .present, .one.emergencyVisit(on: -30, suicideRelated: .value(true))),
        RuleCase("suicidal, 31 d", 0, .absent, .one.emergencyVisit(on: -31, suicideRelated: .value(true))),
        RuleCase("reason unknown", 4, .present, .one.emergencyVisit(on: -30)),
        RuleCase("reason unreadable", 4, .present, .one.emergencyVisit(on: -30, suicideRelated: .invalid)),
        RuleCase("another reason", 0, .absent, .one.emergencyVisit(on: -1, suicideRelated: .value(false))),
        RuleCase("on the day itself", 0, .absent, .one.emergencyVisit(on: 0)),
        RuleCase("unreadable date scores nothing", 0, .unknown, .one.emergencyVisit(on: .invalid)),
    ]

    @Test(arguments: visits) func emergencyVisit(_ row: RuleCase) throws {
        try check(row, "ed_visit_suicidal")
    }

    static let newcomers: [RuleCase] = [
        RuleCase("day 1", 1, .present, .one.firstContact(on: -1)),
        RuleCase("day 60", 1, .present, .one.firstContact(on: -60)),
        RuleCase("day 61", 0, .absent, .one.firstContact(on: -61)),
        RuleCase("day 0 still says new", 1, .present, .one.firstContact(on: 0)),
        RuleCase("not on file", 0, .unknown, .one.firstContact(on: nil)),
        RuleCase("unreadable", 0, .unknown, .one.changed { $0.client.firstContactOn = .invalid }),
    ]

    @Test(arguments: newcomers) func newClient(_ row: RuleCase) throws {
        try check(row, "new_client")
    }

    @Test func theStrongestOfEachDomainCounts() throws {
        let client = ClientBuilder.one.session(7, .scheduled).attempt(on: -100).selfInjury(on: -10)
            .emergencyVisit(on: -10).discharge(on: -60).firstContact(on: -20).phq9(on: -100, item9: 0)
        #expect(try client.assess(ShippedPolicy.get()).points == 4 + 4 + 1, "B 4, C 4, this_miss 1")
    }
}
