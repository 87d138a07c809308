/// The practice's books: what its own report reads, and nothing else does.
///
/// Apart from `AppointmentStore` on purpose: no rule that finds, scores or orders can reach a payer or a fee, because no type
/// that it is given has room for one.
package protocol PracticeBooks: AnyObject {
    /// Clients with a session that begins in `[from, until)`, in byte order.
    func clients(withSessionsFrom from: WallTime, until: WallTime) throws -> [ClientRef]

    /// Nil when the store keeps no coverage; else a client without a row has no entry.
    func coverage(of clients: [ClientRef]) throws -> [ClientRef: Coverage]?

    /// Nil when the store keeps no waiting list.
    func waitingList() throws -> [WaitingEntry]?

    func therapistNames() throws -> [TherapistRef: String]
}

/// Who pays for a client's sessions, and what.
package struct Coverage: Sendable, Hashable {
    /// As the practice writes it; compared without regard to case.
    package var payer: String?
    /// The client's own fee for a session, in hundredths.
    package var ownFee: Reading<Int>

    package init(payer: String? = nil, ownFee: Reading<Int> = .absent) {
        self.payer = payer
        self.ownFee = ownFee
    }
}

/// Somebody who waits for a session.
package struct WaitingEntry: Sendable, Hashable {
    /// Nil for somebody who is no client yet.
    package var client: ClientRef?
    package var since: Reading<LocalDay>
    /// Nil when any will do.
    package var therapist: TherapistRef?
    package var kind: String?

    package init(
        client: ClientRef? = nil, since: Reading<LocalDay> = .absent, therapist: TherapistRef? = nil,
        kind: String? = nil
    ) {
        self.client = client
        self.since = since
        self.therapist = therapist
        self.kind = kind
    }

    package func fits(_ slot: FreeSlot) -> Bool {
        (therapist == nil || therapist == slot.therapist) && (kind == nil || kind == slot.kind)
    }
}
