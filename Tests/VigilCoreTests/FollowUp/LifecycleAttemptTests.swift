import Testing
import VigilCore
import VigilTestKit

/// What an attempt does to tasks and paging, acknowledging, handing over, opening again (clinical.md section 6).
@Suite struct LifecycleAttemptTests {
    private let ana: PersonID
    private let ben: PersonID
    private let policy: Policy
    private let id: FollowUpID
    private let start = WallTime(seconds: 1_795_550_400)

    init() throws {
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
        policy = try ShippedPolicy.get()
        var random = SeededRandom(seed: 3)
        id = FollowUpID(from: &random)
    }

    /// A follow-up with the tasks of its tier, numbered from 1.
    private func situation(_ tier: Tier, _ state: FollowUp.State = .open) throws -> Lifecycle.Situation {
        let followUp = FollowUp(
            id: id, client: ClientRef("c"), therapist: nil, tier: tier, state: state, owner: .therapist,
            openedAt: start,
            contactBy: start, startsQuiet: false, sessions: [])
        let templates = try #require(policy.protocols[tier]).tasks
        return Lifecycle.Situation(
            followUp: followUp, paging: tier == .now ? paging : nil,
            tasks: templates.enumerated().map {
                KnownTask(id: Int64($0) + 1, task: $1.task(of: id, from: start, policy: policy))
            })
    }

    private var paging: Paging {
        Paging(id: id, isTest: false, stepBeganAt: start, pages: 1, begunAt: start, dueAt: start.adding(minutes: 5))
    }

    private func attempt(
        _ outcome: Attempt.Outcome, _ channel: Attempt.Channel = .phone, minute: Int = 10
    ) -> Attempt {
        Attempt(at: start.adding(minutes: minute), by: ana, channel: channel, outcome: outcome, note: "")
    }

    private func decide(
        _ command: Lifecycle.Command, _ situation: Lifecycle.Situation, as role: Role = .onCall, minute: Int = 10
    ) throws(Lifecycle.Refusal) -> [Act] {
        try Lifecycle(policy: policy).decide(
            command, on: situation, by: ana, as: role, at: start.adding(minutes: minute))
    }

    private func words(_ acts: [Act], _ situation: Lifecycle.Situation) -> Set<String> {
        func kind(_ task: Int64) -> String { situation.tasks.first { $0.id == task }?.task.kind.text ?? "?" }
        return Set(
            acts.map { act in
                switch act.effect {
                case .finishTask(let task): "done \(kind(task))"
                case .supersedeTask(let task): "superseded \(kind(task))"
                case .bringForward(let task, _, _): "forward \(kind(task))"
                case .addTask(let task): "added \(task.kind.text)"
                case .acknowledge(let paging):
                    "acknowledged \((paging.acknowledgement?.expiresAt.seconds(since: act.at(start))).map(String.init) ?? "")"
                case .holdPaging: "in hand"
                case .recordAttempt: "recorded"
                case .close: "closed"
                default: "other"
                }
            })
    }

    // MARK: Attempts

