import Synchronization

/// Counts from 0.
final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { held in
            defer { held += 1 }
            return held
        }
    }
}
