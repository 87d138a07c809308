package import VigilCore
internal import VigilSQL

/// The embedded appointment store: an SQLite file with the schema of config/stores/practice.sql, read only.
///
/// Contract, beyond that of `AppointmentStore`:
/// - The file is opened by the first call and again after a failure, and is never created or written. In WAL mode SQLite
///   keeps its own -shm and -wal files beside it.
/// - Every call reads in one transaction, and every error is an `OperationError`.
/// - `changes` costs what changed: the clients whose rows the schema's triggers noted after the cursor, and those of whom a
///   session's start lies between the last look and now. A cursor that cannot be of this file means `.reconcile`.
/// - Pages list clients that have sessions: of the others nothing can have been missed.
/// - Clients whose id is no UTF-8 text come after all others (`StoredID`).
package final class PracticeStore: AppointmentStore {
    private let file: PracticeFile
    private let path: String
    private let zone: Zone
    private let busyMilliseconds: Int
    /// Clients with odd ids that pages passed over; they are served when the others are through.
    private let oddClients: OddClients
    private var lastLook: Look?
    /// The cursor handed out with the `.reconcile` that a replaced file asks for. Until it comes back, that reconcile has not
    /// been completed, and an older cursor counts the changes of another file.
    private var awaitedCursor: StoreCursor?

    /// What the change counters were at the last look, on one connection.
    private struct Look {
        var opening: Int
        var dataVersion: Int64
        var sequence: Int64
    }

    /// - Parameters:
    ///   - path: the SQLite file; a symbolic link is followed anew when its target changes.
    ///   - zone: the practice's zone, for a client's age.
    ///   - busyMilliseconds: how long a read waits for another program's lock.
    package init(path: String, zone: Zone, busyMilliseconds: Int) {
        file = PracticeFile(path: path, busyMilliseconds: busyMilliseconds)
        self.path = path
        self.zone = zone
        self.busyMilliseconds = busyMilliseconds
        oddClients = OddClients()
    }

    private init(besides other: PracticeStore) {
        // Pages are read once and in order: there is little that a larger cache would find again.
        file = PracticeFile(
            path: other.path, busyMilliseconds: other.busyMilliseconds, cacheKilobytes: Self.smallCacheKilobytes)
        path = other.path
        zone = other.zone
        busyMilliseconds = other.busyMilliseconds
        oddClients = other.oddClients
    }

    private static let smallCacheKilobytes = 1_000

    package func check() throws -> StoreFacts {
        try file.use(looking: true) { database in
            try database.read { connection in
                try file.verify(connection)
                return StoreFacts(asOf: try PracticeSchema.asOf(connection, file.failure))
            }
        }
    }

    /// How many sessions it holds; counts them all.
    package func sessionCount() throws -> Int {
        try reading { try $0.first("SELECT count(*) FROM session") { Int($0.int64(0)) } ?? 0 }
    }

    /// Runs a read of the books; every error is an `OperationError`.
    func reading<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try file.use { try $0.read(body) }
    }

    package func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot] {
        try file.use { database in
            try database.read { connection in
                var snapshots: [ClientSnapshot] = []
                // Each once, by bytes: equality of strings takes "é" in its two spellings for one.
                for client in clients.sorted() where snapshots.last.map({ $0.client.ref < client }) ?? true {
                    snapshots.append(try snapshot(of: StoredID(client.storeID), client, connection))
                }
                return snapshots
            }
        }
    }

    private func snapshot(
        of client: StoredID, _ ref: ClientRef, _ connection: any SQLConnection
    ) throws(SQLError) -> ClientSnapshot {
        var merge = try ClientMerge(
            connection, client.isBlob ? .ofBlob : .ofText, client.parameter, optional: file.optionalTables)
        return try merge.snapshot(of: client, ref)
    }

    package func card(of client: ClientRef) throws -> ContactCard? {
        let id = StoredID(client.storeID)
        return try file.use { database in
            try database.read { connection in
                try connection.first(PracticeSQL.card(id.isBlob ? .ofBlob : .ofText), [id.parameter]) { row in
                    var card = ContactCard(name: row.boundedText(0))
                    if let born = row.day(1).value {
                        let today = zone.day(of: WallTime(seconds: row.int64(7)))
                        card.age = born.fullYears(until: today)
                    }
                    card.phone = row.optionalBoundedText(2)
                    card.preference = row.optionalBoundedText(3)
                    card.safeToCall = row.caution(4)
                    card.voicemailAllowed = row.caution(5)
                    card.therapistName = row.optionalBoundedText(6)
                    return card
                }
            }
        }
    }
}

// MARK: - Pages

extension PracticeStore {
    package func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage {
        try file.use { database in
            try database.read { connection in
                var page = SnapshotPage(snapshots: [], hasMore: false)
                if !(client.map { StoredID.isOdd($0.storeID) } ?? false) {
                    try fill(&page, after: client, through: nil, max(1, limit), connection)
                }
                if !page.hasMore { try fillWithOdd(&page, after: client, max(1, limit), connection) }
                return page
            }
        }
    }

    private func fill(
        _ page: inout SnapshotPage, after client: ClientRef?, through end: StoredID?, _ limit: Int,
        _ connection: any SQLConnection
    ) throws {
        // The first text behind another is that text with a NUL byte; no text comes before the empty one.
        let first = client.map { $0.storeID + "\0" } ?? ""
        var merge = try ClientMerge(connection, .from, .text(first), optional: file.optionalTables)
        while let next = merge.nextClient {
            if let end, next.isAfter(end) { return }
            guard let text = next.plainText else {
                guard oddClients.insert(next) else {
                    throw file.failure.wrongSchema(
                        "more than \(OddClients.max) client ids are not valid UTF-8 text")
                }
                try merge.skip(next)
                continue
            }
            if page.snapshots.count == limit {
                page.hasMore = true
                return
            }
            page.snapshots.append(try merge.snapshot(of: next, ClientRef(text)))
        }
    }

