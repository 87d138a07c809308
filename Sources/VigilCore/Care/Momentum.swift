/// How the work has been going: sessions that took place against those planned, and the time since the last one.
///
/// A description for the therapist, and nobody's fault: what the practice called off, or was excused, was not the client's to
/// keep and is taken out of what was planned.
package struct Momentum: Sendable, Hashable, Codable {
    package enum Trend: String, Sendable, Hashable, Codable {
        case rising, steady, falling
        /// Too little was planned to say.
        case notKnown = "not_known"
    }

    /// Weeks looked at, up to the day on which it was worked out.
    package var weeks: Int
    package var until: LocalDay
    package var attended: Int
    /// By the cadence, less what the practice called off or was excused; nil when the cadence is not known.
    package var planned: Int?
    package var cadence: Cadence?
    package var lastAttendedOn: LocalDay?
    /// Whole days since then, whoever called off in between.
    package var daysSinceLast: Int?
    package var trend: Trend
    /// By the policy's rule.
    package var isLost: Bool

    /// Whole weeks since the last attended session.
    package var weeksSinceLast: Int? { daysSinceLast.map { $0 / 7 } }

    /// `has come to 3 of 8 planned sessions in the last 8 weeks; last here on 3 November, 3 weeks ago`.
    package func words(seenFrom today: LocalDay) -> String {
        let last: String
        if let lastAttendedOn {
            // Read later, it is longer ago.
            let weeks = today.days(since: lastAttendedOn) / 7
            let ago = weeks == 0 ? "" : weeks == 1 ? ", a week ago" : ", \(weeks) weeks ago"
            last = "last here on \(lastAttendedOn.words(seenFrom: today))\(ago)"
        } else {
            last = "has not been here yet"
        }
        let span =
            until == today
            ? "in the last \(weeks) weeks" : "in the \(weeks) weeks until \(until.words(seenFrom: today))"
        guard let planned else {
            let times = attended == 1 ? "once" : "\(attended) times"
            return "has come \(times) \(span); \(last)"
        }
        return "has come to \(attended) of \(planned) planned sessions \(span); \(last)"
    }
}

/// When momentum counts as lost, and when a return is planned; `care.momentum` in the policy.
package struct MomentumRules: Sendable, Hashable {
    package var weeks: Int
    /// Lost when no more than this share of the planned sessions took place …
    package var atMostPercent: Int
    /// … of at least so many planned …
    package var plannedAtLeast: Int
    /// … and the last one is so many cadences ago.
    package var sinceLastCadences: Int
    package var basis: String
    /// Days since the last attended session after which a return is planned.
    package var returnAfterDays: Int
    package var returnTask: TaskTemplate

    init(reading reader: ConfigReader) {
        weeks = reader.integer("weeks", in: 2...52)
        let lost = reader.section("lost")
        atMostPercent = lost.integer("attended_at_most_percent", in: 0...100)
        plannedAtLeast = lost.integer("of_planned_at_least", in: 1...100)
        sinceLastCadences = lost.integer("since_last_cadences", in: 1...20)
        basis = lost.text("basis")
        lost.refuseUnknownKeys()
        let plan = reader.section("plan_the_return")
        returnAfterDays = plan.integer("after_days", in: 1...365)
        _ = plan.text("basis")
        returnTask = TaskTemplate(reading: plan.section("task"))
        plan.refuseUnknownKeys()
        reader.refuseUnknownKeys()
    }

    /// - Parameter today: the day from which the weeks are counted back, that day included.
    package func momentum(
        of sessions: [ClassifiedSession], cadence: Cadence?, today: LocalDay
    ) -> Momentum {
        let begin = today.adding(days: 1 - 7 * weeks)
        var past: [Past] = []
        past.reserveCapacity(sessions.count)
        for index in sessions.indices where sessions[index].day <= today {
            let outcome = sessions[index].outcome
            if outcome.wasPlanned, outcome != .future { past.append(Past(day: sessions[index].day, outcome: outcome)) }
        }
        let last = past.last { $0.outcome.isAttended }?.day
        let since = last.map { today.days(since: $0) }
        let whole = Span(from: max(begin, past.first?.day ?? begin), until: today)
        let attended = whole.attended(past)
        let planned = cadence.map { whole.planned(past, $0) }
        var isLost = false
        if let planned, let cadence, let since {
            isLost =
                planned >= plannedAtLeast && attended * 100 <= atMostPercent * planned
                && since >= sinceLastCadences * cadence.days
        }
        return Momentum(
            weeks: weeks, until: today, attended: attended, planned: planned, cadence: cadence, lastAttendedOn: last,
            daysSinceLast: since, trend: trend(past, whole, cadence), isLost: isLost)
    }

    /// A session that has passed, as far as momentum looks at it.
    private struct Past {
        var day: LocalDay
        var outcome: Outcome
    }

    /// The later half against the earlier one, each against what was planned in it.
    private func trend(_ past: [Past], _ whole: Span, _ cadence: Cadence?) -> Momentum.Trend {
        guard let cadence else { return .notKnown }
        let middle = whole.until.adding(days: -(whole.until.days(since: whole.from) + 1) / 2)
        let earlier = Span(from: whole.from, until: middle)
        let later = Span(from: middle.adding(days: 1), until: whole.until)
        let (before, now) = (earlier.planned(past, cadence), later.planned(past, cadence))
        guard before > 0, now > 0 else { return .notKnown }
        // a/b against c/d without a fraction.
        let (left, right) = (earlier.attended(past) * now, later.attended(past) * before)
        return left == right ? .steady : left < right ? .rising : .falling
    }

    private struct Span {
        var from: LocalDay
        var until: LocalDay

        private func holds(_ session: Past) -> Bool { session.day >= from && session.day <= until }

        func attended(_ sessions: [Past]) -> Int {
            sessions.count { holds($0) && $0.outcome.isAttended }
        }

        /// By the cadence, less what was not the client's to keep; never less than what took place.
        func planned(_ sessions: [Past], _ cadence: Cadence) -> Int {
            let days = until.days(since: from) + 1
            let byCadence = (days + cadence.days - 1) / cadence.days
            let notTheirs = sessions.count { holds($0) && $0.outcome.isNotTheClients }
            return max(byCadence - notTheirs, attended(sessions), 0)
        }
    }
}

extension Outcome {
    /// Called off by the practice, or excused: never held against the client.
    package var isNotTheClients: Bool {
        switch self {
        case .cancelledByProvider, .excused, .inCare: true
        default: false
        }
    }
}
