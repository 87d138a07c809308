@preconcurrency import Dispatch
import Logging
import ServiceLifecycle
import VigilCore
import VigilLedger

/// Runs the escalator when something is due or has been committed, and hands what waits in the outbox to the senders.
///
/// The timer is monotonic and never longer than `longestSleep`, so that a moved wall clock costs no more than that (I18).
struct PagingService: Service {
    let escalator: Escalator
    let senders: SenderPool
    let ledger: Ledger
    let clock: any WallClock
    let health: Health
    let staleAfterMinutes: Int
    let logger: Logger
    /// After each commit, and after each send.
    let wakeUps: AsyncStream<Void>
    let wake: @Sendable () -> Void
    let committed: @Sendable () -> Void

    private static let queue = DispatchQueue(label: "vigil.paging", qos: .userInitiated)
    /// Twelve idle wakeups a minute are allowed beside the poll (design.md); this takes two.
    static let longestSleepSeconds = 30

    func run() async throws {
        let timer = WakeTimer(wake: wake)
        defer { timer.cancel() }
        for await _ in wakeUps.cancelOnGracefulShutdown() {
            await withCheckedContinuation { continuation in
                Self.queue.async {
                    timer.set(seconds: turn())
                    continuation.resume()
                }
            }
        }
    }

    /// One look at everything that may be due.
    /// - Returns: seconds until the next one.
    private func turn() -> Int {
        let now = clock.now()
        noticeClockStep(now)
        var leastSleepSeconds = 1
        var hasFailed = false
        defer { health.change { $0.hasPagingFailed = hasFailed } }
        do {
            let acts = try escalator.tick(
                at: now, mayBeMissing: health.now.isStale(at: now, afterMinutes: staleAfterMinutes))
            if !acts.isEmpty { committed() }
        } catch {
            hasFailed = true
            logger.error("pages could not be looked after: \(String(describing: error))")
            // What fails once fails each time: said now and then, not each second (I26).
            leastSleepSeconds = Self.sleepAfterFailureSeconds
        }
        // What stands in the outbox goes out, whatever could not be added to it.
        do {
            try senders.pump()
            health.change { $0.lastPaging = .now }
            let next = try ledger.nextDue()
            let wait = next.map { Int($0.seconds(since: now)) } ?? Self.longestSleepSeconds
            // Also the untaken pages' own limits, which stand in no row: while something is paged, look each few seconds.
            let isPaging = try ledger.read { try $0.outbox().urgent > 0 }
            return min(max(wait, leastSleepSeconds), isPaging ? Self.pagingSleepSeconds : Self.longestSleepSeconds)
        } catch {
            hasFailed = true
            logger.error("the outbox could not be looked after: \(String(describing: error))")
            return max(1, leastSleepSeconds)
        }
    }

    /// The wall clock against the monotonic one: more than a time service's gentle correction is told to the operator.
    private func noticeClockStep(_ now: WallTime) {
        let instant = ContinuousClock.now
        health.change { state in
            if let last = state.lastClocks {
                let passed = (instant - last.instant).components.seconds
                if abs(now.seconds(since: last.wall) - passed) > Self.stepSeconds { state.clockSteppedAt = now }
            }
            state.lastClocks = (now, instant)
        }
    }

    private static let stepSeconds: Int64 = 30

    /// While a page waits for a provider: how late the next channel may be tried.
    private static let pagingSleepSeconds = 5
    /// No longer than a page may wait for its next channel.
    private static let sleepAfterFailureSeconds = 10
}

/// A one-shot timer on the monotonic clock that is set again and again.
final class WakeTimer: Sendable {
    private let timer: any DispatchSourceTimer

    init(wake: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vigil.paging.timer"))
        timer.setEventHandler(handler: wake)
        timer.activate()
    }

    func set(seconds: Int) {
        timer.schedule(deadline: .now() + .seconds(seconds))
    }

    func cancel() {
        timer.cancel()
    }
}
