import Synchronization

/// Calls off the requests of the clients that hold it, from any thread and for good: a stop waits for no server that hangs.
package final class HTTPCancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isCancelled: Bool { flag.load(ordering: .acquiring) }

    package func cancel() { flag.store(true, ordering: .releasing) }
}
