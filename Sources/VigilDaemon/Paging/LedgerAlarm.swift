import Synchronization
import VigilChannels
import VigilCore

/// Says that the ledger cannot be written: the one message that does not go through the outbox, since that is in the ledger.
///
/// Told to the operator and, since nobody can be paged meanwhile, by the ways of the alarm (I10): at once, again while it lasts,
/// and when it is over. What was told is known in memory only; after a restart it is told again.
final class LedgerAlarm: Sendable {
    private struct State {
        /// The same for all that is sent in one failure, so that a service that folds repeats can do so.
        var key: DeliveryKey?
        var toldAt: WallTime?
    }

    private let channels: [(id: ChannelID, channel: any Channel)]
    private let repeatHours: Int
    private let state = Mutex(State())

    init(channels all: [ChannelID: any Channel], settings: NotifySettings) {
        var ids = settings.operatorChannels
        for id in settings.paging?.alarm ?? [] where !ids.contains(id) { ids.append(id) }
        channels = ids.compactMap { id in all[id].map { (id, $0) } }
        repeatHours = settings.operatorRepeatHours
    }

    /// The ledger could not be written just now. Blocks until the channels have answered.
    /// - Returns: channels that did not take the message, which is tried again at the next call.
    func tell(at now: WallTime) -> [ChannelID] {
        let key: DeliveryKey? = state.withLock { state in
            if let told = state.toldAt {
                let passed = now.seconds(since: told)
                // A clock that was set back must not silence it.
                guard passed >= Int64(repeatHours) * 3_600 || passed < 0 else { return nil }
            }
            var random = SystemRandom()
            let key = state.key ?? DeliveryKey(from: &random)
            state.key = key
            return key
        }
        guard let key else { return [] }
        let failed = send(isOver: false, key, now)
        // One that was reached is enough: the others are told with the next repeat.
        if failed.count < channels.count { state.withLock { $0.toldAt = now } }
        return failed
    }

    /// The ledger could be written.
    func over(at now: WallTime) {
        let key = state.withLock { state in
            defer { state = State() }
            return state.toldAt == nil ? nil : state.key
        }
        if let key { _ = send(isOver: true, key, now) }
    }

    private func send(isOver: Bool, _ key: DeliveryKey, _ now: WallTime) -> [ChannelID] {
        let message = Message(.operatorAlert(.ledgerFailing, isOver: isOver), key: key)
        return channels.filter { _, channel in
            if case .accepted = channel.send(message, at: now) { false } else { true }
        }.map(\.id)
    }
}
