import VigilCore

/// Reads one worked example into what the scorer looks at.
///
/// Only what makes an evaluation impossible refuses the example: no index session, or no usable time of evaluation. Anything
/// else that cannot be read is a problem that is reported, and a field of a safety record is `invalid`, which scores up.
struct CaseReader {
    struct Refusal: Error {
        var field: String
        var problem: String
    }

    let object: [String: JSONValue]
    /// Day 0 and the index session's start.
    let day: LocalDay
    let start: WallTime
    let policy: Policy
    private(set) var problems: [DataProblem] = []
    /// What staff were told about why sessions were missed.
    private(set) var reasons: [SessionKey: MissReason] = [:]

    init(object: [String: JSONValue], day: LocalDay, start: WallTime, policy: Policy) {
        self.object = object
        self.day = day
        self.start = start
        self.policy = policy
    }

    mutating func evidence() throws(Refusal) -> Evidence {
        let now = try evaluationTime()
        let clientObject = try client()
        var records: [SessionRecord] = []
        var indexKey: SessionKey?
        for (position, value) in try appointments().enumerated() {
            guard case .object(let appointment) = value else {
                note(.unreadableField)
                continue
            }
            let isIndex = appointment["index"] == .flag(true)
            if isIndex, indexKey != nil {
                throw Refusal(field: "appointments[\(position + 1)].index", problem: "is a second index session")
            }
            guard let time = try sessionStart(appointment, isIndex: isIndex, position: position) else { continue }
            let record = session(appointment, id: "\(position)", start: time)
            if isIndex { indexKey = record.key }
            records.append(record)
        }
        records += bookedSessions()
        let detector = policy.detector
        let sessions = records.sorted { $0.key < $1.key }.map { detector.classify($0, given: reasons[$0.key], at: now) }
        guard let indexKey, let index = sessions.first(where: { $0.record.key == indexKey }) else {
            throw Refusal(field: "appointments", problem: "has no session with index true")
        }
        let contacts = contacts()
        let client = clientRecord(clientObject)
        return Evidence(
            index: index, sessions: sessions, contacts: contacts, client: client,
            clinical: clinicalRecord(clientObject), now: now)
    }

    mutating func note(_ problem: DataProblem) {
        problems.append(problem)
    }

    // MARK: The example itself

    /// Ten years either side; a day count beyond it is a slip.
    static let dayRange = -3_660...3_660
    private static let hourRange = -87_840.0...87_840.0

    private mutating func evaluationTime() throws(Refusal) -> WallTime {
        let field = "evaluate_hours_after_index"
        // Absent: as at the session's start, when nothing later can have resolved it.
        guard !object[field].isAbsent else {
            note(.unreadableField)
            return start
        }
        guard let seconds = Self.seconds(object[field]), seconds >= 0 else {
            throw Refusal(field: field, problem: "is not a number of hours from 0 on")
        }
        return start.adding(seconds: seconds)
    }

    private func client() throws(Refusal) -> [String: JSONValue] {
        guard !object["client"].isAbsent else { return [:] }
        guard case .object(let client) = object["client"] else {
            throw Refusal(field: "client", problem: "is not an object")
        }
        return client
    }

    private func appointments() throws(Refusal) -> [JSONValue] {
        guard case .list(let appointments) = object["appointments"] else {
            throw Refusal(field: "appointments", problem: "is missing or not a list")
        }
        return appointments
    }

    static func seconds(_ value: JSONValue?) -> Int? {
        guard case .number(let hours) = value, hourRange.contains(hours) else { return nil }
        return Int((hours * 3_600).rounded())
    }

    /// The list under `key`; an empty one when absent. A list that is something else counts as one unreadable item.
    mutating func items(_ key: String, of object: [String: JSONValue]) -> [JSONValue] {
        guard !object[key].isAbsent else { return [] }
        guard case .list(let items) = object[key] else {
            note(.unreadableField)
            return [.unreadable]
        }
        return items.filter { $0 != .null }
    }

    /// The object in a list; an item that is something else counts as an object whose every field is unreadable.
    mutating func fields(_ value: JSONValue) -> [String: JSONValue]? {
        if case .object(let fields) = value { return fields }
        note(.unreadableField)
        return nil
    }

    func day(_ value: JSONValue?) -> Reading<LocalDay> {
        value.integer(in: -36_600...Self.dayRange.upperBound).map { day.adding(days: $0) }
    }

    // MARK: Sessions and contacts

