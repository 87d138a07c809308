/// Clients who have drifted away: active, nothing booked, and no session for longer than twice their cadence.
///
/// Nobody missed anything, so no other rule would ever see them.
package struct CheckUpRules: Sendable, Hashable {
    /// Drifted when the last session is longer ago than so many cadences.
    package var cadences: Int
    /// Taken for the cadence of a client whose own is not known.
    package var unknownCadenceDays: Int
    /// A follow-up is opened again no sooner than so long after the client's last one was closed.
    package var everyDays: Int
    /// Not seen for longer than this: listed, and no follow-up by itself.
    package var upToDays: Int
    package var task: TaskTemplate

    init(reading reader: ConfigReader) {
        cadences = reader.integer("cadences", in: 1...20)
        unknownCadenceDays = reader.integer("unknown_cadence_days", in: 1...365)
        everyDays = reader.integer("every_days", in: 1...90)
        upToDays = reader.integer("up_to_days", in: 1...3_650)
        _ = reader.text("basis")
        task = TaskTemplate(reading: reader.section("task"))
        reader.refuseUnknownKeys()
    }

    /// The day since which nobody has seen the client; nil for one who is not active, is in the book, or was never in it.
    func lastSession(
        of client: ClientRecord, _ sessions: [ClassifiedSession], now: WallTime
    ) -> (day: LocalDay, hasAttended: Bool)? {
        guard client.standing == .active else { return nil }
        // From the last one back, once: this is asked of every client of the store.
        var isLatest = true
        var planned: LocalDay?
        for index in sessions.indices.reversed() {
            let outcome = sessions[index].outcome
            guard sessions[index].record.key.start <= now else {
                if outcome == .future { return nil }
                continue
            }
            guard outcome.wasPlanned else { continue }
            if isLatest {
                // In psychiatric care somebody sees them; and whether they came to the last session is asked before anything
                // is said.
                switch outcome {
                case .inCare, .unmarked, .unrecognised: return nil
                default: break
                }
                isLatest = false
                planned = sessions[index].day
            }
            if outcome.isAttended { return (sessions[index].day, true) }
        }
        // Who never came has been waited for since the last session that was planned.
        return planned.map { ($0, false) }
    }

    /// - Parameter cadence: nil when it is not known.
    func drift(since last: (day: LocalDay, hasAttended: Bool), cadence: Cadence?, today: LocalDay) -> Drift? {
        let days = today.days(since: last.day)
        let limit = cadences * (cadence?.days ?? unknownCadenceDays)
        guard days > limit else { return nil }
        return Drift(
            lastOn: last.day, hasAttended: last.hasAttended, days: days, cadence: cadence,
            driftedOn: last.day.adding(days: limit + 1), isListedOnly: days > upToDays)
    }
}

/// How long a client has been away.
package struct Drift: Sendable, Hashable {
    /// The last session that took place, or was planned when none did.
    package var lastOn: LocalDay
    package var hasAttended: Bool
    package var days: Int
    package var cadence: Cadence?
    /// The first day on which they counted as drifted.
    package var driftedOn: LocalDay
    /// Too long away for a follow-up that opens by itself.
    package var isListedOnly: Bool

    /// `nothing is booked, and no session since 3 October; sessions were every week`.
    package func words(seenFrom today: LocalDay) -> String {
        let since =
            hasAttended
            ? "no session since \(lastOn.words(seenFrom: today))"
            : "none of the sessions took place, the last was planned for \(lastOn.words(seenFrom: today))"
        let usual = cadence.map { "; sessions were \($0.words)" } ?? ""
        return "nothing is booked, and \(since)\(usual)"
    }
}

extension ClassifiedSession {
    /// Stands in the book for a time to come.
    package func isBooked(after now: WallTime) -> Bool {
        record.start > now && outcome == .future
    }
}
