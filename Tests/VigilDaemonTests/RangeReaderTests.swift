import Testing
import VigilCore
import VigilDaemon
import VigilStores
import VigilTestKit

/// The store read range by range ahead of its use: the same clients, in the same order, as page by page.
@Suite struct RangeReaderTests {
    private let bench: PracticeStoreFixture

    init() throws {
        bench = try PracticeStoreFixture()
        // 300 listed clients, of whom each third has no session; after each eighth a client who is not listed; in the middle more
        // of those than a range holds.
        var rows = StoreFixture(clients: [], sessions: [])
        for number in 0..<300 {
            let id = "c\(padded(number, 4))"
            rows.clients.append(.init(.text(id)))
            if number % 3 != 0 { rows.sessions.append(.init(.text(id), .integer(Int64(1_000 + number)), "s")) }
            if number % 8 == 0 { rows.sessions.append(.init(.text(id + "-unlisted"), 2_000, "s", status: "missed")) }
        }
        for number in 0..<40 {
            rows.sessions.append(.init(.text("c0150-\(padded(number, 2))"), 3_000, "s"))
        }
        try bench.write(rows)
        // Ids that are no UTF-8, one between others and one behind all, and one that is a blob.
        try bench.execute(
            """
            INSERT INTO session (client_id, starts_at, id) VALUES
                (CAST(x'6330303431FF' AS TEXT), 10, 'a'), (CAST(x'FFFE' AS TEXT), 10, 'b'),
                (CAST('c0001' AS BLOB), 10, 'c');
            INSERT INTO client (id, name) VALUES (CAST(x'6330303431FF' AS TEXT), 'Odd');
            """)
    }

    private func store() -> PracticeStore {
        PracticeStore(path: bench.path, zone: .utc, busyMilliseconds: 2_000)
    }

    private func byPages() throws -> [ClientSnapshot] {
        let store = store()
        var found: [ClientSnapshot] = []
        while true {
            let page = try store.page(after: found.last?.client.ref, limit: 13)
            found += page.snapshots
            if !page.hasMore { return found }
        }
    }

    private func ranges(of clients: Int, readers: Int) throws -> [RangeReader.Range] {
        let reader = RangeReader(store: store(), clients: clients, readers: readers)
        var ranges: [RangeReader.Range] = []
        while let range = try reader.next() { ranges.append(range) }
        return ranges
    }

    @Test(arguments: [1, 7, 20, 299, 300, 1_000], [1, 2]) func givesEveryClientOnceInOrder(
        _ clients: Int, _ readers: Int
    ) throws {
        let ranges = try ranges(of: clients, readers: readers)
        #expect(ranges.flatMap(\.snapshots) == (try byPages()))
        #expect(ranges.first?.after == nil)
        #expect(ranges.last?.through == nil)
        for (range, next) in zip(ranges, ranges.dropFirst()) {
            #expect(range.through != nil && next.after == range.through)
        }
        // What lies in a range is of that range: a client who has gone is looked for in the right one.
        for range in ranges {
            for snapshot in range.snapshots {
                if let after = range.after { #expect(after < snapshot.client.ref) }
                if let through = range.through { #expect(!(through < snapshot.client.ref)) }
            }
        }
    }

    @Test func anEmptyStoreIsOneEmptyRange() throws {
        try bench.execute("DELETE FROM session; DELETE FROM client;")
        let ranges = try ranges(of: 10, readers: 2)
        #expect(ranges.count == 1)
        #expect(ranges[0].snapshots.isEmpty && ranges[0].through == nil)
    }

    /// A store that breaks on the way ends the read with its error, and the readers with it.
    @Test func aBrokenStoreEndsIt() throws {
        let reader = RangeReader(store: store(), clients: 5, readers: 2)
        _ = try reader.next()
        try bench.execute("DROP TABLE contact;")
        #expect(throws: OperationError.self) {
            while try reader.next() != nil {}
        }
        reader.finish()
    }
}
