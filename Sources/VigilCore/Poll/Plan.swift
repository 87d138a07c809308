/// What is to be written about one client: effects in order, each with the named reason for it.
///
/// A plan is a value. Nothing has happened until the ledger has committed it, whole (I4).
package struct ClientPlan: Sendable, Hashable {
    package var client: ClientRef
    package var acts: [Act] = []
    /// When something about this client may change by time alone; nil when nothing can.
    package var lookAgainAt: WallTime?
    /// A `now` follow-up that the store's corrections would close. The poll decides on all of them together.
    package var wouldCloseNow: FollowUpID?

    /// What must still be true of the client's open follow-up when the plan is committed.
    package var premise = Premise.none

    /// A person may close a follow-up between a poll's look and its commit: what was planned for it must not go down with it.
    package enum Premise: Sendable, Hashable {
        case none
        /// This follow-up, or none, is open; else the client is to be planned anew.
        case open(FollowUpID?)
        /// The plan is about this follow-up alone: when it is closed already there is nothing to do.
        case onlyIfOpen(FollowUpID)
    }

    package init(client: ClientRef) {
        self.client = client
    }
}

package struct Act: Sendable, Hashable {
    package var effect: Effect
    package var reason: Reason
    package var actor: Actor

    package init(_ effect: Effect, because reason: Reason, by actor: Actor = .vigil) {
        self.effect = effect
        self.reason = reason
        self.actor = actor
    }
}

/// The changes that the ledger knows how to make. Each becomes rows, and one row of the audit chain.
package enum Effect: Sendable, Hashable {
    case recordSession(SessionRecord, KnownSession)
    case changeSession(SessionKey, KnownSession)
    case assess(SessionKey, Outcome, Assessment, FollowUpID?)
    /// `reasons` are the rules that the journal may name.
    case openFollowUp(FollowUp, reasons: [RuleID])
    /// The session becomes part of an open follow-up.
    case attach(SessionKey, FollowUpID)
    case raise(FollowUpID, Tier, contactBy: WallTime, owner: Role, reasons: [RuleID])
    /// Another role answers for it from now on.
    case assign(FollowUpID, Role)
    case addTask(FollowUpTask)
    case supersedeTask(Int64)
    case finishTask(Int64)
    case take(FollowUpID, PersonID)
    case recordAttempt(FollowUpID, Attempt)
    case close(FollowUpID, CloseReason, note: String)
}

/// Why: every branch that opens, skips, raises or closes has a name, and the name is stored.
package enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    case recordedMissed = "recorded_missed"
    case cancelledLate = "cancelled_late"
    case unmarkedWithFloor = "unmarked_with_floor"
    case neverRecorded = "never_recorded"
    case beforeHorizon = "before_horizon"
    case clientExcluded = "client_excluded"
    case continuityOwed = "continuity_owed"
    case newMiss = "new_miss"
    case newInformation = "new_information"
    case outcomeRefined = "outcome_refined"
    case correctedToAttended = "corrected_to_attended"
    case correctedToCalledOff = "corrected_to_called_off"
    case correctedToMissed = "corrected_to_missed"
    case movedToNewStart = "moved_to_new_start"
    case markedRescheduled = "marked_rescheduled"
    case markedInError = "marked_in_error"
    case vanishedFromStore = "vanished_from_store"
    case backInStore = "back_in_store"
    case keptSession = "kept_session"
    case keptSessionLater = "kept_session_later"
    case reachedWithPlan = "reached_with_plan"
    case tierProtocol = "tier_protocol"
    case higherTier = "higher_tier"
    case outcomeNotRecorded = "outcome_not_recorded"
    case outcomeRecorded = "outcome_recorded"
    case countsAsMissed = "counts_as_missed"
    case statusUnrecognised = "status_unrecognised"
    case rowUnreadable = "row_unreadable"
    case rowReadable = "row_readable"
    case safetyFieldUnreadable = "safety_field_unreadable"
    case incidentOnFile = "incident_on_file"
    case changedTooOften = "changed_too_often"
    case tooManyCorrections = "too_many_corrections"
    case inPsychiatricCare = "in_psychiatric_care"
    case followUpClosed = "follow_up_closed"
    case personDecided = "person_decided"
}

extension Act {
    /// What of this act may leave the process.
    package func event(policy: String) -> PublicEvent {
        switch effect {
        case .recordSession(_, let known):
            PublicEvent(
                known.state == .history
                    ? .historyRecorded : known.state == .calledOff ? .continuityRecorded : .missRecorded,
                policy: policy)
        case .changeSession: PublicEvent(.missChanged, policy: policy)
        case .assess(_, _, let assessment, let followUp):
            PublicEvent(
                .sessionAssessed, followUp: followUp, tier: assessment.tier, rules: assessment.publicReasons,
                policy: policy)
        case .openFollowUp(let followUp, let reasons):
            PublicEvent(
                .followUpOpened, followUp: followUp.id, tier: followUp.tier, rules: reasons, policy: policy)
        case .attach(_, let id): PublicEvent(.sessionJoined, followUp: id, policy: policy)
        case .raise(let id, let tier, _, _, let reasons):
            PublicEvent(.followUpRaised, followUp: id, tier: tier, rules: reasons, policy: policy)
        case .assign(let id, _): PublicEvent(.followUpAssigned, followUp: id, policy: policy)
        case .addTask(let task): PublicEvent(.taskAdded, followUp: task.followUp, rules: [task.kind], policy: policy)
        case .supersedeTask: PublicEvent(.taskSuperseded, policy: policy)
        case .finishTask: PublicEvent(.taskDone, policy: policy)
        case .take(let id, _): PublicEvent(.followUpTaken, followUp: id, policy: policy)
        case .recordAttempt(let id, _): PublicEvent(.attemptRecorded, followUp: id, policy: policy)
        case .close(let id, _, _): PublicEvent(.followUpClosed, followUp: id, policy: policy)
        }
    }
}

extension Assessment {
    /// Ids of what fired, floors first, then most points first: the reasons as the journal may name them.
    package var publicReasons: [RuleID] {
        let present = findings.filter { $0.state == .present && $0.points > 0 }.sorted { $0.points > $1.points }
        var ids: [RuleID] = []
        for id in floors.map(\.rule) + present.map(\.rule) + engagement.map(\.rule) where !ids.contains(id) {
            ids.append(id)
        }
        return ids
    }
}
