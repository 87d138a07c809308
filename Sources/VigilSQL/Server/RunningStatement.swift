import Glibc
import Synchronization

/// Whether a statement runs, and whether somebody wants it to end: the one thing of a connection that two threads see.
final class RunningStatement: Sendable {
    private struct State {
        /// Counts statements, so that a cancel never reaches the next one.
        var number = 0
        var isRunning = false
        var isCancelled = false
    }
    private let state = Mutex(State())

    func begin() {
        state.withLock { $0 = State(number: $0.number + 1, isRunning: true) }
    }

    func end() {
        state.withLock { $0.isRunning = false }
    }

    /// Of the statement that runs, or ran last.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Runs `body` while no cancel is under way.
    func alone<Value: Sendable>(_ body: () -> Value) -> Value {
        state.withLock { _ in body() }
    }

    /// Has `ask` ask the server to stop, until the statement has ended, for 2 s at most.
    ///
    /// Again and again, as a server forgets a request that comes just before the statement does.
    func cancel(_ ask: () -> Void) {
        let number: Int? = state.withLock {
            guard $0.isRunning else { return nil }
            $0.isCancelled = true
            return $0.number
        }
        guard let number else { return }
        for _ in 0..<20 {
            let isOver = state.withLock { held in
                if held.isRunning, held.number == number {
                    ask()
                    return false
                }
                return true
            }
            if isOver { return }
            usleep(100_000)
        }
    }
}
