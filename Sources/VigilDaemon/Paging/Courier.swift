import Synchronization
package import VigilCore
package import VigilLedger

/// Carries deliveries from the outbox to their channels: lease, send, settle.
///
/// A crash between any two of these loses nothing: what was leased is tried again with the same key, and only an acceptance
/// marks it sent (I13, I15).
package final class Courier: Sendable {
    private let ledger: Ledger
    private let channels: [ChannelID: any Channel]
    private let policy: String
    private let clock: any WallClock
    private let random: Mutex<any RandomSource>
    private let failures = Mutex<[ChannelID: Int]>([:])

    package init(
        ledger: Ledger, channels: [ChannelID: any Channel], policy: String, clock: any WallClock,
        random: any RandomSource
    ) {
        self.ledger = ledger
        self.channels = channels
        self.policy = policy
        self.clock = clock
        self.random = Mutex(random)
    }

    package func lease(urgent: Bool, besides busy: Set<ChannelID>, limit: Int) throws -> [LeasedDelivery] {
        try ledger.lease(urgent: urgent, besides: busy, limit: limit, at: clock.now())
    }

    /// Sends one, and writes what became of it. Blocks until then.
    package func deliver(_ leased: LeasedDelivery) throws {
        // Somebody may have acknowledged since the lease was taken: then no send starts (I12).
        guard try ledger.read({ try $0.holds(leased) }) else {
            try settle(leased, .failed(SendFailure(.withdrawn)))
            return
        }
        try settle(leased, send(leased))
    }

    /// Blocks until the channel has answered, or its limit is over.
    package func send(_ leased: LeasedDelivery) -> SendOutcome {
        let channel = leased.delivery.channel
        let outcome =
            channels[channel]?.send(leased.delivery.message, at: clock.now())
            ?? .failed(SendFailure(.notConfigured))
        failures.withLock { counts in
            if case .accepted = outcome {
                counts[channel] = nil
            } else {
                counts[channel, default: 0] += 1
            }
        }
        return outcome
    }

    /// - Returns: whether the lease still held.
    @discardableResult
    package func settle(_ leased: LeasedDelivery, _ outcome: SendOutcome) throws -> Bool {
        try ledger.settle(leased, outcome, at: clock.now(), jitter: random.withLock { $0.next() }, policy: policy)
    }

    /// Channels that have failed so often in a row that the operator should know.
    package var failing: [ChannelID] {
        failures.withLock { counts in counts.filter { $0.value >= Self.failuresToTell }.keys.sorted() }
    }

    /// One lost message is the network; three in a row are the channel.
    private static let failuresToTell = 3
}
