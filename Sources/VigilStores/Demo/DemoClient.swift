internal import VigilCore
internal import VigilSQL

/// One client of the demo practice before it becomes rows.
struct DemoClient {
    var id: String
    var name: String
    var bornOn: LocalDay
    var standing = "active"
    var therapist: Int
    var therapistChangedOn: LocalDay?
    var firstContactOn: LocalDay
    var phone: String
    var contactPreference: String?
    var safeToCall: Bool? = true
    var voicemailAllowed: Bool? = true
    var guardianContact: Bool?
    var emergencyContact: Bool?
    var safetyPlan: Bool?
    var pregnant: Bool?
    var deliveredOn: LocalDay?
    var clinicianFlag: Bool?
    var clinicianFlagSince: LocalDay?
    /// MM-DD.
    var anniversary: String?
    var part2 = false

    /// Ascending by start.
    var sessions: [DemoSession] = []
    var contacts: [DemoContact] = []
    var diagnoses: [String] = []
    var screens: [DemoScreen] = []
    var events: [DemoEvent] = []
    var medications: [DemoMedication] = []
    var treatment: DemoTreatment?
    var carePlan: DemoCarePlan?
    var coverage: DemoCoverage?
}

struct DemoSession {
    var start: WallTime
    var day: LocalDay
    var therapist: Int
    var minutes = DemoCalendar.sessionMinutes
    var kind = "individual"
    var status = SessionStatus.scheduled
    var reason: String?
    var cancelledAt: WallTime?

    /// Called off by somebody, so many hours before the start.
    mutating func cancel(_ status: SessionStatus, hoursBefore: Int, reason: String? = nil) {
        self.status = status
        self.reason = reason
        cancelledAt = start.adding(hours: -hoursBefore)
    }

    mutating func mark(_ status: SessionStatus, reason: String? = nil) {
        self.status = status
        self.reason = reason
        cancelledAt = nil
    }
}

struct DemoContact {
    var at: WallTime
    var outcome: ContactRecord.Outcome
    var planDocumented: Bool
}

struct DemoScreen {
    var instrument: String
    var day: LocalDay
    var total: Int?
    var item9: Int?
    var ideation: Int?
    var behaviour: Bool?
}

struct DemoEvent {
    var kind: String
    var day: LocalDay?
    var detail: String?
    var suicideRelated: Bool?
}

struct DemoMedication {
    var drugClass: String
    var status: String
    var day: LocalDay
}

struct DemoTreatment {
    var name: String
    var traumaFocused: Bool
    var sessionsAttended: Int
}

struct DemoCarePlan {
    var cadenceDays: Int?
    var safetyPlanReviewOn: LocalDay?
    var nextStep: String?
}

struct DemoCoverage {
    var payer: String?
    var feeCents: Int?
}

// MARK: - Rows

extension DemoClient {
    var rows: [DemoRow] {
        var rows = [clientRow]
        func add(_ table: DemoTable, _ values: SQLValue...) {
            rows.append(DemoRow(table: table, values: [.text(id)] + values))
        }
        for (index, session) in sessions.enumerated() {
            add(
                .session, .integer(session.start.seconds), .text(rowID(index)),
                .text(Self.therapistID(session.therapist)),
                .integer(session.minutes), .text(session.kind), .text(session.status.rawValue),
                .text(orNull: session.reason), .integer(orNull: session.cancelledAt?.seconds))
        }
        for contact in contacts {
            add(.contact, .integer(contact.at.seconds), .text(contact.outcome.rawValue), .flag(contact.planDocumented))
        }
        for code in diagnoses { add(.diagnosis, .text(code)) }
        for (index, screen) in screens.enumerated() {
            add(
                .screen, .text(rowID(index)), .text(screen.instrument), .text(screen.day.iso), .whole(screen.total),
                .whole(screen.item9), .whole(screen.ideation), .flag(screen.behaviour))
        }
        for (index, event) in events.enumerated() {
            add(
                .event, .text(rowID(index)), .text(event.kind), .day(event.day), .text(orNull: event.detail),
                .flag(event.suicideRelated))
        }
        for (index, entry) in medications.enumerated() {
            add(.medication, .text(rowID(index)), .text(entry.drugClass), .text(entry.status), .text(entry.day.iso))
        }
        if let treatment {
            add(
                .treatment, .text(treatment.name), .flag(treatment.traumaFocused), .integer(treatment.sessionsAttended))
        }
        if let carePlan {
            add(
                .carePlan, .whole(carePlan.cadenceDays), .day(carePlan.safetyPlanReviewOn),
                .text(orNull: carePlan.nextStep))
        }
        if let coverage { add(.coverage, .text(orNull: coverage.payer), .whole(coverage.feeCents)) }
        return rows
    }

    private var clientRow: DemoRow {
        DemoRow(
            table: .client,
            values: [
                .text(id), .text(name), .text(bornOn.iso), .text(standing), .text(Self.therapistID(therapist)),
                .day(therapistChangedOn), .text(firstContactOn.iso), .text(phone), .text(orNull: contactPreference),
                .flag(safeToCall), .flag(voicemailAllowed), .flag(guardianContact), .flag(emergencyContact),
                .flag(safetyPlan), .flag(pregnant), .day(deliveredOn), .flag(clinicianFlag), .day(clinicianFlagSince),
                .text(orNull: anniversary), .flag(part2),
            ])
    }

    private func rowID(_ index: Int) -> String { "\(id)-\(padded(index + 1, 4))" }

    static func therapistID(_ therapist: Int) -> String { "T\(padded(therapist + 1, 2))" }
}

extension SQLValue {
    fileprivate static func flag(_ value: Bool?) -> SQLValue { value.map { .integer($0 ? 1 : 0) } ?? .null }

    fileprivate static func whole(_ value: Int?) -> SQLValue { value.map(SQLValue.integer) ?? .null }

    fileprivate static func day(_ value: LocalDay?) -> SQLValue { .text(orNull: value?.iso) }
}
