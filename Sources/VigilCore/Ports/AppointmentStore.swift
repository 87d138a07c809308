/// The practice's appointment data, read only.
///
/// The unit of reading is a client: all of a client's rows in one consistent read, because every rule looks at one client.
/// Calls are synchronous and come from one thread at a time (the poll's). A read that fails throws an `OperationError`, and
/// no conclusion may be drawn from it: a store that is down is never "nobody missed".
///
/// Contract, for every adapter (`VigilTestKit` has the suite):
/// - a client's sessions ascend by key; clients ascend in byte order;
/// - a row that cannot be read is named in `ClientSnapshot.unreadable`, and the rest of the client is returned;
/// - a status that no mapping names is `unrecognised`, never dropped;
/// - sessions of a client that the store does not list are returned with standing `unlisted`;
/// - nothing is written to the store.
package protocol AppointmentStore: AnyObject {
    /// Opens the store if it is not open, and proves that it can be read: schema, zone, age.
    func check() throws -> StoreFacts

    /// The clients about whom something may have changed since `cursor`: rows changed, or a session's start has passed.
    ///
    /// - Parameter cursor: what the last complete poll returned; nil asks for everything, by `.reconcile`.
    /// - Parameter limit: more clients than this are not listed; the answer is then `.reconcile`.
    func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges

    /// Everything about the named clients, in byte order. A client of whom the store holds nothing yields an empty snapshot.
    func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot]

    /// The next clients after `client` in byte order, for a full reconcile: short reads, so that a large store never holds
    /// a long lock against the practice's own program.
    func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage

    /// Name and contact preferences, for a person who asked to see them. Nil when the client is not listed.
    func card(of client: ClientRef) throws -> ContactCard?

    /// What this store cannot tell; some of it is known after a read only.
    var blindSpots: [BlindSpot] { get }

    /// Ends a read of another system that is under way, and every later one; from any thread.
    func cancel()
}

extension AppointmentStore {
    /// A store in vigil's own schema has a place for everything.
    package var blindSpots: [BlindSpot] { [] }

    /// A file of this machine keeps nobody waiting.
    package func cancel() {}
}

/// A store that several readers may read at once, each on a thread of its own.
package protocol DivisibleStore: AppointmentStore {
    /// A reader of its own on the same store. It lists no client whose id is out of order; that is left to this one.
    func anotherReader() -> any DivisibleStore

    /// The last of the next `clients` clients that the store lists after `client`; nil when there are no more than that.
    func boundary(after client: ClientRef?, clients: Int) throws -> ClientRef?

    /// As `page(after:limit:)`, of the clients up to `end` only.
    func page(after client: ClientRef?, through end: ClientRef, limit: Int) throws -> SnapshotPage
}

/// What `check` found.
package struct StoreFacts: Sendable, Hashable {
    /// When the data was exported, for stores that are copies; nil for a live store.
    package var asOf: WallTime?

    package init(asOf: WallTime? = nil) {
        self.asOf = asOf
    }
}

/// How far a store has been read. Losing it costs a full reconcile and nothing else (I7).
package struct StoreCursor: Sendable, Hashable, Codable {
    /// The store's own counter of changes; its meaning is the adapter's.
    package var change: Int64
    /// Session starts up to this time have been seen to pass.
    package var startsUpTo: WallTime

    package init(change: Int64, startsUpTo: WallTime) {
        self.change = change
        self.startsUpTo = startsUpTo
    }
}

package enum StoreChanges: Sendable, Hashable {
    /// These clients, in byte order; afterwards the store is read up to `upTo`.
    case clients([ClientRef], upTo: StoreCursor)
    /// Too much has changed, or nothing is known: read everything.
    case reconcile(upTo: StoreCursor)
}

package struct SnapshotPage: Sendable {
    package var snapshots: [ClientSnapshot]
    /// Whether there may be clients after the last one.
    package var hasMore: Bool

    package init(snapshots: [ClientSnapshot], hasMore: Bool) {
        self.snapshots = snapshots
        self.hasMore = hasMore
    }
}
