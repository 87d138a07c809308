package import VigilCore

/// A store's past as an appointment store: what it answers is what was known at `now`.
///
/// It keeps the contract of `AppointmentStore`; its counter of changes is the time. A practice's whole history is held in memory.
package final class HistoryStore: AppointmentStore {
    /// The moment that the store is asked in; set before every poll.
    package var now = WallTime(seconds: 0)

    private let clients: [ReplayedClient]
    private let indices: [ClientRef: Int]
    /// Changes of all clients, in order of time.
    private let timeline: [(at: WallTime, client: Int)]
    /// What was last handed out of each client, and until when it holds.
    private var held: [Held?]

    private struct Held {
        var from: WallTime
        var until: WallTime
        var snapshot: ClientSnapshot?
    }

    /// - Parameter snapshots: everything that the store holds; sorted here.
    package init(_ snapshots: [ClientSnapshot], zone: Zone, bookedAheadDays: Int) {
        clients = snapshots.map { ReplayedClient($0, zone: zone, bookedAheadDays: bookedAheadDays) }
            .sorted { $0.ref < $1.ref }
        indices = Dictionary(clients.enumerated().map { ($1.ref, $0) }, uniquingKeysWith: { first, _ in first })
        timeline = clients.enumerated().flatMap { index, client in client.changes.map { ($0, index) } }
            .sorted { ($0.at, $0.client) < ($1.at, $1.client) }
        held = Array(repeating: nil, count: clients.count)
    }

    /// Reads all of a store.
    package static func all(of store: any AppointmentStore, progress: (Int) -> Void) throws -> [ClientSnapshot] {
        var snapshots: [ClientSnapshot] = []
        var last: ClientRef?
        while true {
            let page = try store.page(after: last, limit: 512)
            snapshots += page.snapshots
            progress(snapshots.count)
            guard page.hasMore, let end = page.snapshots.last?.client.ref else { return snapshots }
            last = end
        }
    }

    /// The next moment at which something about somebody changes; nil when nothing does any more.
    package func nextChange(after time: WallTime) -> WallTime? {
        let index = firstIndex(after: time)
        return index < timeline.count ? timeline[index].at : nil
    }

    private func firstIndex(after time: WallTime) -> Int {
        var (low, high) = (0, timeline.count)
        while low < high {
            let middle = (low + high) / 2
            if timeline[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func snapshot(_ index: Int) -> ClientSnapshot? {
        if let held = held[index], held.from <= now, now < held.until { return held.snapshot }
        let client = clients[index]
        var (low, high) = (0, client.changes.count)
        while low < high {
            let middle = (low + high) / 2
            if client.changes[middle] <= now { low = middle + 1 } else { high = middle }
        }
        let until = low < client.changes.count ? client.changes[low] : WallTime(seconds: .max)
        let fresh = Held(from: now, until: until, snapshot: client.snapshot(at: now))
        held[index] = fresh
        return fresh.snapshot
    }

    // MARK: AppointmentStore

    package func check() throws -> StoreFacts { StoreFacts() }

    package func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges {
        let upTo = StoreCursor(change: now.seconds, startsUpTo: now)
        guard let cursor else { return .reconcile(upTo: upTo) }
        var found: Set<Int> = []
        var index = firstIndex(after: WallTime(seconds: cursor.change))
        while index < timeline.count, timeline[index].at <= now {
            found.insert(timeline[index].client)
            index += 1
        }
        if found.count > limit { return .reconcile(upTo: upTo) }
        return .clients(found.sorted().map { clients[$0].ref }, upTo: upTo)
    }

    package func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot] {
        Set(clients).sorted().map { ref in
            if let known = indices[ref].flatMap(snapshot) { return known }
            var record = ClientRecord(ref: ref)
            record.standing = .unlisted
            return ClientSnapshot(client: record)
        }
    }

    package func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage {
        var page = SnapshotPage(snapshots: [], hasMore: false)
        var index = client.map { ref in clients.firstIndex { ref < $0.ref } ?? clients.count } ?? 0
        while index < clients.count {
            if let known = snapshot(index) {
                if page.snapshots.count == limit {
                    page.hasMore = true
                    return page
                }
                page.snapshots.append(known)
            }
            index += 1
        }
        return page
    }

    package func card(of client: ClientRef) throws -> ContactCard? { nil }
}
