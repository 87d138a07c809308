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
        /// Who took it; the others are tried again.
        var taken: Set<ChannelID> = []
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
        let (key, taken) = state.withLock { state in
            if let told = state.toldAt {
                let passed = now.seconds(since: told)
                // Again after a while; a clock that was set back must not silence it.
                if passed >= Int64(repeatHours) * 3_600 || passed < 0 { (state.taken, state.toldAt) = ([], nil) }
            }
            var random = SystemRandom()
            let key = state.key ?? DeliveryKey(from: &random)
            state.key = key
            return (key, state.taken)
        }
        let asked = Set(channels.map(\.id)).subtracting(taken)
        guard !asked.isEmpty else { return [] }
        let failed = send(isOver: false, key, now, to: asked)
        state.withLock { state in
            state.taken.formUnion(asked.subtracting(failed))
            if !state.taken.isEmpty, state.toldAt == nil { state.toldAt = now }
        }
        return failed
    }

    /// The ledger could be written.
    func over(at now: WallTime) {
        let told = state.withLock { state in
            defer { state = State() }
            return state
        }
        if let key = told.key, !told.taken.isEmpty { _ = send(isOver: true, key, now, to: told.taken) }
    }

    /// - Returns: of `asked`, those that did not take it.
    private func send(
        isOver: Bool, _ key: DeliveryKey, _ now: WallTime, to asked: Set<ChannelID>
    ) -> [ChannelID] {
        let message = Message(.operatorAlert(.ledgerFailing, isOver: isOver), key: key)
        return channels.filter { id, channel in
            guard asked.contains(id) else { return false }
            if case .accepted = channel.send(message, at: now) { return false }
            return true
        }.map(\.id)
    }
}
