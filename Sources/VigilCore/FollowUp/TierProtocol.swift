/// What a tier asks for: who, what, by when (clinical.md section 6).
package struct TierProtocol: Sendable, Hashable {
    /// `Contact now`; never a word about danger.
    package var label: String
    package var owner: Role
    /// The tasks of a new follow-up; the first one's due time is the follow-up's "contact by".
    package var tasks: [TaskTemplate]
    /// The least that is tried, and what is asked for once it has been and the client was not reached.
    package var effort: Effort
    package var whenEffortMade: TaskTemplate
    /// The tier that it becomes by time alone; nil for none.
    package var promotion: Promotion?
    /// For `now`: what the practice does when 24 hours of attempts fail. A policy without it cannot be approved.
    package var whenNotReached: String

    package init(reading reader: ConfigReader) {
        label = reader.text("label")
        owner = reader.choice("owner", Role.self)
        tasks = reader.sections("tasks").map { TaskTemplate(reading: $0) }
        if tasks.isEmpty { reader.issue("\(reader.path) needs at least one task") }
        // Something is always left to do until a person ends the follow-up.
        if !tasks.isEmpty, tasks.allSatisfy({ $0.done == .firstAttempt }) {
            reader.issue("\(reader.path).tasks: at least one task must outlast the first attempt")
        }
        effort = Effort(reading: reader.section("effort"))
        whenEffortMade = TaskTemplate(reading: reader.section("when_effort_made"))
        promotion = reader.has("becomes") ? Promotion(reading: reader.section("becomes")) : nil
        whenNotReached = reader.text("when_not_reached", default: "")
        reader.refuseUnknownKeys()
    }
}

/// When a follow-up rises by time alone: nobody is to be forgotten in a quiet tier.
package struct Promotion: Sendable, Hashable {
    package enum Condition: String, Sendable, Hashable, CaseIterable {
        /// Nobody has spoken with the client.
        case noContact = "no_contact"
        /// No session of the client is booked.
        case nothingBooked = "nothing_booked"
    }

    package var tier: Tier
    package var afterDays: Int
    package var condition: Condition
    /// Where the number comes from.
    package var basis: String

    init(reading reader: ConfigReader) {
        tier = reader.choice("tier", Tier.self)
        afterDays = reader.integer("after_days", in: 1...90)
        condition = reader.choice("if", Condition.self)
        basis = reader.text("basis")
        if tier == .now {
            reader.issue("\(reader.path): time alone makes no follow-up one to make now; that needs a finding")
        }
        reader.refuseUnknownKeys()
    }
}

/// A task before it has a follow-up.
package struct TaskTemplate: Sendable, Hashable {
    /// What ends a task by itself.
    package enum Done: String, Sendable, Hashable, CaseIterable {
        /// The first attempt, whatever came of it.
        case firstAttempt = "first_attempt"
        /// The tier's effort has been made.
        case effort
        /// Only a person, or the end of the follow-up.
        case person
    }

    package var id: RuleID
    package var role: Role
    package var say: String
    package var due: DueRule
    package var done: Done
    /// Needed only while nobody has spoken with the client.
    package var onlyIfNotReached: Bool
    /// Due at once after so many failed attempts, whatever `due` says.
    package var dueAfterFailedAttempts: Int?

    package init(id: RuleID, role: Role, say: String, due: DueRule, done: Done = .person) {
        self.id = id
        self.role = role
        self.say = say
        self.due = due
        self.done = done
        onlyIfNotReached = false
    }

    package init(reading reader: ConfigReader) {
        let text = reader.text("id")
        let id = RuleID(policyKey: text)
        if id == nil { reader.issue("a task's id is 1 to 48 characters of a-z, 0-9 and _") }
        self.id = id ?? "unnamed"
        role = reader.choice("role", Role.self)
        say = reader.text("say")
        due = DueRule(reading: reader.section("due"))
        done = reader.choice("done", Done.self, default: .person)
        onlyIfNotReached = reader.flag("only_if_not_reached", default: false)
        dueAfterFailedAttempts =
            reader.has("due_after_failed_attempts") ? reader.integer("due_after_failed_attempts", in: 1...20) : nil
        reader.refuseUnknownKeys()
    }
}

extension TaskTemplate {
    /// The task as it is asked for at `now`; it has no follow-up yet.
    func task(from now: WallTime, zone: Zone, hours: WorkingHours) -> FollowUpTask {
        FollowUpTask(kind: id, role: role, say: say, due: due.due(from: now, zone: zone, hours: hours))
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
