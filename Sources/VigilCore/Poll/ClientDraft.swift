/// One client's plan while it is being made; the steps run in the order in which `PollPlanner.plan` names them.
struct ClientDraft {
    let planner: PollPlanner
    let snapshot: ClientSnapshot
    let known: KnownClient
    var sessions: [ClassifiedSession]
    var plan: ClientPlan

    /// What every assessment of this client looks at; made when the sessions are what they are taken for.
    private lazy var file = makeFile()

    /// Whether this plan closes the follow-up.
    private(set) var isClosed = false
    /// Sessions that ask for contact, found in this poll.
    var found: [AssessedSession] = []
    /// Sessions of the open follow-up that still ask for contact, assessed anew.
    var standing: [AssessedSession] = []
    /// Sessions of the open follow-up that a recorded reason excuses: they end nothing, and what is on file may still raise it.
    var excused: [AssessedSession] = []
    /// The follow-up that this plan opens.
    var opened: FollowUp?
    /// The tier to which this plan raises the open follow-up.
    var raisedTo: Tier?
    /// What the missed sessions mean for the work, worked out once where it is written down.
    lazy var careReview = policy.care.review(sessions, snapshot.clinical, momentum, today: today)
    lazy var momentum = policy.care.momentum(of: sessions, plan: snapshot.clinical.carePlan, today: today)
    /// States of known sessions as they will be after this plan.
    var states: [SessionKey: KnownSession]
    /// Questions of this plan, so that two steps do not ask the same.
    private var asked: Set<Question> = []

    private struct Question: Hashable {
        var kind: RuleID
        var subject: FollowUpTask.Subject?
        var followUp: FollowUpID?
    }

    struct AssessedSession {
        var session: ClassifiedSession
        var assessment: Assessment
        /// A kept session or a contact that makes contact no longer due.
        var settledBy: Reason?
    }

    var now: WallTime { planner.now }
    var policy: Policy { planner.policy }

    init(planner: PollPlanner, snapshot: ClientSnapshot, known: KnownClient) {
        self.planner = planner
        self.snapshot = snapshot
        self.known = known
        sessions = snapshot.sessions.map { record in
            var session = planner.detector.classify(
                record, given: known.reasons[record.key], at: planner.now, lastDayOver: planner.lastDayOver)
            // Taken as missed for a client with a floor: it stays so until somebody records an outcome.
            let isOpen = session.outcome == .unmarked || session.outcome == .unrecognised
            if isOpen, let held = known.sessions[record.key], held.basis == .unmarkedWithFloor {
                session.outcome = held.outcome
                session.basis = held.basis
            }
            return session
        }
        plan = ClientPlan(client: snapshot.client.ref)
        plan.premise = .open(known.followUp?.id)
        states = known.sessions
    }

    var isExcluded: Bool {
        switch snapshot.client.standing {
        case .discharged, .transferred, .deceased: true
        case .active, .unlisted: false
        }
    }

    private func makeFile() -> ClientFile {
        ClientFile(
            sessions: sessions, contacts: snapshot.contacts, client: snapshot.client, clinical: snapshot.clinical,
            now: now)
    }

    /// Not before `takeUnmarkedAsMissed` is through.
    mutating func evidence(for session: ClassifiedSession) -> Evidence {
        Evidence(index: session, file: file)
    }

    mutating func act(_ effect: Effect, because reason: Reason) {
        if case .close = effect { isClosed = true }
        plan.acts.append(Act(effect, because: reason))
    }

    mutating func ask(
        _ kind: RuleID, _ role: Role, _ say: String, about subject: FollowUpTask.Subject?, followUp: FollowUpID? = nil,
        because reason: Reason
    ) {
        let question = Question(kind: kind, subject: subject, followUp: followUp)
        guard !known.hasTask(kind, subject, followUp), asked.insert(question).inserted else { return }
        act(
            .addTask(
                FollowUpTask(
                    kind: kind, role: role, say: say, due: now.adding(hours: PollPlanner.questionHours),
                    followUp: followUp, subject: subject)),
            because: reason)
    }

    // MARK: New sessions

    /// Nobody recorded an outcome: missed in the first hours only for a client with a floor.
    ///
    /// Before anything is assessed, in order: what a session is taken for counts for the ones after it.
    mutating func takeUnmarkedAsMissed() {
        for index in sessions.indices
        where sessions[index].outcome == .unmarked || sessions[index].outcome == .unrecognised {
            let session = sessions[index]
            guard known.sessions[session.record.key] == nil,
                planner.detector.stage(of: session.record, at: now) >= .missedWithFloor,
                planner.scorer.hasFloor(Evidence(index: session, file: makeFile()))
            else { continue }
            sessions[index].outcome = .missedUnmarked
            sessions[index].basis = .unmarkedWithFloor
        }
    }

