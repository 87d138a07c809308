import VigilCore

/// The columns of the practice schema's `client` table that an import can fill, in the order of the table.
package enum ClientColumn: String, Sendable, CaseIterable {
    case name
    case bornOn = "born_on"
    case standing
    case therapist = "therapist_id"
    case therapistChangedOn = "therapist_changed_on"
    case firstContactOn = "first_contact_on"
    case phone
    case contactPreference = "contact_preference"
    case safeToCall = "safe_to_call"
    case voicemailAllowed = "voicemail_allowed"
    case guardianContact = "guardian_contact"
    case emergencyContact = "emergency_contact"
    case safetyPlan = "safety_plan"
    case pregnant
    case deliveredOn = "delivered_on"
    case clinicianFlag = "clinician_flag"
    case clinicianFlagSince = "clinician_flag_since"
    case anniversary
    case part2

    /// What a mapping calls it.
    var key: String { self == .therapist ? "therapist" : rawValue }

    /// A yes or no, stored as a number.
    var isFlag: Bool { kind == .flag }

    private enum Kind { case text, day, flag, standing }

    private var kind: Kind {
        switch self {
        case .name, .therapist, .phone, .contactPreference, .anniversary: .text
        case .bornOn, .therapistChangedOn, .firstContactOn, .deliveredOn, .clinicianFlagSince: .day
        case .standing: .standing
        case .safeToCall, .voicemailAllowed, .guardianContact, .emergencyContact, .safetyPlan, .pregnant,
            .clinicianFlag, .part2:
            .flag
        }
    }

    private enum Standing: String, CaseIterable {
        case active, discharged, transferred, deceased
    }

    private enum YesNo: String, CaseIterable {
        case yes, no
    }

    /// The words that a yes-or-no column may hold when its mapping has no table of its own; letter case does not matter.
    private static let yesNoWords = [
        "1": "yes", "yes": "yes", "y": "yes", "true": "yes", "0": "no", "no": "no", "n": "no", "false": "no",
    ]

    /// Reads the mapping's section `client`.
    static func facts(reading reader: ConfigReader) -> [ImportMapping.ClientFact] {
        var facts: [ImportMapping.ClientFact] = []
        for column in allCases {
            let source: ImportMapping.ClientFact.Source? =
                switch column.kind {
                case .text: reader.column(column.key, required: false).map { .text($0) }
                case .day: reader.timeColumn(column.key, required: false).map { .day($0) }
                case .standing: reader.wordColumn(column.key, Standing.self).map { .word($0) }
                case .flag: flag(column.key, reader)
                }
            if let source { facts.append(ImportMapping.ClientFact(target: column, source: source)) }
        }
        if let age = age(reader) {
            if reader.has(ClientColumn.bornOn.key) {
                reader.issue("\(reader.name("age")) and \(reader.name("born_on")) say the same; keep one of them")
            }
            facts.append(ImportMapping.ClientFact(target: .bornOn, source: age))
        }
        reader.refuseUnknownKeys()
        return facts
    }

    private static func flag(_ key: String, _ reader: ConfigReader) -> ImportMapping.ClientFact.Source? {
        guard var column = reader.wordColumn(key, YesNo.self, needsValues: false) else { return nil }
        column.values =
            column.values.isEmpty
            ? yesNoWords
            : Dictionary(column.values.map { ($0.lowercased(), $1) }, uniquingKeysWith: { first, _ in first })
        return .flag(column)
    }

    private static func age(_ reader: ConfigReader) -> ImportMapping.ClientFact.Source? {
        guard reader.has("age") else { return nil }
        let section = reader.section("age")
        let column = section.column("column", required: true)
        let reference = section.text("on")
        let day = LocalDay(iso: reference)
        if day == nil, reference != "session" {
            section.issue(
                "\(section.name("on")) must be the day for which the ages hold (YYYY-MM-DD), or session for the day of each row's session",
                at: section.node("on")?.place)
        }
        section.refuseUnknownKeys()
        return column.map { .age($0, on: day) }
    }
}
