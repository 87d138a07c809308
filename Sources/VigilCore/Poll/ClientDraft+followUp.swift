/// The client's one follow-up: opened, raised, or ended by what the store says.
extension ClientDraft {
    /// Looks anew at the sessions of an open follow-up.
    mutating func reassessOpenFollowUp() {
        guard let followUp = known.followUp else { return }
        var sessionsOfIt: [AssessedSession] = []
        for key in followUp.sessions.sorted() {
            guard let position = position(of: key) else { continue }
            let session = sessions[position]
            let state = states[session.record.key]?.state
            guard state == .standing || state == .calledOff || state == .excused else { continue }
            guard !found.contains(where: { $0.session.record.key == session.record.key }) else { continue }
            let item = settled(session, planner.scorer.assess(evidence(for: session)))
            if state == .excused { excused.append(item) } else { sessionsOfIt.append(item) }
        }
        if isExcluded { return handOverExcluded(followUp) }
        standing = sessionsOfIt
    }

    /// Opens a follow-up for the sessions found, or takes them into the open one.
    mutating func settleFollowUp(random: inout some RandomSource) {
        if let followUp = known.followUp { return update(followUp, random: &random) }
        guard !found.isEmpty else { return }
        let isSettled = found.allSatisfy { $0.settledBy != nil }
        var decisive = -1
        for index in found.indices where isSettled || found[index].settledBy == nil {
            if decisive < 0 || isBefore(decisive, index) { decisive = index }
        }
        let tier = isSettled ? Tier.routine : found[decisive].assessment.tier
        open(tier, found[decisive], isSettled: isSettled, random: &random)
    }