    @Test func aFailedAttemptIsACallAndNoMore() throws {
        let now = try situation(.now)
        let acts = try decide(.record(attempt(.noAnswer)), now)
        #expect(
            words(acts, now) == ["recorded", "done first_call", "acknowledged 29400"], "the next is awaited for 8 hours"
        )
    }

    @Test func threeAttemptsOverTwoChannels() throws {
        var now = try situation(.now)
        now.attempts = [attempt(.noAnswer, minute: 0), attempt(.messageLeft, .message, minute: 70)]
        let soon = try decide(.record(attempt(.noAnswer, minute: 80)), now, minute: 80)
        #expect(!words(soon, now).contains("done three_attempts"), "ten minutes after the second it counts with it")
        let later = try decide(.record(attempt(.noAnswer, minute: 140)), now, minute: 140)
        #expect(
            words(later, now) == [
                "recorded", "done first_call", "done three_attempts", "added decide_ending", "in hand",
            ])
    }

    @Test func reachedWithoutAPlanIsInHandAndStaysOpen() throws {
        let now = try situation(.now)
        let acts = try decide(.record(attempt(.reached)), now)
        #expect(
            words(acts, now) == [
                "recorded", "done first_call", "superseded three_attempts", "superseded lead_review",
                "added decide_ending",
                "in hand",
            ])
    }

    @Test(arguments: [Attempt.Outcome.messageLeft, .wrongNumber, .reachedSupportPerson])
    func whatIsNoContactEndsNoReview(_ outcome: Attempt.Outcome) throws {
        let now = try situation(.now)
        let acts = words(try decide(.record(attempt(outcome)), now), now)
        #expect(!acts.contains("superseded lead_review") && !acts.contains("in hand"))
        #expect(acts.contains("added wrong_number") == (outcome == .wrongNumber))
    }

    @Test func threeFailedAttemptsBringTheReviewForward() throws {
        var today = try situation(.today)
        today.attempts = [attempt(.noAnswer, minute: 0), attempt(.noAnswer, minute: 300)]
        let acts = try decide(.record(attempt(.noAnswer, minute: 600)), today, minute: 600)
        #expect(words(acts, today).contains("forward on_call_review"))
    }

    /// "No voicemail" is a wish of the client; one that was left is looked at, and never unsaid.
    @Test(arguments: [true, false, nil] as [Bool?]) func aVoicemailAgainstTheClientsWish(_ allowed: Bool?) throws {
        var next = try situation(.next)
        next.voicemailAllowed = allowed
        #expect(
            words(try decide(.record(attempt(.messageLeft)), next), next).contains("added contact_preference")
                == (allowed == false))
        #expect(
            !words(try decide(.record(attempt(.messageLeft, .email)), next), next).contains("added contact_preference"))
    }

    @Test func notReachedNeedsTheEffort() throws {
        var next = try situation(.next)
        let command = Lifecycle.Command.close(.notReachedWithPlan, note: "plan")
        #expect(throws: Lifecycle.Refusal.effortNotMade) { try decide(command, next) }
        next.attempts = [attempt(.noAnswer, minute: 0), attempt(.noAnswer, minute: 239)]
        #expect(throws: Lifecycle.Refusal.effortNotMade) { try decide(command, next) }
        next.attempts = [attempt(.noAnswer, minute: 0), attempt(.noAnswer, minute: 240)]
        #expect(words(try decide(command, next), next) == ["closed"])
    }

    // MARK: Having it

    @Test func acknowledging() throws {
        var now = try situation(.now)
        #expect(words(try decide(.acknowledge(.code), now), now) == ["acknowledged 4200"], "an hour from minute 10")
        #expect(throws: Lifecycle.Refusal.cliniciansOnly) { try decide(.acknowledge(.code), now, as: .careCoordinator) }
        now.paging = paging.acknowledged(by: ana, way: .code, at: start, forSeconds: 3_600)
        #expect(throws: Lifecycle.Refusal.alreadyAcknowledged) { try decide(.acknowledge(.code), now) }
        now.paging = paging.acknowledged(by: ben, way: .code, at: start, forSeconds: 3_600)
        #expect(words(try decide(.acknowledge(.code), now), now) == ["acknowledged 4200"], "another takes it over")
        for settled in [paging.heldInHand, nil] {
            now.paging = settled
            #expect(throws: Lifecycle.Refusal.nothingToAcknowledge) { try decide(.acknowledge(.code), now) }
        }
        let next = try situation(.next)
        #expect(throws: Lifecycle.Refusal.nothingToAcknowledge) { try decide(.acknowledge(.code), next) }
    }

    @Test func whoTakesItHasAcknowledged() throws {
        let now = try situation(.now)
        #expect(words(try decide(.take, now), now) == ["other", "acknowledged 4200"])
    }

    @Test func handingOver() throws {
        let now = try situation(.now)
        #expect(try decide(.handOver(to: ben, .therapist), now).map(\.effect) == [.handOver(id, to: ben, .therapist)])
        #expect(throws: Lifecycle.Refusal.cliniciansOnly) { try decide(.handOver(to: ben, .careCoordinator), now) }
        #expect(throws: Lifecycle.Refusal.roleMayNot) { try decide(.handOver(to: ben, .admin), now) }
        let routine = try situation(.routine)
        #expect(try !decide(.handOver(to: ben, .careCoordinator), routine, as: .careCoordinator).isEmpty)
    }

    // MARK: After the end

    @Test func aClosedNowIsSeenByTheLead() throws {
        let now = try situation(.now)
        let closed = try decide(.close(.setAside, note: "why"), now)
        #expect(words(closed, now) == ["closed", "added seen_by_lead"])
        #expect(words(try decide(.close(.setAside, note: "why"), now, as: .clinicalLead), now) == ["closed"])
        var after = try situation(.now, .closed)
        #expect(throws: Lifecycle.Refusal.nothingToSee) { try decide(.see, after, as: .clinicalLead) }
        guard case .addTask(let task) = try #require(closed.last).effect else { return #expect(Bool(false), "no task") }
        after.tasks = [KnownTask(id: 9, task: task)]
        #expect(throws: Lifecycle.Refusal.roleMayNot) { try decide(.see, after) }
        #expect(words(try decide(.see, after, as: .clinicalLead), after) == ["done seen_by_lead"])
    }

    @Test func openingAgain() throws {
        var now = try situation(.now, .closed)
        now.tasks = []
        let acts = try decide(.reopen(note: "was a mistake"), now)
        #expect(
            words(acts, now) == [
                "other", "added first_call", "added three_attempts", "added lead_review", "acknowledged 4200",
            ], "its protocol begins anew, in the hands of who opened it")
        #expect(throws: Lifecycle.Refusal.needsNote) { try decide(.reopen(note: ""), now) }
        #expect(throws: Lifecycle.Refusal.notClosed) { try decide(.reopen(note: "n"), try situation(.now)) }
        now.hasOtherOpen = true
        #expect(throws: Lifecycle.Refusal.anotherIsOpen) { try decide(.reopen(note: "n"), now) }
    }
}

extension Act {
    /// The time that relative figures of these tests count from.
    fileprivate func at(_ start: WallTime) -> WallTime { start }
}
