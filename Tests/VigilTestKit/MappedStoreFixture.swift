import Foundation
package import VigilCore
import VigilPolicy
package import VigilSQL
package import VigilStores

/// A practice on a database server, read through config/stores/practice.yaml into a mirror, and written to as the practice's program
/// would.
package final class MappedStoreFixture: StoreBench {
    /// The columns have types, and text is UTF-8 without NUL.
    package static let abilities: StoreAbilities = []

    package let database: SQLTestDatabase
    private let folder: String
    private let mapping: StoreMapping

    /// Called for each row that a feed reads, with its number.
    package var onRow: ((Int) -> Void)?

    /// - Parameter engine: one of `SQLTestServers.usable`.
    package convenience init(_ engine: SQLServerEngine) throws {
        try self.init(SQLTestServers.shared(engine))
    }

    package init(_ server: any SQLTestServer) throws {
        let engine = server.engine
        database = try server.database()
        folder = FileManager.default.temporaryDirectory.path + "/vigil-mapped-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        mapping = try Self.mapping("practice")
        try database.run(Self.text("practice-\(engine.rawValue).sql"))
        // What makes the tables in life is the practice's own account.
        try grant()
    }

    /// Lets the reader read what the superuser has made.
    package func grant() throws {
        if database.server.engine == .postgresql {
            try database.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO vigil_reader;")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A file of config/stores.
    package static func text(_ name: String) throws -> String {
        let config = (TestPolicy.path as NSString).deletingLastPathComponent
        return try String(contentsOfFile: "\(config)/stores/\(name)", encoding: .utf8)
    }

    package static func mapping(_ name: String) throws -> StoreMapping {
        try ConfigFile.parse(text: try text("\(name).yaml"), file: "\(name).yaml", operation: "read") { reader, _ in
            StoreMapping(reading: reader)
        }
    }

    /// - Parameters:
    ///   - user: nil for the reader.
    ///   - change: to the mapping.
    package func feed(
        user: SQLServerAddress? = nil, _ change: (inout StoreMapping) -> Void = { _ in }
    ) -> MappedFeed {
        var mapping = mapping
        change(&mapping)
        let (engine, address) = (database.server.engine, user ?? database.reader)
        return MappedFeed(mapping: mapping, engine: engine, subject: "test") { try engine.connect(address) }
    }

    /// A feed that tells the test of each row.
    private final class WatchedFeed: AppointmentFeed {
        private let feed: MappedFeed
        private unowned let fixture: MappedStoreFixture

        init(_ feed: MappedFeed, _ fixture: MappedStoreFixture) {
            self.feed = feed
            self.fixture = fixture
        }

        var subject: String { feed.subject }

        var blindSpots: [BlindSpot] { feed.blindSpots }

        func check() throws { try feed.check() }

        func cancel() { feed.cancel() }

        func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
            var count = 0
            return try feed.read(request) { found in
                count += 1
                fixture.onRow?(count)
                try row(found)
            }
        }
    }

    /// The mirror is one for the life of the fixture, as in the daemon.
    package func mirrored(zone: Zone = .utc) -> MirroredStore {
        MirroredStore(feed: WatchedFeed(feed(), self), path: folder + "/mirror.db", zone: zone, busyMilliseconds: 100)
    }

    package func makeStore() throws -> any AppointmentStore {
        EagerStore(mirrored())
    }

    /// Copies all of an embedded store.
    package func load(_ path: String) throws {
        let store = try SQLiteDatabase(path: path, mode: .readOnly)
        defer { try? store.close() }
        let engine = database.server.engine
        try store.read { connection in
            for table in SourceTable.allCases {
                let columns = table.columns.joined(separator: ", ")
                let rows = try connection.all("SELECT \(columns) FROM \(table.rawValue)") { row in
                    let cells = table.columns.indices.map {
                        SourceFixtureRow.literal(StoreFixture.Cell(row, $0), engine)
                    }
                    return "(\(cells.joined(separator: ", ")))"
                }
                for start in stride(from: 0, to: rows.count, by: 1_000) {
                    let part = rows[start..<min(start + 1_000, rows.count)].joined(separator: ",\n")
                    try database.run("INSERT INTO \(table.rawValue) (\(columns)) VALUES\n\(part);")
                }
            }
        }
    }

    package func write(_ rows: StoreFixture) throws {
        try database.run(rows.sourceRows.map { $0.insert(database.server.engine) }.joined(separator: "\n"))
    }

    package func remove(_ rows: StoreFixture) throws {
        try database.run(rows.sourceRows.map { $0.delete(database.server.engine) }.joined(separator: "\n"))
    }
}

/// A mirrored store that reads its source before each answer, as a poll does before it asks: for contracts, which ask at once.
private final class EagerStore: AppointmentStore {
    private let store: MirroredStore
    private var now = WallTime(seconds: 1)

    init(_ store: MirroredStore) {
        self.store = store
    }

    func check() throws -> StoreFacts { try store.check() }

    func changes(since cursor: StoreCursor?, now: WallTime, limit: Int) throws -> StoreChanges {
        self.now = now
        return try store.changes(since: cursor, now: now, limit: limit)
    }

    func snapshots(of clients: [ClientRef]) throws -> [ClientSnapshot] {
        try refresh()
        return try store.snapshots(of: clients)
    }

    func page(after client: ClientRef?, limit: Int) throws -> SnapshotPage {
        try refresh()
        return try store.page(after: client, limit: limit)
    }

    func card(of client: ClientRef) throws -> ContactCard? {
        try refresh()
        return try store.card(of: client)
    }

    private func refresh() throws {
        _ = try store.changes(since: nil, now: now, limit: 0)
    }
}

extension StoreFixture.Cell {
    fileprivate init(_ row: any SQLStatement, _ column: Int) {
        switch row.type(column) {
        case .null: self = .none
        case .integer: self = .integer(row.int64(column))
        case .real: self = .real(row.double(column))
        case .text, .blob: self = .text(row.text(column))
        }
    }
}

/// A row of a fixture, as statements of a server.
private struct SourceFixtureRow {
    var table: SourceTable
    var cells: [(column: String, cell: StoreFixture.Cell)]

    func insert(_ engine: SQLServerEngine) -> String {
        let columns = cells.map(\.column).joined(separator: ", ")
        let values = cells.map { Self.literal($0.cell, engine) }.joined(separator: ", ")
        guard engine == .postgresql else { return "REPLACE INTO \(table.rawValue) (\(columns)) VALUES (\(values));" }
        let keys = table.columns.prefix(table.keys).joined(separator: ", ")
        let sets = cells.dropFirst(table.keys).map { "\($0.column) = excluded.\($0.column)" }.joined(separator: ", ")
        let resolution = sets.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)"
        return "INSERT INTO \(table.rawValue) (\(columns)) VALUES (\(values)) ON CONFLICT (\(keys)) \(resolution);"
    }

    func delete(_ engine: SQLServerEngine) -> String {
        let same = cells.prefix(table.keys).map { "\($0.column) = \(Self.literal($0.cell, engine))" }
        return "DELETE FROM \(table.rawValue) WHERE \(same.joined(separator: " AND "));"
    }

    static func literal(_ cell: StoreFixture.Cell, _ engine: SQLServerEngine) -> String {
        switch cell {
        case .none: return "NULL"
        case .integer(let number): return String(number)
        case .real(let number): return String(number)
        case .bytes(let bytes): return literal(.text(String(decoding: bytes, as: UTF8.self)), engine)
        case .text(let text):
            var text = text.replacing("'", with: "''")
            if engine == .mariadb { text = text.replacing("\\", with: "\\\\") }
            return "'\(text)'"
        }
    }
}

