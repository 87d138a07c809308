import Dispatch
package import VigilCore
import VigilLedger

/// Plans the clients of a page, on both cores when there are many.
///
/// A plan depends on its client, on what the ledger knew when it was asked, and on random bits of the client's own; so the
/// plans are the same on one thread and on two. What the ledger knows is asked for before, and written afterwards, by the caller.
package struct PagePlanner: Sendable {
    private let planner: PollPlanner

    /// Fewer are not worth the change of threads.
    private static let fewest = 64
    /// One for each core of a small machine.
    private static let threads = 2

    package init(_ planner: PollPlanner) {
        self.planner = planner
    }

    /// - Returns: a plan for each snapshot, in their order.
    package func plans(
        for snapshots: [ClientSnapshot], known: [ClientRef: KnownClient], random: inout any RandomSource
    ) -> [ClientPlan] {
        let sources = snapshots.map { _ in random.split() }
        guard snapshots.count >= Self.fewest else {
            return snapshots.indices.map { plan(snapshots[$0], known, sources[$0]) }
        }
        let parts = Parts(count: Self.threads)
        let size = (snapshots.count + Self.threads - 1) / Self.threads
        DispatchQueue.concurrentPerform(iterations: Self.threads) { part in
            let range = min(part * size, snapshots.count)..<min((part + 1) * size, snapshots.count)
            parts.set(part, range.map { plan(snapshots[$0], known, sources[$0]) })
        }
        return parts.joined
    }

    private func plan(
        _ snapshot: ClientSnapshot, _ known: [ClientRef: KnownClient], _ source: any RandomSource
    ) -> ClientPlan {
        var source = source
        return planner.plan(
            snapshot, known: known.isEmpty ? KnownClient() : known[snapshot.client.ref] ?? KnownClient(),
            random: &source)
    }

    /// What each thread has made. `@unchecked Sendable`: each writes its own place, and they are read when all are done.
    private final class Parts: @unchecked Sendable {
        private let places: UnsafeMutableBufferPointer<[ClientPlan]>

        init(count: Int) {
            places = .allocate(capacity: count)
            places.initialize(repeating: [])
        }

        deinit {
            places.deinitialize()
            places.deallocate()
        }

        func set(_ part: Int, _ plans: [ClientPlan]) {
            places[part] = plans
        }

        var joined: [ClientPlan] { Array(places.joined()) }
    }
}
