/// What became of a session at a given time: the store's status read by the rules of clinical.md section 4.
package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its time has not passed the first limit yet.
    case future
    case attended
    /// Arrived only.
    case attendedWeakly = "attended_weakly"
    case missed
    /// Nobody recorded an outcome, and by the clock it counts as missed.
    case missedUnmarked = "missed_unmarked"
    case lateCancel = "late_cancel"
    case cancelledInTime = "cancelled_in_time"
    case cancelledByProvider = "cancelled_by_provider"
    case excused
    /// Excused because the client is in psychiatric care.
    case inCare = "in_care"
    case rescheduled
    /// Its time has passed, nobody recorded an outcome, and it is too early to call it missed.
    case unmarked
    case enteredInError = "entered_in_error"
    case vanished
    /// A status that no mapping names.
    case unrecognised

    /// Attended, missed and late-cancelled sessions: the ones that make or break a run (clinical.md section 2).
    package var isCounted: Bool { isAttended || isMiss }

    package var isAttended: Bool { self == .attended || self == .attendedWeakly }

    /// Scored as a miss; a cancellation by the provider or in time never is.
    package var isMiss: Bool { self == .missed || self == .missedUnmarked || self == .lateCancel }

    /// Called off or excused: never a miss, but continuity of care may be owed.
    package var isCalledOff: Bool {
        switch self {
        case .cancelledInTime, .cancelledByProvider, .excused, .inCare: true
        default: false
        }
    }
}
