import VigilCore

extension StoreContract {
    static var paging: [StoreContract] {
        [
            StoreContract("an empty store is readable and empty", emptyStore),
            StoreContract("clients ascend in byte order", byteOrder),
            StoreContract("every page size gives the same clients", everyPageSize),
            StoreContract("a page begins behind a client that is not there", pageAfterAGap),
            StoreContract("sessions ascend by start, then by id", sessionOrder),
            StoreContract("pages and names give the same, clinical rows and all", pagesAgreeWithNames),
            StoreContract("named clients come in byte order, each once", namedOrder),
            StoreContract("a client without sessions is read by name", clientWithoutSessions),
            StoreContract("ids with a NUL byte are ids of their own", needs: .nulBytes, nulBytes),
            StoreContract("ids that are no UTF-8 are read, and kept apart", needs: .brokenText, brokenIDs),
            StoreContract("ids that look like numbers stay text", numberLikeIDs),
        ]
    }

    @Sendable private static func emptyStore(_ bench: any StoreBench) throws {
        let store = try bench.makeStore()
        _ = try store.check()
        try require(try readAll(store).isEmpty, "no clients")
        var cursor = try cursor(store, 1_000)
        try equal(try changed(store, &cursor, 2_000), [], "nothing changes")
        let unknown = try store.snapshots(of: [ClientRef("nobody")])
        try equal(unknown.count, 1, "a client of whom nothing is held yields a snapshot")
        try require(unknown[0].sessions.isEmpty && unknown[0].client.standing == .unlisted, "and it is empty")
        try require(try store.card(of: ClientRef("nobody")) == nil, "and has no card")
    }

