/// What a recorded attempt does beside standing in the history: tasks, paging, and what is asked for next.
extension Lifecycle {
    func record(_ attempt: Attempt, _ situation: Situation, _ role: Role, _ now: WallTime) throws(Refusal) -> [Step] {
        let followUp = situation.followUp
        var steps: [Step] = [(.recordAttempt(followUp.id, attempt), .personDecided)]
        if let reason = attempt.reason {
            guard attempt.outcome.tellsReasons else { throw .reasonFromNobody }
            steps += try reasonSteps(reason, situation, allSessions: false, attempt.by, now)
        }
        if attempt.outcome == .reachedWithPlan {
            if attempt.note.isEmpty { throw .needsNote }
            return steps + [(.close(followUp.id, .reachedWithPlan, note: attempt.note), .personDecided)]
                + reviewByLead(followUp, role, now)
        }
        guard let rules = policy.protocols[followUp.tier] else { return steps }
        let made = situation.attempts + [attempt]
        let isContact = attempt.outcome.isContact
        let isEffortMade = rules.effort.isMet(by: made)
        steps += taskSteps(situation, rules, isContact: isContact, isEffortMade: isEffortMade, made, now)
        let hasEnding = situation.tasks.contains { $0.task.kind == rules.whenEffortMade.id }
        if isContact || isEffortMade, !hasEnding {
            steps.append(
                (
                    .addTask(rules.whenEffortMade.task(of: followUp.id, from: now, policy: policy)),
                    isContact ? .clientReached : .effortMade
                ))
        }
        steps += questionSteps(attempt, situation, now)
        if let paging = situation.paging, paging.isLive {
            if isContact || isEffortMade {
                steps.append((.holdPaging(paging.heldInHand), isContact ? .clientReached : .effortMade))
            } else {
                let waiting = paging.acknowledged(
                    by: attempt.by, way: .attempt, at: now, forSeconds: policy.escalation.nextAttemptHours * 3_600)
                steps.append((.acknowledge(waiting), .attemptMade))
            }
        }
        return steps
    }

    /// What the client said, for the latest session unless it holds for all; and what it asks for.
    func reasonSteps(
        _ reason: MissReason, _ situation: Situation, allSessions: Bool, _ person: PersonID, _ now: WallTime
    ) throws(Refusal) -> [Step] {
        let followUp = situation.followUp
        // Those that count as missed; without any, what the follow-up is about.
        let missed = situation.missed.isEmpty ? followUp.sessions : situation.missed
        guard let latest = missed.last else { throw .noSession }
        var steps: [Step] = (allSessions ? missed : [latest]).map {
            (.recordReason($0, reason, followUp.id), .personDecided)
        }
        if reason == .inHospital, !situation.tasks.contains(where: { $0.task.kind == QuestionKind.whichHospital }) {
            // A stay in psychiatric care changes what is done next, and only the practice's record can say so. About the
            // follow-up and not in it: it outlasts its closing.
            let task = FollowUpTask(
                kind: QuestionKind.whichHospital, role: .therapist,
                say:
                    "The client was in hospital. Find out whether it was psychiatric care, and enter it in the record.",
                due: now.adding(hours: PollPlanner.questionHours), subject: .followUp(followUp.id))
            steps.append((.addTask(task), .clientInHospital))
        }
        return steps
    }

    /// Ends the tasks that this attempt fulfils, and brings forward those that failed attempts make due.
    private func taskSteps(
        _ situation: Situation, _ rules: TierProtocol, isContact: Bool, isEffortMade: Bool, _ made: [Attempt],
        _ now: WallTime
    ) -> [Step] {
        let templates = Dictionary(rules.tasks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let failed = rules.effort.counted(made.filter { !$0.outcome.isContact })
        return situation.tasks.compactMap { held -> Step? in
            guard held.task.followUp == situation.followUp.id, let template = templates[held.task.kind] else {
                return nil
            }
            if template.done == .firstAttempt { return (.finishTask(held.id), .attemptMade) }
            if template.done == .effort, isEffortMade { return (.finishTask(held.id), .effortMade) }
            if isContact, template.done == .effort || template.onlyIfNotReached {
                return (.supersedeTask(held.id), .clientReached)
            }
            if let limit = template.dueAfterFailedAttempts, failed >= limit, held.task.due > now {
                return (.bringForward(held.id, situation.followUp.id, due: now), .attemptsFailed)
            }
            return nil
        }
    }

    /// What the attempt brought to light and a person must put right.
    private func questionSteps(_ attempt: Attempt, _ situation: Situation, _ now: WallTime) -> [Step] {
        let id = situation.followUp.id
        func ask(_ kind: RuleID, _ role: Role, _ say: String, _ reason: Reason) -> [Step] {
            guard !situation.tasks.contains(where: { $0.task.kind == kind && $0.task.followUp == id }) else {
                return []
            }
            let due = now.adding(hours: PollPlanner.questionHours)
            return [(.addTask(FollowUpTask(kind: kind, role: role, say: say, due: due, followUp: id)), reason)]
        }
        if attempt.outcome == .wrongNumber {
            return ask(
                QuestionKind.wrongNumber, .careCoordinator,
                "The number on file is wrong. Find the right one and correct the practice's record.", .numberWrong)
        }
        if attempt.outcome == .messageLeft, attempt.channel == .phone, situation.voicemailAllowed == false {
            return ask(
                QuestionKind.contactPreference, .clinicalLead,
                "A message was left although the client asked for none on their voicemail. Look at what follows.",
                .preferenceNotKept)
        }
        return []
    }
}

extension TaskTemplate {
    /// The task of a follow-up, due from `now`.
    package func task(of id: FollowUpID, from now: WallTime, policy: Policy) -> FollowUpTask {
        FollowUpTask(
            kind: self.id, role: role, say: say, due: due.due(from: now, zone: policy.zone, hours: policy.hours),
            followUp: id)
    }
}
