/// How a client came to the sessions around the index session: what the rules of attendance are made of.
///
/// By position, from the index session outwards: a full reconcile asks this of every missed session that the store holds, and
/// nothing here makes a list or copies a session.
extension Evidence {
    /// Misses before the index session.
    package struct PriorMissed: Sendable, Hashable {
        /// In half misses, so that a late cancel is a whole number.
        package var halves = 0
        package var newest: LocalDay?
    }

    /// Misses that began before the index session, on one of the `days` days before its day.
    package func priorMissed(withinDays days: Int, lateCancelHalves: Int) -> PriorMissed {
        let sessions = sessions
        var found = PriorMissed()
        var index = countBefore
        while index > 0 {
            index -= 1
            let day = sessions[index].day
            guard self.day.days(since: day) <= days else { break }
            let outcome = sessions[index].outcome
            guard outcome.isMiss else { continue }
            found.halves += outcome == .lateCancel ? lateCancelHalves : 2
            found.newest = found.newest ?? day
        }
        return found
    }

    /// Of the last `count` counted sessions, the index session included: how many there are, and how many were missed.
    package func missed(ofLast count: Int) -> (missed: Int, counted: Int) {
        let sessions = sessions
        var missed = isScoredMiss ? 1 : 0
        var counted = self.index.outcome.isCounted ? 1 : 0
        var index = countBefore
        while index > 0, counted < count {
            index -= 1
            let outcome = sessions[index].outcome
            guard outcome.isCounted else { continue }
            counted += 1
            if outcome.isMiss { missed += 1 }
        }
        return (missed, counted)
    }

    /// Sessions attended before the index session, `limit` at most: the rules ask whether there were a few.
    package func attendedBefore(upTo limit: Int) -> Int {
        let sessions = sessions
        var attended = 0
        for index in 0..<countBefore where sessions[index].outcome.isAttended {
            attended += 1
            if attended >= limit { break }
        }
        return attended
    }

    /// The days on which the client came before the index session, ascending.
    package var daysAttendedBefore: [LocalDay] {
        let sessions = sessions
        var days: [LocalDay] = []
        days.reserveCapacity(countBefore)
        for index in 0..<countBefore where sessions[index].outcome.isAttended { days.append(sessions[index].day) }
        return days
    }

    /// The last session before the index session in time of which `holds` is true.
    package func lastBefore(where holds: (Outcome) -> Bool) -> (day: LocalDay, outcome: Outcome)? {
        let sessions = sessions
        var index = countBefore
        while index > 0 {
            index -= 1
            let outcome = sessions[index].outcome
            if holds(outcome) { return (sessions[index].day, outcome) }
        }
        return nil
    }

    /// Whether a session stands in the book for one of the `days` days after the session.
    ///
    /// A session that has meanwhile taken place or been missed was booked; one that was called off is not.
    package func isBooked(withinDays days: Int) -> Bool {
        let sessions = sessions
        let start = index.record.start
        for position in countBefore..<sessions.count where sessions[position].record.key.start > start {
            guard sessions[position].day.days(since: day) <= days else { return false }
            switch sessions[position].outcome {
            case .future, .attended, .attendedWeakly, .missed, .missedUnmarked, .unmarked, .unrecognised: return true
            default: break
            }
        }
        return false
    }
}
