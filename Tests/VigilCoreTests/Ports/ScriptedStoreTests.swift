import Testing
import VigilCore
import VigilTestKit

/// The in-memory store of the other tests keeps the contract of a store.
@Suite struct ScriptedStoreTests {
    private let store = ScriptedStore()
    private let noon = ClientBuilder().time(minutes: -120)

    @Test func pagesAndNamesAscendInByteOrder() throws {
        let ids = ["b", "a", "Z", "é", "10", "9", "ab"]
        for id in ids { store.put(ClientBuilder(id).missed(0, -7).snapshot) }
        let sorted = ids.map { ClientRef($0) }.sorted()
        for limit in 1...8 {
            var read: [ClientRef] = []
            var hasMore = true
            while hasMore {
                let page = try store.page(after: read.last, limit: limit)
                read += page.snapshots.map(\.client.ref)
                hasMore = page.hasMore
            }
            #expect(read == sorted)
        }
        #expect(
            try store.snapshots(of: [ClientRef("b"), ClientRef("a"), ClientRef("b")]).map(\.client.ref.storeID) == [
                "a", "b",
            ])
        #expect(try store.snapshots(of: [ClientRef("a")]).first?.sessions.map(\.key.id) == ["s-7", "s0"])
        #expect(try store.snapshots(of: [ClientRef("nobody")]).first?.client.standing == .unlisted)
    }

    @Test func changesAreRowsAndPassingStarts() throws {
        guard case .reconcile(let first) = try store.changes(since: nil, now: noon, limit: 10) else {
            Issue.record("without a cursor the answer is to reconcile")
            return
        }
        func changed(_ cursor: StoreCursor, minutes: Int, limit: Int = 10) throws -> [String]? {
            guard
                case .clients(let refs, _) = try store.changes(
                    since: cursor, now: noon.adding(minutes: minutes), limit: limit)
            else { return nil }
            return refs.map(\.storeID)
        }
        #expect(try changed(first, minutes: 0) == [])
        store.put(ClientBuilder("b").session(0, .scheduled).snapshot)
        store.put(ClientBuilder("a").snapshot)
        #expect(try changed(first, minutes: 0) == ["a", "b"])
        #expect(try changed(first, minutes: 0, limit: 1) == nil)
        let second = StoreCursor(change: 2, startsUpTo: noon)
        #expect(try changed(second, minutes: 119) == [])
        #expect(try changed(second, minutes: 120) == ["b"])
        #expect(try changed(StoreCursor(change: 2, startsUpTo: noon.adding(minutes: 120)), minutes: 121) == [])
        store.put(ClientBuilder("a").snapshot)
        #expect(try changed(second, minutes: 0) == [], "the same again is no change")
        store.remove(ClientRef("a"))
        #expect(try changed(second, minutes: 0) == ["a"])
    }

    @Test func aStoreThatIsDownThrows() {
        store.failure = OperationError(.unavailable, operation: "read", subject: "s", cause: "c", remedy: "r")
        #expect(throws: OperationError.self) { try store.check() }
        #expect(throws: OperationError.self) { try store.page(after: nil, limit: 1) }
        #expect(throws: OperationError.self) { try store.snapshots(of: []) }
        #expect(throws: OperationError.self) { try store.changes(since: nil, now: noon, limit: 1) }
        #expect(throws: OperationError.self) { try store.card(of: ClientRef("a")) }
    }
}
