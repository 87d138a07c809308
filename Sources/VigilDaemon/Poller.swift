package import VigilCore
package import VigilLedger

/// One poll: read what changed, plan client by client, commit.
///
/// Synchronous, and used on one serial queue: the store's connection and the ledger's writes are never entered twice. It
/// decides nothing about a client; that is `PollPlanner`.
package final class Poller: @unchecked Sendable {
    private let store: any AppointmentStore
    private let ledger: Ledger
    private let policy: Policy
    private let settings: PollSettings
    private let progressed: @Sendable () -> Void
    private let shouldStop: @Sendable () -> Bool
    private var random: any RandomSource
    private let pager: () throws -> Pager?
    private var hasReconciled = false

    /// Clients in one read of the store and one commit of the ledger: about 10,000 session rows, a few megabytes.
    package static let pageClients = 512
    /// More changed clients than this are read in order, as a full reconcile, instead of one by one.
    private static let maxChangedClients = 20_000

    /// Plans made anew for one commit; then the poll fails and the next one tries.
    private static let maxReplans = 8

    /// - Parameter progressed: called after each page, for the watchdog.
    /// - Parameter shouldStop: asked between pages of a full reconcile.
    package init(
        store: any AppointmentStore, ledger: Ledger, policy: Policy, settings: PollSettings, random: any RandomSource,
        pager: @escaping () throws -> Pager? = { nil }, progressed: @escaping @Sendable () -> Void = {},
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.store = store
        self.ledger = ledger
        self.policy = policy
        self.settings = settings
        self.random = random
        self.pager = pager
        self.progressed = progressed
        self.shouldStop = shouldStop
    }

    /// Opens the store and proves that it can be read.
    package func check() throws -> StoreFacts {
        try store.check()
    }

    /// Ends a read that is under way, from any thread: the poll fails, and no other is to follow.
    package func cancel() {
        store.cancel()
    }

    /// Reads, plans and commits what has become true up to `now`.
    package func poll(at now: WallTime) throws -> PollReport {
        let facts = try store.check()
        let horizon = settings.backfillHorizonDays.map { now.adding(hours: -24 * $0) }
        let progress = try ledger.progress(firstHorizon: horizon)
        var report = PollReport(asOf: facts.asOf)
        // Whether everything is read or not, what the store cannot tell is known once it was asked.
        let isDue = !hasReconciled || progress.cursor == nil || isNightlyDue(progress, now)
        let changes = try store.changes(
            since: isDue ? nil : progress.cursor, now: now, limit: isDue ? 0 : Self.maxChangedClients)
        let planner = PollPlanner(
            policy: policy, now: now, horizon: progress.horizon, startsQuiet: progress.reconciledAt == nil,
            pager: try pager(), blindSpots: store.blindSpots)
        report.storeBlindSpots = store.blindSpots
        switch changes {
        case .reconcile(let upTo): return try reconcile(planner, upTo: upTo, report)
        case .clients(_, let upTo) where isDue: return try reconcile(planner, upTo: upTo, report)
        case .clients(let changed, let upTo):
            let due = try ledger.clientsDue(at: now, limit: Self.maxChangedClients)
            let clients = due.isEmpty ? changed : Set(changed).union(due).sorted()
            if !clients.isEmpty {
                report = try unlessOvertaken { try look(at: clients, planner, upTo, report) }
            }
            return report
        }
    }

    /// All of an incremental poll is one transaction (I4).
    private func look(
        at clients: [ClientRef], _ planner: PollPlanner, _ upTo: StoreCursor, _ started: PollReport
    ) throws -> PollReport {
        var report = started
        var plans: [ClientPlan] = []
        var corrected: [(ClientRef, FollowUpID)] = []
        for start in stride(from: 0, to: clients.count, by: Self.pageClients) {
            let page = Array(clients[start..<min(start + Self.pageClients, clients.count)])
            let snapshots = try store.snapshots(of: page)
            plans += try plan(snapshots, planner, &corrected, &report)
            progressed()
        }
        plans += planner.settleCorrections(corrected)
        try ledger.commit(
            Ledger.Commit(plans: plans, looked: clients, move: .polled(upTo), at: planner.now, policy: policy.hash))
        return report
    }

    /// A person was faster than a commit: read and plan again. Nobody closes follow-ups faster than that for long.
    private func unlessOvertaken<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<Self.maxReplans {
            do {
                return try body()
            } catch is PlanOvertaken {
                continue
            }
        }
        return try body()
    }

    /// The whole store, page by page; each page of clients is one transaction, so that memory stays constant and a person's
    /// acknowledgement never waits for the end.
    /// - Parameter upTo: taken before the first row is read: what changes meanwhile is read again (I7).
    private func reconcile(
        _ planner: PollPlanner, upTo: StoreCursor, _ started: PollReport
    ) throws -> PollReport {
        var report = started
        report.isReconcile = true
        let reader = RangeReader(store: store, clients: Self.pageClients)
        // No reader is at work when this returns, by an error or a stop: the next poll may open the store anew.
        defer { reader.finish() }
        var corrected: [(ClientRef, FollowUpID)] = []
        while let range = try reader.next() {
            let gone = try absent(from: range)
            let snapshots =
                gone.isEmpty ? range.snapshots : (range.snapshots + gone).sorted { $0.client.ref < $1.client.ref }
            (corrected, report) = try unlessOvertaken {
                try reconcile(snapshots, planner, corrected, report)
            }
            progressed()
            if range.through != nil, shouldStop() { return report }
        }
        try ledger.commit(
            Ledger.Commit(
                plans: planner.settleCorrections(corrected), looked: [], move: .reconciled(upTo), at: planner.now,
                policy: policy.hash))
        hasReconciled = true
        report.isComplete = true
        return report
    }

    /// Clients with something open whom the range passes over: the store does not list them any more. Read by name, so that what
    /// has come back meanwhile is not taken for gone.
    private func absent(from range: RangeReader.Range) throws -> [ClientSnapshot] {
        let open = try ledger.openClients(after: range.after, through: range.through)
        guard !open.isEmpty else { return [] }
        let listed = Set(range.snapshots.map(\.client.ref))
        let gone = open.filter { !listed.contains($0) }
        return gone.isEmpty ? [] : try store.snapshots(of: gone)
    }

    /// One page of a full reconcile: planned, and committed if there is anything to commit.
    private func reconcile(
        _ snapshots: [ClientSnapshot], _ planner: PollPlanner, _ before: [(ClientRef, FollowUpID)],
        _ started: PollReport
    ) throws -> ([(ClientRef, FollowUpID)], PollReport) {
        var (corrected, report) = (before, started)
        let plans = try plan(snapshots, planner, &corrected, &report)
        if plans.contains(where: { !$0.acts.isEmpty || $0.lookAgainAt != nil }) {
            try ledger.commit(
                Ledger.Commit(
                    plans: plans, looked: plans.map(\.client), move: .stay, at: planner.now,
                    policy: policy.hash))
        }
        return (corrected, report)
    }

    private func plan(
        _ snapshots: [ClientSnapshot], _ planner: PollPlanner, _ corrected: inout [(ClientRef, FollowUpID)],
        _ report: inout PollReport
    ) throws -> [ClientPlan] {
        let known = try ledger.known(snapshots.map(\.client.ref))
        let plans = PagePlanner(planner).plans(for: snapshots, known: known, random: &random)
        for (snapshot, plan) in zip(snapshots, plans) {
            if let id = plan.wouldCloseNow { corrected.append((snapshot.client.ref, id)) }
            report.add(snapshot, plan)
        }
        return plans
    }

    private func isNightlyDue(_ progress: Ledger.Progress, _ now: WallTime) -> Bool {
        guard let last = progress.reconciledAt else { return true }
        let due = policy.zone.time(on: policy.zone.day(of: now), secondOfDay: settings.reconcileMinute * 60)
        return now >= due && last < due
    }
}