extension StoreFixture {
    fileprivate var sourceRows: [SourceFixtureRow] {
        func row(_ table: SourceTable, _ cells: [Cell]) -> SourceFixtureRow {
            SourceFixtureRow(table: table, cells: Array(zip(table.columns, cells)))
        }
        var rows = clients.map { client in
            row(
                .client,
                [
                    client.id, client.name, client.bornOn, client.standing, client.therapist, client.therapistChangedOn,
                    client.firstContactOn, client.phone, client.contactPreference, client.safeToCall,
                    client.voicemailAllowed, client.guardianContact, client.emergencyContact, client.safetyPlan,
                    client.pregnant, client.deliveredOn, client.clinicianFlag, client.clinicianFlagSince,
                    client.anniversary, client.part2,
                ])
        }
        rows += sessions.map { session in
            row(
                .session,
                [
                    session.client, session.startsAt, session.id, session.therapist, session.durationMinutes,
                    session.kind, session.status, session.reason, session.cancelledAt,
                ])
        }
        rows += contacts.map { row(.contact, [$0.client, $0.at, $0.outcome, $0.planDocumented]) }
        rows += diagnoses.map { row(.diagnosis, [$0.client, $0.code]) }
        rows += screens.map {
            row(
                .screen,
                [$0.client, $0.id, $0.instrument, $0.takenOn, $0.total, $0.item9, $0.ideation, $0.behaviour])
        }
        rows += events.map { row(.event, [$0.client, $0.id, $0.kind, $0.happenedOn, $0.detail, $0.suicideRelated]) }
        rows += medications.map { row(.medication, [$0.client, $0.id, $0.drugClass, $0.status, $0.notedOn]) }
        rows += treatments.map {
            row(.treatment, [$0.client, $0.protocolName, $0.traumaFocused, $0.sessionsAttended])
        }
        rows += carePlans.map { row(.carePlan, [$0.client, $0.cadenceDays, $0.safetyPlanReviewOn, $0.nextStep]) }
        return rows
    }
}
