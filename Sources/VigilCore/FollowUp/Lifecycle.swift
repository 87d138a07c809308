/// What a person may do with a follow-up: the life cycle of clinical.md section 6 as a pure decision.
package enum Lifecycle {
    package enum Command: Sendable, Hashable {
        case take
        case record(Attempt)
        case close(CloseReason, note: String)
    }

    /// Why a command is refused, and what the person may do instead.
    package enum Refusal: String, Error, Sendable, Hashable, Codable {
        case alreadyClosed = "already_closed"
        case alreadyYours = "already_yours"
        case takenByAnother = "taken_by_another"
        case roleMayNot = "role_may_not"
        case cliniciansOnly = "clinicians_only"
        case needsNote = "needs_note"
    }

    /// - Returns: the acts to commit.
    package static func decide(
        _ command: Command, on followUp: FollowUp, by person: PersonID, as role: Role
    ) throws(Refusal) -> [Act] {
        guard followUp.state != .closed else { throw .alreadyClosed }
        switch role {
        case .admin, .auditor, .privacyOfficer: throw .roleMayNot
        case .therapist, .careCoordinator, .onCall, .clinicalLead: break
        }
        let urgent = followUp.tier >= .today
        switch command {
        case .take:
            if urgent, !role.isClinician { throw .cliniciansOnly }
            if followUp.takenBy == person { throw .alreadyYours }
            if followUp.takenBy != nil { throw .takenByAnother }
            return [act(.take(followUp.id, person), person)]
        case .record(let attempt):
            var acts = [act(.recordAttempt(followUp.id, attempt), person)]
            if attempt.outcome == .reachedWithPlan {
                if attempt.note.isEmpty { throw .needsNote }
                if urgent, !role.isClinician { throw .cliniciansOnly }
                acts.append(act(.close(followUp.id, .reachedWithPlan, note: attempt.note), person))
            }
            return acts
        case .close(let reason, let note):
            if urgent || reason.isForClinicians, !role.isClinician { throw .cliniciansOnly }
            if note.isEmpty { throw .needsNote }
            return [act(.close(followUp.id, reason, note: note), person)]
        }
    }

    private static func act(_ effect: Effect, _ person: PersonID) -> Act {
        Act(effect, because: .personDecided, by: .person(person))
    }
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
