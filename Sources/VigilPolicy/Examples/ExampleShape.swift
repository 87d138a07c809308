import VigilCore

/// What may stand where under `given` of an example, and what `CaseReader` calls it: the clinic's words on the left.
indirect enum ExampleShape: Sendable {
    /// A scalar, or whatever a test of unreadable values wants to put there.
    case any
    case list(ExampleShape)
    case map([String: (key: String, shape: ExampleShape)])

    /// Keys that are called the same on both sides.
    private static func same(_ keys: [String], _ more: [String: (key: String, shape: ExampleShape)] = [:])
        -> ExampleShape
    {
        .map(Dictionary(keys.map { ($0, ($0, ExampleShape.any)) }, uniquingKeysWith: { $1 }).merging(more) { $1 })
    }

    private static let sessionKeys = ["status", "reason", "kind", "minutes", "cancelled_hours_before", "told_reason"]

    static let client = same(
        [
            "age", "days_since_first_contact", "standing", "pregnant", "days_postpartum", "safety_plan_on_file",
            "emergency_contact_on_file", "guardian_contact_on_file", "therapist_change_day", "trauma_anniversary_day",
        ],
        [
            "diagnoses": ("diagnoses", .list(.any)),
            "attempts": ("attempts", .list(same(["day", "type"]))),
            "self_injury": ("nssi", .list(same(["day"]))),
            "admissions": ("admissions", .list(same(["discharge_day", "kind", "suicide_related"]))),
            "ed_visits": ("ed_visits", .list(same(["day", "suicide_related"]))),
            "medication": ("medication", .list(same(["class", "status", "day"]))),
            "clinician_flag": ("high_risk_flag", same(["active", "since_day"])),
            "treatment": ("treatment", same(["protocol", "trauma_focused", "protocol_sessions_attended"])),
            "care_plan": ("care_plan", same(["cadence_days", "safety_plan_review_day", "next_step"])),
            "part2": ("part2_program_client", .any),
        ])

    static let given: ExampleShape = .map([
        "client": ("client", client),
        "session": ("session", same(sessionKeys, ["marks": ("marks", .list(same(["after", "status", "reason"])))])),
        "sessions": (
            "sessions", .list(same(sessionKeys + ["day", "hours_after"], ["hours_after": ("hours_after_index", .any)]))
        ),
        "attended": ("attended", .list(.any)),
        "missed": ("missed", .list(.any)),
        "booked": ("future_appointment_days", .list(.any)),
        "screens": (
            "assessments",
            .list(
                same(
                    ["day", "instrument", "total", "item9"],
                    ["ideation": ("ideation_max", .any), "behaviour": ("behavior_past_3_months", .any)]))
        ),
        "contacts": ("contacts_after_index", .list(same(["hours_after", "outcome", "plan_documented"]))),
        "acts": ("acts", .list(same(["after", "does", "channel", "outcome", "told_reason"]))),
        "looks": ("looks", .list(.any)),
        "starts": ("starts", .any),
    ])
}

extension JSONValue {
    /// The value of a node under `given`, in `CaseReader`'s words; a key that the shape does not name is an issue of `reader`.
    init(_ node: ConfigNode, _ shape: ExampleShape, path: String, reader: ConfigReader) {
        switch (node.content, shape) {
        case (.scalar(let text, let quoted), _): self = quoted ? .text(text) : JSONValue(scalar: text)
        case (.list(let items), .list(let shape)):
            self = .list(items.map { JSONValue($0, shape, path: path, reader: reader) })
        case (.list(let items), _): self = .list(items.map { JSONValue($0, .any, path: path, reader: reader) })
        case (.map(let entries), .map(let keys)):
            var object: [String: JSONValue] = [:]
            for entry in entries {
                guard let (key, inner) = keys[entry.key] else {
                    let near = nearest(to: entry.key, among: keys.keys.sorted())
                    reader.issue(
                        "unknown key '\(entry.key)' in \(path)\(near.map { "; did you mean '\($0)'?" } ?? "")",
                        at: entry.keyPlace)
                    continue
                }
                object[key] = JSONValue(entry.value, inner, path: "\(path).\(entry.key)", reader: reader)
            }
            self = .object(object)
        case (.map(let entries), _):
            let pairs = entries.map { ($0.key, JSONValue($0.value, .any, path: path, reader: reader)) }
            self = .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// A scalar without quotation marks as JSON would have it.
    private init(scalar text: String) {
        switch text {
        case "", "~", "null": self = .null
        case "true", "yes": self = .flag(true)
        case "false", "no": self = .flag(false)
        default: self = Double(text).map { .number($0) } ?? .text(text)
        }
    }

    /// What an example says over its background: objects key by key, lists one after the other, else what it says.
    func over(_ background: JSONValue?) -> JSONValue {
        switch (background, self) {
        case (.object(let below), .object(let above)):
            .object(below.merging(above) { $1.over($0) })
        case (.list(let below), .list(let above)): .list(below + above)
        default: self
        }
    }
}
