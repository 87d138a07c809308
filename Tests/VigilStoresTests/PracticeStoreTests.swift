import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

@Suite("Practice store: contract")
struct PracticeStoreContractTests {
    @Test(arguments: StoreContract.cases(for: PracticeStoreFixture.abilities))
    func rollbackJournal(_ contract: StoreContract) throws {
        try contract.run(PracticeStoreFixture())
    }

    @Test(arguments: StoreContract.cases(for: PracticeStoreFixture.abilities))
    func writeAheadLog(_ contract: StoreContract) throws {
        try contract.run(PracticeStoreFixture(walMode: true))
    }
}

@Suite("Practice store: what SQLite can do to it")
struct PracticeStoreTests {
    private let bench: PracticeStoreFixture

    init() throws {
        bench = try PracticeStoreFixture()
        try bench.write(
            StoreFixture(
                clients: [.init("a")], sessions: [.init("a", 500, "s", status: "missed"), .init("b", 900, "t")]))
    }

    private func store() -> PracticeStore {
        PracticeStore(path: bench.path, zone: .utc, busyMilliseconds: 20)
    }

    private func failure(of body: () throws -> Void) throws -> OperationError {
        try #require(throws: OperationError.self, performing: body)
    }

    /// The failure of every call, which must be the same.
    private func failure(of store: PracticeStore) throws -> OperationError {
        let error = try failure { _ = try store.check() }
        #expect(try failure { _ = try store.page(after: nil, limit: 10) } == error)
        #expect(try failure { _ = try store.snapshots(of: [ClientRef("a")]) } == error)
        #expect(try failure { _ = try store.changes(since: nil, now: WallTime(seconds: 0), limit: 10) } == error)
        #expect(try failure { _ = try store.card(of: ClientRef("a")) } == error)
        #expect(error.subject.hasSuffix(".db") || error.subject.hasPrefix("/"))
        return error
    }

    /// A store from before the optional tables, and one whose table of that name is another's: read without them.
    @Test(arguments: [
        "DROP TABLE care_plan; DROP TABLE coverage; DROP TABLE waiting_list;",
        "DROP TABLE care_plan; CREATE TABLE care_plan (client_id TEXT, plan TEXT);",
        "DROP TRIGGER care_plan_update_noted;",
    ]) func anOptionalTableKeepsNobodyFromBeingFound(_ script: String) throws {
        try bench.execute("INSERT INTO care_plan VALUES ('a', 7, NULL, NULL);")
        let before = try store().snapshots(of: [ClientRef("a")])[0]
        #expect(before.clinical.carePlan?.cadenceDays == .value(7))
        try bench.execute(script)
        let store = store()
        _ = try store.check()
        let page = try store.page(after: nil, limit: 10).snapshots
        #expect(page.map(\.client.ref.storeID) == ["a", "b"] && page[0].clinical.carePlan == nil)
        if script.contains("coverage") {
            #expect(try store.coverage(of: [ClientRef("a")]) == nil && store.waitingList() == nil)
        }
    }

    @Test func missingFileIsNotCreated() throws {
        try FileManager.default.removeItem(atPath: bench.path)
        let store = store()
        let error = try failure(of: store)
        #expect(error.kind == .unavailable)
        #expect(error.cause == "the file does not exist")
        #expect(!FileManager.default.fileExists(atPath: bench.path))
        try PracticeStoreFixture.make(at: bench.path)
        _ = try store.check()
    }

    @Test func directory() throws {
        let folder = URL(fileURLWithPath: bench.path).deletingLastPathComponent().path
        let error = try failure(of: PracticeStore(path: folder, zone: .utc, busyMilliseconds: 20))
        #expect(error.kind == .configuration)
        #expect(error.cause.contains("folder"))
    }

