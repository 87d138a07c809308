import ServiceLifecycle
import VigilCore
import VigilSystemd

/// Pings systemd while the process makes progress, and only then: a ping from a bare timer hides a hung poller.
///
/// A store that is down or answers with errors is progress; restarting would not bring it back.
struct WatchdogService: Service {
    let health: Health
    let notifier: ServiceNotifier
    let pollInterval: Duration
    let watchdogInterval: Duration

    func run() async throws {
        let period = watchdogInterval / 2
        let pings = AsyncStream<Void> { continuation in
            let task = Task {
                while !Task.isCancelled {
                    continuation.yield()
                    try? await Task.sleep(for: period)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        for await _ in pings.cancelOnGracefulShutdown() where isAlive(at: .now) { notifier.watchdog() }
    }

    func isAlive(at now: ContinuousClock.Instant) -> Bool {
        let state = health.now
        // Pages are looked after at least this often, whatever the store does: a loop that hangs must not be hidden.
        guard now - state.lastPaging < .seconds(PagingService.longestSleepSeconds) + watchdogInterval else {
            return false
        }
        if state.isPolling { return now - state.lastProgress < watchdogInterval }
        return now - state.lastTick < pollInterval + watchdogInterval
    }
}
