@preconcurrency import Dispatch
import Foundation
import Logging
import ServiceLifecycle
import VigilCore
import VigilLedger
import VigilSystemd

/// The timer and its one consumer: polls follow each other and never overlap; a tick during a poll is an overrun, counted.
struct PollService: Service {
    let poller: Poller
    let ledger: Ledger
    let health: Health
    let clock: any WallClock
    let policy: Policy
    let settings: PollSettings
    let notifier: ServiceNotifier
    let logger: Logger
    /// A read that a stop has ended is no failure of the store's.
    let isStopping: @Sendable () -> Bool
    /// Wakes the journal relay after each commit.
    let committed: @Sendable () -> Void

    private static let queue = DispatchQueue(label: "vigil.poll")

    func run() async throws {
        let ticks = PollTimer.ticks(everySeconds: settings.intervalSeconds) { health.change { $0.overruns += 1 } }
        for await _ in ticks.cancelOnGracefulShutdown() {
            health.change {
                $0.lastTick = .now
                $0.isPolling = true
                $0.lastProgress = .now
            }
            await withCheckedContinuation { continuation in
                Self.queue.async {
                    pollOnce()
                    continuation.resume()
                }
            }
            health.change {
                $0.isPolling = false
                $0.polls += 1
            }
            tellStatus()
            committed()
        }
    }

    private func pollOnce() {
        let now = clock.now()
        do {
            let report = try poller.poll(at: now)
            let wasFailing = health.now.storeError != nil
            health.change {
                $0.lastRead = report.isReconcile && !report.isComplete ? $0.lastRead : now
                $0.asOf = report.asOf
                $0.storeError = nil
                $0.ledgerError = nil
                if report.isReconcile, report.isComplete {
                    $0.reconciledAt = now
                    $0.rowBlindSpots = report.blindSpots
                }
                $0.storeBlindSpots = report.storeBlindSpots
            }
            if wasFailing { note(PublicEvent(.storeRecovered), now) }
            if report.isReconcile {
                note(event(report), now)
                // The next one is a night away.
                ledger.shrinkCache()
                ProcessMemory.giveBack()
            }
        } catch let error as OperationError {
            fail(error, now)
        } catch {
            fail(
                OperationError(
                    .unavailable, operation: "poll", subject: "vigil", cause: "\(type(of: error))",
                    remedy: "report this", retry: true), now)
        }
    }

    /// Says it once when it begins, and again when it is another error; the queue and STATUS say it all the time.
    private func fail(_ error: OperationError, _ now: WallTime) {
        if isStopping() { return }
        let isLedger = error.operation.hasSuffix("the ledger")
        let before = isLedger ? health.now.ledgerError : health.now.storeError
        health.change {
            if isLedger { $0.ledgerError = error } else { $0.storeError = error }
        }
        guard before != error else { return }
        logger.error("\(error.description)")
        if before == nil { note(PublicEvent(isLedger ? .ledgerFailed : .storeFailed), now) }
    }

    private func note(_ event: PublicEvent, _ now: WallTime) {
        do {
            try ledger.note(event, at: now)
        } catch {
            logger.error("the audit could not be written: \(String(describing: error))")
        }
    }

    private func event(_ report: PollReport) -> PublicEvent {
        PublicEvent(
            .reconcileFinished,
            counts: [
                .clients: report.clients, .sessions: report.sessions, .missed: report.missed,
                .followUps: report.followUps, .unreadable: report.unreadable, .unrecognised: report.unrecognised,
            ], policy: policy.shortHash)
    }

    private func tellStatus() {
        let state = health.now
        let counts = try? ledger.read { try $0.counts(at: clock.now()) }
        let line = StatusLine(
            state.ledgerError != nil ? .ledgerFailing : state.storeError != nil ? .storeUnreadable : .watching,
            counts: [
                .followUps: counts?.open.values.reduce(0, +) ?? 0, .contactNow: counts?.open[.now] ?? 0,
                .overdue: counts?.overdue ?? 0,
            ], shadow: !policy.isApproved, lastRead: state.lastRead.map { ($0, policy.zone) })
        notifier.status(line)
    }
}

/// The Dispatch timer as a stream of ticks.
enum PollTimer {
    /// First tick at once. The deadline is monotonic: a wall deadline stalls after a backward clock step (design.md).
    ///
    /// The handler is made here, outside any actor: a closure written inside one crashes when Dispatch calls it.
    static func ticks(everySeconds seconds: Int, onOverrun: @escaping @Sendable () -> Void) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vigil.timer"))
        timer.schedule(deadline: .now(), repeating: .seconds(seconds))
        timer.setEventHandler {
            if case .dropped = continuation.yield() { onOverrun() }
        }
        continuation.onTermination = { _ in timer.cancel() }
        timer.activate()
        return stream
    }
}
