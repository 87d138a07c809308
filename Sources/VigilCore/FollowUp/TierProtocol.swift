/// What a tier asks for: who, what, by when (clinical.md section 6).
package struct TierProtocol: Sendable, Hashable {
    /// `Contact now`; never a word about danger.
    package var label: String
    package var owner: Role
    /// The tasks of a new follow-up; the first one's due time is the follow-up's "contact by".
    package var tasks: [TaskTemplate]
    /// For `now`: what the practice does when 24 hours of attempts fail. A policy without it cannot be approved.
    package var whenNotReached: String

    package init(reading reader: ConfigReader) {
        label = reader.text("label")
        owner = reader.choice("owner", Role.self)
        tasks = reader.sections("tasks").map { TaskTemplate(reading: $0) }
        if tasks.isEmpty { reader.issue("\(reader.path) needs at least one task") }
        whenNotReached = reader.text("when_not_reached", default: "")
        reader.refuseUnknownKeys()
    }
}

/// A task before it has a follow-up.
package struct TaskTemplate: Sendable, Hashable {
    package var id: RuleID
    package var role: Role
    package var say: String
    package var due: DueRule

    package init(id: RuleID, role: Role, say: String, due: DueRule) {
        self.id = id
        self.role = role
        self.say = say
        self.due = due
    }

    package init(reading reader: ConfigReader) {
        let text = reader.text("id")
        let id = RuleID(policyKey: text)
        if id == nil { reader.issue("a task's id is 1 to 48 characters of a-z, 0-9 and _") }
        self.id = id ?? "unnamed"
        role = reader.choice("role", Role.self)
        say = reader.text("say")
        due = DueRule(reading: reader.section("due"))
        reader.refuseUnknownKeys()
    }
}

/// Who does a task. The roles of ux.md that act on follow-ups.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case therapist
    /// The front desk.
    case careCoordinator = "care_coordinator"
    case onCall = "on_call"
    case clinicalLead = "clinical_lead"
    case privacyOfficer = "privacy_officer"
    /// Installs and configures; sees no client data.
    case admin
    case auditor

    package var isClinician: Bool { self == .therapist || self == .onCall || self == .clinicalLead }
}

/// When a task is due, counted from detection.
package enum DueRule: Sendable, Hashable {
    /// Hours on the wall clock.
    case hours(Int)
    /// Within so many hours and before closing; raised out of hours, when the clock next shows the given minute.
    case sameWorkingDay(hours: Int, outOfHoursMinute: Int)
    case endOfNextWorkingDay

    enum Kind: String, CaseIterable {
        case hours
        case sameWorkingDay = "same_working_day"
        case endOfNextWorkingDay = "end_of_next_working_day"
    }

    package init(reading reader: ConfigReader) {
        switch reader.choice("rule", Kind.self) {
        case .hours: self = .hours(reader.integer("hours", in: 0...8_760))
        case .sameWorkingDay:
            self = .sameWorkingDay(
                hours: reader.integer("hours", in: 0...24), outOfHoursMinute: reader.minuteOfDay("out_of_hours_at"))
        case .endOfNextWorkingDay: self = .endOfNextWorkingDay
        }
        reader.refuseUnknownKeys()
    }

    package func due(from detection: WallTime, zone: Zone, hours: WorkingHours) -> WallTime {
        switch self {
        case .hours(let count): return detection.adding(hours: count)
        case .sameWorkingDay(let count, let outOfHoursMinute):
            let day = zone.day(of: detection)
            guard hours.isOpen(at: detection, in: zone) else {
                // The next time that the clock shows it: at 3am that is this morning, not tomorrow's.
                let today = zone.time(on: day, secondOfDay: outOfHoursMinute * 60)
                return today > detection
                    ? today : zone.time(on: day.adding(days: 1), secondOfDay: outOfHoursMinute * 60)
            }
            return min(detection.adding(hours: count), hours.end(of: day, in: zone))
        case .endOfNextWorkingDay:
            return hours.end(of: hours.nextWorkingDay(after: zone.day(of: detection)), in: zone)
        }
    }
}
