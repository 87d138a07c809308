package import VigilCore
package import VigilLedger

/// Makes the reports: the store's sessions, the ledger's follow-ups, and the practice's own rules in; a document out.
package struct Reporter {
    let policy: Policy
    let practice: PracticeRules?
    let ledger: Ledger
    let books: BookReader

    /// - Parameter practice: nil without `practice.yaml`: then there are hours and no money.
    package init(policy: Policy, practice: PracticeRules?, ledger: Ledger, books: BookReader) {
        self.policy = policy
        self.practice = practice
        self.ledger = ledger
        self.books = books
    }

    /// Whose sessions are read.
    package enum Scope: Sendable, Hashable {
        case everybody
        case of(TherapistRef)

        var therapist: TherapistRef? {
            if case .of(let therapist) = self { therapist } else { nil }
        }

        func holds(_ other: TherapistRef?) -> Bool { therapist == nil || therapist == other }
    }

    /// Longer than this, a list shows its beginning and says so (I26).
    private static let maxRows = 2_000
    /// A year and a little: a report is read whole, and holds its sessions in memory.
    private static let maxDays = 400
    /// Days ahead, without `practice.yaml`.
    private static let slotDays = 14

    // MARK: Questions

    /// - Parameter card: nil when nobody asked for names.
    package func questions(
        of scope: Scope, at now: WallTime, card: ((ClientRef) -> ContactCard?)?
    ) throws -> QuestionsDocument {
        let asked = try ledger.read { try $0.openQuestions(limit: Self.maxRows + 1) }
        var therapists: [ClientRef: (own: TherapistRef?, bySession: [SessionKey: TherapistRef])] = [:]
        let names = try books.read { store in
            try store.each(Set(asked.map(\.client)).sorted()) { snapshots in
                for snapshot in snapshots {
                    let bySession = snapshot.sessions.compactMap { record in record.therapist.map { (record.key, $0) } }
                    therapists[snapshot.client.ref] = (
                        snapshot.client.therapist, Dictionary(bySession, uniquingKeysWith: { first, _ in first })
                    )
                }
            }
            return try store.therapistNames()
        }
        let view = FollowUpView(policy: policy, now: now)
        let rows = asked.prefix(Self.maxRows).compactMap { client, task -> QuestionRow? in
            var (session, followUp): (String?, String?)
            var therapist = therapists[client]?.own
            switch task.subject {
            case .session(let key):
                session = view.dayAndClock(key.start)
                therapist = therapists[client]?.bySession[key] ?? therapist
            case .followUp(let id): followUp = id.text
            case .row, nil: break
            }
            guard scope.holds(therapist) else { return nil }
            return QuestionRow(
                task: view.row(task), session: session, therapist: therapist.flatMap { names[$0] },
                followUp: followUp, client: card?(client))
        }
        return QuestionsDocument(
            generatedAt: policy.zone.rfc3339(now), questions: rows, truncated: asked.count > Self.maxRows)
    }

    // MARK: Drifted away

    /// - Parameter card: nil when nobody asked for names.
    package func drifted(
        of scope: Scope, feed: FeedDocument, at now: WallTime, card: ((ClientRef) -> ContactCard?)?
    ) throws -> DriftedDocument {
        let today = policy.zone.day(of: now)
        let horizon = try ledger.read { try $0.horizon() }
        var found: [(drift: Drift, client: ClientRecord, followUp: FollowUpID?)] = []
        let names = try books.read { store in
            try store.eachClient { snapshots in
                for snapshot in snapshots where scope.holds(snapshot.client.therapist) {
                    guard let drift = drift(of: snapshot, now, today) else { continue }
                    let known = try ledger.known([snapshot.client.ref])[snapshot.client.ref]
                    found.append((drift, snapshot.client, known?.followUp?.id))
                }
            }
            return try store.therapistNames()
        }
        found.sort { ($0.drift.lastOn, $0.client.ref) < ($1.drift.lastOn, $1.client.ref) }
        let rows = found.prefix(Self.maxRows).map { entry in
            let begins = policy.zone.time(on: entry.drift.driftedOn, secondOfDay: 0)
            return DriftedRow(
                followUp: entry.followUp?.text,
                isListedOnly: entry.drift.isListedOnly || (horizon.map { begins < $0 } ?? false), drift: entry.drift,
                seenFrom: today, therapist: entry.client.therapist.flatMap { names[$0] },
                client: card?(entry.client.ref))
        }
        return DriftedDocument(
            generatedAt: policy.zone.rfc3339(now), feed: feed, clients: rows, truncated: found.count > Self.maxRows)
    }

    private func drift(of snapshot: ClientSnapshot, _ now: WallTime, _ today: LocalDay) -> Drift? {
        let detector = policy.detector
        let sessions = snapshot.sessions.map { detector.classify($0, at: now) }
        return policy.care.drift(
            of: snapshot.client, sessions: sessions, plan: snapshot.clinical.carePlan, now: now, today: today)
    }

    // MARK: The practice's report

    /// - Parameters:
    ///   - seesSessions: false for who sees sums and nobody's session.
    ///   - card: nil when nobody asked for names.
    package func practice(
        _ request: ReportRequest, of scope: Scope, seesSessions: Bool, feed: FeedDocument, at now: WallTime,
        card: ((ClientRef) -> ContactCard?)?
    ) throws -> PracticeReportDocument {
        let (from, to) = try days(request, now)
        let slotsUntil = policy.zone.time(
            on: policy.zone.day(of: now).adding(days: 1 + (practice?.slotDays ?? Self.slotDays)), secondOfDay: 0)
        var builder = PracticeReportBuilder(
            from: from, to: to, by: request.by, rules: practice, only: scope.therapist, now: now,
            slotsUntil: slotsUntil, isFeedCurrent: feed.state == .current)
        let (waiting, names, keepsCoverage) = try books.read { store in
            let keepsCoverage = try fill(&builder, store, from, to, now, slotsUntil)
            return (try store.waitingList(), try store.therapistNames(), keepsCoverage)
        }
        return ReportView(policy: policy, practice: practice, names: names, now: now, scope: scope).document(
            builder.report(), feed: feed, by: request.by, waiting: waiting, keepsCoverage: keepsCoverage,
            showsLines: seesSessions, maxRows: Self.maxRows, card: card.map { card in { card($0)?.name } })
    }

    /// - Returns: whether the store keeps coverage.
    private func fill(
        _ builder: inout PracticeReportBuilder, _ store: any AppointmentStore & PracticeBooks, _ from: LocalDay,
        _ to: LocalDay, _ now: WallTime, _ slotsUntil: WallTime
    ) throws -> Bool {
        let begin = policy.zone.time(on: from, secondOfDay: 0)
        let end = policy.zone.time(on: to.adding(days: 1), secondOfDay: 0)
        let clients = Set(try store.clients(withSessionsFrom: begin, until: end))
            .union(try store.clients(withSessionsFrom: now, until: slotsUntil)).sorted()
        let detector = policy.detector
        var keepsCoverage = true
        try store.each(clients) { snapshots in
            let refs = snapshots.map(\.client.ref)
            let known = try ledger.known(refs)
            let coverage = try store.coverage(of: refs)
            keepsCoverage = keepsCoverage && coverage != nil
            for snapshot in snapshots {
                let held = known[snapshot.client.ref] ?? KnownClient()
                builder.add(
                    ReportedClient(
                        client: snapshot.client,
                        sessions: snapshot.sessions.map {
                            detector.classify($0, given: held.reasons[$0.key], at: now)
                        }, coverage: coverage?[snapshot.client.ref], openTier: held.followUp?.tier,
                        recorded: Set(held.sessions.keys)))
            }
        }
        return keepsCoverage
    }

    // MARK: What vigil asks of people

    package func load(_ request: ReportRequest, of scope: Scope, at now: WallTime) throws -> LoadReportDocument {
        let (from, to) = try days(request, now)
        let begin = policy.zone.time(on: from, secondOfDay: 0)
        let end = policy.zone.time(on: to.adding(days: 1), secondOfDay: 0)
        let (items, missed) = try ledger.read { reader in
            (
                try reader.load(from: begin, until: end).filter { scope.holds($0.therapist) },
                try reader.missedSessions(from: begin, until: end, therapist: scope.therapist)
            )
        }
        let names = therapistNames
        return LoadReportDocument(
            LoadReport(items, missed: missed, from: from, to: to, hours: policy.hours, zone: policy.zone, now: now),
            generatedAt: policy.zone.rfc3339(now), targets: policy.load, names: names)
    }

    // MARK: Days

    /// The last four weeks when none are named, or the last so many days.
    func days(_ request: ReportRequest, _ now: WallTime, unless count: Int = 28) throws -> (LocalDay, LocalDay) {
        let to = request.to ?? policy.zone.day(of: now)
        let from = request.from ?? to.adding(days: 1 - count)
        func refused(_ cause: String) -> OperationError {
            OperationError(
                .usage, operation: "make the report", subject: "--from and --to", cause: cause,
                remedy: "name two days such as 2026-10-01 and 2026-10-31")
        }
        if to < from { throw refused("the first day is after the last") }
        if to.days(since: from) >= Self.maxDays { throw refused("it is more than \(Self.maxDays) days") }
        return (from, to)
    }
}
