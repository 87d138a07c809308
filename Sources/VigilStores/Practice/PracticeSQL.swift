/// The statements of the practice store, one list of columns for pages and single clients alike.
///
/// Column 0 is always the client. The orders are those of the primary keys, so that SQLite reads along the table and sorts
/// nothing. The cast lets an id with broken bytes be bound as a blob and compared as the text that it is (`StoredID`).
enum PracticeSQL {
    enum Selection: CaseIterable {
        /// From a client on, in byte order.
        case from
        case ofText
        case ofBlob

        func condition(on key: String) -> String {
            switch self {
            case .from: "\(key) >= CAST($1 AS TEXT)"
            case .ofText: "\(key) = CAST($1 AS TEXT)"
            case .ofBlob: "\(key) = $1"
            }
        }
    }

    struct Table: Sendable {
        var name: String
        /// The client's column.
        var key = "client_id"
        /// What is read after the client.
        var columns: [String]
        /// Order of a client's rows.
        var order: [String] = []

        func select(_ selection: Selection) -> String {
            let columns = ([key] + columns).joined(separator: ", ")
            let order = ([key] + order).joined(separator: ", ")
            return "SELECT \(columns) FROM \(name) WHERE \(selection.condition(on: key)) ORDER BY \(order)"
        }
    }

    // The row readers (PracticeRows, SessionRows) count columns in the order in which they stand here.
    static let client = Table(
        name: "client", key: "id",
        columns: [
            "standing", "therapist_id", "therapist_changed_on", "born_on", "first_contact_on", "guardian_contact",
            "emergency_contact", "safety_plan", "pregnant", "delivered_on", "clinician_flag", "clinician_flag_since",
            "anniversary", "part2",
        ])
    static let session = Table(
        name: "session",
        columns: [
            "starts_at", "id", "therapist_id", "duration_minutes", "kind", "status", "reason", "cancelled_at",
        ], order: ["starts_at", "id"])
    static let contact = Table(
        name: "contact", columns: ["at", "outcome", "plan_documented"], order: ["at", "outcome"])
    static let diagnosis = Table(name: "diagnosis", columns: ["code"], order: ["code"])
    static let screen = Table(
        name: "screen", columns: ["id", "instrument", "taken_on", "total", "item9", "ideation", "behaviour"],
        order: ["id"])
    static let event = Table(
        name: "event", columns: ["id", "kind", "happened_on", "detail", "suicide_related"], order: ["id"])
    static let medication = Table(name: "medication", columns: ["id", "class", "status", "noted_on"], order: ["id"])
    static let treatment = Table(name: "treatment", columns: ["protocol", "trauma_focused", "sessions_attended"])

    /// Not in every store: one that was made before it existed is read as one in which nothing is on file.
    static let carePlan = Table(
        name: "care_plan", columns: ["cadence_days", "safety_plan_review_on", "next_step"])

    static let tables = [client, session, contact, diagnosis, screen, event, medication, treatment]

    static let optionalTables = [carePlan]

    static let setting = "SELECT value FROM practice WHERE name = $1"
    static let encoding = "PRAGMA encoding"
    static let newestChange = "SELECT max(sequence) FROM client_change"
    static let changedClients = "SELECT client_id FROM client_change WHERE sequence > $1 ORDER BY sequence LIMIT $2"
    static let startedClients = "SELECT client_id FROM session WHERE starts_at > $1 AND starts_at <= $2"

    /// From the one at a place on.
    static let clientsAfter = "SELECT id FROM client WHERE id >= CAST($1 AS TEXT) ORDER BY id LIMIT -1 OFFSET $2"
    static let clientsInBook = "SELECT DISTINCT client_id FROM session WHERE starts_at >= $1 AND starts_at < $2"
    static let coverage = "SELECT payer, fee_cents FROM coverage WHERE client_id = $1"
    static let waitingList =
        "SELECT client_id, since, therapist_id, kind FROM waiting_list ORDER BY since, id LIMIT 10000"
    static let therapists = "SELECT id, name FROM therapist ORDER BY id"
    static let hasTable = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = $1"

    static func card(_ selection: Selection) -> String {
        """
        SELECT client.name, born_on, phone, contact_preference, safe_to_call, voicemail_allowed, therapist.name,
        CAST(strftime('%s', 'now') AS INTEGER)
        FROM client LEFT JOIN therapist ON therapist.id = client.therapist_id WHERE \(selection.condition(on: "client.id"))
        """
    }

    /// Every statement that a call may need: preparing them proves tables and columns.
    static var all: [String] {
        let selects = tables.flatMap { table in Selection.allCases.map(table.select) }
        return selects + [
            setting, newestChange, changedClients, startedClients, clientsAfter, card(.ofText), card(.ofBlob),
        ]
    }
}
