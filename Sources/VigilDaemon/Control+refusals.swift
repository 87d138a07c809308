import VigilCore
import VigilLedger

extension Control {
    /// Says who did what meanwhile: the act's name, and nothing of what was written with it.
    func conflict(_ changed: FollowUpChanged, _ id: FollowUpID, _ now: WallTime) -> OperationError {
        let words = changed.lastChange.map { row in
            let who = row.actor.hasPrefix("person:") ? String(row.actor.dropFirst("person:".count)) : row.actor
            let at = FollowUpView(policy: policy, now: now).dayAndClock(row.at)
            return ": \(who), \(row.act.replacing("_", with: " ")), \(at)"
        }
        return OperationError(
            .conflict, operation: "change the follow-up", subject: id.text,
            cause: "it has changed meanwhile\(words ?? "")", remedy: "look at it again, then decide")
    }
}

extension OperationError {
    init(_ refusal: Lifecycle.Refusal, _ id: FollowUpID) {
        let (kind, cause, remedy): (Kind, String, String) =
            switch refusal {
            case .alreadyClosed: (.negative, "it is closed already", "run 'vigil queue show' to see by whom and why")
            case .alreadyYours: (.negative, "it is yours already", "record a call, or close it")
            case .takenByAnother:
                (.negative, "somebody else has taken it", "speak with them, or record a call yourself")
            case .roleMayNot: (.notAllowed, "your role does not act on follow-ups", "ask a clinical lead")
            case .cliniciansOnly:
                (.notAllowed, "only a clinician may do this", "ask the therapist or the clinical lead")
            case .needsNote: (.usage, "a plan or reason is needed", "add it with --note")
            case .effortNotMade:
                (
                    .negative, "the least effort that the policy asks for has not been made",
                    "record more attempts, or set it aside with a reason"
                )
            case .nothingToAcknowledge:
                (.negative, "nobody is being paged for it", "run 'vigil queue show' to see how it stands")
            case .alreadyAcknowledged:
                (.negative, "you have acknowledged it already", "record a call before the acknowledgement ends")
            case .notClosed: (.negative, "it is open", "run 'vigil queue show' to see how it stands")
            case .anotherIsOpen:
                (.negative, "the client has another follow-up that is open", "work on that one")
            case .reasonFromNobody:
                (
                    .usage, "nobody was reached who could have said why",
                    "record a reason with an outcome of somebody who spoke with you"
                )
            case .tooUrgentToPutOff:
                (.negative, "what is due now or today is not put off", "take it, or hand it over")
            case .pastDeadline:
                (
                    .negative, "that is after its deadline",
                    "name a time before the earliest one that the follow-up shows"
                )
            case .notInTheFuture: (.usage, "that time has passed", "name a later one")
            case .noSession: (.negative, "it is about no session", "record a call without a reason")
            case .nothingToSee: (.negative, "nobody was asked to look at it", "there is nothing to do")
            }
        self.init(
            kind, operation: "change the follow-up", subject: id.text, cause: cause, remedy: remedy)
    }
}
