import Dispatch
import Logging
import Synchronization
import VigilCore
import VigilLedger

/// Sends what is due, several at a time: pages apart from the rest, each channel apart from the others, so that a slow server
/// or a thousand digests never hold up a page (I14).
final class SenderPool: Sendable {
    private let courier: Courier
    private let logger: Logger
    private let sent: @Sendable () -> Void
    private let inFlight = Mutex<InFlight>([:])
    private let queue = DispatchQueue(label: "vigil.send", qos: .userInitiated, attributes: .concurrent)
    private let group = DispatchGroup()

    /// Sends under way, by lane and channel.
    private typealias InFlight = [Lane: [ChannelID: Int]]

    private enum Lane: Sendable {
        case urgent, slow
    }

    /// Sends of one channel at a time: pages side by side, since each may wait for a server's limit; the rest one by one.
    private static let urgentWidth = 4
    private static let slowWidth = 1
    /// All channels together: each holds a thread.
    private static let urgentTotal = 16
    private static let slowTotal = 4

    /// - Parameter sent: called when a send is settled: the next may begin.
    init(courier: Courier, logger: Logger, sent: @escaping @Sendable () -> Void) {
        self.courier = courier
        self.logger = logger
        self.sent = sent
    }

    /// Takes leases for as many sends as there is room for, and begins them.
    func pump() throws {
        try pump(.urgent, width: Self.urgentWidth, total: Self.urgentTotal)
        try pump(.slow, width: Self.slowWidth, total: Self.slowTotal)
    }

    private func pump(_ lane: Lane, width: Int, total: Int) throws {
        while true {
            let counts = inFlight.withLock { $0[lane] ?? [:] }
            guard counts.values.reduce(0, +) < total else { return }
            let busy = Set(counts.filter { $0.value >= width }.keys)
            // One by one: each lease may fill its channel.
            guard let leased = try courier.lease(urgent: lane == .urgent, besides: busy, limit: 1).first else { return }
            let channel = leased.delivery.channel
            inFlight.withLock { $0[lane, default: [:]][channel, default: 0] += 1 }
            queue.async(group: group) { [self] in
                do {
                    try courier.deliver(leased)
                } catch {
                    // The lease runs out, and it is tried again with the same key.
                    logger.error("a delivery could not be settled: \(String(describing: error))")
                }
                inFlight.withLock { state in
                    let left = (state[lane]?[channel] ?? 1) - 1
                    state[lane]?[channel] = left > 0 ? left : nil
                }
                sent()
            }
        }
    }

    /// Waits for sends that are under way, for so long: a stop settles what it can.
    func drain(seconds: Int) {
        _ = group.wait(timeout: .now() + .seconds(seconds))
    }
}
