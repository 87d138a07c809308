package import VigilCore

/// An appointment store in memory: what a test puts into it is what a poll reads.
///
/// It keeps the contract of `AppointmentStore`: clients in byte order, sessions by key, a counter of changes. Set `failure`
/// and every read throws it, as of a store that is down.
package final class ScriptedStore: AppointmentStore {
    private var clients: [ClientRef: ClientSnapshot] = [:]
    private var changedAt: [ClientRef: Int64] = [:]
    private var cards: [ClientRef: ContactCard] = [:]
    private var counter: Int64 = 0
    /// What every read throws; nil for a store that can be read.
    package var failure: OperationError?
    package var facts = StoreFacts()

    package init() {}

    // MARK: The practice's own hand

    /// Adds the client, or replaces all that is held about them.
    package func put(_ snapshot: ClientSnapshot, card: ContactCard? = nil) {
        var snapshot = snapshot
        snapshot.sessions.sort { $0.key < $1.key }
        snapshot.contacts.sort { $0.at < $1.at }
        let ref = snapshot.client.ref
        if clients[ref] != snapshot { touch(ref) }
        clients[ref] = snapshot
        if let card { cards[ref] = card }
    }

    /// Changes what is held about a client; an unknown one is begun.
    package func change(_ client: ClientRef, _ body: (inout ClientSnapshot) -> Void) {
        var snapshot = clients[client] ?? ClientSnapshot(client: ClientRecord(ref: client))
        body(&snapshot)
        put(snapshot)
    }

    package func remove(_ client: ClientRef) {
        if clients.removeValue(forKey: client) != nil { touch(client) }
        cards[client] = nil
    }

    package func snapshot(of client: ClientRef) -> ClientSnapshot? {
        clients[client]
    }

    private func touch(_ client: ClientRef) {
        counter += 1
        changedAt[client] = counter
    }

    // MARK: AppointmentStore

    package func check() throws -> StoreFacts {
        if let failure { throw failure }
        return facts
    }

    package func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges {
        _ = try check()
        // Never back: a clock that was set back must not hide sessions whose start has passed (I18).
        let upTo = StoreCursor(change: counter, startsUpTo: max(now, cursor?.startsUpTo ?? now))
        guard let cursor, cursor.change <= counter else { return .reconcile(upTo: upTo) }
        var found = Set(changedAt.filter { $0.value > cursor.change }.keys)
        for (ref, snapshot) in clients
        where snapshot.sessions.contains(where: { $0.start > cursor.startsUpTo && $0.start <= now }) {
            found.insert(ref)
        }
        return found.count > limit ? .reconcile(upTo: upTo) : .clients(found.sorted(), upTo: upTo)
    }

    package func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot] {
        _ = try check()
        return Set(clients).sorted().map { self.clients[$0] ?? Self.unlisted($0) }
    }

    package func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage {
        _ = try check()
        let rest = clients.keys.filter { ref in client.map { $0 < ref } ?? true }.sorted()
        return SnapshotPage(
            snapshots: rest.prefix(limit).compactMap { clients[$0] }, hasMore: rest.count > limit)
    }

    package func card(of client: ClientRef) throws -> ContactCard? {
        _ = try check()
        return cards[client]
    }

    private static func unlisted(_ client: ClientRef) -> ClientSnapshot {
        var record = ClientRecord(ref: client)
        record.standing = .unlisted
        return ClientSnapshot(client: record)
    }
}