    private func fillWithOdd(
        _ page: inout SnapshotPage, after client: ClientRef?, _ limit: Int, _ connection: any SQLConnection
    ) throws {
        for (ref, id) in oddClients.listed where client.map({ $0 < ref }) ?? true {
            if page.snapshots.count == limit {
                page.hasMore = true
                return
            }
            let snapshot = try snapshot(of: id, ref, connection)
            // It may have gone since it was passed over.
            if !snapshot.sessions.isEmpty || !snapshot.unreadable.isEmpty { page.snapshots.append(snapshot) }
        }
    }
}

extension PracticeStore: DivisibleStore {
    package func anotherReader() -> any DivisibleStore {
        PracticeStore(besides: self)
    }

    package func boundary(after client: ClientRef?, clients: Int) throws -> ClientRef? {
        try reading { connection in
            let first = client.map { $0.storeID + "\0" } ?? ""
            let statement = try connection.prepare(PracticeSQL.clientsAfter)
            try statement.bind([.text(first), .integer(max(1, clients) - 1)])
            defer { statement.rewind() }
            // An odd id is no boundary; the next one will do.
            while try statement.step() {
                if let text = StoredID(statement, 0).plainText { return ClientRef(text) }
            }
            return nil
        }
    }

    package func page(after client: ClientRef?, through end: ClientRef, limit: Int) throws -> SnapshotPage {
        try reading { connection in
            var page = SnapshotPage(snapshots: [], hasMore: false)
            try fill(&page, after: client, through: StoredID(end.storeID), max(1, limit), connection)
            return page
        }
    }
}

// MARK: - Changes

extension PracticeStore {
    package func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges {
        try file.use(looking: true) { database in
            // Before the transaction: a commit between the two is then seen once too often and not once too seldom. Asked of
            // this connection, it tells of every other program's commit.
            let dataVersion = try database.dataVersion()
            return try database.read { connection in
                let sequence = try newestChange(dataVersion, connection)
                lastLook = Look(opening: file.opening, dataVersion: dataVersion, sequence: sequence)
                // The cursor follows the clock, also back. After a step back from T to t, sessions between them have been
                // looked at as if they had begun; a cursor that stayed at T would not list them again when they really begin.
                let upTo = StoreCursor(change: sequence, startsUpTo: now)
                if file.wasReplaced {
                    if cursor == nil || cursor != awaitedCursor {
                        awaitedCursor = upTo
                        return .reconcile(upTo: upTo)
                    }
                    file.wasReplaced = false
                    awaitedCursor = nil
                }
                // Numbers only grow, so a smaller one is of another file: a restored backup.
                guard let cursor, sequence >= cursor.change else { return .reconcile(upTo: upTo) }
                guard let clients = try clients(changedAfter: cursor, now, sequence, max(0, limit), connection) else {
                    return .reconcile(upTo: upTo)
                }
                return .clients(clients.map { ClientRef($0.text) }.sorted(), upTo: upTo)
            }
        }
    }

    /// The newest change number, without a look at the table when nobody has written since the last look.
    private func newestChange(_ dataVersion: Int64, _ connection: any SQLConnection) throws -> Int64 {
        if let lastLook, lastLook.opening == file.opening, lastLook.dataVersion == dataVersion {
            return lastLook.sequence
        }
        return try connection.first(PracticeSQL.newestChange) { $0.int64(0) } ?? 0
    }

    /// Nil when there are more than `limit`.
    private func clients(
        changedAfter cursor: StoreCursor, _ now: WallTime, _ sequence: Int64, _ limit: Int,
        _ connection: any SQLConnection
    ) throws -> Set<StoredID>? {
        var found: Set<StoredID> = []
        func collect(_ sql: String, _ values: [SQLValue]) throws -> Bool {
            let statement = try connection.prepare(sql)
            try statement.bind(values)
            defer { statement.rewind() }
            while try statement.step() {
                found.insert(StoredID(statement, 0))
                if found.count > limit { return false }
            }
            return true
        }
        if sequence > cursor.change {
            let values: [SQLValue] = [.integer(cursor.change), .integer(limit.addingReportingOverflow(1).partialValue)]
            guard try collect(PracticeSQL.changedClients, values) else { return nil }
        }
        // After a step back the sessions in between have not begun after all: they too may be another thing than before.
        let from = min(cursor.startsUpTo, now)
        let to = max(cursor.startsUpTo, now)
        let values: [SQLValue] = [.integer(from.seconds), .integer(to.seconds)]
        guard try collect(PracticeSQL.startedClients, values) else { return nil }
        return found
    }
}

extension SQLStatement {
    /// A permission on a contact card: what cannot be read is no permission.
    fileprivate func caution(_ column: Int) -> Bool? {
        switch flag(column) {
        case .value(let value): value
        case .absent: nil
        case .invalid: false
        }
    }
}

extension LocalDay {
    /// A person's age on `day`; 29 February becomes older on 1 March.
    fileprivate func fullYears(until day: LocalDay) -> Int? {
        let (born, today) = (civil, day.civil)
        let years = today.year - born.year - ((today.month, today.day) < (born.month, born.day) ? 1 : 0)
        // A birth in the future or before anybody living is a slip, and shows as no age.
        return (0...130).contains(years) ? years : nil
    }
}