    @Test(arguments: ["", "client_id,starts_at\n", String(repeating: "not a database ", count: 1_000)])
    func notADatabase(_ text: String) throws {
        try text.write(toFile: bench.path, atomically: false, encoding: .utf8)
        let error = try failure(of: store())
        #expect(error.kind == .badData)
        #expect(
            error.cause == (text.isEmpty ? "the file is empty" : "it is not an SQLite database, or it is encrypted"))
    }

    @Test(arguments: [
        ("DROP TABLE practice", "there is no table practice"),
        ("DELETE FROM practice", "table practice does not name the schema"),
        ("UPDATE practice SET value = 'vigil-practice/2'", "table practice names another schema than vigil-practice/1"),
        ("DROP TABLE medication", "there is no table medication"),
        ("ALTER TABLE session DROP COLUMN cancelled_at", "table session has no column cancelled_at"),
        ("ALTER TABLE client RENAME COLUMN phone TO telephone", "table client has no column phone"),
        ("DROP TABLE therapist", "there is no table therapist"),
        ("DROP TABLE client_change", "there is no table client_change"),
        (
            "DROP TRIGGER session_update_noted",
            "trigger session_update_noted is missing, without which changes go unnoticed"
        ),
        ("INSERT INTO practice VALUES ('as_of', 'last Tuesday')", nil),
    ])
    func wrongSchema(_ change: String, _ cause: String?) throws {
        let store = store()
        _ = try store.check()
        try bench.execute(change)
        let error = try failure { _ = try store.check() }
        #expect(error.kind == .badData)
        #expect(!error.retry)
        #expect(error.cause == cause ?? "as_of in table practice is not a whole number of seconds")
        if cause != nil { #expect(try failure(of: store) == error) }
    }

    @Test func columnDroppedBetweenTwoReads() throws {
        let store = store()
        _ = try store.page(after: nil, limit: 10)
        try bench.execute("ALTER TABLE session DROP COLUMN reason")
        let error = try failure { _ = try store.page(after: nil, limit: 10) }
        #expect(error.kind == .badData)
        #expect(error.cause.contains("reason"))
    }

    @Test func anotherEncodingIsRefused() throws {
        try FileManager.default.removeItem(atPath: bench.path)
        let writer = try SQLiteDatabase(path: bench.path, mode: .bulk)
        let schema = try PracticeStoreFixture.schema()
        try writer.bare { try $0.execute(script: "PRAGMA encoding = 'UTF-16le';" + schema) }
        try writer.close()
        #expect(try failure(of: store()).cause == "its text encoding is not UTF-8")
    }

    @Test func asOf() throws {
        #expect(try store().check().asOf == nil)
        try bench.execute("INSERT INTO practice VALUES ('as_of', 1796000000)")
        #expect(try store().check().asOf == WallTime(seconds: 1_796_000_000))
    }

    @Test func lockedIsTriedAgain() throws {
        let store = store()
        _ = try store.check()
        let writer = try SQLiteDatabase(path: bench.path, mode: .bulk)
        // Keeps the exclusive lock of its first write until it is closed.
        try writer.bare {
            try $0.execute(script: "PRAGMA locking_mode = EXCLUSIVE; DELETE FROM session WHERE client_id = 'none'")
        }
        let error = try failure(of: store)
        #expect(error.kind == .unavailable)
        #expect(error.retry)
        #expect(error.cause.contains("lock"))
        try writer.close()
        #expect(try store.page(after: nil, limit: 10).snapshots.count == 2)
    }

    @Test func replacedFileIsReadAnewAndFromTheBeginning() throws {
        let store = store()
        let now = WallTime(seconds: 1_000)
        guard case .reconcile(let before) = try store.changes(since: nil, now: now, limit: 10) else {
            Issue.record("without a cursor the answer is to reconcile")
            return
        }
        // The new file has counted as many changes, so the cursor alone cannot tell.
        let other = try PracticeStoreFixture()
        try other.write(StoreFixture(clients: [.init("x")], sessions: [.init("x", 500, "s"), .init("y", 900, "t")]))
        #expect(rename(other.path, bench.path) == 0)

        let answer = try store.changes(since: before, now: WallTime(seconds: 1_001), limit: 10)
        #expect(answer == .reconcile(upTo: StoreCursor(change: before.change, startsUpTo: WallTime(seconds: 1_001))))
        let later = WallTime(seconds: 1_002)
        guard case .reconcile(let after) = try store.changes(since: before, now: later, limit: 10) else {
            Issue.record("as long as the old cursor comes, the new file has not been read whole")
            return
        }
        #expect(try store.page(after: nil, limit: 10).snapshots.map(\.client.ref.storeID) == ["x", "y"])
        #expect(try store.changes(since: after, now: later, limit: 10) == .clients([], upTo: after))
    }

    @Test func whatIsWrittenDuringAnOutageIsNoticed() throws {
        let store = store()
        let now = WallTime(seconds: 1_000)
        guard case .reconcile(let cursor) = try store.changes(since: nil, now: now, limit: 10) else {
            Issue.record("without a cursor the answer is to reconcile")
            return
        }
        let away = bench.path + ".away"
        #expect(rename(bench.path, away) == 0)
        #expect(try failure { _ = try store.changes(since: cursor, now: now, limit: 10) }.retry)
        #expect(rename(away, bench.path) == 0)
        try bench.write(StoreFixture(sessions: [.init("late", 700, "s")]))
        // The new connection counts other programs' commits from its own beginning.
        guard case .clients(let clients, _) = try store.changes(since: cursor, now: now, limit: 10) else {
            Issue.record("the file is the same one, so a list is expected")
            return
        }
        #expect(clients.map(\.storeID) == ["late"])
    }

    @Test func truncatedFileIsNoticed() throws {
        let store = store()
        _ = try store.check()
        let size = try #require(
            FileManager.default.attributesOfItem(atPath: bench.path)[.size] as? NSNumber
        ).int64Value
        #expect(truncate(bench.path, off_t(size / 2)) == 0)
        #expect(try failure { _ = try store.check() }.kind == .badData)
        #expect(truncate(bench.path, 0) == 0)
        #expect(try failure(of: store).cause == "the file is empty")
    }

    @Test func damagedPage() throws {
        let sessions = (0..<2_000).map { StoreFixture.Session(.text("c\($0)"), .integer(Int64($0)), .text("s\($0)")) }
        try bench.write(StoreFixture(sessions: sessions))
        let handle = try #require(FileHandle(forUpdatingAtPath: bench.path))
        // Behind the schema, which fills the first pages of 4 KiB: table and index pages of rows.
        let size = try handle.seekToEnd()
        for offset in stride(from: UInt64(4_096 * 20), to: size, by: 4_096) {
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 64))
        }
        try handle.close()
        let error = try failure { _ = try store().page(after: nil, limit: 10_000) }
        #expect(error.kind == .badData)
        #expect(error.cause == "the file is damaged")
    }

    @Test func readingLeavesTheFileAsItIs() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: bench.path))
        let store = store()
        _ = try store.check()
        _ = try store.page(after: nil, limit: 10)
        _ = try store.snapshots(of: [ClientRef("a")])
        _ = try store.changes(since: nil, now: WallTime(seconds: 0), limit: 10)
        _ = try store.card(of: ClientRef("a"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)) == before)
        let folder = URL(fileURLWithPath: bench.path).deletingLastPathComponent().path
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["store.db"])
    }

    @Test func readsBesideAWriterInWALMode() throws {
        let wal = try PracticeStoreFixture(walMode: true)
        try wal.write(StoreFixture(sessions: [.init("a", 1, "s")]))
        let store = PracticeStore(path: wal.path, zone: .utc, busyMilliseconds: 0)
        let writer = try SQLiteDatabase(path: wal.path, mode: .ledger)
        try writer.write {
            try $0.execute(script: "DELETE FROM session")
            #expect(try store.page(after: nil, limit: 10).snapshots.count == 1)
        }
        #expect(try store.page(after: nil, limit: 10).snapshots.isEmpty)
        try writer.close()
    }

    // Root may write everywhere; run as another user, this shows the message.
    @Test(.enabled(if: geteuid() != 0, "root may write to any folder"))
    func walInAFolderThatIsNotWritable() throws {
        let wal = try PracticeStoreFixture(walMode: true)
        let folder = URL(fileURLWithPath: wal.path).deletingLastPathComponent().path
        #expect(chmod(folder, 0o555) == 0)
        defer { _ = chmod(folder, 0o755) }
        let error = try failure(of: PracticeStore(path: wal.path, zone: .utc, busyMilliseconds: 20))
        #expect(error.kind == .permission)
        #expect(error.cause.contains("WAL"))
        #expect(chmod(wal.path, 0o000) == 0)
        #expect(
            try failure(of: PracticeStore(path: wal.path, zone: .utc, busyMilliseconds: 20)).cause.contains("may not"))
    }

    @Test func blobAndEmptyIDs() throws {
        try bench.execute(
            """
            INSERT INTO session (client_id, starts_at, id) VALUES (X'62', 1, 's'), ('', 1, 's'),
                ('a', 700, X'73'), ('a', 700, 's'), ('a', 700, X'');
            INSERT INTO client (id, name) VALUES (X'62', 'blob'), ('', 'empty');
            """)
        let store = store()
        for limit in 1...6 {
            var found: [ClientSnapshot] = []
            var more = true
            while more {
                let page = try store.page(after: found.last?.client.ref, limit: limit)
                found += page.snapshots
                more = page.hasMore
            }
            #expect(found.prefix(3).map(\.client.ref.storeID) == ["", "a", "b"])
            // The text b is followed by the blob of the same byte, which is another client.
            #expect(found.map(\.sessions.count) == [1, 3, 1, 1])
            #expect(found.map(\.client.standing) == [.active, .active, .unlisted, .active])
            #expect(found[1].unreadable == [UnreadableRow(table: "session", rowID: "700", column: "id")])
            #expect(try store.snapshots(of: found.map(\.client.ref)) == found)
        }
    }

    @Test func ageOnACard() throws {
        var client = StoreFixture.Client("c")
        // Half a year past the birthday, so that the day on which this runs does not matter.
        let today = Zone.utc.day(of: WallTime(seconds: Int64(Date().timeIntervalSince1970)))
        client.bornOn = .text(today.adding(days: -30 * 365 - 190).iso)
        client.therapist = "t"
        try bench.write(StoreFixture(clients: [client]))
        try bench.execute("INSERT INTO therapist VALUES ('t', 'Dr. Example', NULL)")
        let card = try #require(try store().card(of: ClientRef("c")))
        #expect(card.age == 30)
        #expect(card.therapistName == "Dr. Example")
    }
}

