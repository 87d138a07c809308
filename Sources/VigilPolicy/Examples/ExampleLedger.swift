import VigilCore

/// What the ledger would hold about the client of an example: the acts of plans, made into the next look's knowledge.
///
/// In memory, since an example is a few acts and a check of all numbers runs the examples some ten thousand times. A test
/// holds it against the real ledger.
struct ExampleLedger {
    private(set) var known = KnownClient()
    private(set) var paging: Paging?
    private(set) var pagedAt: [WallTime] = []
    private(set) var attempts: [Attempt] = []
    private(set) var closed: CloseReason?
    /// The newest follow-up as it is, open or closed.
    private(set) var last: FollowUp?
    private(set) var acts = 0
    private var nextTask: Int64 = 1

    init(reasons: [SessionKey: MissReason]) {
        known.reasons = reasons
    }

    var situation: Lifecycle.Situation? {
        guard let followUp = known.followUp else { return nil }
        let counted: Set<KnownSession.State> = [.standing, .excused]
        return Lifecycle.Situation(
            followUp: followUp, paging: paging, tasks: known.tasks.filter { $0.task.followUp == followUp.id },
            attempts: attempts,
            missed: followUp.sessions.filter { known.sessions[$0].map { counted.contains($0.state) } ?? false })
    }

    mutating func apply(_ plan: [Act], at now: WallTime) {
        for act in plan { apply(act.effect, at: now) }
        acts += plan.count
    }

    private mutating func apply(_ effect: Effect, at now: WallTime) {
        switch effect {
        case .recordSession(let record, let session): known.sessions[record.key] = session
        case .changeSession(let key, var session):
            session.followUp = known.sessions[key]?.followUp
            known.sessions[key] = session
        case .openFollowUp(var followUp, _):
            followUp.sessions = []
            (known.followUp, last, closed, attempts, known.lastContactAt) = (followUp, followUp, nil, [], nil)
        case .attach(let key, let id):
            known.sessions[key]?.followUp = id
            change { $0.sessions = ($0.sessions.filter { $0 != key } + [key]).sorted() }
        case .raise(_, let tier, let contactBy, let owner, _):
            change { followUp in
                (followUp.tier, followUp.contactBy, followUp.owner, followUp.tierSince) = (tier, contactBy, owner, now)
                if tier == .now { followUp.startsQuiet = false }
            }
        case .assign(_, let role): change { $0.owner = role }
        case .addTask(let task):
            known.tasks.append(KnownTask(id: nextTask, task: task))
            nextTask += 1
        case .supersedeTask(let id), .finishTask(let id): known.tasks.removeAll { $0.id == id }
        case .bringForward(let id, _, let due):
            for index in known.tasks.indices where known.tasks[index].id == id { known.tasks[index].task.due = due }
        case .take(_, let person):
            change { ($0.state, $0.takenBy) = (.taken, person) }
        case .handOver(_, let person, let role):
            change { ($0.state, $0.takenBy, $0.owner) = (person == nil ? .open : .taken, person, role) }
        case .recordAttempt(_, let attempt):
            attempts.append(attempt)
            if attempt.outcome.isContact { known.lastContactAt = max(known.lastContactAt ?? attempt.at, attempt.at) }
            change { followUp in (followUp.state, followUp.takenBy) = (.taken, followUp.takenBy ?? attempt.by) }
        case .recordReason(let key, let reason, _): known.reasons[key] = reason
        case .close(let id, let reason, _):
            change { $0.state = .closed }
            closed = reason
            known.followUp = nil
            known.lastContactAt = nil
            known.lastClosedAt = now
            known.tasks.removeAll { $0.task.followUp == id && $0.task.kind != QuestionKind.dataQuality }
            paging = nil
        case .beginPaging(let held), .resumePaging(let held), .acknowledge(let held), .holdPaging(let held):
            paging = held
        case .makePage(let page, _, let held):
            paging = held
            if pagedAt.last != page.madeAt { pagedAt.append(page.madeAt) }
        case .endPaging: paging = nil
        // No example opens a follow-up again, puts one off, or has channels.
        case .assess, .reopen, .putOff, .raiseAlarm, .addDelivery, .raiseOperatorAlert, .closeOperatorAlert,
            .addOverride:
            break
        }
    }

    private mutating func change(_ body: (inout FollowUp) -> Void) {
        guard var followUp = known.followUp else { return }
        body(&followUp)
        (known.followUp, last) = (followUp, followUp)
    }
}
