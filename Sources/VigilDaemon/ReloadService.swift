@preconcurrency import Dispatch
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import VigilCore
import VigilLedger
import VigilSystemd

/// Reads the configuration anew on SIGHUP: all or nothing (I30).
///
/// A good one ends the services that run by the old one, and the daemon starts them again by the new: ledger, lock and what is
/// known of the store stay. A bad one changes nothing; the journal says why, and the operator is told.
struct ReloadService: Service {
    let signal: ReloadSignal
    let running: Setup
    let load: @Sendable () throws -> Setup
    let health: Health
    let ledger: Ledger
    let clock: any WallClock
    let notifier: ServiceNotifier
    let logger: Logger
    /// Ends the services that run by the old configuration.
    let proceed: @Sendable (Setup) async -> Void

    func run() async throws {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        signal.listen(continuation)
        for await _ in signals.cancelOnGracefulShutdown() {
            // What is asked for from here on is of files that may be newer than those read now.
            signal.remember()
            notifier.reloading()
            do {
                let next = try load()
                if let refusal = next.refusal(after: running) { throw refusal }
                try next.requireExamples(quoting: false)
                health.change { $0.hasReloadFailed = false }
                await proceed(next)
                // Nothing is left to wait for but the end.
                try await gracefulShutdown()
                return
            } catch let error as OperationError {
                refuse("\(error.description)")
            } catch is CancellationError {
                return
            } catch {
                refuse("\(type(of: error))")
            }
            signal.listen(continuation)
        }
    }

    private func refuse(_ why: String) {
        logger.error("the new configuration is refused and the old one is kept: \(why)")
        health.change { $0.hasReloadFailed = true }
        do {
            try ledger.note(PublicEvent(.reloadRefused), at: clock.now())
        } catch {
            logger.error("the audit could not be written: \(String(describing: error))")
        }
        notifier.ready()
    }
}

/// SIGHUP for the whole life of the process: between two sets of services it is remembered, and never ends the process.
final class ReloadSignal: Sendable {
    private let source: any DispatchSourceSignal
    private let state = Mutex(State())

    private struct State {
        var listener: AsyncStream<Void>.Continuation?
        var isPending = false
    }

    init() {
        // What Dispatch watches must not also end the process (signal(7)).
        Foundation.signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "vigil.reload"))
        source.setEventHandler { [weak self] in self?.arrived() }
        source.activate()
    }

    private func arrived() {
        state.withLock { state in
            if let listener = state.listener { listener.yield() } else { state.isPending = true }
        }
    }

    /// Tells `listener` from now on, and at once of what was remembered.
    func listen(_ listener: AsyncStream<Void>.Continuation) {
        state.withLock { state in
            state.listener = listener
            if state.isPending { listener.yield() }
            state.isPending = false
        }
    }

    /// Tells nobody until somebody listens again.
    func remember() {
        state.withLock { $0.listener = nil }
    }
}
