/// What the work asks for beside safety: a return to plan, a conversation, a client who has drifted away.
///
/// Nothing here raises a tier. Tasks that no longer hold end, on record.
extension ClientDraft {
    var today: LocalDay { planner.today }

    /// The follow-up as it stands after this plan.
    private var current: (id: FollowUpID, tier: Tier)? {
        guard !isClosed, !isExcluded, let followUp = opened ?? known.followUp else { return nil }
        return (followUp.id, raisedTo ?? followUp.tier)
    }

    // MARK: Tasks of an open follow-up

    /// After everything that may raise the tier: who is asked depends on it.
    mutating func careForTheWork() {
        guard let current else { return }
        lookAfterDrift(current.id, current.tier)
        if let lastBegun, sessions[lastBegun].outcome == .inCare { return }
        planTheReturn(current.id)
        talkAboutFit(current.id, current.tier)
    }

    /// The last session whose time has come.
    private var lastBegun: Int? {
        var index = sessions.count - 1
        while index >= 0, sessions[index].record.key.start > now { index -= 1 }
        return index >= 0 ? index : nil
    }

    private mutating func planTheReturn(_ id: FollowUpID) {
        let rules = policy.care.momentum
        let momentum = momentum
        let isDue = momentum.isLost && (momentum.daysSinceLast ?? 0) >= rules.returnAfterDays
        hold(rules.returnTask, isDue, id, because: .momentumLost)
        if !isDue, let last = momentum.lastAttendedOn {
            let due = policy.zone.time(on: last.adding(days: rules.returnAfterDays), secondOfDay: 0)
            if due > now { plan.lookAgainAt = min(plan.lookAgainAt ?? due, due) }
        }
    }

    /// Not while contact is due today or now: what was asked for already then waits, and stays.
    private mutating func talkAboutFit(_ id: FollowUpID, _ tier: Tier) {
        let rules = policy.care.commitment
        let holds = rules.finding(in: sessions, today: today) != nil
        if holds, tier > .next { return }
        hold(rules.task, holds, id, because: .missedWithoutReason)
    }

    /// Adds the task when it is due and not there, and ends it when it is there and no longer holds, or is another role's now.
    private mutating func hold(_ template: TaskTemplate, _ holds: Bool, _ id: FollowUpID, because reason: Reason) {
        let held = known.tasks.first { $0.task.kind == template.id && $0.task.followUp == id }
        let isRight = held?.task.role == template.role
        if let held, !holds || !isRight { act(.supersedeTask(held.id), because: holds ? .higherTier : .noLongerHolds) }
        if holds, !isRight { act(.addTask(template.task(of: id, from: now, policy: policy)), because: reason) }
    }

    // MARK: Drifted away

    private var drift: Drift? {
        policy.care.drift(
            of: snapshot.client, sessions: sessions, plan: snapshot.clinical.carePlan, now: now, today: today)
    }

    /// A follow-up of its own, once a week, until the client is in the book again.
    mutating func checkUp(random: inout some RandomSource) {
        guard known.followUp == nil, opened == nil, !isClosed, isDue(policy.care.checkUp), let drift,
            !drift.isListedOnly, !isBeforeHorizon(drift)
        else { return }
        open(drift, random: &random)
    }

    /// A client who has an open follow-up gets a task in it.
    private mutating func lookAfterDrift(_ id: FollowUpID, _ tier: Tier) {
        // A check-up says it already.
        guard (opened ?? known.followUp)?.origin != .checkUp else { return }
        var task = policy.care.checkUp.task
        // Where a clinician is asked to call first, nobody else writes to the client.
        if tier >= .today { task.role = policy.protocols[tier]?.owner ?? .therapist }
        hold(task, drift.map { !$0.isListedOnly } ?? false, id, because: .driftedAway)
    }

    /// Drifted before vigil's time here: in the list, and no follow-up by itself (I31).
    private func isBeforeHorizon(_ drift: Drift) -> Bool {
        guard let horizon = planner.horizon else { return false }
        return policy.zone.time(on: drift.driftedOn, secondOfDay: 0) < horizon
    }

    private func isDue(_ rules: CheckUpRules) -> Bool {
        guard let closed = known.lastClosedAt else { return true }
        return now >= closed.adding(hours: 24 * rules.everyDays)
    }

    private mutating func open(_ drift: Drift, random: inout some RandomSource) {
        let tasks = planner.protocolTasks[.routine] ?? []
        let followUp = FollowUp(
            id: FollowUpID(from: &random), client: snapshot.client.ref,
            therapist: snapshot.client.therapist ?? sessions.last?.record.therapist, tier: .routine,
            owner: owner(of: .routine), openedAt: now, contactBy: tasks.map(\.due).min() ?? now,
            startsQuiet: planner.startsQuiet, sessions: [], origin: .checkUp, about: drift.words(seenFrom: today))
        act(.openFollowUp(followUp, reasons: [policy.care.checkUp.task.id]), because: .driftedAway)
        opened = followUp
        for task in tasks { addProtocolTask(task, followUp.id) }
    }

    /// A check-up ends by itself only when the client has come; a booking alone may be missed too. Risen to `today` or `now`, a
    /// clinician closes it.
    mutating func endCheckUp(_ followUp: FollowUp) {
        let hasCome = sessions.contains {
            $0.outcome == .attended && $0.record.start > followUp.openedAt && $0.record.start <= now
        }
        guard hasCome else { return }
        if followUp.tier <= .next {
            act(.close(followUp.id, .keptSession, note: ""), because: .keptSession)
        } else {
            ask(
                QuestionKind.confirmKeptSession, .clinicalLead,
                "The client has come to a session since. Confirm, then close.", about: nil, followUp: followUp.id,
                because: .keptSessionLater)
        }
    }
}