    /// Records each session that newly counts as missed, and each called-off one that still owes contact.
    mutating func considerNewSessions() {
        var misses = 0
        for index in sessions.indices where sessions[index].outcome.isMiss { misses += 1 }
        // Each gives a record, and where it counts an assessment and a place in the follow-up.
        if misses > 0, known.sessions.isEmpty { plan.acts.reserveCapacity(misses * 3 + Self.actsBeside) }
        // The outcome first: most sessions were kept, and need no look-up.
        for index in sessions.indices where sessions[index].outcome.isMiss || sessions[index].outcome.isCalledOff {
            guard sessions[index].record.key.start <= now, states[sessions[index].record.key] == nil else { continue }
            let session = sessions[index]
            if session.outcome.isMiss {
                recordMiss(session)
            } else {
                considerCalledOff(session)
            }
        }
    }

    /// What a follow-up has beside its sessions: it is opened, and has a few tasks.
    private static let actsBeside = 5

    /// Before vigil's time here: a record at most, never a follow-up (I31).
    func isHistory(_ session: ClassifiedSession) -> Bool {
        guard let horizon = planner.horizon else { return false }
        return session.record.key.start < horizon
    }

    private mutating func recordMiss(_ session: ClassifiedSession) {
        let state: KnownSession.State = isHistory(session) ? .history : isExcluded ? .excluded : .standing
        let reason: Reason =
            switch (state, session.basis) {
            case (.history, _): .beforeHorizon
            case (.excluded, _): .clientExcluded
            case (_, .lateCancel): .cancelledLate
            case (_, .unmarkedWithFloor): .unmarkedWithFloor
            case (_, .neverRecorded): .neverRecorded
            default: .recordedMissed
            }
        record(session, state, because: reason)
        if state == .standing { assess(session) }
        if state == .excluded {
            ask(
                QuestionKind.excludedClient, .clinicalLead,
                "A session of a client who is no longer active was missed. Check the record; do not contact the client.",
                about: nil, because: .clientExcluded)
        }
    }

    /// Called off: assessed only while contact may still be owed, and recorded only when it is.
    private mutating func considerCalledOff(_ session: ClassifiedSession) {
        let lookBack = policy.detection.continuityBookedDays
        guard !isExcluded, !isHistory(session),
            today.days(since: session.day) <= lookBack
        else { return }
        let assessment = planner.scorer.assess(evidence(for: session))
        guard assessment.tierBeforeResolution >= .next else { return }
        let reason: Reason = session.outcome == .inCare ? .inPsychiatricCare : .continuityOwed
        record(session, .calledOff, because: reason)
        found.append(settled(session, assessment))
    }

    private mutating func record(_ session: ClassifiedSession, _ state: KnownSession.State, because reason: Reason) {
        let record = KnownSession(state: state, outcome: session.outcome, basis: session.basis)
        states[session.record.key] = record
        act(.recordSession(session.record, record), because: reason)
    }

    mutating func assess(_ session: ClassifiedSession) {
        let assessment = planner.scorer.assess(evidence(for: session))
        found.append(settled(session, assessment))
    }

    /// Within 72 hours a kept session settles any tier. A later one settles what a front desk or a therapist would close
    /// without asking; `today` and `now` are closed by a clinician (clinical.md section 6).
    func settled(_ session: ClassifiedSession, _ assessment: Assessment) -> AssessedSession {
        let reason: Reason? =
            switch assessment.resolution {
            case .keptSession: .keptSession
            case .reachedWithPlan: .reachedWithPlan
            case nil: assessment.tier <= .next && hasKeptSession(after: session) ? .keptSessionLater : nil
            }
        return AssessedSession(session: session, assessment: assessment, settledBy: reason)
    }

    func hasKeptSession(after session: ClassifiedSession) -> Bool {
        // From the end: whoever has come since has mostly come lately.
        for index in sessions.indices.reversed() where sessions[index].outcome == .attended {
            let start = sessions[index].record.key.start
            if start > session.record.key.start, start <= now { return true }
        }
        return false
    }

    /// The place of a session in the list; nil when the store does not hold it any more.
    func position(of key: SessionKey) -> Int? {
        var low = 0
        var high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].record.key.start < key.start { low = middle + 1 } else { high = middle }
        }
        while low < sessions.count, sessions[low].record.key.start == key.start {
            if sessions[low].record.key == key { return low }
            low += 1
        }
        return nil
    }
}
