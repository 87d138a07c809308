import Dispatch
package import VigilCore

/// All clients of a store in byte order, range by range, read ahead of their use.
///
/// Two readers on threads of their own read the ranges in turn, where the store allows it; ranges come out in order whatever
/// the threads do, so the same store gives the same sequence. What is planned and committed stays on the caller's thread.
package final class RangeReader {
    /// The clients after one and up to another, complete.
    package struct Range {
        package var snapshots: [ClientSnapshot]
        package var after: ClientRef?
        /// Nil: up to the end of the store.
        package var through: ClientRef?
    }

    private let store: any AppointmentStore
    private let clients: Int
    private let readers: Int
    private let divisible: (any DivisibleStore)?
    private var lanes: [Lane] = []
    /// Ranges that are being read, in order.
    private var ahead: [Reading] = []
    /// Everything up to here has been handed to a reader.
    private var askedFor: ClientRef?
    private var isDivided: Bool
    /// Everything up to here has been given out.
    private var given: ClientRef?
    /// The rest of a range that was larger than expected, up to here.
    private var restThrough: ClientRef?
    private var isOver = false

    /// One for each core of a small machine; more would wait for the one thread that plans and commits.
    package static let mostReaders = 2
    /// Ranges read or being read ahead of their use, a megabyte or two each.
    private static let maxAhead = 4

    /// - Parameters:
    ///   - clients: in one range, about.
    ///   - readers: with 1, the caller's thread reads.
    package init(store: any AppointmentStore, clients: Int, readers: Int = mostReaders) {
        self.store = store
        self.clients = clients
        self.readers = readers
        divisible = readers > 1 ? store as? any DivisibleStore : nil
        isDivided = divisible != nil
    }

    deinit {
        finish()
    }

    /// The next range; nil when the store has been read.
    package func next() throws -> Range? {
        if isOver { return nil }
        if let through = restThrough, let divisible {
            return range(try divisible.page(after: given, through: through, limit: clients), through: through)
        }
        if let divisible, isDivided { try askAhead(divisible) }
        if ahead.isEmpty {
            let page = try store.page(after: given, limit: clients)
            let hasMore = page.hasMore && !page.snapshots.isEmpty
            isOver = !hasMore
            return give(page.snapshots, through: hasMore ? page.snapshots.last?.client.ref : nil)
        }
        let reading = ahead.removeFirst()
        return range(try reading.page(), through: reading.through)
    }

    /// Waits for the readers and lets them go; without it, they end with this object.
    package func finish() {
        for reading in ahead { reading.wait() }
        ahead = []
        lanes = []
    }

    private func askAhead(_ divisible: any DivisibleStore) throws {
        while ahead.count < Self.maxAhead {
            guard let through = try divisible.boundary(after: askedFor, clients: clients) else {
                // The last range also holds the clients whose ids are out of order: it is this thread's, after the others.
                isDivided = false
                return
            }
            if lanes.isEmpty {
                lanes = (0..<readers).map { Lane(divisible.anotherReader(), "vigil.reader.\($0)") }
            }
            // The first lane takes the next one first.
            let lane = lanes.removeFirst()
            lanes.append(lane)
            // A little more than a range has of listed clients: the store may hold sessions of others.
            ahead.append(lane.read(after: askedFor, through: through, limit: clients + clients / 4))
            askedFor = through
        }
    }

    private func range(_ page: SnapshotPage, through: ClientRef) -> Range {
        if page.hasMore, let last = page.snapshots.last?.client.ref {
            restThrough = through
            return give(page.snapshots, through: last)
        }
        restThrough = nil
        return give(page.snapshots, through: through)
    }

    private func give(_ snapshots: [ClientSnapshot], through: ClientRef?) -> Range {
        defer { given = through ?? given }
        return Range(snapshots: snapshots, after: given, through: through)
    }
}

/// One reader and its thread. `@unchecked Sendable`: the store is used inside the serial queue only.
private final class Lane: @unchecked Sendable {
    private let store: any DivisibleStore
    private let queue: DispatchQueue

    init(_ store: any DivisibleStore, _ label: String) {
        self.store = store
        queue = DispatchQueue(label: label)
    }

    func read(after client: ClientRef?, through end: ClientRef, limit: Int) -> Reading {
        let reading = Reading(through: end)
        queue.async {
            reading.settle(Result { try self.store.page(after: client, through: end, limit: limit) })
        }
        return reading
    }
}

/// A range that is being read. `@unchecked Sendable`: the result is written once, before the group is left.
private final class Reading: @unchecked Sendable {
    let through: ClientRef
    private var result: Result<SnapshotPage, any Error>?
    private let group = DispatchGroup()

    init(through: ClientRef) {
        self.through = through
        group.enter()
    }

    func settle(_ result: Result<SnapshotPage, any Error>) {
        self.result = result
        group.leave()
    }

    func wait() {
        group.wait()
    }

    func page() throws -> SnapshotPage {
        wait()
        guard let result else { return SnapshotPage(snapshots: [], hasMore: false) }
        return try result.get()
    }
}
