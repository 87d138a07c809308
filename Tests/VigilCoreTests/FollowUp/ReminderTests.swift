import Testing
import VigilCore
import VigilTestKit

/// Putting off: only next and routine, within the deadline, with a reason.
@Suite struct ReminderTests {
    private let ana: PersonID
    private let policy: Policy
    private let now = WallTime(seconds: 1_000_000)
    private var random = SeededRandom(seed: 1)

    init() throws {
        ana = try #require(PersonID("ana"))
        policy = try ShippedPolicy.get()
    }

    private func followUp(_ tier: Tier = .next, contactByHours: Int = 10) -> FollowUp {
        var random = random
        return FollowUp(
            id: FollowUpID(from: &random), client: ClientRef("c"), therapist: nil, tier: tier, owner: .therapist,
            openedAt: now, contactBy: now.adding(hours: contactByHours), startsQuiet: false, sessions: [])
    }

    /// - Returns: nil when it is put off.
    private func refusal(
        _ followUp: FollowUp, inHours hours: Int = 2, note: String = "n", taskDueInHours due: Int? = nil,
        as role: Role = .therapist
    ) -> Lifecycle.Refusal? {
        let tasks = due.map { due in
            [
                KnownTask(
                    id: 1,
                    task: FollowUpTask(
                        kind: "call", role: .therapist, say: "s", due: now.adding(hours: due), followUp: followUp.id))
            ]
        }
        let at = now.adding(hours: hours)
        do throws(Lifecycle.Refusal) {
            let acts = try Lifecycle(policy: policy).decide(
                .remind(at: at, note: note), on: Lifecycle.Situation(followUp: followUp, tasks: tasks ?? []), by: ana,
                as: role, at: now)
            #expect(
                acts == [Act(.putOff(followUp.id, until: at, note: note), because: .personDecided, by: .person(ana))])
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: Tier.allCases, Role.allCases) func roleAndTier(_ tier: Tier, _ role: Role) {
        let expected: Lifecycle.Refusal? =
            switch role {
            case .admin, .auditor, .privacyOfficer: .roleMayNot
            default: tier >= .today ? .tooUrgentToPutOff : nil
            }
        #expect(refusal(followUp(tier), as: role) == expected)
    }

    @Test func withinTheDeadline() {
        #expect(refusal(followUp(), inHours: 10) == nil)
        #expect(refusal(followUp(), inHours: 11) == .pastDeadline)
        #expect(refusal(followUp(), inHours: 6, taskDueInHours: 5) == .pastDeadline, "a task is due before")
        #expect(refusal(followUp(), inHours: 5, taskDueInHours: 5) == nil)
        #expect(refusal(followUp(contactByHours: -1), inHours: 2) == .pastDeadline, "overdue")
        #expect(refusal(followUp(contactByHours: -1), inHours: -2) == .pastDeadline, "overdue, whatever is named")
        #expect(refusal(followUp(), inHours: 0) == .notInTheFuture)
        #expect(refusal(followUp(), inHours: -1) == .notInTheFuture)
        #expect(refusal(followUp(), note: "") == .needsNote)
        var closed = followUp()
        closed.state = .closed
        #expect(refusal(closed) == .alreadyClosed)
    }

    @Test func itEndsByItself() {
        var held = followUp()
        #expect(held.reminder(holdingAt: now) == nil)
        held.reminder = Reminder(at: now.adding(hours: 2), note: "n")
        #expect(held.reminder(holdingAt: now) != nil)
        #expect(held.reminder(holdingAt: now.adding(hours: 2)) == nil, "its time has come")
        #expect(held.reminder(holdingAt: now.adding(hours: 2).adding(seconds: -1)) != nil)
        var overdue = held
        overdue.contactBy = now.adding(seconds: -1)
        #expect(overdue.reminder(holdingAt: now) == nil)
        for tier in Tier.allCases {
            var raised = held
            raised.tier = tier
            #expect((raised.reminder(holdingAt: now) == nil) == (tier >= .today))
        }
        held.state = .closed
        #expect(held.reminder(holdingAt: now) == nil)
    }
}
