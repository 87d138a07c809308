/// What missed sessions cost the practice: hours, fees, hours that can still be filled. Never in the clinical queue.
package struct PracticeReport: Sendable, Hashable {
    package enum Grouping: String, Sendable, Hashable, Codable, CaseIterable {
        case therapist, week, kind
    }

    package enum Group: Sendable, Hashable {
        case therapist(TherapistRef?)
        /// By its Monday.
        case week(LocalDay)
        case kind(String)
    }

    package struct GroupTotals: Sendable, Hashable {
        package var group: Group
        package var totals: Totals
    }

    /// Counts of sessions, minutes of therapists, and money.
    package struct Totals: Sendable, Hashable {
        package var kept = 0
        package var missed = 0
        package var cancelledLate = 0
        package var cancelledInTime = 0
        package var excused = 0
        package var calledOffByPractice = 0
        package var notKnown = 0
        /// Kept for clients: of sessions kept, missed, cancelled late, and of those of which the outcome is not known.
        package var minutesAllocated = 0
        /// Of sessions missed or cancelled late.
        package var minutesLost = 0
        /// Of the lost ones: the therapist saw somebody else in them.
        package var minutesFilledAgain = 0
        /// What the sessions missed or cancelled late are worth; nil without `practice.yaml`.
        package var feeValue: Money?

        /// Late cancellations in a thousand of the sessions lost; nil when none was.
        package var latePerMille: Int? {
            let lost = missed + cancelledLate
            return lost == 0 ? nil : (cancelledLate * 1_000 + lost / 2) / lost
        }
    }

    /// How many sessions came to which answer of the cancellation policy.
    package struct FeeCounts: Sendable, Hashable {
        package var mayApply = 0
        package var doesNotApply = 0
        package var barred = 0
        package var held = 0
    }

    /// A session about which the practice may speak of a fee. Held and barred ones have no line.
    package struct FeeLine: Sendable, Hashable {
        package var client: ClientRef
        package var session: ClassifiedSession
        /// Nil when a fee may apply.
        package var why: FeeOutcome.Why?
        package var fee: Money
    }

    package var from: LocalDay
    /// Included.
    package var to: LocalDay
    package var totals: Totals
    package var groups: [GroupTotals]
    package var feeCounts: FeeCounts?
    /// Ascending by start.
    package var feeLines: [FeeLine]
    package var slots: [FreeSlot]
}

/// One client as the report sees them.
package struct ReportedClient: Sendable {
    package var client: ClientRecord
    /// All of the client's sessions, classified at the time of the report.
    package var sessions: [ClassifiedSession]
    package var coverage: Coverage?
    package var openTier: Tier?
    /// Sessions of which the ledger has a record.
    package var recorded: Set<SessionKey>

    package init(
        client: ClientRecord, sessions: [ClassifiedSession], coverage: Coverage?, openTier: Tier?,
        recorded: Set<SessionKey>
    ) {
        self.client = client
        self.sessions = sessions
        self.coverage = coverage
        self.openTier = openTier
        self.recorded = recorded
    }
}

