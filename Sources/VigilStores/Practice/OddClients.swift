import Synchronization
internal import VigilCore

/// Clients with odd ids that the readers of one store have passed over (`StoredID`); they are served when the others are through.
final class OddClients: Sendable {
    private let held = Mutex<Set<StoredID>>([])

    /// More odd ids than this are not slips: the store's text is in another encoding than UTF-8.
    static let max = 10_000

    /// False when there are too many.
    func insert(_ client: StoredID) -> Bool {
        held.withLock {
            $0.insert(client)
            return $0.count <= Self.max
        }
    }

    /// In the order in which they are served.
    var listed: [(ref: ClientRef, id: StoredID)] {
        held.withLock { $0 }.map { (ref: ClientRef($0.text), id: $0) }.sorted { $0.ref < $1.ref }
    }
}
