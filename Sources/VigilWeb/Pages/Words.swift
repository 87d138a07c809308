import VigilCore

/// What people read for the choices of a form. Never a verdict on anybody (ux.md, "Words").
extension Attempt.Outcome {
    var words: String {
        switch self {
        case .reachedWithPlan: "Reached, and a plan was made"
        case .reached: "Reached, no plan yet"
        case .messageLeft: "Message left"
        case .noAnswer: "No answer"
        case .wrongNumber: "Wrong number"
        case .declined: "Reached, and would rather not be contacted"
        case .reachedSupportPerson: "Reached somebody close to them"
        }
    }
}

extension Attempt.Channel {
    var words: String {
        switch self {
        case .phone: "Phone"
        case .message: "Text message"
        case .email: "E-mail"
        case .letter: "Letter"
        case .visit: "Visit"
        case .inPerson: "In person here"
        }
    }
}

extension CloseReason {
    var words: String {
        switch self {
        case .reachedWithPlan: "Reached, and a plan was made"
        case .keptSession: "Came to a session"
        case .inUrgentCare: "Is in urgent care"
        case .notReachedWithPlan: "Not reached yet; the least effort is made, and this is the plan"
        case .setAside: "Set aside by a clinician, for this reason"
        case .declined: "Would rather not be contacted"
        case .recordedInError: "Recorded in error: nothing was missed"
        case .incident: "An incident: it goes the incident path"
        }
    }
}

extension FollowUp.State {
    var words: String {
        switch self {
        case .open: "Nobody has taken it."
        case .taken: "Taken."
        case .closed: "Closed."
        }
    }
}

extension AttendanceRow.Kind {
    /// One sign for the strip; the table beside it has the words.
    var mark: String {
        switch self {
        case .attended: "+"
        case .missed: "x"
        case .lateCancel: "l"
        case .cancelledByUs: "u"
        case .cancelled: "c"
        case .other: "?"
        }
    }
}

enum Choice {
    /// The options of a list, and which one is chosen.
    static func views<Value: CaseIterable & RawRepresentable>(
        _ type: Value.Type, chosen: String = "", words: (Value) -> String
    ) -> [View] where Value.RawValue == String {
        Value.allCases.map {
            View(["value": $0.rawValue, "words": words($0), "chosen": $0.rawValue == chosen])
        }
    }
}
