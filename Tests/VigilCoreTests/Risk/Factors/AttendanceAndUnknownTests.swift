import Testing
import VigilCore
import VigilTestKit

/// Domains F and U of clinical.md section 2.
@Suite struct AttendanceAndUnknownTests {
    static let thisMissCases: [RuleCase] = [
        RuleCase("missed", 1, .present, .one),
        RuleCase("left unseen", 1, .present, ClientBuilder().session(0, .leftUnseen)),
        RuleCase("late cancel", 0, .absent, ClientBuilder().session(0, .lateCancel)),
        RuleCase("outcome not recorded", 0, .unknown, ClientBuilder().session(0, .scheduled)),
        RuleCase("unrecognised", 0, .unknown, ClientBuilder().session(0, .unrecognised)),
        RuleCase("called off by the practice", 0, .absent, ClientBuilder().session(0, .providerCancel)),
        RuleCase("attended", 0, .absent, ClientBuilder().session(0, .attended)),
    ]

    @Test(arguments: thisMissCases) func thisMiss(_ row: RuleCase) throws {
        try check(row, "this_miss")
    }

    @Test func unmarkedUntilTheEndOfTheNextWorkingDayIsAMissWithoutAWord() throws {
        let finding = try ClientBuilder().session(0, .scheduled).finding("this_miss", minutesAfter: 27 * 60)
        #expect(finding?.points == 1)
    }

    static let prior: [RuleCase] = [
        RuleCase("none", 0, .absent, .one.attended(-7)),
        RuleCase("one", 1, .present, .one.missed(-7)),
        RuleCase("one at 365 d", 1, .present, .one.missed(-365)),
        RuleCase("one at 366 d", 0, .absent, .one.missed(-366)),
        RuleCase("two", 1, .present, .one.missed(-7, -14)),
        RuleCase("two and a half", 2, .present, .one.missed(-7, -14).session(-21, .lateCancel)),
        RuleCase("three", 2, .present, .one.missed(-7, -14, -21)),
        RuleCase("two, and a third too old", 1, .present, .one.missed(-7, -14, -366)),
        RuleCase("one late cancel is a half", 0, .absent, .one.session(-7, .lateCancel)),
        RuleCase("two late cancels", 1, .present, .one.session(-7, .lateCancel).session(-14, .lateCancel)),
        RuleCase(
            "five late cancels", 2, .present,
            [-7, -14, -21, -28, -35].reduce(.one) { $0.session($1, .lateCancel) }),
        RuleCase("what the practice called off", 0, .absent, .one.session(-7, .providerCancel).session(-14, .excused)),
        RuleCase("later ones are not prior", 0, .absent, .one.missed(7)),
    ]

    @Test(arguments: prior) func priorMisses(_ row: RuleCase) throws {
        try check(row, "prior_misses")
    }

    static let inARow: [RuleCase] = [
        RuleCase("no earlier session", 0, .unknown, .one),
        RuleCase("missed before", 1, .present, .one.missed(-7)),
        RuleCase("late cancel before", 1, .present, .one.session(-7, .lateCancel)),
        RuleCase("attended before", 0, .absent, .one.missed(-14).attended(-7)),
        RuleCase("arrived before", 0, .absent, .one.missed(-14).session(-7, .arrived)),
        RuleCase("years before", 1, .present, .one.missed(-700)),
        RuleCase("a provider's cancellation between", 1, .present, .one.missed(-14).session(-7, .providerCancel)),
        RuleCase(
            "a cancellation in time breaks no run", 1, .present,
            .one.missed(-14).session(-7, .clientCancel, cancelledHoursBefore: 24)),
        RuleCase("an excused session breaks no run", 1, .present, .one.missed(-14).session(-7, .excused)),
        RuleCase("one entered in error is none", 0, .absent, .one.attended(-14).session(-7, .enteredInError)),
    ]

    @Test(arguments: inARow) func missedInARow(_ row: RuleCase) throws {
        try check(row, "missed_in_a_row")
    }

