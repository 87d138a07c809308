/// What the ledger already holds about one client when a poll looks at them.
package struct KnownClient: Sendable, Hashable {
    package var sessions: [SessionKey: KnownSession] = [:]
    package var followUp: FollowUp?
    /// When somebody last spoke with the client in this follow-up.
    package var lastContactAt: WallTime?
    /// When the client's last follow-up was closed.
    package var lastClosedAt: WallTime?
    /// Why sessions were missed, as staff recorded it; the latest word on each.
    package var reasons: [SessionKey: MissReason] = [:]
    /// Open tasks, those of the follow-up and questions.
    package var tasks: [KnownTask] = []

    package init() {}

    package func hasTask(_ kind: RuleID, _ subject: FollowUpTask.Subject?, _ followUp: FollowUpID?) -> Bool {
        tasks.contains { $0.task.kind == kind && $0.task.subject == subject && $0.task.followUp == followUp }
    }
}

package struct KnownTask: Sendable, Hashable {
    package var id: Int64
    package var task: FollowUpTask

    package init(id: Int64, task: FollowUpTask) {
        self.id = id
        self.task = task
    }
}

/// A session that the ledger has a record of: a miss, or one called off that was assessed.
package struct KnownSession: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Counts as missed.
        case standing
        /// Missed before vigil's time here: a record and nothing else (I31).
        case history
        /// The client has left the practice or died: shown as excluded.
        case excluded
        /// The store says now that it was kept or called off.
        case corrected
        case rescheduled
        case vanished
        case enteredInError = "entered_in_error"
        /// Staff recorded a reason that is nobody's choice: it counts no more.
        case excused
        /// Never a miss: called off, and continuity was owed.
        case calledOff = "called_off"
    }

    package var state: State
    package var outcome: Outcome
    package var basis: MissBasis?
    package var followUp: FollowUpID?
    /// Changes between missed and not missed, and when the last one was.
    package var flips: Int
    package var lastFlipAt: WallTime?

    package init(
        state: State, outcome: Outcome, basis: MissBasis? = nil, followUp: FollowUpID? = nil, flips: Int = 0,
        lastFlipAt: WallTime? = nil
    ) {
        self.state = state
        self.outcome = outcome
        self.basis = basis
        self.followUp = followUp
        self.flips = flips
        self.lastFlipAt = lastFlipAt
    }
}