/// Adds client after client, and holds no more of them than the sessions in question.
package struct PracticeReportBuilder: Sendable {
    private let from: LocalDay
    private let to: LocalDay
    private let grouping: PracticeReport.Grouping?
    private let rules: PracticeRules?
    /// Nil for the whole practice.
    private let only: TherapistRef?
    private let isFeedCurrent: Bool
    private var whole: Tally
    private var groups: [PracticeReport.Group: Tally] = [:]
    private var kept = AllocatedTime()
    private var feeCounts = PracticeReport.FeeCounts()
    private var feeLines: [PracticeReport.FeeLine] = []
    private var slots: SlotFinder

    private struct Tally {
        var totals = PracticeReport.Totals()
        var allocated = AllocatedTime()
        var lost = AllocatedTime()
    }

    /// - Parameters:
    ///   - to: included.
    ///   - only: the therapist whose sessions alone are counted.
    ///   - slotsUntil: free hours are looked for between `now` and then.
    ///   - isFeedCurrent: whether vigil has read the store of late; otherwise every fee is held.
    package init(
        from: LocalDay, to: LocalDay, by grouping: PracticeReport.Grouping?, rules: PracticeRules?,
        only: TherapistRef?, now: WallTime, slotsUntil: WallTime, isFeedCurrent: Bool
    ) {
        self.from = from
        self.to = to
        self.grouping = grouping
        self.rules = rules
        self.only = only
        self.isFeedCurrent = isFeedCurrent
        whole = Tally()
        if rules != nil { whole.totals.feeValue = Money(cents: 0) }
        slots = SlotFinder(now: now, until: slotsUntil)
    }

    package mutating func add(_ client: ReportedClient) {
        for session in client.sessions {
            guard only == nil || session.record.therapist == only else { continue }
            slots.add(session)
            guard session.day >= from, session.day <= to, session.outcome != .future else { continue }
            let fee = rules?.fees.fee(kind: session.record.kind, coverage: client.coverage)
            count(session, fee, in: &whole)
            if session.outcome.isAttended { kept.add(session.record) }
            if let group = group(of: session) {
                var tally = groups[group] ?? Tally()
                if rules != nil, tally.totals.feeValue == nil { tally.totals.feeValue = Money(cents: 0) }
                count(session, fee, in: &tally)
                groups[group] = tally
            }
            if let fee { consider(session, fee, client) }
        }
    }

    private func group(of session: ClassifiedSession) -> PracticeReport.Group? {
        switch grouping {
        case nil: nil
        case .therapist: .therapist(session.record.therapist)
        case .week: .week(session.day.adding(days: 1 - session.day.weekday))
        case .kind: .kind(session.record.kind)
        }
    }

    private func count(_ session: ClassifiedSession, _ fee: Money?, in tally: inout Tally) {
        switch session.outcome {
        case .attended, .attendedWeakly: tally.totals.kept += 1
        case .missed, .missedUnmarked: tally.totals.missed += 1
        case .lateCancel: tally.totals.cancelledLate += 1
        case .cancelledInTime: tally.totals.cancelledInTime += 1
        case .excused, .inCare: tally.totals.excused += 1
        case .cancelledByProvider: tally.totals.calledOffByPractice += 1
        case .unmarked, .unrecognised: tally.totals.notKnown += 1
        case .future, .rescheduled, .enteredInError, .vanished: return
        }
        if session.outcome.isMiss {
            tally.lost.add(session.record)
            if let fee { tally.totals.feeValue = Money(cents: (tally.totals.feeValue?.cents ?? 0) + fee.cents) }
        }
        if session.outcome.isCounted || session.outcome == .unmarked || session.outcome == .unrecognised {
            tally.allocated.add(session.record)
        }
    }

    private mutating func consider(_ session: ClassifiedSession, _ fee: Money, _ client: ReportedClient) {
        let standing = CancellationPolicy.Standing(
            sessions: client.sessions, coverage: client.coverage, client: client.client.standing,
            openTier: client.openTier, hasRecord: client.recorded.contains(session.record.key),
            isFeedCurrent: isFeedCurrent)
        guard let outcome = rules?.cancellation?.outcome(of: session, standing) else { return }
        var why: FeeOutcome.Why?
        switch outcome {
        case .mayApply: feeCounts.mayApply += 1
        case .doesNotApply(let reason):
            feeCounts.doesNotApply += 1
            why = reason
            // Nobody asks about these, and a line would only invite it.
            if reason == .calledOffByPractice || reason == .noticeGiven { return }
        case .barred: return feeCounts.barred += 1
        case .held: return feeCounts.held += 1
        }
        feeLines.append(
            PracticeReport.FeeLine(client: client.client.ref, session: session, why: why, fee: fee))
    }

    package func report() -> PracticeReport {
        PracticeReport(
            from: from, to: to, totals: totals(whole),
            groups: groups.map { PracticeReport.GroupTotals(group: $0.key, totals: totals($0.value)) }
                .sorted { Self.precedes($0.group, $1.group) },
            feeCounts: rules?.cancellation == nil ? nil : feeCounts,
            feeLines: feeLines.sorted {
                ($0.session.record.key, $0.client) < ($1.session.record.key, $1.client)
            }, slots: slots.slots)
    }

    private func totals(_ tally: Tally) -> PracticeReport.Totals {
        var totals = tally.totals
        totals.minutesAllocated = tally.allocated.minutes
        totals.minutesLost = tally.lost.minutes
        totals.minutesFilledAgain = tally.lost.minutes(sharedWith: kept)
        return totals
    }

    private static func precedes(_ left: PracticeReport.Group, _ right: PracticeReport.Group) -> Bool {
        switch (left, right) {
        case (.week(let left), .week(let right)): left < right
        case (.kind(let left), .kind(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.therapist(let left?), .therapist(let right?)):
            left.storeID.utf8.lexicographicallyPrecedes(right.storeID.utf8)
        // Sessions without a therapist come last.
        case (.therapist(.some), .therapist(nil)): true
        default: false
        }
    }
}
