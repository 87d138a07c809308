import Dispatch
import Foundation
import Synchronization
package import VigilCore
import VigilLedger
import VigilSQL

/// Lets a practice's past happen again before the daemon's own poller, planner and ledger, with nothing known before its time.
///
/// Polls are made when something has changed, when time alone has changed something, and at the nightly full reconcile: a poll
/// in between would find nothing. The same history, policy and settings give the same record, byte for byte.
package struct Replay: Sendable {
    package struct Settings: Sendable, Hashable {
        package var from: LocalDay
        /// The last day.
        package var to: LocalDay
        /// Whether every follow-up is taken to be closed when its first contact is due; else nobody ever acts.
        package var staffAnswer = true
        /// From so many days before it a session stands in the book: no store says when it was booked.
        package var bookedAheadDays = 42
        package var pollSeconds = 60
        package var reconcileMinute = 210

        package init(from: LocalDay, to: LocalDay) {
            self.from = from
            self.to = to
        }
    }

    package let policy: Policy
    package let settings: Settings

    package init(policy: Policy, settings: Settings) {
        self.policy = policy
        self.settings = settings
    }

    /// Clients are independent of each other, so each core has a share of them, with a ledger of its own.
    private static let shares = 2

    /// - Parameter progress: seconds of the past that have happened, of all; from several threads, never from two at a time.
    package func run(
        _ snapshots: [ClientSnapshot], progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) throws -> ReplayRecord {
        let parts = (0..<Self.shares).map { share in
            snapshots.enumerated().filter { $0.offset % Self.shares == share }.map(\.element)
        }
        let done = Mutex([Int64](repeating: 0, count: Self.shares))
        let results = Mutex([Result<ReplayRecord, any Error>?](repeating: nil, count: Self.shares))
        let total = span.end.seconds(since: span.start) * Int64(Self.shares)
        DispatchQueue.concurrentPerform(iterations: Self.shares) { share in
            let result = Result {
                try runShare(parts[share]) { seconds in
                    done.withLock { held in
                        held[share] = seconds
                        progress(held.reduce(0, +), total)
                    }
                }
            }
            results.withLock { $0[share] = result }
        }
        return try ReplayRecord(merging: results.withLock { $0 }.compactMap { try $0?.get() })
    }

    private var span: (start: WallTime, end: WallTime) {
        (
            policy.zone.time(on: settings.from, secondOfDay: 0),
            policy.zone.time(on: settings.to.adding(days: 1), secondOfDay: 0)
        )
    }

    private func runShare(_ snapshots: [ClientSnapshot], progress: (Int64) -> Void) throws -> ReplayRecord {
        let (start, end) = span
        let store = HistoryStore(snapshots, zone: policy.zone, bookedAheadDays: settings.bookedAheadDays)
        let ledger = try Ledger(path: ":memory:", store: Self.store)
        let poller = Poller(
            store: store, ledger: ledger, policy: policy,
            settings: PollSettings(
                intervalSeconds: settings.pollSeconds, backfillHorizonDays: 0, staleAfterMinutes: 60,
                reconcileMinute: settings.reconcileMinute), random: SeededRandom(seed: 1))
        var now = start
        while now < end {
            store.now = now
            _ = try poller.poll(at: now)
            progress(now.seconds(since: start))
            let next = try nextPoll(after: now, start: start, store, ledger)
            if settings.staffAnswer { try answer(until: min(next, end), after: now, ledger) }
            now = next
        }
        let record = try ReplayRecord(reading: ledger, from: start, until: end)
        try ledger.close()
        return record
    }

    static let store = "replay"

    /// The first tick of the poll's timer at which a poll would find something.
    private func nextPoll(
        after now: WallTime, start: WallTime, _ store: HistoryStore, _ ledger: Ledger
    ) throws -> WallTime {
        let night = settings.reconcileMinute * 60
        let today = policy.zone.day(of: now)
        var next = policy.zone.time(on: today, secondOfDay: night)
        if next <= now { next = policy.zone.time(on: today.adding(days: 1), secondOfDay: night) }
        if let change = store.nextChange(after: now) { next = min(next, change) }
        if let look = try ledger.nextLook() { next = min(next, max(look, now.adding(seconds: 1))) }
        let step = Int64(settings.pollSeconds)
        let ticks = (next.seconds(since: start) + step - 1) / step
        return start.adding(seconds: Int(max(ticks, now.seconds(since: start) / step + 1) * step))
    }

    // MARK: Staff

    /// What is assumed of staff: the client is reached, with a plan, when the first contact is due. Staff work between polls too.
    private func answer(until limit: WallTime, after now: WallTime, _ ledger: Ledger) throws {
        guard let person = PersonID("replay") else { return }
        while let due = try ledger.read({ try $0.nextContact() }), due.at < limit {
            let at = max(due.at, now)
            let attempt = Attempt(at: at, by: person, channel: .phone, outcome: .reachedWithPlan, note: "replay")
            let result = try ledger.carryOut(
                .record(attempt), on: due.id, by: person, as: .clinicalLead, at: at, policy: policy)
            guard case .success = result else { return }
        }
    }
}
