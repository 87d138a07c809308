import Dispatch
package import VigilCore

/// Reads the store for reports, over a connection of its own: a report never holds up a poll.
package final class BookReader: @unchecked Sendable {
    private let store: any AppointmentStore & PracticeBooks
    private let queue = DispatchQueue(label: "vigil.books")

    package init(store: any AppointmentStore & PracticeBooks) {
        self.store = store
    }

    /// One report at a time.
    func read<Value>(_ body: (any AppointmentStore & PracticeBooks) throws -> Value) throws -> Value {
        try queue.sync {
            _ = try store.check()
            return try body(store)
        }
    }
}

extension AppointmentStore {
    /// Clients in one read: short, so that the practice's own program never waits.
    fileprivate static var pageClients: Int { 512 }

    /// Every client of the store, page by page.
    func eachClient(_ body: ([ClientSnapshot]) throws -> Void) throws {
        var last: ClientRef?
        var hasMore = true
        while hasMore {
            let page = try page(after: last, limit: Self.pageClients)
            last = page.snapshots.last?.client.ref
            hasMore = page.hasMore && last != nil
            try body(page.snapshots)
        }
    }

    /// The named clients, page by page.
    func each(_ clients: [ClientRef], _ body: ([ClientSnapshot]) throws -> Void) throws {
        for start in stride(from: 0, to: clients.count, by: Self.pageClients) {
            try body(try snapshots(of: Array(clients[start..<min(start + Self.pageClients, clients.count)])))
        }
    }
}