/// What one poll did, in counts.
package struct PollReport: Sendable, Hashable {
    package var asOf: WallTime?
    package var isReconcile = false
    /// False for a full reconcile that was stopped on the way.
    package var isComplete = false
    package var clients = 0
    package var sessions = 0
    package var missed = 0
    package var followUps = 0
    package var unreadable = 0
    package var unrecognised = 0
    package var withScreen = 0
    package var withDiagnosis = 0
    package var withFirstContact = 0
    /// What the store cannot tell, whatever its rows are.
    package var storeBlindSpots: [BlindSpot] = []

    package init(asOf: WallTime? = nil) {
        self.asOf = asOf
    }

    mutating func add(_ snapshot: ClientSnapshot, _ plan: ClientPlan) {
        clients += 1
        sessions += snapshot.sessions.count
        unreadable += snapshot.unreadable.count
        for session in snapshot.sessions where session.status == .unrecognised { unrecognised += 1 }
        if !snapshot.clinical.screens.isEmpty { withScreen += 1 }
        if !snapshot.clinical.diagnoses.isEmpty { withDiagnosis += 1 }
        if snapshot.client.firstContactOn.value != nil { withFirstContact += 1 }
        for act in plan.acts {
            if case .recordSession(_, let known) = act.effect, known.state != .calledOff { missed += 1 }
            if case .openFollowUp = act.effect { followUps += 1 }
        }
    }

    /// What the rules cannot know in this store, as its rows show it: green must not mean blind (design.md).
    ///
    /// What the store cannot tell by its kind is said once, by `storeBlindSpots`.
    package var blindSpots: [BlindSpot] {
        guard isReconcile, clients > 0 else { return [] }
        var spots: [BlindSpot] = []
        if withScreen == 0 { spots.append(BlindSpot(.screens, "no screen (PHQ-9, C-SSRS) is on file for any client")) }
        if withDiagnosis == 0 { spots.append(BlindSpot(.diagnoses, "no diagnosis is on file for any client")) }
        if withFirstContact == 0 {
            spots.append(BlindSpot(.firstContact, "no first contact is on file for any client"))
        }
        if unreadable > 0 { spots.append(BlindSpot(.unreadableRows, "\(unreadable) rows cannot be read")) }
        if unrecognised > 0 {
            spots.append(
                BlindSpot(.unknownStatuses, "\(unrecognised) sessions have a status that vigil does not know"))
        }
        return spots
    }
}
