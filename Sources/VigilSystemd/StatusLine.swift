package import VigilCore

/// The one line that `systemctl status` shows, made of a state, counts and a clock time.
///
/// STATUS is world-readable, so the type has no room for free text: neither a name nor an error message can reach it
/// (I20).
package struct StatusLine: Sendable, Hashable {
    /// What the daemon is doing, in words.
    package enum State: Sendable, Hashable, CaseIterable {
        case starting
        /// The full reconcile: the whole store is read once.
        case reconciling
        case watching
        /// The appointment store does not answer or is stale; the queue may be missing people.
        case storeUnreadable
        /// The ledger cannot be written; nothing new is recorded.
        case ledgerFailing
        case stopping

        fileprivate var words: String {
            switch self {
            case .starting: "Starting"
            case .reconciling: "Reading the whole appointment store"
            case .watching: "Watching"
            case .storeUnreadable: "Cannot read the appointment store, follow-ups may be missing"
            case .ledgerFailing: "Cannot write the ledger, nothing new is recorded"
            case .stopping: "Stopping"
            }
        }
    }

    /// What may be counted.
    package enum Count: Sendable, Hashable, CaseIterable {
        /// Open follow-ups of every tier.
        case followUps
        /// Open follow-ups of tier `now`.
        case contactNow
        /// Open tasks past their due time.
        case overdue
        case sessionsToday
        /// Records of the store that could not be read.
        case unreadable

        fileprivate func words(_ number: Int) -> String {
            switch self {
            case .followUps: number == 1 ? "1 follow-up waiting" : "\(number) follow-ups waiting"
            case .contactNow: "\(number) to contact now"
            case .overdue: "\(number) overdue"
            case .sessionsToday: number == 1 ? "1 session today" : "\(number) sessions today"
            case .unreadable: number == 1 ? "1 unreadable record" : "\(number) unreadable records"
            }
        }
    }

    package var state: State
    package var counts: [Count: Int]
    /// True while the policy is not approved: vigil lists and never pages.
    package var shadow: Bool
    private var lastRead: String?

    /// - Parameter lastRead: when the store was last read to the end, shown by the practice's clock.
    package init(
        _ state: State, counts: [Count: Int] = [:], shadow: Bool = false, lastRead: (time: WallTime, zone: Zone)? = nil
    ) {
        self.state = state
        self.counts = counts
        self.shadow = shadow
        // With the day: a line that says "2pm" on a store that stopped last week would read as today.
        self.lastRead = lastRead.map { last in
            let day = last.zone.day(of: last.time)
            return "last read \(last.zone.clockWords(last.time)) on \(day.words(seenFrom: day))"
        }
    }

    /// `Watching; 3 follow-ups waiting; 1 to contact now; last read 2:02pm on 24 November`.
    package var text: String {
        var parts = [state.words]
        if shadow { parts.append("shadow mode, nobody is paged") }
        for count in Count.allCases {
            if let number = counts[count] { parts.append(count.words(number)) }
        }
        if let lastRead { parts.append(lastRead) }
        return parts.joined(separator: "; ")
    }
}
