package import VigilCore

/// The appointment store of a practice whose system is not vigil's own: a feed fills a mirror, and the mirror is read as any
/// practice store.
///
/// Contract, beyond that of `AppointmentStore`: `changes` reads the practice's system first. When that fails it throws, and no
/// conclusion is drawn from what the mirror holds: a system that is down is never "nobody missed". Others may read the mirror
/// over a `PracticeStore` of their own.
package final class MirroredStore: AppointmentStore {
    private let feed: any AppointmentFeed
    private let path: String
    private let version: String
    private let progressed: @Sendable () -> Void
    private let practice: PracticeStore
    private var mirror: Mirror?

    /// Longer than a statement may take by its own limit (`store.statement_seconds`, at most 540).
    private static let patience = Duration.seconds(600)

    /// - Parameters:
    ///   - path: of the mirror, which is made when it is missing.
    ///   - version: of how the system is read, such as its mapping's; after a change everything is read anew.
    ///   - zone: the practice's.
    ///   - progressed: called while a long read goes on, for the watchdog.
    package init(
        feed: any AppointmentFeed, path: String, version: String = "", zone: Zone, busyMilliseconds: Int,
        progressed: @escaping @Sendable () -> Void = {}
    ) {
        self.feed = feed
        self.path = path
        self.version = version
        self.progressed = progressed
        practice = PracticeStore(path: path, zone: zone, busyMilliseconds: busyMilliseconds)
    }

    /// What is known about the age of the data is that of the last read.
    package func check() throws -> StoreFacts {
        let heart = Heartbeat(patience: Self.patience, progressed: progressed)
        defer { heart.stepped() }
        _ = try open()
        try feed.check()
        return try practice.check()
    }

    package func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges {
        let heart = Heartbeat(patience: Self.patience, progressed: progressed)
        let mirror = try open()
        let request = FeedRequest(now: now, cursor: try mirror.cursor())
        try mirror.update(stepped: { heart.stepped() }) { [feed] row in try feed.read(request, row: row) }
        return try practice.changes(since: cursor, now: now, limit: limit)
    }

    package func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot] {
        try practice.snapshots(of: clients)
    }

    package func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage {
        try practice.page(after: client, limit: limit)
    }

    package func card(of client: ClientRef) throws -> ContactCard? {
        try practice.card(of: client)
    }

    package var blindSpots: [BlindSpot] { feed.blindSpots }

    package func cancel() { feed.cancel() }

    private func open() throws -> Mirror {
        if let mirror { return mirror }
        let opened = try Mirror(path: path, source: feed.subject, version: version)
        mirror = opened
        return opened
    }
}

/// The mirror is a file of vigil's kind, and is read as one.
extension MirroredStore: DivisibleStore {
    package func anotherReader() -> any DivisibleStore {
        practice.anotherReader()
    }

    package func boundary(after client: ClientRef?, clients: Int) throws -> ClientRef? {
        try practice.boundary(after: client, clients: clients)
    }

    package func page(after client: ClientRef?, through end: ClientRef, limit: Int) throws -> SnapshotPage {
        try practice.page(after: client, through: end, limit: limit)
    }
}
