import Testing
import VigilCore
import VigilStores
import VigilTestKit

/// What the demo practice looks like to the rules: a queue worth showing, whenever the demo is started.
@Suite
struct DemoQueueTests {
    @Test(arguments: DemoMoment.allCases)
    func queueHasEveryTierAtAnyHour(moment: DemoMoment) throws {
        let now = moment.time
        let planner = PollPlanner(
            policy: try TestPolicy.shared(), now: now, horizon: now.adding(hours: -14 * 24), startsQuiet: false)
        var random = SeededRandom(seed: 1)
        var opened: [Tier: Int] = [:]
        var reasons: [Reason: Int] = [:]
        var floors: [RuleID: Int] = [:]
        var rules: Set<RuleID> = []
        var incidents = 0
        for snapshot in try FilledDemo(seed: 1, now: now).snapshots() {
            for act in planner.plan(snapshot, known: KnownClient(), random: &random).acts {
                reasons[act.reason, default: 0] += 1
                if act.reason == .incidentOnFile { incidents += 1 }
                switch act.effect {
                case .openFollowUp(let followUp, _): opened[followUp.tier, default: 0] += 1
                case .assess(_, _, let assessment, _):
                    for floor in assessment.floors { floors[floor.rule, default: 0] += 1 }
                    rules.formUnion(assessment.publicReasons)
                default: break
                }
            }
        }
        print("demo queue, \(moment):", opened.sorted { $0.key > $1.key }.map { "\($0.key) \($0.value)" })
        print("demo floors:", floors.map { "\($0.key) \($0.value)" }.sorted())
        print("demo reasons:", reasons.map { "\($0.key) \($0.value)" }.sorted())
        print("demo rules: \(rules.count)", rules.map { "\($0)" }.sorted())
        #expect((6...20).contains(opened[.now] ?? 0))
        #expect((5...30).contains(opened[.today] ?? 0))
        #expect((15...100).contains(opened[.next] ?? 0))
        #expect((20...120).contains(opened[.routine] ?? 0))
        for floor in [
            "cssrs_4_5_recent", "suicidal_behaviour_90d", "discharge_30d_suicide_related", "clinician_flag",
            "discharge_7d", "discharge_30d", "ed_suicidal_30d", "minor_with_factor", "invalid_safety_field",
            "engagement",
        ] as [RuleID] {
            #expect((floors[floor] ?? 0) > 0, "\(floor)")
        }
        for reason in [
            .recordedMissed, .cancelledLate, .unmarkedWithFloor, .clientExcluded, .continuityOwed, .outcomeNotRecorded,
            .statusUnrecognised, .rowUnreadable, .safetyFieldUnreadable, .inPsychiatricCare, .keptSessionLater,
            .reachedWithPlan,
        ] as [Reason] {
            #expect((reasons[reason] ?? 0) > 0, "\(reason)")
        }
        #expect(incidents == 0)
    }
}
