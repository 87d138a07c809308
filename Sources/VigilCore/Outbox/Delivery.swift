/// One message to one channel, from the commit that asked for it until it is settled.
///
/// State machine; the courier moves it, the ledger stores it:
/// - `waiting` can go to `leased` (a courier tries it), `cancelled` (nothing is asked any more);
/// - `leased` can go to `sent` (the provider took it), `waiting` (it failed, or the lease ran out), `cancelled`, `givenUp`;
/// - `sent`, `cancelled` and `givenUp` are ends. A page is never given up.
package struct Delivery: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case waiting, leased, sent, cancelled
        case givenUp = "given_up"
    }

    package enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
        case page, settled, alarm, digest
        case testPage = "test_page"
        case operatorAlert = "operator_alert"
    }

    package var purpose: Purpose
    package var message: Message
    package var channel: ChannelID
    package var tellsSettled: Bool
    /// The paging that it belongs to.
    package var paging: FollowUpID?
    package var person: PersonID?
    /// Not before this time.
    package var nextAt: WallTime

    package init(
        _ purpose: Purpose, _ message: Message, channel: ChannelID, tellsSettled: Bool = false,
        paging: FollowUpID? = nil, person: PersonID? = nil, nextAt: WallTime
    ) {
        self.purpose = purpose
        self.message = message
        self.channel = channel
        self.tellsSettled = tellsSettled
        self.paging = paging
        self.person = person
        self.nextAt = nextAt
    }

    /// How long a courier may hold a delivery before another may take it (reliability.md: at most 60 s). Longer than any
    /// send takes: a channel's own limit is at most 30 s.
    package static let leaseSeconds = 60
}

/// A delivery that a courier holds: only with the same number of tries may it be settled (I16).
package struct LeasedDelivery: Sendable, Hashable {
    package var id: Int64
    /// The fencing number: tries so far, this one included.
    package var attempt: Int
    package var delivery: Delivery

    package init(id: Int64, attempt: Int, delivery: Delivery) {
        self.id = id
        self.attempt = attempt
        self.delivery = delivery
    }
}
