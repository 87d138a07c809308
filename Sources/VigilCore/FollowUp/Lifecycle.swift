/// What a person may do with a follow-up, and what comes of it: the life cycle of clinical.md section 6 as a pure decision.
///
/// open -> taken -> attempts -> closed, with a named reason each; a failed attempt never closes. Closed can be opened again.
package struct Lifecycle: Sendable {
    package enum Command: Sendable, Hashable {
        case take
        case record(Attempt)
        case close(CloseReason, note: String)
        case acknowledge(Acknowledgement.Way)
        case handOver(to: PersonID, Role)
        case reopen(note: String)
        /// Why the latest session was missed, or all of the follow-up's; also when it is closed. The latest word holds.
        case giveReason(MissReason, allSessions: Bool)
        /// A clinical lead has looked at a closed one.
        case see
        /// Put off until a time before its deadline; it stays in the queue, after the others of its tier.
        case remind(at: WallTime, note: String)
    }

    /// Why a command is refused, and what the person may do instead.
    package enum Refusal: String, Error, Sendable, Hashable, Codable {
        case alreadyClosed = "already_closed"
        case alreadyYours = "already_yours"
        case takenByAnother = "taken_by_another"
        case roleMayNot = "role_may_not"
        case cliniciansOnly = "clinicians_only"
        case needsNote = "needs_note"
        /// "Not reached" may be said when the least effort has been made.
        case effortNotMade = "effort_not_made"
        case nothingToAcknowledge = "nothing_to_acknowledge"
        case alreadyAcknowledged = "already_acknowledged"
        case notClosed = "not_closed"
        case anotherIsOpen = "another_is_open"
        case nothingToSee = "nothing_to_see"
        /// Nobody was reached who could have said one.
        case reasonFromNobody = "reason_from_nobody"
        /// A check-up is about no session.
        case noSession = "no_session"
        /// What is due now or today is not put off.
        case tooUrgentToPutOff = "too_urgent_to_put_off"
        /// The reminder would come after the deadline, or the deadline has passed.
        case pastDeadline = "past_deadline"
        case notInTheFuture = "not_in_the_future"
    }

    /// What the decision rests on, as the ledger holds it.
    package struct Situation: Sendable, Hashable {
        package var followUp: FollowUp
        package var paging: Paging?
        /// Open tasks of the follow-up and questions about it.
        package var tasks: [KnownTask]
        package var attempts: [Attempt]
        /// The follow-up's sessions that count as missed, or did until a reason excused them; ascending.
        package var missed: [SessionKey]
        /// Whether the client has another follow-up that is open.
        package var hasOtherOpen: Bool
        /// What the client said about messages on their voicemail; nil when not known.
        package var voicemailAllowed: Bool?

        package init(
            followUp: FollowUp, paging: Paging? = nil, tasks: [KnownTask] = [], attempts: [Attempt] = [],
            missed: [SessionKey] = [], hasOtherOpen: Bool = false, voicemailAllowed: Bool? = nil
        ) {
            self.missed = missed
            self.followUp = followUp
            self.paging = paging
            self.tasks = tasks
            self.attempts = attempts
            self.hasOtherOpen = hasOtherOpen
            self.voicemailAllowed = voicemailAllowed
        }
    }

    let policy: Policy

    package init(policy: Policy) {
        self.policy = policy
    }

    /// - Returns: the acts to commit; never empty.
    package func decide(
        _ command: Command, on situation: Situation, by person: PersonID, as role: Role, at now: WallTime
    ) throws(Refusal) -> [Act] {
        switch role {
        case .admin, .auditor, .privacyOfficer: throw .roleMayNot
        case .therapist, .careCoordinator, .onCall, .clinicalLead: break
        }
        let followUp = situation.followUp
        switch command {
        case .giveReason:
            // Afterwards too; but somebody must have been there to say it.
            if followUp.state != .closed, !situation.attempts.contains(where: { $0.outcome.tellsReasons }) {
                throw .reasonFromNobody
            }
        case .see:
            let isAsked = situation.tasks.contains { $0.task.kind == QuestionKind.whichHospital }
            if followUp.state != .closed, !isAsked { throw .notClosed }
        case .reopen: if followUp.state != .closed { throw .notClosed }
        case .take, .record, .close, .acknowledge, .handOver, .remind:
            if followUp.state == .closed { throw .alreadyClosed }
        }
        if followUp.tier >= .today, !role.isClinician, command.isForCliniciansWhenUrgent { throw .cliniciansOnly }
        let effects =
            switch command {
            case .take: try take(situation, person, now)
            case .record(let attempt): try record(attempt, situation, role, now)
            case .close(let reason, let note): try close(reason, note, situation, role, now)
            case .acknowledge(let way): try acknowledge(way, situation, person, role, now)
            case .handOver(let to, let toRole): try handOver(to, toRole, situation)
            case .reopen(let note): try reopen(note, situation, person, now)
            case .see: try see(situation, role)
            case .remind(let at, let note): try remind(at, note, situation, now)
            case .giveReason(let reason, let all):
                try reasonSteps(reason, situation, allSessions: all, person, now)
            }
        return effects.map { Act($0.effect, because: $0.reason, by: .person(person)) }
    }

    typealias Step = (effect: Effect, reason: Reason)

    // MARK: Taking

    /// Whoever takes a follow-up to make now has acknowledged it.
    private func take(
        _ situation: Situation, _ person: PersonID, _ now: WallTime
    ) throws(Refusal) -> [Step] {
        let followUp = situation.followUp
        if followUp.takenBy == person { throw .alreadyYours }
        if followUp.takenBy != nil { throw .takenByAnother }
        var steps: [Step] = [(.take(followUp.id, person), .personDecided)]
        if let paging = situation.paging, paging.isLive {
            steps.append((.acknowledge(acknowledged(paging, person, .taken, now)), .personDecided))
        }
        return steps
    }

    private func acknowledge(
        _ way: Acknowledgement.Way, _ situation: Situation, _ person: PersonID, _ role: Role, _ now: WallTime
    ) throws(Refusal) -> [Step] {
        if !role.isClinician { throw .cliniciansOnly }
        guard let paging = situation.paging, paging.isLive else { throw .nothingToAcknowledge }
        // Saying it again does not make it last longer: an attempt does.
        if paging.state == .acknowledged, paging.acknowledgement?.by == person { throw .alreadyAcknowledged }
        return [(.acknowledge(acknowledged(paging, person, way, now)), .personDecided)]
    }

    private func acknowledged(
        _ paging: Paging, _ person: PersonID, _ way: Acknowledgement.Way, _ now: WallTime
    ) -> Paging {
        paging.acknowledged(
            by: person, way: way, at: now, forSeconds: policy.escalation.acknowledgementMinutes * 60)
    }

    private func handOver(
        _ person: PersonID, _ role: Role, _ situation: Situation
    ) throws(Refusal) -> [Step] {
        switch role {
        case .admin, .auditor, .privacyOfficer: throw .roleMayNot
        case .therapist, .careCoordinator, .onCall, .clinicalLead: break
        }
        if situation.followUp.tier >= .today, !role.isClinician { throw .cliniciansOnly }
        if situation.followUp.takenBy == person { throw .alreadyYours }
        return [(.handOver(situation.followUp.id, to: person, role), .personDecided)]
    }

    // MARK: Ending

    private func close(
        _ reason: CloseReason, _ note: String, _ situation: Situation, _ role: Role, _ now: WallTime
    ) throws(Refusal) -> [Step] {
        let followUp = situation.followUp
        if reason.isForClinicians, !role.isClinician { throw .cliniciansOnly }
        if note.isEmpty { throw .needsNote }
        if reason == .notReachedWithPlan, let rules = policy.protocols[followUp.tier],
            !rules.effort.isMet(by: situation.attempts)
        {
            throw .effortNotMade
        }
        return [(.close(followUp.id, reason, note: note), .personDecided)] + reviewByLead(followUp, role, now)
    }

    /// A follow-up to make now is seen by the clinical lead when another has closed it.
    func reviewByLead(_ followUp: FollowUp, _ role: Role, _ now: WallTime) -> [Step] {
        guard followUp.tier == .now, role != .clinicalLead else { return [] }
        let task = FollowUpTask(
            kind: QuestionKind.seenByLead, role: .clinicalLead,
            say: "A follow-up to make now was closed. Look at how it ended.",
            due: policy.hours.end(of: policy.hours.nextWorkingDay(after: policy.zone.day(of: now)), in: policy.zone),
            subject: .followUp(followUp.id))
        return [(.addTask(task), .closedNow)]
    }

    /// The lead has looked at how it ended; a clinician has found out which hospital it was.
    private func see(_ situation: Situation, _ role: Role) throws(Refusal) -> [Step] {
        if !role.isClinician { throw .roleMayNot }
        let asked = situation.tasks.filter {
            $0.task.kind == QuestionKind.whichHospital || $0.task.kind == QuestionKind.seenByLead
        }
        if asked.isEmpty { throw .nothingToSee }
        let own = asked.filter { role == .clinicalLead || $0.task.kind == QuestionKind.whichHospital }
        if own.isEmpty { throw .roleMayNot }
        return own.map { (.finishTask($0.id), .personDecided) }
    }

    /// The person who opens it again has it: the protocol begins anew, from now.
    private func reopen(
        _ note: String, _ situation: Situation, _ person: PersonID, _ now: WallTime
    ) throws(Refusal) -> [Step] {
        if note.isEmpty { throw .needsNote }
        if situation.hasOtherOpen { throw .anotherIsOpen }
        let followUp = situation.followUp
        let tasks = (policy.protocols[followUp.tier]?.tasks ?? []).map {
            $0.task(of: followUp.id, from: now, policy: policy)
        }
        var steps: [Step] = [
            (
                .reopen(followUp.id, by: person, contactBy: tasks.map(\.due).min() ?? now, note: note),
                .personDecided
            )
        ]
        steps += tasks.map { (.addTask($0), .tierProtocol) }
        if let paging = situation.paging {
            steps.append((.acknowledge(acknowledged(paging, person, .taken, now)), .personDecided))
        }
        return steps
    }
}

extension Lifecycle.Command {
    /// Whether a `today` or `now` follow-up leaves this to clinicians.
    fileprivate var isForCliniciansWhenUrgent: Bool {
        switch self {
        case .take, .close, .acknowledge, .reopen, .handOver: true
        case .record(let attempt): attempt.outcome == .reachedWithPlan
        case .see, .giveReason, .remind: false
        }
    }
}

extension Paging {
    /// Whether somebody is still asked, or will be again by time alone.
    package var isLive: Bool { state == .paging || state == .acknowledged }
}

extension CloseReason {
    /// Endings that only a clinician may choose, whatever the tier.
    package var isForClinicians: Bool {
        switch self {
        case .declined, .notReachedWithPlan, .setAside, .inUrgentCare, .incident: true
        case .reachedWithPlan, .keptSession, .recordedInError: false
        }
    }
}
