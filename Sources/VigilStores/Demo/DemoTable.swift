internal import VigilSQL

/// The tables of `config/stores/practice.sql` with the columns that the demo practice fills, in this order.
enum DemoTable: String, CaseIterable {
    case therapist, client, session, contact, diagnosis, screen, event, medication, treatment
    case carePlan = "care_plan"
    case coverage
    case waitingList = "waiting_list"

    var columns: [String] {
        switch self {
        case .therapist: ["id", "name", "team"]
        case .client:
            [
                "id", "name", "born_on", "standing", "therapist_id", "therapist_changed_on", "first_contact_on",
                "phone",
                "contact_preference", "safe_to_call", "voicemail_allowed", "guardian_contact", "emergency_contact",
                "safety_plan", "pregnant", "delivered_on", "clinician_flag", "clinician_flag_since", "anniversary",
                "part2",
            ]
        case .session:
            [
                "client_id", "starts_at", "id", "therapist_id", "duration_minutes", "kind", "status", "reason",
                "cancelled_at",
            ]
        case .contact: ["client_id", "at", "outcome", "plan_documented"]
        case .diagnosis: ["client_id", "code"]
        case .screen: ["client_id", "id", "instrument", "taken_on", "total", "item9", "ideation", "behaviour"]
        case .event: ["client_id", "id", "kind", "happened_on", "detail", "suicide_related"]
        case .medication: ["client_id", "id", "class", "status", "noted_on"]
        case .carePlan: ["client_id", "cadence_days", "safety_plan_review_on", "next_step"]
        case .coverage: ["client_id", "payer", "fee_cents"]
        case .waitingList: ["id", "client_id", "since", "therapist_id", "kind"]
        case .treatment: ["client_id", "protocol", "trauma_focused", "sessions_attended"]
        }
    }

    var insert: String {
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO \(rawValue) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    }
}

/// One row as it will be written; `DemoDirt` spoils cells of it.
struct DemoRow {
    let table: DemoTable
    var values: [SQLValue]

    /// The cell of a column that the table has.
    subscript(_ column: String) -> SQLValue {
        get { table.columns.firstIndex(of: column).map { values[$0] } ?? .null }
        set {
            if let index = table.columns.firstIndex(of: column) { values[index] = newValue }
        }
    }
}