    /// Whether the second one asks for more: by tier, then the later one.
    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (before, after) = (
            found[left].assessment.tierBeforeResolution, found[right].assessment.tierBeforeResolution
        )
        return before == after ? found[left].session.record.key < found[right].session.record.key : before < after
    }

    /// New sessions and new information about the others may raise the tier, once in a poll, and never lower it.
    private mutating func update(_ followUp: FollowUp, random: inout some RandomSource) {
        for item in found { assessAndAttach(item, followUp.id) }
        guard !isExcluded else { return }
        let all = standing + found + excused
        let worst = all.filter { $0.settledBy == nil }.max { $0.assessment.tier < $1.assessment.tier }
        if let worst, worst.assessment.tier > followUp.tier {
            let key = worst.session.record.key
            let isNew = found.contains { $0.session.record.key == key }
            if !isNew {
                write(worst, followUp.id, because: .newInformation)
            }
            raise(
                followUp, to: worst.assessment.tier, worst.assessment.publicReasons,
                because: isNew ? .newMiss : .newInformation, random: &random)
        }
        addQuestions(about: all, followUp.id)
    }

    private mutating func open(
        _ tier: Tier, _ decisive: AssessedSession, isSettled: Bool, random: inout some RandomSource
    ) {
        let tasks = planner.protocolTasks[tier] ?? []
        let followUp = FollowUp(
            id: FollowUpID(from: &random), client: snapshot.client.ref,
            therapist: decisive.session.record.therapist ?? snapshot.client.therapist, tier: tier,
            owner: owner(of: tier), openedAt: now, contactBy: tasks.map(\.due).min() ?? now,
            startsQuiet: planner.startsQuiet, sessions: found.map(\.session.record.key).sorted())
        let reason: Reason = decisive.assessment.continuityOwed ? .continuityOwed : .newMiss
        act(.openFollowUp(followUp, reasons: decisive.assessment.publicReasons), because: reason)
        opened = followUp
        for item in found { assessAndAttach(item, followUp.id) }
        if isSettled {
            let settledBy = decisive.settledBy ?? .keptSession
            act(
                .close(followUp.id, settledBy == .reachedWithPlan ? .reachedWithPlan : .keptSession, note: ""),
                because: settledBy)
        } else {
            for task in tasks { addProtocolTask(task, followUp.id) }
            addQuestions(about: found, followUp.id)
            askAboutKeptSession(found, followUp.id, tier)
            // A first start on an old store pages nobody for the past (I31).
            if tier == .now, !followUp.startsQuiet { page(followUp.id, random: &random) }
        }
    }

    private mutating func assessAndAttach(_ item: AssessedSession, _ id: FollowUpID) {
        let reason: Reason = item.settledBy ?? (item.assessment.continuityOwed ? .continuityOwed : .newMiss)
        act(.attach(item.session.record.key, id), because: reason)
        write(item, id, because: reason)
    }

    private mutating func write(_ item: AssessedSession, _ id: FollowUpID, because reason: Reason) {
        var assessment = item.assessment
        assessment.care = careReview
        act(.assess(item.session.record.key, item.session.outcome, assessment, id), because: reason)
    }

    mutating func raise(
        _ followUp: FollowUp, to tier: Tier, _ reasons: [RuleID], because reason: Reason,
        random: inout some RandomSource
    ) {
        raisedTo = tier
        let tasks = planner.protocolTasks[tier] ?? []
        let due = tasks.map(\.due).min() ?? now
        act(
            .raise(
                followUp.id, tier, contactBy: min(followUp.contactBy, due), owner: owner(of: tier), reasons: reasons),
            because: reason)
        let protocolTasks = Set((policy.protocols[followUp.tier]?.tasks ?? []).map(\.id))
        for held in known.tasks where held.task.followUp == followUp.id && protocolTasks.contains(held.task.kind) {
            act(.supersedeTask(held.id), because: .higherTier)
        }
        for task in tasks { addProtocolTask(task, followUp.id) }
        if tier == .now { page(followUp.id, random: &random) }
    }

    /// In the same plan, and so in the same commit, as what makes it necessary (I4).
    private mutating func page(_ id: FollowUpID, random: inout some RandomSource) {
        guard let pager = planner.pager else { return }
        plan.acts += pager.begin(id, because: .contactDueNow, at: now, random: &random)
    }

    mutating func addProtocolTask(_ task: FollowUpTask, _ id: FollowUpID) {
        var task = task
        task.followUp = id
        act(.addTask(task), because: .tierProtocol)
    }

    func owner(of tier: Tier) -> Role {
        planner.owners[tier] ?? .therapist
    }

    /// What the assessments found that a person must put right or look at first.
    private mutating func addQuestions(about assessed: [AssessedSession], _ id: FollowUpID) {
        if assessed.contains(where: { $0.assessment.incident }) {
            ask(
                QuestionKind.incident, .clinicalLead,
                "An attempt is on file on or after the day of this session. Begin the incident review.", about: nil,
                followUp: id, because: .incidentOnFile)
        }
        if assessed.contains(where: { $0.assessment.dataProblems.contains(.unreadableSafetyField) }) {
            ask(
                QuestionKind.dataQuality, .clinicalLead,
                "A safety field of this client cannot be read. Correct it in the practice's record.", about: nil,
                followUp: id, because: .safetyFieldUnreadable)
        }
        if assessed.contains(where: { $0.session.outcome == .inCare }) { coordinateDischarge(id) }
    }

    /// In psychiatric care: what is asked for is a plan for the discharge (clinical.md section 4).
    private mutating func coordinateDischarge(_ id: FollowUpID) {
        var task = policy.inCareTask.task(from: now, zone: policy.zone, hours: policy.hours)
        task.followUp = id
        guard !known.tasks.contains(where: { $0.task.kind == task.kind && $0.task.followUp == id }) else { return }
        act(.addTask(task), because: .inPsychiatricCare)
    }

    // MARK: Endings

    /// The client has died or left the practice: nobody calls them, the clinical lead decides, vigil closes nothing.
    private mutating func handOverExcluded(_ followUp: FollowUp) {
        if followUp.owner != .clinicalLead { act(.assign(followUp.id, .clinicalLead), because: .clientExcluded) }
        // Also what the work asked for: nobody is to write to them.
        let over = Set((policy.protocols[followUp.tier]?.tasks ?? []).map(\.id)).union(policy.care.taskKinds)
        for held in known.tasks where held.task.followUp == followUp.id && over.contains(held.task.kind) {
            act(.supersedeTask(held.id), because: .clientExcluded)
        }
        ask(
            QuestionKind.excludedClient, .clinicalLead,
            "The client is no longer active. Decide how this follow-up ends; do not contact the client.", about: nil,
            followUp: followUp.id, because: .clientExcluded)
    }

    /// Ends the open follow-up when nothing about it waits any more, what this poll found included.
    mutating func endIfSettled(random: inout some RandomSource) {
        // A person who opened it again has decided: only a person closes it now.
        guard var followUp = known.followUp, !isExcluded, followUp.reopenedAt == nil else { return }
        followUp.tier = raisedTo ?? followUp.tier
        let all = standing + found
        if all.isEmpty, followUp.origin == .checkUp, followUp.sessions.isEmpty || followUp.tier <= .next {
            endCheckUp(followUp)
        } else if all.isEmpty {
            endCorrected(followUp, random: &random)
        } else if !excused.isEmpty, followUp.tier >= .today, settlement(of: all, followUp) != nil {
            // What made it urgent may be the session that is excused: that it counts no more closes nothing by itself.
            ask(
                QuestionKind.confirmKeptSession, .clinicalLead,
                "The client has come since, or has been reached. Confirm, then close.", about: nil,
                followUp: followUp.id, because: .keptSessionLater)
        } else if let reason = settlement(of: all, followUp) {
            act(
                .close(followUp.id, reason == .reachedWithPlan ? .reachedWithPlan : .keptSession, note: ""),
                because: reason)
        } else {
            askAboutKeptSession(all, followUp.id, followUp.tier)
        }
    }

    /// A later visit alone does not close `today` or `now`; it is a reason to ask.
    private mutating func askAboutKeptSession(_ assessed: [AssessedSession], _ id: FollowUpID, _ tier: Tier) {
        guard tier >= .today, assessed.allSatisfy({ hasKeptSession(after: $0.session) }) else { return }
        ask(
            QuestionKind.confirmKeptSession, .clinicalLead,
            "The client has come to a later session. Confirm, then close.", about: nil, followUp: id,
            because: .keptSessionLater)
    }

    /// The reason that settles all of a follow-up's sessions, if they all are.
    private func settlement(of standing: [AssessedSession], _ followUp: FollowUp) -> Reason? {
        var reason: Reason?
        for item in standing {
            guard let settledBy = item.settledBy else { return nil }
            // A session raised by time or by a person keeps its tier: a later visit alone does not close it.
            if settledBy == .keptSessionLater, followUp.tier >= .today { return nil }
            reason = settledBy
        }
        return reason
    }

    /// No session of the follow-up counts as missed any more.
    private mutating func endCorrected(_ followUp: FollowUp, random: inout some RandomSource) {
        // Once a person has been asked to confirm, a later poll does not close it over their head.
        guard !known.hasTask(QuestionKind.confirmCorrection, nil, followUp.id) else { return }
        let states = followUp.sessions.compactMap { self.states[$0] }
        guard states.count == followUp.sessions.count, !states.contains(where: { $0.state == .vanished }) else {
            return
        }
        // Excused by what the client said: the person who recorded it has them in hand, and closes.
        if states.contains(where: { $0.state == .excused }) { return }
        if states.contains(where: { $0.flips > 1 }) {
            ask(
                QuestionKind.confirmCorrection, .clinicalLead,
                "This session's outcome has changed more than once. Confirm what happened, then close.", about: nil,
                followUp: followUp.id, because: .changedTooOften)
        } else if states.contains(where: { $0.outcome.isCalledOff }) {
            endCalledOff(followUp, isInCare: states.contains { $0.outcome == .inCare }, random: &random)
        } else if states.contains(where: { $0.state == .rescheduled }), followUp.tier >= .today {
            // Staff often drag a missed appointment to a new date; that is no contact with the client.
            ask(
                QuestionKind.confirmReschedule, .clinicalLead,
                "The missed session was moved to another date. Confirm that somebody has spoken with the client.",
                about: nil, followUp: followUp.id, because: .movedToNewStart)
        } else if followUp.origin == .checkUp {
            // What opened it still holds; a person decides on what joined it.
            ask(
                QuestionKind.confirmCorrection, .clinicalLead,
                "The store now says that the session which made this urgent was not missed. Confirm it, then close.",
                about: nil, followUp: followUp.id, because: .correctedToAttended)
        } else if followUp.tier == .now {
            plan.wouldCloseNow = followUp.id
        } else {
            act(.close(followUp.id, .recordedInError, note: PollPlanner.correctionNote), because: .correctedToAttended)
        }
    }

    /// Missed first, and called off or excused afterwards: that alone lowers and closes nothing (clinical.md section 4).
    private mutating func endCalledOff(
        _ followUp: FollowUp, isInCare: Bool, random: inout some RandomSource
    ) {
        if isInCare {
            coordinateDischarge(followUp.id)
            // In psychiatric care it is "next", whatever it was before (clinical.md section 4); it never falls.
            if followUp.tier < .next {
                raise(followUp, to: .next, [], because: .inPsychiatricCare, random: &random)
            }
        }
        let cameLater = sessions.contains { session in
            session.outcome == .attended && followUp.sessions.allSatisfy { $0.start < session.record.start }
        }
        if cameLater, followUp.tier <= .next {
            act(.close(followUp.id, .keptSession, note: ""), because: .keptSessionLater)
        } else {
            ask(
                QuestionKind.confirmCalledOff, followUp.tier <= .next ? .therapist : .clinicalLead,
                "The store now says that this session was called off. Confirm what happened, then close.", about: nil,
                followUp: followUp.id, because: .correctedToCalledOff)
        }
    }
}