    /// - Returns: nil, and a problem, for a session that nobody can place in time.
    private mutating func sessionStart(
        _ appointment: [String: JSONValue], isIndex: Bool, position: Int
    ) throws(Refusal) -> WallTime? {
        let offset = appointment["day"].integer(in: Self.dayRange)
        if isIndex {
            guard offset.isAbsent || offset.value == 0 else {
                throw Refusal(field: "appointments[\(position + 1)].day", problem: "is not 0, the index session's day")
            }
            return start
        }
        if let seconds = Self.seconds(appointment["hours_after_index"]) { return start.adding(seconds: seconds) }
        if !appointment["hours_after_index"].isAbsent { note(.unreadableField) }
        guard let offset = offset.value else {
            note(.unreadableField)
            return nil
        }
        return sameTime(on: day.adding(days: offset))
    }

    private func sameTime(on other: LocalDay) -> WallTime {
        policy.zone.time(on: other, secondOfDay: policy.zone.secondOfDay(of: start))
    }

    private mutating func session(_ appointment: [String: JSONValue], id: String, start: WallTime) -> SessionRecord {
        let status = status(appointment["status"])
        // A cancellation in time is final in these examples, long before any notice period, unless they say when it was.
        var cancelledAt = status == .clientCancel ? start.adding(hours: -8_784) : nil
        if let seconds = Self.seconds(appointment["cancelled_hours_before"]) {
            cancelledAt = start.adding(seconds: -seconds)
        } else if !appointment["cancelled_hours_before"].isAbsent {
            cancelledAt = nil
        }
        let key = SessionKey(id: id, start: start)
        if let told = appointment["told_reason"].text.value.flatMap(MissReason.init(rawValue:)) {
            reasons[key] = told
        } else if !appointment["told_reason"].isAbsent {
            note(.unreadableField)
        }
        var kind = "individual"
        switch appointment["kind"].text {
        case .value(let text): kind = text
        case .absent: break
        case .invalid: note(.unreadableField)
        }
        return SessionRecord(
            key: key, therapist: nil, durationMinutes: appointment["minutes"].integer(in: 1...1_440).value ?? 50,
            status: status, rawStatus: "", reason: reason(appointment["reason"]), cancelledAt: cancelledAt, kind: kind)
    }

    private mutating func status(_ value: JSONValue?) -> SessionStatus {
        switch value.text.value {
        case "attended": return .attended
        case "no_show", "missed": return .missed
        case "late_cancel": return .lateCancel
        case "client_cancel": return .clientCancel
        case "provider_cancel": return .providerCancel
        case "excused": return .excused
        case "scheduled": return .scheduled
        case "arrived": return .arrived
        case "left_unseen": return .leftUnseen
        case "rescheduled": return .rescheduled
        case "entered_in_error": return .enteredInError
        default:
            note(.unrecognisedStatus)
            return .unrecognised
        }
    }

    private mutating func reason(_ value: JSONValue?) -> SessionReason {
        switch value.text {
        case .absent: return .none
        case .invalid:
            note(.unreadableField)
            return .none
        case .value("psychiatric_admission"): return .psychiatricAdmission
        case .value("weather_closure"), .value("illness_told_in_advance"), .value("outage"), .value("custody"),
            .value("hospital"):
            return .involuntary
        case .value("too_stressful"), .value("too stressful"): return .tooStressful
        case .value: return .other
        }
    }

    private mutating func bookedSessions() -> [SessionRecord] {
        var records: [SessionRecord] = []
        for (position, value) in items("future_appointment_days", of: object).enumerated() {
            guard let offset = JSONValue?(value).integer(in: Self.dayRange).value else {
                note(.unreadableField)
                continue
            }
            let key = SessionKey(id: "booked \(position)", start: sameTime(on: day.adding(days: offset)))
            records.append(
                SessionRecord(key: key, therapist: nil, durationMinutes: 50, status: .scheduled, rawStatus: ""))
        }
        return records
    }

    /// The scorer itself leaves out what lies after `now`.
    private mutating func contacts() -> [ContactRecord] {
        var contacts: [ContactRecord] = []
        for item in items("contacts_after_index", of: object) {
            guard let contact = fields(item) else { continue }
            guard let seconds = Self.seconds(contact["hours_after"]) else {
                // Nobody knows when: it resolves nothing.
                note(.unreadableField)
                continue
            }
            let outcome = contact["outcome"].text.value.flatMap(ContactRecord.Outcome.init(rawValue:)) ?? .unlisted
            if outcome == .unlisted { note(.unreadableField) }
            let plan = contact["plan_documented"].flag
            if plan.isInvalid { note(.unreadableField) }
            contacts.append(
                ContactRecord(
                    at: start.adding(seconds: seconds), outcome: outcome, planDocumented: plan.value ?? false))
        }
        return contacts
    }
}
