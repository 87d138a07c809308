/// Reads a store's status as an outcome at a given time, by clinical.md section 4.
///
/// "Missed" is made by the clock, not by a row: nothing in a store changes when a session passes its time. So every answer
/// is for a `now`, and comes with the next time at which it may be another.
package struct MissDetector: Sendable {
    package let rules: DetectionRules
    package let zone: Zone
    package let hours: WorkingHours

    package init(rules: DetectionRules, zone: Zone, hours: WorkingHours) {
        self.rules = rules
        self.zone = zone
        self.hours = hours
    }

    /// How far an unmarked session has come.
    package enum Stage: Int, Sendable, Comparable {
        /// Started, and it is too early to ask.
        case waiting
        /// Time to ask the therapist and the front desk "did X come?".
        case ask
        /// Missed for clients with a floor; for the others the question stays open.
        case missedWithFloor
        /// Missed for everyone.
        case missed

        package static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// The outcome of `record` at `now`; an unmarked session in the stage `missedWithFloor` stays `unmarked` here, since
    /// only the scorer knows floors.
    ///
    /// - Parameter given: the reason that staff recorded with vigil, which is verified: an involuntary one excuses the session,
    ///   whatever its status, unless the client came.
    package func classify(
        _ record: SessionRecord, given: MissReason? = nil, at now: WallTime
    ) -> ClassifiedSession {
        classify(record, given: given, at: now, lastDayOver: nil)
    }

    /// - Parameter lastDayOver: what `lastDayOver(at:)` gives for `now`; nil works each session's limit out by itself.
    func classify(
        _ record: SessionRecord, given: MissReason?, at now: WallTime, lastDayOver: LocalDay?
    ) -> ClassifiedSession {
        var session = classifyByStatus(record, at: now, lastDayOver)
        session.given = given
        session.isInvoluntary =
            record.reason == .involuntary || record.reason == .psychiatricAdmission
            || given.map(rules.involuntaryReasons.contains) ?? false
        guard let given, rules.involuntaryReasons.contains(given) else { return session }
        switch session.outcome {
        case .missed, .missedUnmarked, .lateCancel, .unmarked, .unrecognised:
            session.outcome = .excused
            session.basis = nil
        default: break
        }
        return session
    }

    /// The last day of which the next working day has ended at `now`: the limit of its sessions needs no calendar.
    func lastDayOver(at now: WallTime) -> LocalDay? {
        let today = zone.day(of: now)
        // The next working day never comes earlier for a later day, so all days before it are over too.
        return (1...Self.mostDaysBack).lazy.map { today.adding(days: -$0) }.first { day in
            hours.end(of: hours.nextWorkingDay(after: day), in: zone) <= now
        }
    }

    /// Longer than any row of holidays; without an answer nothing but time is lost.
    private static let mostDaysBack = 60

    private func classifyByStatus(
        _ record: SessionRecord, at now: WallTime, _ lastDayOver: LocalDay?
    ) -> ClassifiedSession {
        let day = zone.day(of: record.start)
        func result(_ outcome: Outcome, _ basis: MissBasis? = nil) -> ClassifiedSession {
            ClassifiedSession(record: record, outcome: outcome, basis: basis, day: day)
        }
        let hasStarted = record.start <= now
        if record.reason == .psychiatricAdmission, record.status != .attended, record.status != .enteredInError {
            return result(hasStarted || record.status != .scheduled ? .inCare : .future)
        }
        switch record.status {
        case .clientCancel: return cancelledByClient(record, result)
        case .lateCancel: return result(.lateCancel, .lateCancel)
        case .providerCancel: return result(.cancelledByProvider)
        case .excused: return result(.excused)
        case .rescheduled: return result(.rescheduled)
        case .enteredInError: return result(.enteredInError)
        // A mark on a session that has not begun is somebody's slip; until it begins it is a booked session.
        case _ where !hasStarted: return result(.future)
        case .attended: return result(.attended)
        case .arrived: return result(.attendedWeakly)
        case .missed: return result(.missed, .recorded)
        case .leftUnseen: return result(.missed, .leftUnseen)
        case .scheduled, .unrecognised:
            if isMissed(record, on: day, at: now, lastDayOver) { return result(.missedUnmarked, .neverRecorded) }
            return result(record.status == .unrecognised ? .unrecognised : .unmarked)
        }
    }

    private func cancelledByClient(
        _ record: SessionRecord, _ result: (Outcome, MissBasis?) -> ClassifiedSession
    ) -> ClassifiedSession {
        let notice = record.cancelledAt.map { record.start.seconds(since: $0) }
        if let notice, notice >= Int64(rules.noticeHours) * 3_600 { return result(.cancelledInTime, nil) }
        // Inside the notice period, or nobody wrote down when: an involuntary reason wins, else it is late (I29: up, not down).
        return record.reason == .involuntary ? result(.excused, nil) : result(.lateCancel, .lateCancel)
    }

    private func isMissed(
        _ record: SessionRecord, on day: LocalDay, at now: WallTime, _ lastDayOver: LocalDay?
    ) -> Bool {
        if let lastDayOver, day <= lastDayOver { return now >= limitWithFloor(of: record) }
        return stage(of: record, at: now) == .missed
    }

    /// The stage of a session that nobody marked.
    package func stage(of record: SessionRecord, at now: WallTime) -> Stage {
        let limits = limits(of: record)
        if now >= limits.missed { return .missed }
        if now >= limits.missedWithFloor { return .missedWithFloor }
        return now >= limits.ask ? .ask : .waiting
    }

    /// The first limit of an unmarked session that lies after `now`; nil when all have passed.
    package func nextLimit(of record: SessionRecord, after now: WallTime) -> WallTime? {
        let limits = limits(of: record)
        return [record.start, limits.ask, limits.missedWithFloor, limits.missed].first { $0 > now }
    }

    private func limits(of record: SessionRecord) -> (ask: WallTime, missedWithFloor: WallTime, missed: WallTime) {
        let ask = record.start.adding(minutes: rules.askAfterMinutes)
        let next = hours.nextWorkingDay(after: zone.day(of: record.start))
        let withFloor = limitWithFloor(of: record)
        return (ask, withFloor, max(withFloor, hours.end(of: next, in: zone)))
    }
}

extension MissDetector {
    private func limitWithFloor(of record: SessionRecord) -> WallTime {
        max(
            record.start.adding(minutes: rules.missedWithFloorMinutes),
            record.start.adding(minutes: record.durationMinutes + rules.missedWithFloorMinutesAfterEnd))
    }
}

/// The numbers of clinical.md section 4; from `detection:` in the policy.
package struct DetectionRules: Sendable, Hashable {
    package var noticeHours: Int
    package var askAfterMinutes: Int
    package var missedWithFloorMinutes: Int
    package var missedWithFloorMinutesAfterEnd: Int
    /// Another session attended within this time after the start resolves a miss.
    package var resolvedWithinHours: Int
    /// A session called off owes continuity only when nothing is booked for this long.
    package var continuityBookedDays: Int
    /// More corrections than one in this time, and a person must confirm.
    package var flipWindowHours: Int
    /// More `now` follow-ups corrected in one poll than this, and a person must confirm.
    package var maxNowCorrectionsPerPoll: Int
    /// Reasons that are nobody's choice: recorded by staff, they excuse the session from then on.
    package var involuntaryReasons: Set<MissReason>

    package init(reading reader: ConfigReader) {
        noticeHours = reader.integer("notice_hours", in: 0...336)
        askAfterMinutes = reader.integer("ask_after_minutes", in: 0...1_440)
        missedWithFloorMinutes = reader.integer("missed_with_floor_minutes", in: 0...1_440)
        missedWithFloorMinutesAfterEnd = reader.integer("missed_with_floor_minutes_after_end", in: 0...1_440)
        resolvedWithinHours = reader.integer("resolved_within_hours", in: 0...336)
        continuityBookedDays = reader.integer("continuity_booked_days", in: 0...365)
        flipWindowHours = reader.integer("flip_window_hours", in: 0...336)
        maxNowCorrectionsPerPoll = reader.integer("max_now_corrections_per_poll", in: 0...1_000)
        involuntaryReasons = Set(reader.choices("involuntary_reasons", MissReason.self))
        // Words that need a conversation must never be read as an excuse that ends it.
        for reason in [MissReason.tooStressful, .doesNotWantToContinue] where involuntaryReasons.contains(reason) {
            reader.issue(
                "\(reader.name("involuntary_reasons")): '\(reason.rawValue)' asks for a conversation, not for an excuse"
            )
        }
        reader.refuseUnknownKeys()
    }
}