@Suite("Store generator")
struct StoreGeneratorTests {
    @Test func makesAStoreThatVigilReads() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "vigil-generator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let now = WallTime(seconds: 1_796_000_000)
        let generator = StoreGenerator(seed: 7, sessions: 20_000, clients: 700, now: now)
        let schema = try PracticeStoreFixture.schema()
        let paths = ["one.db", "two.db"].map { folder.appendingPathComponent($0).path }
        for path in paths { try generator.fill(path: path, schema: schema, progress: { _ in }) }
        #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))

        let store = PracticeStore(path: paths[0], zone: .utc, busyMilliseconds: 20)
        _ = try store.check()
        var sessions: [SessionRecord] = []
        var page = SnapshotPage(snapshots: [], hasMore: true)
        while page.hasMore {
            page = try store.page(after: page.snapshots.last?.client.ref, limit: 100)
            sessions += page.snapshots.flatMap(\.sessions)
            #expect(page.snapshots.flatMap(\.unreadable) == [])
        }
        #expect(sessions.count == 20_000)
        let past = sessions.filter { $0.start <= now }
        let missed = past.filter { $0.status == .missed }.count * 100 / past.count
        let unmarked = past.filter { $0.status == .scheduled }.count * 100 / past.count
        #expect((12...14).contains(missed))
        #expect((4...6).contains(unmarked))

        // The triggers are back.
        let cursor = try #require(try reconciled(store, now))
        let writer = try SQLiteDatabase(path: paths[0], mode: .bulk)
        _ = try writer.write { try $0.run("DELETE FROM client WHERE id = 'C00000003'") }
        try writer.close()
        guard case .clients(let clients, _) = try store.changes(since: cursor, now: now, limit: 10) else {
            Issue.record("a list is expected")
            return
        }
        #expect(clients.map(\.storeID) == ["C00000003"])
    }

    private func reconciled(_ store: PracticeStore, _ now: WallTime) throws -> StoreCursor? {
        if case .reconcile(let upTo) = try store.changes(since: nil, now: now, limit: 10) { upTo } else { nil }
    }
}
