import VigilCore

extension StoreContract {
    static var changes: [StoreContract] {
        [
            StoreContract("a new and an edited row are noticed", edits),
            StoreContract("a correction is noticed", correction),
            StoreContract("a deleted row is noticed", deletions),
            StoreContract("a change of any clinical row is noticed", clinicalChanges),
            StoreContract("a start that passes is noticed without a write", startPasses),
            StoreContract("a late insert behind the window is noticed", lateInsert),
            StoreContract("a moved session is noticed at both clients", movedSession),
            StoreContract("more clients than the limit means reconcile", limit),
            StoreContract("a cursor from the future of the store means reconcile", cursorFromTheFuture),
            StoreContract("a clock that steps back skips no session", clockStepsBack),
            StoreContract("a new adapter goes on where the old one was", restart),
            StoreContract("changes followed one by one give the whole store", mirror),
        ]
    }

    @Sendable private static func edits(_ bench: any StoreBench) throws {
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try bench.write(
            StoreFixture(sessions: [.init("b", 5_000, "s"), .init("a", 5_000, "s"), .init("b", 6_000, "t")]))
        try equal(try changed(store, &at, 1_001), ["a", "b"], "new rows, each client once")
        try equal(try changed(store, &at, 1_002), [], "and then no more")
        try bench.write(StoreFixture(clients: [.init("b")]))
        try equal(try changed(store, &at, 1_003), ["b"], "a new client")
        var client = StoreFixture.Client("b")
        client.standing = "deceased"
        try bench.write(StoreFixture(clients: [client]))
        try equal(try changed(store, &at, 1_004), ["b"], "an edited client")
        try equal(try store.snapshots(of: [ClientRef("b")])[0].client.standing, .deceased, "as it is now")
    }

    @Sendable private static func correction(_ bench: any StoreBench) throws {
        try bench.write(StoreFixture(sessions: [.init("a", 500, "s", status: "missed"), .init("b", 500, "s")]))
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try bench.write(StoreFixture(sessions: [.init("a", 500, "s", status: "attended")]))
        try equal(try changed(store, &at, 1_001), ["a"], "long after its start")
        try equal(try store.snapshots(of: [ClientRef("a")])[0].sessions.map(\.status), [.attended], "as corrected")
        try bench.write(StoreFixture(sessions: [.init("a", 500, "s", status: "missed")]))
        try equal(try changed(store, &at, 1_002), ["a"], "and back again")
    }

    @Sendable private static func deletions(_ bench: any StoreBench) throws {
        let rows = StoreFixture(
            clients: [.init("a"), .init("b")], sessions: [.init("a", 500, "s"), .init("b", 500, "s")])
        try bench.write(rows)
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try bench.remove(StoreFixture(sessions: rows.sessions.filter { $0.client == "a" }))
        try equal(try changed(store, &at, 1_001), ["a"], "a session")
        try require(try store.snapshots(of: [ClientRef("a")])[0].sessions.isEmpty, "which is gone")
        try bench.remove(StoreFixture(clients: [.init("b")]))
        try equal(try changed(store, &at, 1_002), ["b"], "a client")
        try equal(try store.snapshots(of: [ClientRef("b")])[0].client.standing, .unlisted, "who is listed no more")
    }

    @Sendable private static func clinicalChanges(_ bench: any StoreBench) throws {
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        var kinds: [StoreFixture] = (0..<7).map { _ in StoreFixture() }
        kinds[0].contacts = [.init("c", at: 1, outcome: "reached")]
        kinds[1].diagnoses = [.init("c", "F33.1")]
        kinds[2].screens = [.init("c", "1", "PHQ-9")]
        kinds[3].events = [.init("c", "1", "attempt")]
        kinds[4].medications = [.init("c", "1", "lithium", "stopped")]
        kinds[5].treatments = [.init("c", "CPT")]
        kinds[6].carePlans = [.init("c")]
        for (index, rows) in kinds.enumerated() {
            try bench.write(rows)
            try equal(try changed(store, &at, 1_001), ["c"], "a new row of kind \(index)")
            try bench.remove(rows)
            try equal(try changed(store, &at, 1_001), ["c"], "a deleted row of kind \(index)")
        }
    }

    @Sendable private static func startPasses(_ bench: any StoreBench) throws {
        try bench.write(
            StoreFixture(sessions: [
                .init("a", 1_000, "s"), .init("b", 1_001, "s"), .init("c", 2_000, "s"), .init("d", 2_001, "s"),
                .init("b", 1_500, "t"),
            ]))
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try equal(try changed(store, &at, 1_000), [], "nothing has passed")
        try equal(try changed(store, &at, 2_000), ["b", "c"], "up to now, which is included")
        try equal(try changed(store, &at, 2_000), [], "each once")
        try equal(try changed(store, &at, 2_001), ["d"], "and on")
    }

    @Sendable private static func lateInsert(_ bench: any StoreBench) throws {
        let store = try bench.makeStore()
        var at = try cursor(store, 100_000)
        try equal(try changed(store, &at, 200_000), [], "nothing yet")
        try bench.write(StoreFixture(sessions: [.init("c", 50, "s", status: "missed")]))
        try equal(try changed(store, &at, 200_001), ["c"], "entered long after its start")
    }

