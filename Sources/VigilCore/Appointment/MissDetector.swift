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
        var session = classifyByStatus(record, at: now)
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

    private func classifyByStatus(_ record: SessionRecord, at now: WallTime) -> ClassifiedSession {
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
            if stage(of: record, at: now) == .missed { return result(.missedUnmarked, .neverRecorded) }
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
        let afterStart = record.start.adding(minutes: rules.missedWithFloorMinutes)
        let afterEnd = record.start.adding(minutes: record.durationMinutes + rules.missedWithFloorMinutesAfterEnd)
        let next = hours.nextWorkingDay(after: zone.day(of: record.start))
        let withFloor = max(afterStart, afterEnd)
        return (ask, withFloor, max(withFloor, hours.end(of: next, in: zone)))
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
