import Foundation
import Synchronization
import VigilCore

/// What the services know of each other: whether polls run, whether the store answers, what the last one found.
final class Health: Sendable {
    struct State: Sendable {
        var isPolling = false
        var lastProgress = ContinuousClock.now
        var lastTick = ContinuousClock.now
        var polls = 0
        var overruns = 0
        /// When the store was last read to the end of a poll.
        var lastRead: WallTime?
        var startedAt: WallTime
        var asOf: WallTime?
        var storeError: OperationError?
        var ledgerError: OperationError?
        var reconciledAt: WallTime?
        /// When pages were last looked after.
        var lastPaging = ContinuousClock.now
        /// Pages could not be looked after, or not be written.
        var hasPagingFailed = false
        /// When the wall clock was last seen to jump against the monotonic one.
        var clockSteppedAt: WallTime?
        /// Both clocks as they were last looked at.
        var lastClocks: (wall: WallTime, instant: ContinuousClock.Instant)?
        var isAuditBroken = false
        /// The last reload was refused, and the configuration before it is kept.
        var hasReloadFailed = false
        /// Why the last Task could not be written.
        var taskError: OperationError?
        var lastVerified: ContinuousClock.Instant?
        /// As the rows of the last full reconcile showed it.
        var rowBlindSpots: [BlindSpot] = []
        /// By the store's kind, and by what it handed over lately.
        var storeBlindSpots: [BlindSpot] = []

        /// Each subject once: why it cannot be read says more than that there is none.
        var blindSpots: [BlindSpot] {
            storeBlindSpots
                + rowBlindSpots.filter { spot in !storeBlindSpots.contains { $0.subject == spot.subject } }
        }
    }

    private let state: Mutex<State>

    init(startedAt: WallTime) {
        state = Mutex(State(startedAt: startedAt))
    }

    var now: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    func progressed() {
        state.withLock { $0.lastProgress = .now }
    }
}

extension Health.State {
    /// Whether the store could not be read for so long that the queue may be missing people.
    func isStale(at now: WallTime, afterMinutes minutes: Int) -> Bool {
        now.seconds(since: lastRead ?? startedAt) > Int64(minutes) * 60
    }

    /// Whether the list can be trusted to be whole, in the practice's own clock (ux.md).
    func feed(at now: WallTime, zone: Zone, staleAfterMinutes: Int) -> FeedDocument {
        let last = lastRead.map { zone.rfc3339($0) }
        let since = lastRead ?? startedAt
        if isStale(at: now, afterMinutes: staleAfterMinutes) {
            return FeedDocument(
                state: .stale, lastReadAt: last,
                words: "vigil has not been able to read appointments since \(words(since, zone, now)). "
                    + "This list may be missing people.")
        }
        if ledgerError != nil || hasPagingFailed {
            return FeedDocument(
                state: .failing, lastReadAt: last,
                words:
                    "vigil cannot write its ledger, so nothing new is recorded and nobody new is paged; it tries again by "
                    + "itself. This list may be missing people.")
        }
        if storeError != nil {
            return FeedDocument(
                state: .failing, lastReadAt: last,
                words: "The appointment store could not be read just now; vigil tries again by itself. "
                    + "This list may be missing people.")
        }
        guard let lastRead else {
            return FeedDocument(
                state: isPolling ? .reading : .starting, lastReadAt: nil,
                words: "vigil is reading the appointment store for the first time. This list is not complete yet.")
        }
        var text = "Last read \(words(lastRead, zone, now))."
        if let asOf { text += " The appointments are as of \(words(asOf, zone, now))." }
        return FeedDocument(state: .current, lastReadAt: last, words: text)
    }

    private func words(_ time: WallTime, _ zone: Zone, _ now: WallTime) -> String {
        let day = zone.day(of: time)
        let clock = zone.clockWords(time)
        return day == zone.day(of: now) ? clock : "\(clock) on \(day.words(seenFrom: zone.day(of: now)))"
    }
}
