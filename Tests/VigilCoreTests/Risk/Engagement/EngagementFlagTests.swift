import Testing
import VigilCore
import VigilTestKit

/// clinical.md section 5: every flag at its edges; none of them alone changes the tier.
@Suite struct EngagementFlagTests {
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var flag: RuleID
        var holds: Bool
        var client: ClientBuilder

        init(_ flag: RuleID, _ description: String, _ holds: Bool, _ client: ClientBuilder) {
            self.flag = flag
            self.description = "\(flag): \(description)"
            self.holds = holds
            self.client = client
        }
    }

    private static let weekly = ClientBuilder.one.attended(-28, -21, -14)

    private static func treated(_ focused: Reading<Bool>, _ attended: Reading<Int>) -> ClientBuilder {
        ClientBuilder.one.treatment(traumaFocused: focused, attended: attended)
    }

    private static func pcl(_ totals: [(Int, Reading<Int>)]) -> ClientBuilder {
        totals.reduce(.one) { $0.screen(.pcl5, on: $1.0, total: $1.1) }
    }

    private static func changedTherapist(_ offset: Int) -> ClientBuilder {
        ClientBuilder.one.changed { $0.clinical.therapistChangedOn = ClientBuilder().reading(offset) }
    }

    private static func anniversary(_ month: Int, _ day: Int) -> ClientBuilder {
        ClientBuilder.one.changed {
            $0.clinical.traumaAnniversary = Anniversary(month: month, day: day).map { .value($0) } ?? .invalid
        }
    }

    static let cases: [Case] = [
        Case("trauma_focused_early", "0 sessions", true, treated(.value(true), .value(0))),
        Case("trauma_focused_early", "8 sessions", true, treated(.value(true), .value(8))),
        Case("trauma_focused_early", "9 sessions", false, treated(.value(true), .value(9))),
        Case("trauma_focused_early", "not focused", false, treated(.value(false), .value(1))),
        Case("trauma_focused_early", "not known", false, treated(.absent, .value(1))),
        Case("trauma_focused_early", "sessions not known", false, treated(.value(true), .absent)),
        Case("trauma_focused_early", "no treatment", false, .one),

        Case("repeated_misses", "this one alone", false, .one.attended(-7, -14, -21)),
        Case("repeated_misses", "2 of 4", true, .one.missed(-21).attended(-7, -14)),
        Case("repeated_misses", "2 of 5", false, .one.missed(-28).attended(-7, -14, -21)),
        Case("repeated_misses", "a late cancel", true, .one.session(-7, .lateCancel)),
        Case("repeated_misses", "called off does not count", false, .one.session(-7, .providerCancel).attended(-14)),
        Case(
            "repeated_misses", "called off leaves its place to an earlier one", true,
            .one.missed(-28).session(-21, .excused).attended(-7, -14)),

        Case("lengthening_gap", "14 d, twice the median", true, weekly),
        Case("lengthening_gap", "13 d", false, .one.attended(-25, -19, -13)),
        Case("lengthening_gap", "14 d, not twice the median", false, .one.attended(-30, -22, -14)),
        Case("lengthening_gap", "needs three attended", false, .one.attended(-21, -14)),
        Case("lengthening_gap", "whoever cancelled", true, weekly.session(-7, .providerCancel)),
        Case("lengthening_gap", "median of an even number of gaps", true, .one.attended(-37, -30, -23, -15)),

        Case("symptoms_rising", "by 10", true, pcl([(-30, .value(30)), (-10, .value(40))])),
        Case("symptoms_rising", "by 9", false, pcl([(-30, .value(30)), (-10, .value(39))])),
        Case(
            "symptoms_rising", "the last two only", false,
            pcl([(-60, .value(10)), (-30, .value(40)), (-10, .value(41))])),
        Case("symptoms_rising", "falling", false, pcl([(-30, .value(50)), (-10, .value(30))])),
        Case("symptoms_rising", "one only", false, pcl([(-10, .value(60))])),
        Case(
            "symptoms_rising", "an unreadable one is none", true,
            pcl([(-30, .value(30)), (-20, .invalid), (-10, .value(40))])),
        Case("symptoms_rising", "on the day itself", false, pcl([(-30, .value(30)), (0, .value(60))])),

        Case("therapist_changed", "60 d", true, changedTherapist(-60)),
        Case("therapist_changed", "61 d", false, changedTherapist(-61)),
        Case("therapist_changed", "on the day", true, changedTherapist(0)),
        Case("therapist_changed", "later", false, changedTherapist(1)),

        Case("anniversary", "14 d before", true, anniversary(12, 8)),
        Case("anniversary", "15 d before", false, anniversary(12, 9)),
        Case("anniversary", "14 d after", true, anniversary(11, 10)),
        Case("anniversary", "15 d after", false, anniversary(11, 9)),

        Case("too_stressful", "said so", true, ClientBuilder().session(0, .missed, reason: .tooStressful)),
        Case("too_stressful", "another reason", false, ClientBuilder().session(0, .missed, reason: .other)),

        Case("before_third_session", "none attended", true, .one),
        Case("before_third_session", "two attended", true, .one.attended(-7, -14)),
        Case("before_third_session", "three attended", false, .one.attended(-7, -14, -21)),
        Case("before_third_session", "later ones do not count", true, .one.attended(-7, -14).session(7, .attended)),
    ]

    @Test(arguments: cases) func holds(_ row: Case) throws {
        let assessment = try row.client.assess(ShippedPolicy.get())
        #expect(assessment.engagement.map(\.rule).contains(row.flag) == row.holds, "\(row)")
        #expect(assessment.tierBeforeResolution <= .next, "a flag never asks for more than next: \(row)")
    }

    @Test func everyFlagOfTheCatalogueIsInTheTable() {
        let held = Set(Self.cases.filter(\.holds).map(\.flag))
        let refused = Set(Self.cases.filter { !$0.holds }.map(\.flag))
        let all = Set(EngagementFlagCatalog.types.map { $0.id })
        #expect(held == all)
        #expect(refused == all)
    }

    @Test func anAnniversaryCrossesTheYearAndALeapDay() throws {
        let newYear = try #require(LocalDay(iso: "2027-01-03"))
        #expect(try #require(Anniversary(month: 12, day: 25)).distance(from: newYear) == 9)
        let february = try #require(LocalDay(iso: "2027-02-20"))
        #expect(try #require(Anniversary(month: 2, day: 29)).distance(from: february) == 8)
        #expect(Anniversary(month: 2, day: 30) == nil)
    }
}
