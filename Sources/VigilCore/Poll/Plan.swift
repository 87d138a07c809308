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
    /// A task becomes due earlier than it was.
    case bringForward(Int64, FollowUpID, due: WallTime)
    case take(FollowUpID, PersonID)
    /// Another person, or a role when nil, has it from now on.
    case handOver(FollowUpID, to: PersonID?, Role)
    case recordAttempt(FollowUpID, Attempt)
    /// Why a session of the follow-up was missed.
    case recordReason(SessionKey, MissReason, FollowUpID)
    case close(FollowUpID, CloseReason, note: String)
    case reopen(FollowUpID, by: PersonID, contactBy: WallTime, note: String)
    case putOff(FollowUpID, until: WallTime, note: String)

    /// Asking for an acknowledgement begins.
    case beginPaging(Paging)
    /// It begins again: the acknowledgement ran out, or nobody had it any more.
    case resumePaging(Paging)
    /// A page with its deliveries; the paging as it is afterwards.
    case makePage(Page, [Delivery], Paging)
    /// A person has it, until the acknowledgement ends.
    case acknowledge(Paging)
    /// The client was reached, or the effort is made: nobody is paged for it any more.
    case holdPaging(Paging)
    /// A weekly test that is over.
    case endPaging(FollowUpID)
    /// No provider takes its pages.
    case raiseAlarm(Paging)
    case addDelivery(Delivery)
    case raiseOperatorAlert(OperatorAlert)
    case closeOperatorAlert(OperatorAlert)
    case addOverride(OnCallOverride)
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
    case noContactInTime = "no_contact_in_time"
    case nothingBookedInTime = "nothing_booked_in_time"
    case attemptMade = "attempt_made"
    case effortMade = "effort_made"
    case clientReached = "client_reached"
    case attemptsFailed = "attempts_failed"
    case numberWrong = "number_wrong"
    case preferenceNotKept = "preference_not_kept"
    case closedNow = "closed_now"
    case contactDueNow = "contact_due_now"
    case pageRepeated = "page_repeated"
    case notAcknowledged = "not_acknowledged"
    case acknowledgementExpired = "acknowledgement_expired"
    case pageNotTaken = "page_not_taken"
    case foundWithoutTimer = "found_without_timer"
    case policyApproved = "policy_approved"
    case weeklyTest = "weekly_test"
    case dailyDigest = "daily_digest"
    case reasonExcuses = "reason_excuses"
    case reasonRecorded = "reason_recorded"
    case clientInHospital = "client_in_hospital"
    case momentumLost = "momentum_lost"
    case missedWithoutReason = "missed_without_reason"
    case driftedAway = "drifted_away"
    case noLongerHolds = "no_longer_holds"
    case conditionHolds = "condition_holds"
    case conditionOver = "condition_over"
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
        // That there is one, and not which: the reason is the client's.
        case .recordReason(_, _, let id): PublicEvent(.reasonRecorded, followUp: id, policy: policy)
        case .close(let id, _, _): PublicEvent(.followUpClosed, followUp: id, policy: policy)
        case .bringForward(_, let id, _): PublicEvent(.taskBroughtForward, followUp: id, policy: policy)
        case .handOver(let id, _, _): PublicEvent(.followUpHandedOver, followUp: id, policy: policy)
        case .reopen(let id, _, _, _): PublicEvent(.followUpReopened, followUp: id, policy: policy)
        case .putOff(let id, _, _): PublicEvent(.followUpPutOff, followUp: id, policy: policy)
        case .beginPaging(let paging): PublicEvent(.pagingBegun, followUp: paging.id, policy: policy)
        case .resumePaging(let paging): PublicEvent(.pagingResumed, followUp: paging.id, policy: policy)
        case .makePage(let page, _, let paging):
            PublicEvent(
                paging.isTest ? .testPageMade : .pageMade, followUp: page.paging,
                counts: [.page: page.number, .step: page.step + 1], policy: policy)
        case .acknowledge(let paging): PublicEvent(.pageAcknowledged, followUp: paging.id, policy: policy)
        case .holdPaging(let paging): PublicEvent(.pagingHeld, followUp: paging.id, policy: policy)
        case .endPaging(let id): PublicEvent(.pagingEnded, followUp: id, policy: policy)
        case .raiseAlarm(let paging): PublicEvent(.pageNotTaken, followUp: paging.id, policy: policy)
        case .addDelivery(let delivery):
            PublicEvent(
                delivery.purpose == .digest ? .digestMade : .deliveryAdded, followUp: delivery.paging, policy: policy)
        case .raiseOperatorAlert(let alert):
            PublicEvent(.operatorAlertRaised, rules: [alert.rule], policy: policy)
        case .closeOperatorAlert(let alert):
            PublicEvent(.operatorAlertClosed, rules: [alert.rule], policy: policy)
        case .addOverride: PublicEvent(.onCallSwapped, policy: policy)
        }
    }
}

extension Assessment {
    /// Ids of what fired, floors first, then most points first: the reasons as the journal may name them.
    package var publicReasons: [RuleID] {
        var present: [(rule: RuleID, points: Int)] = []
        for index in findings.indices where findings[index].state == .present && findings[index].points > 0 {
            present.append((findings[index].rule, findings[index].points))
        }
        present.sort { $0.points > $1.points }
        var ids: [RuleID] = []
        func add(_ id: RuleID) {
            if !ids.contains(id) { ids.append(id) }
        }
        for index in floors.indices { add(floors[index].rule) }
        for item in present { add(item.rule) }
        for index in engagement.indices { add(engagement[index].rule) }
        return ids
    }
}