    static let booked: [RuleCase] = [
        RuleCase("nothing", 1, .present, .one),
        RuleCase("day 30", 0, .absent, .one.session(30, .scheduled)),
        RuleCase("day 31", 1, .present, .one.session(31, .scheduled)),
        RuleCase("later the same day", 0, .absent, .one.session(0, .scheduled, minutes: 60)),
        RuleCase("before", 1, .present, .one.session(-1, .scheduled)),
        RuleCase("called off already", 1, .present, .one.session(7, .providerCancel)),
        RuleCase("cancelled by the client", 1, .present, .one.session(7, .clientCancel, cancelledHoursBefore: 170)),
        RuleCase("moved away", 1, .present, .one.session(7, .rescheduled)),
    ]

    @Test(arguments: booked) func nothingBooked(_ row: RuleCase) throws {
        try check(row, "nothing_booked")
    }

    static let unscreened: [RuleCase] = {
        let injured = ClientBuilder.one.selfInjury(on: -400)
        return [
            RuleCase("nothing else on file", 0, .absent, .one),
            RuleCase("new", 1, .present, .one.firstContact(on: -60)),
            RuleCase("no longer new", 0, .absent, .one.firstContact(on: -61)),
            RuleCase("B", 1, .present, injured),
            RuleCase("C", 1, .present, .one.discharge(on: -365)),
            RuleCase("D", 1, .present, .one.diagnosed("F20.0")),
            RuleCase("E", 1, .present, .one.medication(.other, .stopped, on: -1)),
            RuleCase("A alone does not", 0, .absent, .one.flag(.value(true))),
            RuleCase("item 9 at 180 d", 0, .absent, injured.phq9(on: -180, item9: 0)),
            RuleCase("item 9 at 181 d", 1, .present, injured.phq9(on: -181, item9: 0)),
            RuleCase("C-SSRS at 180 d", 0, .absent, injured.columbia(on: -180, level: 0)),
            RuleCase("C-SSRS at 181 d", 1, .present, injured.columbia(on: -181, level: 0)),
            RuleCase("an invalid item 9 is none on file", 1, .present, injured.phq9(on: -1, item9: .invalid)),
            RuleCase("a total without item 9", 1, .present, injured.phq9(on: -1, total: .value(3))),
            RuleCase("an invalid level is none on file", 1, .present, injured.columbia(on: -1, level: .invalid)),
            RuleCase(
                "a behaviour item without a level", 1, .present, injured.columbia(on: -1, behaviour: .value(false))),
            RuleCase("without a date it is on file for nothing", 1, .present, injured.phq9(on: nil, item9: 0)),
            RuleCase("on the day of the session", 1, .present, injured.phq9(on: 0, item9: 0)),
            RuleCase("another instrument", 1, .present, injured.screen(.gad7, on: -1, total: .value(5))),
        ]
    }()

    @Test(arguments: unscreened) func noScreenOnFile(_ row: RuleCase) throws {
        try check(row, "no_screen_on_file")
    }

    @Test func theDomainAddsUpToItsCap() throws {
        let client = ClientBuilder.one.missed(-7, -14, -21)
        let assessment = try client.assess(ShippedPolicy.get())
        let sum = assessment.findings.filter { $0.domain == .attendance }.reduce(0) { $0 + $1.points }
        #expect(sum == 5)
        #expect(assessment.points == 4)
        #expect(assessment.tier == .next)
    }

    @Test(arguments: [SessionStatus.providerCancel, .excused, .clientCancel, .attended, .rescheduled])
    func attendanceAndUCountOnAScoredMissOnly(_ status: SessionStatus) throws {
        let client = ClientBuilder().session(0, status, cancelledHoursBefore: 48).missed(-7, -14, -21)
            .firstContact(on: -10)
        let assessment = try client.assess(ShippedPolicy.get())
        #expect(assessment.points == 1, "new_client alone")
        #expect(!assessment.scored)
        #expect(assessment.findings.allSatisfy { $0.domain?.isClinical ?? true || $0.points == 0 })
    }
}
