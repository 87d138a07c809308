import VigilCore

/// What every appointment store must do, as named cases over a bench.
///
/// An adapter's tests run all of them:
/// ```
/// @Test(arguments: StoreContract.cases(for: PracticeStoreFixture.abilities))
/// func holds(_ contract: StoreContract) throws { try contract.run(PracticeStoreFixture()) }
/// ```
/// A case throws `StoreContractFailure`; new behaviour of stores goes here first.
package struct StoreContract: Sendable, CustomStringConvertible {
    /// What the case shows, as a statement.
    package let name: String
    /// What the kind of store must be able to hold for the case to make sense.
    package let needs: StoreAbilities
    /// Runs the case on an empty bench.
    package let run: @Sendable (any StoreBench) throws -> Void

    init(_ name: String, needs: StoreAbilities = [], _ run: @escaping @Sendable (any StoreBench) throws -> Void) {
        self.name = name
        self.needs = needs
        self.run = run
    }

    package var description: String { name }

    /// All cases that a kind of store with these abilities must pass.
    package static func cases(for abilities: StoreAbilities) -> [StoreContract] {
        (paging + rows + brokenRows + changes).filter { abilities.isSuperset(of: $0.needs) }
    }
}

/// A store broke its contract.
package struct StoreContractFailure: Error, CustomStringConvertible {
    package var description: String
}

extension StoreContract {
    static func require(_ condition: Bool, _ what: String, file: StaticString = #fileID, line: UInt = #line) throws {
        if !condition { throw StoreContractFailure(description: "\(file):\(line): \(what)") }
    }

    /// Compares without printing the values: they may be client data, and 1 MB long.
    static func equal<Value: Equatable>(
        _ found: Value, _ expected: Value, _ what: String, file: StaticString = #fileID, line: UInt = #line
    ) throws {
        try require(found == expected, what, file: file, line: line)
    }

    /// Reads the whole store by pages, and checks what holds for each page.
    static func readAll(_ store: any AppointmentStore, limit: Int = 7) throws -> [ClientSnapshot] {
        var result: [ClientSnapshot] = []
        for _ in 0..<10_000 {
            let page = try store.page(after: result.last?.client.ref, limit: limit)
            try require(page.snapshots.count <= limit, "a page holds no more than its limit")
            try require(!page.hasMore || !page.snapshots.isEmpty, "a page that has more behind it is not empty")
            result += page.snapshots
            if !page.hasMore { return try ordered(result) }
        }
        throw StoreContractFailure(description: "paging does not end")
    }

    private static func ordered(_ snapshots: [ClientSnapshot]) throws -> [ClientSnapshot] {
        for (left, right) in zip(snapshots, snapshots.dropFirst()) {
            try require(left.client.ref < right.client.ref, "clients ascend in byte order, each once")
        }
        for snapshot in snapshots {
            for (left, right) in zip(snapshot.sessions, snapshot.sessions.dropFirst()) {
                try require(left.key < right.key, "sessions ascend by key, each once")
            }
            for (left, right) in zip(snapshot.contacts, snapshot.contacts.dropFirst()) {
                try require(left.at <= right.at, "contacts ascend by time")
            }
        }
        return snapshots
    }

    /// The one client of a store, read by a page and by name, which must agree.
    static func only(_ bench: any StoreBench, _ id: String = "c") throws -> ClientSnapshot {
        let store = try bench.makeStore()
        let paged = try readAll(store)
        try equal(paged.count, 1, "the store has one client")
        let named = try store.snapshots(of: [ClientRef(id)])
        try equal(named, paged, "a client read by name is the client read by a page")
        return named[0]
    }

    /// The cursor with which a store is read up to `now`.
    static func cursor(_ store: any AppointmentStore, _ now: Int64) throws -> StoreCursor {
        guard case .reconcile(let upTo) = try store.changes(since: nil, now: WallTime(seconds: now), limit: 100) else {
            throw StoreContractFailure(description: "without a cursor the answer is to reconcile")
        }
        try equal(upTo.startsUpTo.seconds, now, "the cursor is at the time of the look")
        return upTo
    }

    /// The clients that changed, and moves the cursor.
    static func changed(
        _ store: any AppointmentStore, _ cursor: inout StoreCursor, _ now: Int64, limit: Int = 100,
        file: StaticString = #fileID, line: UInt = #line
    ) throws -> [String] {
        let before = cursor
        let answer = try store.changes(since: cursor, now: WallTime(seconds: now), limit: limit)
        guard case .clients(let refs, let upTo) = answer else {
            throw StoreContractFailure(description: "\(file):\(line): a list of clients is expected")
        }
        for (left, right) in zip(refs, refs.dropFirst()) {
            try require(left < right, "changed clients ascend in byte order, each once")
        }
        try equal(
            try store.changes(since: before, now: WallTime(seconds: now), limit: limit), answer,
            "the same cursor at the same time gives the same answer")
        cursor = upTo
        return refs.map(\.storeID)
    }
}
