/// What the work asks for beside safety: a return to plan, a conversation, a client who has drifted away.
///
/// Nothing here raises a tier. Tasks that no longer hold end, on record.
extension ClientDraft {
    var today: LocalDay { policy.zone.day(of: now) }

    private var momentum: Momentum {
        policy.care.momentum(of: sessions, plan: snapshot.clinical.carePlan, today: today)
    }

    /// The follow-up as it stands after this plan.
    private var current: (id: FollowUpID, tier: Tier)? {
        guard !isClosed, !isExcluded, let followUp = opened ?? known.followUp else { return nil }
        return (followUp.id, raisedTo ?? followUp.tier)
    }

    // MARK: Tasks of an open follow-up

    mutating func careForTheWork() {
        guard let current, sessions.last(where: { $0.record.start <= now })?.outcome != .inCare else { return }
        planTheReturn(current.id)
        talkAboutFit(current.id, current.tier)
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

    /// Adds the task when it is due and not there, and ends it when it is there and no longer holds.
    private mutating func hold(_ template: TaskTemplate, _ holds: Bool, _ id: FollowUpID, because reason: Reason) {
        let held = known.tasks.first { $0.task.kind == template.id && $0.task.followUp == id }
        switch (held, holds) {
        case (nil, true): act(.addTask(template.task(of: id, from: now, policy: policy)), because: reason)
        case (let held?, false): act(.supersedeTask(held.id), because: .noLongerHolds)
        default: break
        }
    }

    // MARK: Drifted away

    /// A follow-up of its own, or a task in the open one: once a week, until the client is in the book again.
    mutating func checkUp(random: inout some RandomSource) {
        let rules = policy.care.checkUp
        let drift = policy.care.drift(
            of: snapshot.client, sessions: sessions, plan: snapshot.clinical.carePlan, now: now, today: today)
        if let current {
            // What opened it says it already.
            if opened?.origin == .checkUp || known.followUp?.origin == .checkUp { return }
            var task = rules.task
            // Where a clinician is asked to call first, nobody else writes to the client.
            if current.tier >= .today { task.role = policy.protocols[current.tier]?.owner ?? .therapist }
            return hold(task, drift.map { !$0.isListedOnly } ?? false, current.id, because: .driftedAway)
        }
        guard !isClosed, known.followUp == nil, let drift, !drift.isListedOnly, !isBeforeHorizon(drift), isDue(rules)
        else { return }
        open(drift, random: &random)
    }

    /// Drifted before vigil's time here: in the list, and no follow-up by itself (I31).
    private func isBeforeHorizon(_ drift: Drift) -> Bool {
        planner.horizon.map { policy.zone.time(on: drift.driftedOn, secondOfDay: 0) < $0 } ?? false
    }

    private func isDue(_ rules: CheckUpRules) -> Bool {
        known.lastClosedAt.map { now >= $0.adding(hours: 24 * rules.everyDays) } ?? true
    }

    private mutating func open(_ drift: Drift, random: inout some RandomSource) {
        let tasks = (policy.protocols[.routine]?.tasks ?? []).map { instantiate($0) }
        let followUp = FollowUp(
            id: FollowUpID(from: &random), client: snapshot.client.ref,
            therapist: snapshot.client.therapist ?? sessions.last?.record.therapist, tier: .routine,
            owner: owner(of: .routine), openedAt: now, contactBy: tasks.map(\.due).min() ?? now,
            startsQuiet: planner.startsQuiet, sessions: [], origin: .checkUp, about: drift.words(seenFrom: today))
        act(.openFollowUp(followUp, reasons: [policy.care.checkUp.task.id]), because: .driftedAway)
        opened = followUp
        for task in tasks { addProtocolTask(task, followUp.id) }
    }

    /// A check-up ends by itself only when the client has come; a booking alone may be missed too.
    mutating func endCheckUp(_ followUp: FollowUp) {
        let hasCome = sessions.contains {
            $0.outcome == .attended && $0.record.start > followUp.openedAt && $0.record.start <= now
        }
        if hasCome { act(.close(followUp.id, .keptSession, note: ""), because: .keptSession) }
    }
}