    @Sendable private static func movedSession(_ bench: any StoreBench) throws {
        try bench.write(StoreFixture(sessions: [.init("a", 500, "s", status: "missed")]))
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try bench.remove(StoreFixture(sessions: [.init("a", 500, "s")]))
        try bench.write(StoreFixture(sessions: [.init("b", 700, "s", status: "missed")]))
        try equal(try changed(store, &at, 1_001), ["a", "b"], "who lost it and who has it")
    }

    @Sendable private static func limit(_ bench: any StoreBench) throws {
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        let start = at
        try bench.write(StoreFixture(sessions: ["a", "b", "c"].map { .init(.text($0), 5_000, "s") }))
        try equal(try changed(store, &at, 1_001, limit: 3), ["a", "b", "c"], "as many as the limit")
        let answer = try store.changes(since: start, now: WallTime(seconds: 1_001), limit: 2)
        try equal(answer, .reconcile(upTo: at), "one more: everything, up to the same cursor")
        let passed = try store.changes(since: at, now: WallTime(seconds: 6_000), limit: 2)
        try equal(
            passed, .reconcile(upTo: StoreCursor(change: at.change, startsUpTo: WallTime(seconds: 6_000))),
            "also when starts have passed")
    }

    @Sendable private static func cursorFromTheFuture(_ bench: any StoreBench) throws {
        try bench.write(StoreFixture(sessions: [.init("a", 500, "s")]))
        let store = try bench.makeStore()
        let real = try cursor(store, 1_000)
        let ahead = StoreCursor(change: real.change + 1, startsUpTo: real.startsUpTo)
        let answer = try store.changes(since: ahead, now: WallTime(seconds: 1_000), limit: 10)
        try equal(answer, .reconcile(upTo: real), "a restored backup is read from the beginning")
    }

    @Sendable private static func clockStepsBack(_ bench: any StoreBench) throws {
        try bench.write(
            StoreFixture(sessions: [.init("a", 1_500, "s"), .init("b", 5_000, "s"), .init("c", 9_500, "s")]))
        let store = try bench.makeStore()
        var at = try cursor(store, 1_000)
        try equal(try changed(store, &at, 9_000), ["a", "b"], "the clock is ahead")
        try equal(try changed(store, &at, 2_000), ["b"], "set right: b has not begun after all")
        try equal(try changed(store, &at, 4_999), [], "nor yet")
        try equal(try changed(store, &at, 5_000), ["b"], "and is noticed when it does")
        try equal(try changed(store, &at, 10_000), ["c"], "and the clock goes on")
        try equal(try changed(store, &at, 9_999), [], "a step of a second is nothing")
        try equal(try changed(store, &at, 10_000), [], "either way")
    }

    @Sendable private static func restart(_ bench: any StoreBench) throws {
        var at = try cursor(try bench.makeStore(), 1_000)
        try bench.write(StoreFixture(sessions: [.init("a", 1_500, "s"), .init("b", 9_000, "s")]))
        try equal(try changed(try bench.makeStore(), &at, 1_001), ["a", "b"], "rows written in between")
        try equal(try changed(try bench.makeStore(), &at, 2_000), ["a"], "starts passed in between")
    }

    /// A mirror that follows `changes` alone must equal the store, whatever is written and however the clock runs.
    @Sendable private static func mirror(_ bench: any StoreBench) throws {
        let seed = UInt64.random(in: 0...9_999_999)
        do {
            try mirror(bench, SeededRandom(seed: seed))
        } catch let failure as StoreContractFailure {
            throw StoreContractFailure(description: "\(failure.description) (seed \(seed))")
        }
    }

    private static func mirror(_ bench: any StoreBench, _ random: SeededRandom) throws {
        var random = random
        let store = try bench.makeStore()
        var now: Int64 = 10_000
        var at = try cursor(store, now)
        var known: [ClientRef: ClientSnapshot] = [:]
        for round in 0..<40 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let client = StoreFixture.Cell.text("c\(Int.random(in: 0...6, using: &random))")
                let start = now + Int64.random(in: -600...900, using: &random)
                var rows = StoreFixture(sessions: [
                    .init(
                        client, .integer(start / 300 * 300), "s",
                        status: Bool.random(using: &random) ? "missed" : "attended")
                ])
                if Int.random(in: 0...3, using: &random) == 0 { rows.diagnoses = [.init(client, "F33.1")] }
                if Int.random(in: 0...2, using: &random) == 0 { try bench.remove(rows) } else { try bench.write(rows) }
            }
            let before = now
            now += Int64.random(in: -200...700, using: &random)
            let listed = try changed(store, &at, now).map { ClientRef($0) }
            for snapshot in try store.snapshots(of: listed) { known[snapshot.client.ref] = snapshot }
            let whole = try readAll(store, limit: 3)
            let withSessions = known.values.filter { !$0.sessions.isEmpty }.sorted { $0.client.ref < $1.client.ref }
            try equal(withSessions, whole, "the mirror is the store, in round \(round)")
            let crossed = min(before, now) + 1..<max(before, now) + 1
            for snapshot in whole where snapshot.sessions.contains(where: { crossed.contains($0.start.seconds) }) {
                try require(
                    listed.contains(snapshot.client.ref), "a start that the clock crossed is listed, in round \(round)")
            }
        }
    }
}
