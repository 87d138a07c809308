import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// The mirror of another system: what a read hands over is what the store says, and nothing is concluded from less than a whole
/// read.
@Suite struct MirroredStoreTests {
    /// A feed that hands over what it is told.
    private final class ScriptedFeed: AppointmentFeed {
        var subject = "script"
        var rows: [SourceRow] = []
        var scopes: [FeedScope] = SourceTable.allCases.map { .table($0) }
        var failsAfter: Int?
        var asked: [FeedRequest] = []
        var asOf: WallTime?
        var blindSpots: [BlindSpot] = []

        func check() throws {}

        func cancel() {}

        func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
            asked.append(request)
            for (index, one) in rows.enumerated() {
                if index == failsAfter {
                    throw OperationError(
                        .unavailable, operation: "read the appointment store", subject: subject, cause: "it broke off",
                        remedy: "wait", retry: true)
                }
                try row(one)
            }
            return FeedAnswer(cursor: FeedCursor("\(asked.count)"), scopes: scopes, asOf: asOf)
        }
    }

    private final class Bench {
        let feed = ScriptedFeed()
        let folder: String
        var cursor: StoreCursor?
        var now = WallTime(seconds: 1_795_550_400)
        private(set) var store: MirroredStore

        init() throws {
            folder = FileManager.default.temporaryDirectory.path + "/vigil-mirror-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            store = Self.open(feed, folder)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: folder)
        }

        var path: String { folder + "/mirror.db" }

        private static func open(_ feed: ScriptedFeed, _ folder: String) -> MirroredStore {
            MirroredStore(feed: feed, path: folder + "/mirror.db", zone: .utc, busyMilliseconds: 100)
        }

        func restart() {
            store = Self.open(feed, folder)
        }

        /// Reads, and says who has changed; nil for a full reconcile.
        @discardableResult
        func poll() throws -> [String]? {
            switch try store.changes(since: cursor, now: now, limit: 1_000) {
            case .reconcile(let upTo):
                cursor = upTo
                return nil
            case .clients(let clients, let upTo):
                cursor = upTo
                return clients.map(\.storeID)
            }
        }

        func sessions(_ client: String = "c") throws -> [String] {
            try store.snapshots(of: [ClientRef(client)])[0].sessions.map { "\($0.key.id) \($0.status.rawValue)" }
        }
    }

    /// Another system, or another way to read it, begins anew.
    @Test func anotherSource() throws {
        let bench = try Bench()
        bench.feed.rows = [Self.client("c"), Self.session("c", "1", 100)]
        bench.feed.scopes = []
        try bench.poll()
        bench.feed.subject = "another"
        bench.restart()
        bench.feed.rows = [Self.client("d"), Self.session("d", "2", 100)]
        bench.cursor = nil
        try bench.poll()
        #expect(bench.feed.asked.last?.cursor == nil)
        #expect(
            try bench.sessions("c") == [] && bench.sessions("d") == ["2 scheduled"], "nothing of the old one is kept")
    }

    /// A question about a row without a time ends when the row has come right, or is gone.
    @Test func sessionsWithoutTime() throws {
        let bench = try Bench()
        let span = FeedScope.sessions(from: WallTime(seconds: 0), until: WallTime(seconds: 10_000))
        bench.feed.scopes = [span]
        bench.feed.rows = [
            Self.client("c"), Self.session("c", "1", 100),
            SourceRow(.session, named: ["client_id": .text("c"), "starts_at": .text("Tuesday"), "id": .text("2")]),
        ]
        try bench.poll()
        bench.feed.rows.removeLast()
        try bench.poll()
        #expect(try bench.store.snapshots(of: [ClientRef("c")])[0].unreadable.count == 1, "no span of time holds it")
        bench.feed.scopes.append(.sessionsWithoutTime)
        #expect(try bench.poll() == ["c"])
        #expect(try bench.store.snapshots(of: [ClientRef("c")])[0].unreadable.isEmpty)
        #expect(try bench.sessions() == ["1 scheduled"])
    }

    private static func client(_ id: String) -> SourceRow {
        SourceRow(.client, named: ["id": .text(id), "name": .text("Name")])
    }

    private static func session(
        _ client: String, _ id: String, _ start: Int64, _ status: String = "scheduled"
    ) -> SourceRow {
        SourceRow(
            .session,
            named: [
                "client_id": .text(client), "id": .text(id), "starts_at": .integer(start), "status": .text(status),
            ])
    }

    @Test func onlyWhatHasChangedIsNoticed() throws {
        let bench = try Bench()
        bench.feed.rows = [
            Self.client("c"), Self.client("d"), Self.session("c", "1", 100), Self.session("d", "2", 100),
        ]
        #expect(try bench.poll() == nil)
        #expect(try bench.poll() == [], "the same again is no change")
        bench.feed.rows[3] = Self.session("d", "2", 100, "missed")
        #expect(try bench.poll() == ["d"])
        #expect(try bench.sessions("d") == ["2 missed"])
        bench.feed.rows.append(Self.session("c", "3", 200))
        #expect(try bench.poll() == ["c"])
        #expect(bench.feed.asked.map { $0.cursor?.text } == [nil, "1", "2", "3"])
        bench.restart()
        #expect(try bench.poll() == [], "the cursor is in the mirror")
        #expect(bench.feed.asked.last?.cursor?.text == "4")
    }

    @Test func whatDidNotComeIsGoneOnlyWhereAllWasRead() throws {
        let bench = try Bench()
        bench.feed.rows = [
            Self.client("c"), Self.session("c", "old", 100), Self.session("c", "in", 1_000),
            Self.session("c", "late", 5_000),
        ]
        try bench.poll()
        bench.feed.rows = []
        bench.feed.scopes = []
        #expect(try bench.poll() == [] && bench.sessions() == ["old scheduled", "in scheduled", "late scheduled"])
        bench.feed.scopes = [.sessions(from: WallTime(seconds: 500), until: WallTime(seconds: 5_000))]
        #expect(try bench.poll() == ["c"])
        #expect(try bench.sessions() == ["old scheduled", "late scheduled"])
        bench.feed.scopes = [.clients([ClientRef("other")], .session)]
        #expect(try bench.poll() == [])
        bench.feed.scopes = [.clients([ClientRef("c")], .session)]
        #expect(try bench.poll() == ["c"] && bench.sessions() == [])
        bench.feed.scopes = [.table(.client)]
        try bench.poll()
        #expect(try bench.store.snapshots(of: [ClientRef("c")])[0].client.standing == .unlisted)
    }

    @Test func aReadThatBreaksOffChangesNothing() throws {
        let bench = try Bench()
        bench.feed.rows = [Self.client("c"), Self.session("c", "1", 100)]
        try bench.poll()
        bench.feed.rows = [Self.client("c"), Self.session("c", "1", 100, "missed"), Self.session("c", "2", 200)]
        bench.feed.failsAfter = 2
        #expect(throws: OperationError.self) { try bench.poll() }
        #expect(try bench.sessions() == ["1 scheduled"], "neither the half that came nor the absence of the rest")
        bench.feed.failsAfter = nil
        #expect(try bench.poll() == ["c"])
        #expect(try bench.sessions() == ["1 missed", "2 scheduled"])
        #expect(bench.feed.asked.map { $0.cursor?.text } == [nil, "1", "1"], "the cursor did not move")
    }

    @Test func theWorstRowIsNamedAndTheRestGoesOn() throws {
        let bench = try Bench()
        bench.feed.rows = [
            Self.client("c"), Self.session("c", "1", 100),
            SourceRow(.session, named: ["client_id": .text("c"), "starts_at": .text("Tuesday"), "id": .text("2")]),
            SourceRow(.session, named: ["client_id": .text("c"), "starts_at": .integer(300), "id": .text("3")]),
            SourceRow(.session, named: ["client_id": .text("c"), "id": .text("4")]),
        ]
        try bench.poll()
        let snapshot = try bench.store.snapshots(of: [ClientRef("c")])[0]
        #expect(snapshot.sessions.map(\.status) == [.scheduled, .unrecognised])
        #expect(Set(snapshot.unreadable.map(\.rowID)) == ["2", "4"])
    }

    @Test func theMirrorIsForItsAccountAlone() throws {
        let bench = try Bench()
        try bench.poll()
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
        for file in files {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(bench.folder)/\(file)")[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600, "\(file)")
        }
        bench.feed.asOf = WallTime(seconds: 1_795_000_000)
        try bench.poll()
        #expect(try bench.store.check().asOf == WallTime(seconds: 1_795_000_000))
    }

    /// A mirror that is lost costs a full read, and a broken one says what to do.
    @Test func aLostAndABrokenMirror() throws {
        let bench = try Bench()
        bench.feed.rows = [Self.client("c"), Self.session("c", "1", 100)]
        try bench.poll()
        for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.path + name) }
        bench.restart()
        // As the daemon does: every start reads all of the store.
        bench.cursor = nil
        #expect(try bench.poll() == nil && bench.sessions() == ["1 scheduled"])
        for name in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.path + name) }
        try String(repeating: "no database\n", count: 500).write(toFile: bench.path, atomically: true, encoding: .utf8)
        bench.restart()
        do {
            try bench.poll()
            Issue.record("a broken mirror was read")
        } catch let error as OperationError {
            #expect(error.subject == bench.path && error.remedy.contains("Remove it"), "\(error)")
        }
    }

    /// Random reads, whole and in part, leave the mirror as the source is, for each client that was read.
    @Test func randomReads() throws {
        var random = SeededRandom(seed: Mangler.announcedSeed("MirroredStoreTests"))
        let bench = try Bench()
        try bench.poll()
        var truth: [String: SourceRow] = [:]
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        for round in 0..<60 {
            for _ in 0..<pick(8) {
                let key = "c\(pick(5)) s\(pick(6))"
                let parts = key.split(separator: " ").map(String.init)
                truth[key] =
                    pick(3) == 0
                    ? nil : Self.session(parts[0], parts[1], Int64(100 * pick(3)), ["missed", "attended"][pick(2)])
            }
            let before = try (0..<5).map { try bench.sessions("c\($0)") }
            bench.feed.rows = truth.values.map { $0 }
            bench.feed.scopes = [.table(.session)]
            let changed = try bench.poll()
            let after = try (0..<5).map { try bench.sessions("c\($0)") }
            for client in 0..<5 {
                let expected = truth.values.filter { $0.values[0] == .text("c\(client)") }.count
                #expect(after[client].count == expected, "round \(round)")
                if before[client] != after[client], let changed {
                    #expect(changed.contains("c\(client)"), "a change of round \(round) went unnoticed")
                }
            }
        }
    }
}