    @Sendable private static func byteOrder(_ bench: any StoreBench) throws {
        let ids = [
            "b", "a", "B", "Z", "é", "e\u{301}", "10", "9", "a b", "a", "ab", "A-1", "\u{1F600}", "\u{FF5E}",
            "' OR 1=1 --",
            "%s%n", "../..", "\u{202E}abc", "\u{10FFFD}", "a\nVIGIL_TIER=now",
        ]
        var rows = StoreFixture()
        for (index, id) in ids.enumerated() {
            rows.sessions.append(.init(.text(id), .integer(Int64(index)), "s"))
        }
        try bench.write(rows)
        // By bytes: equality of strings takes "é" in its two spellings for one.
        let expected = Set(ids.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
        let store = try bench.makeStore()
        let found = try readAll(store, limit: 3).map(\.client.ref)
        try equal(found.map { Array($0.storeID.utf8) }, expected, "all clients, by bytes")
        try equal(try store.snapshots(of: found).map { Array($0.client.ref.storeID.utf8) }, expected, "by name too")
        let start = StoreCursor(change: 0, startsUpTo: WallTime(seconds: 0))
        guard case .clients(let listed, _) = try store.changes(since: start, now: WallTime(seconds: 0), limit: 100)
        else {
            throw StoreContractFailure(description: "a list of clients is expected")
        }
        try equal(listed.map { Array($0.storeID.utf8) }, expected, "and as changed")
    }

    private static func practice(clients: Int) -> StoreFixture {
        var rows = StoreFixture()
        for number in 0..<clients {
            let id = StoreFixture.Cell.text("client-\(number)")
            if number % 5 != 4 { rows.clients.append(.init(id)) }
            // Every third client has no sessions; the merge has to pass over its other rows.
            for session in 0..<(number % 3) * 2 {
                rows.sessions.append(
                    .init(id, .integer(Int64(session * 100)), .text("s\(session)"), status: "attended"))
            }
            for entry in 0..<number % 4 {
                rows.contacts.append(.init(id, at: .integer(Int64(entry)), outcome: "reached"))
                rows.diagnoses.append(.init(id, .text("F3\(entry)")))
                rows.screens.append(.init(id, .text("s\(entry)"), "PHQ-9"))
                rows.events.append(.init(id, .text("e\(entry)"), "attempt", detail: "actual"))
                rows.medications.append(.init(id, .text("m\(entry)"), "lithium", "stopped"))
            }
            if number % 2 == 0 { rows.treatments.append(.init(id, "CPT")) }
        }
        return rows
    }

    @Sendable private static func everyPageSize(_ bench: any StoreBench) throws {
        try bench.write(practice(clients: 20))
        let store = try bench.makeStore()
        let whole = try readAll(store, limit: 1_000)
        try equal(whole.count, 13, "clients with sessions")
        for limit in 1...15 {
            try equal(try readAll(store, limit: limit), whole, "page size \(limit) gives the same")
        }
    }

    @Sendable private static func pageAfterAGap(_ bench: any StoreBench) throws {
        try bench.write(StoreFixture(sessions: [.init("a", 1, "s"), .init("c", 1, "s"), .init("ca", 1, "s")]))
        let store = try bench.makeStore()
        func after(_ id: String) throws -> [String] {
            try store.page(after: ClientRef(id), limit: 10).snapshots.map(\.client.ref.storeID)
        }
        try equal(try after("b"), ["c", "ca"], "behind a client that is gone")
        try equal(try after("c"), ["ca"], "not the client itself again")
        try equal(try after("ca"), [], "behind the last")
        try equal(try after(""), ["a", "c", "ca"], "behind the first text there is")
    }

    @Sendable private static func sessionOrder(_ bench: any StoreBench) throws {
        let keys: [(Int64, String)] = [
            (200, "a"), (100, "b"), (100, "B"), (100, "é"), (-50, "z"), (100, "a"), (300, "a"),
        ]
        try bench.write(StoreFixture(sessions: keys.map { .init("c", .integer($0.0), .text($0.1)) }))
        let expected = keys.map { SessionKey(id: $0.1, start: WallTime(seconds: $0.0)) }.sorted()
        try equal(try only(bench).sessions.map(\.key), expected, "ordered by key")
    }

    @Sendable private static func pagesAgreeWithNames(_ bench: any StoreBench) throws {
        try bench.write(practice(clients: 30))
        let store = try bench.makeStore()
        let whole = try readAll(store, limit: 4)
        try equal(try store.snapshots(of: whole.map(\.client.ref)), whole, "the same, read by name")
        let some = whole.first { $0.client.ref.storeID == "client-7" }
        try equal(some?.clinical.diagnoses, ["F30", "F31", "F32"], "the client's own rows")
        try equal(some?.contacts.count, 3, "and contacts")
        try equal(some?.clinical.attempts.count, 3, "and events")
        try require(some?.clinical.treatment == nil, "and not another's")
    }

    @Sendable private static func namedOrder(_ bench: any StoreBench) throws {
        try bench.write(StoreFixture(clients: [.init("a"), .init("b")]))
        let named = try bench.makeStore().snapshots(of: ["b", "x", "a", "b", "B"].map(ClientRef.init))
        try equal(named.map(\.client.ref.storeID), ["B", "a", "b", "x"], "in byte order, each once")
        try equal(try bench.makeStore().snapshots(of: []), [], "none asked, none given")
    }

    @Sendable private static func clientWithoutSessions(_ bench: any StoreBench) throws {
        var rows = StoreFixture(clients: [.init("c")])
        rows.diagnoses = [.init("c", "F33.1")]
        try bench.write(rows)
        let named = try bench.makeStore().snapshots(of: [ClientRef("c")])
        try equal(named.map(\.client.standing), [.active], "listed")
        try equal(named.map(\.clinical.diagnoses), [["F33.1"]], "with what is on file")
    }

    @Sendable private static func nulBytes(_ bench: any StoreBench) throws {
        let ids = ["a", "a\0", "a\0b", "a\0\0", "b", "\0"]
        var rows = StoreFixture()
        for id in ids {
            rows.clients.append(.init(.text(id)))
            rows.sessions.append(.init(.text(id), 5, .text("s" + id), status: .text("miss\0ed")))
            rows.diagnoses.append(.init(.text(id), .text("F\0")))
        }
        try bench.write(rows)
        let store = try bench.makeStore()
        for limit in 1...3 {
            let all = try readAll(store, limit: limit)
            try equal(all.map(\.client.ref), ids.map(ClientRef.init).sorted(), "each its own client")
            try require(all.allSatisfy { $0.client.standing == .active && $0.sessions.count == 1 }, "with its own rows")
            try require(all.allSatisfy { $0.sessions[0].rawStatus == "miss\0ed" }, "and texts that do not end early")
            try require(all.allSatisfy { $0.sessions[0].status == .unrecognised }, "which are no known status")
            try equal(try store.snapshots(of: all.map(\.client.ref)), all, "the same by name")
        }
    }

    @Sendable private static func brokenIDs(_ bench: any StoreBench) throws {
        let ids: [[UInt8]] = [
            [0x61, 0xFF], [0x61, 0xFE], [0x80], [0xC3], [0xED, 0xA0, 0x80], [0x61], [0xFF, 0x61], [0x7A],
        ]
        var rows = StoreFixture()
        for id in ids {
            rows.clients.append(.init(.bytes(id)))
            rows.sessions.append(.init(.bytes(id), 10, .bytes([0x73, 0xFF]), status: "missed"))
            rows.sessions.append(.init(.bytes(id), 10, .bytes([0x73, 0x80]), status: "attended"))
            rows.sessions.append(.init(.bytes(id), 10, "t", status: "attended"))
            rows.diagnoses.append(.init(.bytes(id), "F33.1"))
        }
        try bench.write(rows)
        let store = try bench.makeStore()
        var cursor = try cursor(store, 5)
        for limit in 1...9 {
            let all = try readAll(store, limit: limit)
            try equal(all.count, ids.count, "each its own client, none lost, at page size \(limit)")
            for snapshot in all {
                try equal(snapshot.client.standing, .active, "found in the list of clients")
                try equal(Set(snapshot.sessions.map(\.key)).count, 3, "with sessions that are kept apart")
                try equal(snapshot.clinical.diagnoses, ["F33.1"], "and its clinical rows")
            }
            try equal(try store.snapshots(of: all.map(\.client.ref)), all, "and the same by name")
        }
        let refs = try readAll(store).map(\.client.ref.storeID)
        try equal(try changed(store, &cursor, 20), refs, "and noticed under the same refs")
        try bench.remove(StoreFixture(sessions: [.init(.bytes([0x80]), 10, "t")]))
        try equal(try changed(store, &cursor, 20).count, 1, "and so is a change of one of them")
    }

    @Sendable private static func numberLikeIDs(_ bench: any StoreBench) throws {
        let ids = ["9377952927E-5", "1e3", "1000", "007", "7", "0x10", "12345678901234567890", "1.0", "-0", "NaN"]
        var rows = StoreFixture()
        for id in ids {
            rows.clients.append(.init(.text(id)))
            rows.sessions.append(.init(.text(id), 1, .text(id), status: "attended"))
        }
        try bench.write(rows)
        let all = try readAll(try bench.makeStore())
        try equal(all.map(\.client.ref), ids.map(ClientRef.init).sorted(), "client ids as written")
        try require(all.allSatisfy { $0.sessions.map(\.key.id) == [$0.client.ref.storeID] }, "session ids as written")
        try require(all.allSatisfy { $0.client.standing == .active }, "and they find their client")
    }
}
