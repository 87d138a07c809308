/// How often a client and their therapist plan to meet.
package struct Cadence: Sendable, Hashable, Codable {
    package enum Source: String, Sendable, Hashable, Codable {
        /// Written in the care plan.
        case plan
        /// The usual distance between the client's own bookings.
        case usual
    }

    /// Days from one session to the next.
    package var days: Int
    package var source: Source

    package init(days: Int, source: Source) {
        self.days = days
        self.source = source
    }

    /// The plan's word, else what the client's bookings up to `today` show; nil when neither is known.
    ///
    /// Bookings and not visits: what was planned does not become rarer because a client could not come, or because the practice
    /// called off.
    static func of(
        _ sessions: [ClassifiedSession], plan: CarePlan?, today: LocalDay, rules: CadenceRules
    ) -> Cadence? {
        if let days = plan?.cadenceDays.value { return Cadence(days: days, source: .plan) }
        var days: [LocalDay] = []
        days.reserveCapacity(rules.ofLast + 1)
        // From the last one back: no more are needed than the policy looks at.
        for index in sessions.indices.reversed() where days.count <= rules.ofLast {
            let day = sessions[index].day
            if day <= today, sessions[index].outcome.wasPlanned, days.last != day { days.append(day) }
        }
        guard days.count > rules.needsGaps else { return nil }
        let gaps = zip(days, days.dropFirst()).map { $0.days(since: $1) }.sorted()
        // The shorter of two middle ones: whoever is missed sooner is looked for sooner.
        return Cadence(days: gaps[(gaps.count - 1) / 2], source: .usual)
    }

    /// `every week`, `every 2 weeks`, `every 10 days`.
    package var words: String {
        if days == 1 { return "every day" }
        if days == 7 { return "every week" }
        return days % 7 == 0 ? "every \(days / 7) weeks" : "every \(days) days"
    }
}

/// From how many bookings the usual distance is taken; `care.cadence` in the policy.
package struct CadenceRules: Sendable, Hashable {
    package var needsGaps: Int
    package var ofLast: Int

    init(reading reader: ConfigReader) {
        needsGaps = reader.integer("needs_gaps", in: 1...50)
        ofLast = reader.integer("of_last", in: 1...100)
        _ = reader.text("basis")
        if needsGaps > ofLast { reader.issue("\(reader.path): needs_gaps cannot be more than of_last") }
        reader.refuseUnknownKeys()
    }
}

extension Outcome {
    /// Stood in the book for that day: not one that was moved elsewhere or entered by mistake.
    package var wasPlanned: Bool {
        switch self {
        case .rescheduled, .enteredInError, .vanished: false
        default: true
        }
    }
}
