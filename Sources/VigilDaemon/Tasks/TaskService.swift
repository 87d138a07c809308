@preconcurrency import Dispatch
import Logging
import ServiceLifecycle
import VigilCore
import VigilLedger

/// Runs the keeper of Tasks on a thread of its own: a server that hangs holds up no poll and no page, and no stop.
struct TaskService: Service {
    let keeper: TaskKeeper
    let server: any TaskServer
    let stopping: StopFlag
    let health: Health
    let clock: any WallClock
    let logger: Logger
    /// After each commit, and from the timer.
    let wakeUps: AsyncStream<Void>
    let wake: @Sendable () -> Void
    let committed: @Sendable () -> Void

    private static let queue = DispatchQueue(label: "vigil.tasks", qos: .utility)
    /// Nothing is owed: the next commit wakes it. This is for a wake-up that was lost.
    private static let idleSeconds = 3_600
    private static let sleepAfterFailureSeconds = 60

    func run() async throws {
        let timer = WakeTimer(wake: wake)
        defer { timer.cancel() }
        wake()
        await withGracefulShutdownHandler {
            for await _ in wakeUps.cancelOnGracefulShutdown() {
                await withCheckedContinuation { continuation in
                    Self.queue.async {
                        timer.set(seconds: turn())
                        continuation.resume()
                    }
                }
            }
        } onGracefulShutdown: {
            stopping.set()
            server.cancel()
        }
    }

    /// - Returns: seconds until the next look.
    private func turn() -> Int {
        do {
            let round = try keeper.round()
            if let failure = round.failure { note(failure) }
            if round.written > 0 {
                if round.failure == nil { health.change { $0.taskError = nil } }
                committed()
            }
            guard let next = round.next else { return Self.idleSeconds }
            return max(0, min(Self.idleSeconds, Int(next.seconds(since: clock.now()))))
        } catch {
            // The ledger's own failures are told by who pages; here it is said and tried again.
            logger.error("tasks could not be looked after: \(String(describing: error))")
            return Self.sleepAfterFailureSeconds
        }
    }

    /// Said once when it begins, and again when it is another failure; the operator hears of it when it lasts.
    private func note(_ failure: OperationError) {
        let isNew = health.now.taskError != failure
        health.change { $0.taskError = failure }
        if isNew { logger.error("\(failure.description)") }
    }
}
