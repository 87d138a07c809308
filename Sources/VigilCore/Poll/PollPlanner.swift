/// Decides what one poll writes about one client: the store's snapshot and the ledger's knowledge in, a plan out.
///
/// The whole of vigil's judgement runs through here, for the full reconcile and the incremental poll alike: a client who was
/// looked at for no reason yields an empty plan, so looking twice never writes twice (I6).
///
/// One object for a poll: what is the same for every client, such as when a tier's tasks are due, is worked out once.
package final class PollPlanner: Sendable {
    package let policy: Policy
    package let now: WallTime
    /// Sessions that started before this make records and no follow-ups; fixed at the first start on a store (I31).
    package let horizon: WallTime?
    /// Whether follow-ups begin without a page: during the first full reconcile of a store (I31).
    package let startsQuiet: Bool
    /// Makes the pages of a follow-up that becomes one to make now; nil in shadow, when nobody is paged.
    package let pager: Pager?
    let scorer: Scorer
    let detector: MissDetector
    let today: LocalDay
    /// See `MissDetector.lastDayOver`.
    let lastDayOver: LocalDay?
    /// Tasks of a follow-up that opens or rises at `now`, by tier.
    let protocolTasks: [Tier: [FollowUpTask]]
    /// Who answers for one, by tier.
    let owners: [Tier: Role]

    package init(
        policy: Policy, now: WallTime, horizon: WallTime?, startsQuiet: Bool, pager: Pager? = nil,
        blindSpots: [BlindSpot] = []
    ) {
        self.policy = policy
        self.now = now
        self.horizon = horizon
        self.startsQuiet = startsQuiet
        self.pager = pager
        scorer = Scorer(policy: policy, blindSpots: blindSpots)
        detector = policy.detector
        today = policy.zone.day(of: now)
        lastDayOver = detector.lastDayOver(at: now)
        protocolTasks = policy.protocols.mapValues { rules in
            rules.tasks.map { $0.task(from: now, zone: policy.zone, hours: policy.hours) }
        }
        // A `today` raised out of hours goes to the on-call clinician, as an item and not as a page (clinical.md section 6).
        let isOpen = policy.hours.isOpen(at: now, in: policy.zone)
        var owners = policy.protocols.mapValues(\.owner)
        if !isOpen { owners[.today] = .onCall }
        self.owners = owners
    }

    package func plan(
        _ snapshot: ClientSnapshot, known: KnownClient, random: inout some RandomSource
    ) -> ClientPlan {
        var draft = ClientDraft(planner: self, snapshot: snapshot, known: known)
        draft.takeUnmarkedAsMissed()
        draft.noticeChanges()
        draft.considerNewSessions()
        draft.reassessOpenFollowUp()
        draft.settleFollowUp(random: &random)
        draft.endIfSettled(random: &random)
        draft.checkUp(random: &random)
        draft.promote(random: &random)
        draft.careForTheWork()
        draft.askQuestions()
        return draft.plan
    }

    /// The end of a poll: closes the `now` follow-ups whose sessions the store has corrected, unless there are so many that
    /// a person must look first (clinical.md section 4).
    package func settleCorrections(_ candidates: [(client: ClientRef, id: FollowUpID)]) -> [ClientPlan] {
        let tooMany = candidates.count > policy.detection.maxNowCorrectionsPerPoll
        return candidates.map { client, id in
            var plan = ClientPlan(client: client)
            plan.premise = .onlyIfOpen(id)
            if tooMany {
                plan.acts.append(Act(.addTask(confirmCorrection(id)), because: .tooManyCorrections))
            } else {
                plan.acts.append(
                    Act(.close(id, .recordedInError, note: Self.correctionNote), because: .correctedToAttended))
            }
            return plan
        }
    }

    func confirmCorrection(_ id: FollowUpID) -> FollowUpTask {
        FollowUpTask(
            kind: QuestionKind.confirmCorrection, role: .clinicalLead,
            say: "The store now says that this session was not missed. Confirm it, then close.",
            due: now.adding(hours: Self.questionHours), followUp: id)
    }

    /// The note of a follow-up that the store itself took back.
    static let correctionNote = "The appointment store now says that this session was not missed."

    /// A question about data is due within a working day's length: long enough to be asked by day, short enough to matter.
    static let questionHours = 8
}
