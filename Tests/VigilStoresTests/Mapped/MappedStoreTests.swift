import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// A practice's own database, read through a mapping: real servers.
@Suite(.enabled(if: !SQLTestServers.usable.isEmpty)) struct MappedStoreTests {
    @Test(arguments: SQLTestServers.usable, StoreContract.cases(for: MappedStoreFixture.abilities))
    func holds(_ engine: SQLServerEngine, _ contract: StoreContract) throws {
        try contract.run(MappedStoreFixture(engine))
    }

    // MARK: What only a server can do

    private static let now = WallTime(seconds: 1_795_550_400)

    private func poll(_ store: MirroredStore, _ cursor: inout StoreCursor?, minutes: Int = 0) throws -> [String]? {
        switch try store.changes(since: cursor, now: Self.now.adding(minutes: minutes), limit: 1_000) {
        case .reconcile(let upTo):
            cursor = upTo
            return nil
        case .clients(let clients, let upTo):
            cursor = upTo
            return clients.map(\.storeID)
        }
    }

    private static let missed = "INSERT INTO session (client_id, starts_at, id, status) VALUES"

    /// A transaction that began before others and commits after them: the row that appears behind the cursor is found (I7).
    @Test(.enabled(if: PostgresServer.isUsable), .timeLimit(.minutes(15))) func theSlowTransaction() async throws {
        let fixture = try MappedStoreFixture(.postgresql)
        let store = fixture.mirrored()
        var cursor: StoreCursor?
        try fixture.database.run("INSERT INTO client (id, name) VALUES ('slow', 'Name'), ('fast', 'Name');")
        _ = try poll(store, &cursor)
        let database = fixture.database
        try database.run("CREATE TABLE go (id int);")
        // A thread of its own: one of the pool's would be missing to all other tests while it waits.
        let slow = Thread {
            try? database.run(
                """
                BEGIN;
                \(Self.missed) ('slow', 1795500000, 's', 'missed');
                DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP; END $$;
                COMMIT;
                """)
        }
        slow.start()
        let watching = try database.connect()
        var hasBegun = false
        while !hasBegun {
            try watching.query(
                "SELECT count(*) FROM pg_locks WHERE relation = 'session'::regclass AND mode = 'RowExclusiveLock'", []
            ) { hasBegun = try $0.value(0) != .integer(0) }
            try await Task.sleep(for: .milliseconds(20))
        }
        watching.close()
        // Begun later, committed at once, and read by a poll: the fence is still at the slow one.
        try fixture.database.run("\(Self.missed) ('fast', 1795500000, 'f', 'missed');")
        #expect(try poll(store, &cursor, minutes: 1) == ["fast"])
        #expect(try store.snapshots(of: [ClientRef("slow")])[0].sessions.isEmpty)
        try database.run("INSERT INTO go VALUES (1);")
        while !slow.isFinished { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try poll(store, &cursor, minutes: 2) == ["slow"])
        #expect(try poll(store, &cursor, minutes: 3) == [], "and once is enough")
    }

    /// The server dies in the middle of a read, and comes back with what was committed: nothing is concluded from half of it.
    @Test(arguments: SQLTestServers.usable) func theServerDiesInTheMiddleOfARead(
        _ engine: SQLServerEngine
    ) async throws {
        let server: any SQLTestServer = engine == .postgresql ? try PostgresServer() : try MariaDBServer()
        let fixture = try MappedStoreFixture(server)
        try fixture.database.run(
            "INSERT INTO client (id, name) VALUES ('a', 'Name'), ('b', 'Name');\n\(Self.missed) "
                + (0..<5_000).map { "('\($0 % 2 == 0 ? "a" : "b")', \(1_795_000_000 + $0), 's\($0)', 'missed')" }
                .joined(separator: ", ") + ";")
        let store = fixture.mirrored()
        var cursor: StoreCursor?
        _ = try poll(store, &cursor)
        #expect(try store.snapshots(of: [ClientRef("a")])[0].sessions.count == 2_500)
        // MariaDB's log reaches the disk once a second.
        try await Task.sleep(for: .milliseconds(engine == .mariadb ? 1_500 : 0))
        fixture.onRow = { if $0 == 1_000 { server.crash() } }
        // Everything is due to be read, so that there is a middle.
        #expect(throws: OperationError.self) { _ = try poll(store, &cursor, minutes: 60 * 48) }
        #expect(try store.snapshots(of: [ClientRef("a")])[0].sessions.count == 2_500, "as it was")
        do {
            _ = try poll(store, &cursor, minutes: 60 * 48)
            Issue.record("a server that is down was read")
        } catch let error as OperationError {
            #expect(error.kind == .unavailable && error.retry && error.remedy.contains("the server runs"), "\(error)")
        }
        fixture.onRow = nil
        try server.start()
        try fixture.database.run(
            "DELETE FROM session WHERE id = 's0'; \(Self.missed) ('a', 1795100000, 'new', 'missed');")
        #expect(try poll(store, &cursor, minutes: 60 * 48 + 1) == ["a"])
        let ids = try store.snapshots(of: [ClientRef("a")])[0].sessions.map(\.key.id)
        #expect(ids.count == 2_500 && ids.contains("new") && !ids.contains("s0"))
    }

    @Test(arguments: SQLTestServers.usable) func anAccountThatMayWriteOrReadNotesIsRefused(
        _ engine: SQLServerEngine
    ) throws {
        let fixture = try MappedStoreFixture(engine)
        #expect(throws: Never.self) { try fixture.feed().check() }
        let writer = fixture.feed(user: fixture.database.owner)
        do {
            try writer.check()
            Issue.record("an account that may write was taken")
        } catch let error as OperationError {
            #expect(error.kind == .permission && error.remedy.contains("the right to read"), "\(error)")
        }
        try fixture.database.run("CREATE TABLE therapy_note (id int, body text);")
        try fixture.grant()
        let curious = fixture.feed { $0.forbiddenColumns = ["therapy_note.body"] }
        do {
            try curious.check()
            Issue.record("an account that can read notes was taken")
        } catch let error as OperationError {
            #expect(error.kind == .permission && error.cause.contains("therapy_note.body"), "\(error)")
        }
    }

    @Test(arguments: SQLTestServers.usable) func aMappingThatDoesNotFitIsNamed(_ engine: SQLServerEngine) throws {
        let fixture = try MappedStoreFixture(engine)
        try fixture.database.run("INSERT INTO client (id, name) VALUES ('a', 'Name');")
        for (query, words) in [
            ("SELECT id, name, shoe_size FROM client", "shoe_size"), ("SELECT id FROM clients", "clients"),
            ("SELECT id AS shoe, name FROM client", "shoe"), ("SELECT name FROM client", "'id'"),
        ] {
            let feed = fixture.feed { $0.tables[.client]?.query = query }
            do {
                _ = try feed.read(FeedRequest(now: Self.now, cursor: nil)) { _ in }
                Issue.record("\(query) was read")
            } catch let error as OperationError {
                #expect(error.description.contains(words) && error.remedy.contains("mapping"), "\(error)")
            }
        }
    }

    /// A date without a time, a time without a date, a text for either: named, and the rest is read.
    @Test(arguments: SQLTestServers.usable) func datesAndTimesOfAllKinds(_ engine: SQLServerEngine) throws {
        let fixture = try MappedStoreFixture(engine)
        let cases = [
            ("2026-11-23", "14:00:00"), ("2026-11-23", ""), ("2026-11-23", "....."), ("2026-11-23", "9"), ("", "14:00"),
            ("2026-02-30", "14:00"), ("2026-11-23", "-1:00:00"), ("2026-11-23", "24:00:00.5"), ("Tuesday", "noon"),
        ]
        let rows = cases.enumerated().map { number, one in
            "SELECT 'c' AS client_id, 's\(number)' AS id, '\(one.0)' AS date, '\(one.1)' AS time, 'missed' AS status"
        }
        let feed = fixture.feed {
            $0.tables[.session]?.query = rows.joined(separator: " UNION ALL ") + " ORDER BY 2"
        }
        var found: [SourceRow] = []
        _ = try feed.read(FeedRequest(now: Self.now, cursor: nil)) { if $0.table == .session { found.append($0) } }
        let readable = found.enumerated().compactMap { index, row -> Int? in
            if case .integer = row.values[1] { index } else { nil }
        }
        #expect(found.count == cases.count, "none is left out")
        #expect(readable == [0, 7])
    }
}
