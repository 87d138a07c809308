import Testing
import VigilCore
import VigilTestKit

/// clinical.md section 6: command x role x tier x state.
@Suite struct LifecycleTests {
    private let ana: PersonID
    private let ben: PersonID
    private let policy: Policy
    private var random = SeededRandom(seed: 1)

    init() throws {
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
        policy = try ShippedPolicy.get()
    }

    private func followUp(_ tier: Tier, _ state: FollowUp.State = .open, takenBy: PersonID? = nil) -> FollowUp {
        var random = random
        return FollowUp(
            id: FollowUpID(from: &random), client: ClientRef("c"), therapist: nil, tier: tier, state: state,
            owner: .therapist, openedAt: WallTime(seconds: 0), contactBy: WallTime(seconds: 0), takenBy: takenBy,
            startsQuiet: false, sessions: [])
    }

    private func refusal(
        _ command: Lifecycle.Command, on followUp: FollowUp, as role: Role
    ) -> Lifecycle.Refusal? {
        do throws(Lifecycle.Refusal) {
            let acts = try Lifecycle(policy: policy).decide(
                command, on: Lifecycle.Situation(followUp: followUp, attempts: enough), by: ana, as: role,
                at: WallTime(seconds: 0))
            #expect(!acts.isEmpty)
            #expect(acts.allSatisfy { $0.actor == .person(ana) })
            return nil
        } catch {
            return error
        }
    }

    private func decide(
        _ command: Lifecycle.Command, on followUp: FollowUp, as role: Role
    ) throws(Lifecycle.Refusal) -> [Act] {
        try Lifecycle(policy: policy).decide(
            command, on: Lifecycle.Situation(followUp: followUp), by: ana, as: role, at: WallTime(seconds: 0))
    }

    private func attempt(_ outcome: Attempt.Outcome, note: String = "") -> Lifecycle.Command {
        .record(Attempt(at: WallTime(seconds: 0), by: ana, channel: .phone, outcome: outcome, note: note))
    }

    private var everyCommand: [Lifecycle.Command] {
        [.take] + Attempt.Outcome.allCases.map { attempt($0, note: "n") }
            + CloseReason.allCases.map { .close($0, note: "n") }
    }

    /// Attempts that make every tier's effort.
    private var enough: [Attempt] {
        (0..<4).map { day in
            Attempt(
                at: WallTime(seconds: Int64(day) * 90_000), by: ben, channel: day == 0 ? .phone : .message,
                outcome: .noAnswer, note: "")
        }
    }

    private static let outsiders: [Role] = [.admin, .auditor, .privacyOfficer]
    private static let clinicians: [Role] = [.therapist, .onCall, .clinicalLead]

    @Test(arguments: Tier.allCases, Role.allCases)
    func roleAndTier(_ tier: Tier, _ role: Role) {
        let isUrgent = tier >= .today
        for command in everyCommand {
            let expected: Lifecycle.Refusal? =
                if Self.outsiders.contains(role) {
                    .roleMayNot
                } else if Self.clinicians.contains(role) {
                    nil
                } else {
                    switch command {
                    case .take: isUrgent ? .cliniciansOnly : nil
                    case .record(let attempt): isUrgent && attempt.outcome == .reachedWithPlan ? .cliniciansOnly : nil
                    case .close(let reason, _):
                        isUrgent || Self.forClinicians.contains(reason) ? .cliniciansOnly : nil
                    case .acknowledge, .handOver, .reopen, .see, .giveReason, .remind: nil
                    }
                }
            #expect(refusal(command, on: followUp(tier), as: role) == expected, "\(command) as \(role) on \(tier)")
            #expect(
                refusal(command, on: followUp(tier, .closed), as: role)
                    == (Self.outsiders.contains(role) ? .roleMayNot : .alreadyClosed),
                "\(command) as \(role) on a closed one")
        }
    }

    /// "Declined" and "not reached, with a plan" by clinical.md section 6; the others are a clinician's judgement by name.
    private static let forClinicians: Set<CloseReason> = [
        .declined, .notReachedWithPlan, .setAside, .inUrgentCare, .incident,
    ]

    @Test(arguments: Tier.allCases) func onePersonTakes(_ tier: Tier) throws {
        #expect(
            try decide(.take, on: followUp(tier), as: .therapist).map(\.effect)
                == [.take(followUp(tier).id, ana)])
        #expect(refusal(.take, on: followUp(tier, .taken, takenBy: ana), as: .therapist) == .alreadyYours)
        #expect(refusal(.take, on: followUp(tier, .taken, takenBy: ben), as: .clinicalLead) == .takenByAnother)
        #expect(
            refusal(attempt(.noAnswer), on: followUp(tier, .taken, takenBy: ben), as: .therapist) == nil,
            "another may still call")
    }

    @Test(arguments: Attempt.Outcome.allCases) func onlyReachedWithAPlanCloses(_ outcome: Attempt.Outcome) throws {
        let acts = try decide(attempt(outcome, note: "plan"), on: followUp(.now), as: .clinicalLead)
        let closes = acts.contains { if case .close = $0.effect { true } else { false } }
        #expect(closes == (outcome == .reachedWithPlan))
    }

    @Test func anEndingNeedsWords() {
        #expect(refusal(attempt(.reachedWithPlan), on: followUp(.next), as: .therapist) == .needsNote)
        #expect(refusal(attempt(.noAnswer), on: followUp(.next), as: .therapist) == nil)
        for reason in CloseReason.allCases {
            #expect(
                refusal(.close(reason, note: ""), on: followUp(.next), as: .clinicalLead) == .needsNote, "\(reason)")
        }
    }
}
