/// A practice's own system as vigil reads it: rows in the words of config/stores/practice.sql, for vigil's mirror of it.
///
/// The mirror is a practice store of vigil's own, so everything behind it (finding what changed, paging, scoring) is the same
/// for every system. Calls are synchronous and come from one thread at a time.
///
/// Contract, for every feed:
/// - nothing is written to the practice's system;
/// - a read that fails throws an `OperationError`, and nothing of what it handed over is used;
/// - `FeedAnswer.scopes` names only what was read whole: there alone may a row that did not come be taken for gone;
/// - a status that no mapping names is handed over as it is, and becomes one that nobody mapped;
/// - no free text of a record and no psychotherapy note is read.
package protocol AppointmentFeed: AnyObject {
    /// What is read, as errors name it: host and database, or a folder. No password.
    var subject: String { get }

    /// Proves that the system can be read, and that it cannot be written.
    func check() throws

    /// Reads what may have changed since the cursor, or everything.
    func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer

    /// What this system, read as it is, cannot tell; some of it is known after a read only.
    var blindSpots: [BlindSpot] { get }

    /// Ends the read that is under way, and every later one; from any thread. A stop waits for no system that hangs.
    func cancel()
}

/// What is asked of a feed.
package struct FeedRequest: Sendable, Hashable {
    package var now: WallTime
    /// What the last answer gave; nil asks for everything.
    package var cursor: FeedCursor?

    package init(now: WallTime, cursor: FeedCursor?) {
        self.now = now
        self.cursor = cursor
    }
}

/// How far a feed has read: opaque but to the feed that made it. Losing it costs a full read and nothing else (I7).
package struct FeedCursor: Sendable, Hashable {
    package var text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// What a feed has read.
package struct FeedAnswer: Sendable, Hashable {
    package var cursor: FeedCursor?
    package var scopes: [FeedScope]
    /// When the data was exported, for sources that are copies; nil for a live one.
    package var asOf: WallTime?

    package init(cursor: FeedCursor?, scopes: [FeedScope], asOf: WallTime? = nil) {
        self.cursor = cursor
        self.scopes = scopes
        self.asOf = asOf
    }
}

/// A part of the mirror that was read whole.
package enum FeedScope: Sendable, Hashable {
    case table(SourceTable)
    /// Sessions that begin in `[from, until)`.
    case sessions(from: WallTime, until: WallTime)
    /// Sessions whose time cannot be read: they lie in no span of time.
    case sessionsWithoutTime
    /// All rows of these clients in a table.
    case clients([ClientRef], SourceTable)
}

/// A row of the mirror: a value for each of its table's columns, in their order.
package struct SourceRow: Sendable, Hashable {
    package var table: SourceTable
    package var values: [SourceValue]

    /// - Parameter values: as many as the table has columns.
    package init(_ table: SourceTable, _ values: [SourceValue]) {
        self.table = table
        self.values = values
    }

    /// - Parameter values: by column; a column that is not named is null.
    package init(_ table: SourceTable, named values: [String: SourceValue]) {
        self.table = table
        self.values = table.columns.map { values[$0] ?? .null }
    }
}

/// A cell, by the conventions at the head of practice.sql: days as `YYYY-MM-DD`, times as seconds since 1970, yes as 1.
///
/// What cannot be brought into that form is handed over as it is: it becomes a row that cannot be read, and is asked about (I28).
package enum SourceValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    package static func flag(_ value: Bool?) -> SourceValue {
        value.map { .integer($0 ? 1 : 0) } ?? .null
    }

    package static func text(orNull value: String?) -> SourceValue {
        value.map(SourceValue.text) ?? .null
    }
}

/// The tables of config/stores/practice.sql that a feed fills.
package enum SourceTable: String, Sendable, Hashable, CaseIterable {
    case therapist
    case client
    case session
    case contact
    case diagnosis
    case screen
    case event
    case medication
    case treatment
    case carePlan = "care_plan"
    case coverage
    case waitingList = "waiting_list"

    /// Its columns; the first `keys` of them make the key.
    package var columns: [String] {
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
        case .treatment: ["client_id", "protocol", "trauma_focused", "sessions_attended"]
        case .carePlan: ["client_id", "cadence_days", "safety_plan_review_on", "next_step"]
        case .coverage: ["client_id", "payer", "fee_cents"]
        case .waitingList: ["id", "client_id", "since", "therapist_id", "kind"]
        }
    }

    /// How many of the first columns make the key.
    package var keys: Int {
        switch self {
        case .session, .contact: 3
        case .diagnosis, .screen, .event, .medication: 2
        case .therapist, .client, .treatment, .carePlan, .coverage, .waitingList: 1
        }
    }

    /// What stands for null in a column that holds one, as practice.sql has it; no entry means that null may stand.
    package var defaults: [String: SourceValue] {
        switch self {
        case .therapist: ["id": .text(""), "name": .text("")]
        case .client: ["id": .text(""), "name": .text(""), "standing": .text("active")]
        case .session:
            [
                "client_id": .text(""), "starts_at": .text(""), "id": .text(""), "duration_minutes": .integer(50),
                "kind": .text("individual"), "status": .text(""),
            ]
        case .contact: ["client_id": .text(""), "at": .text(""), "outcome": .text(""), "plan_documented": .integer(0)]
        case .diagnosis: ["client_id": .text(""), "code": .text("")]
        case .screen: ["client_id": .text(""), "id": .text(""), "instrument": .text("")]
        case .event: ["client_id": .text(""), "id": .text(""), "kind": .text("")]
        case .medication: ["client_id": .text(""), "id": .text(""), "class": .text(""), "status": .text("")]
        case .treatment: ["client_id": .text(""), "protocol": .text("")]
        case .carePlan, .coverage: ["client_id": .text("")]
        case .waitingList: ["id": .text("")]
        }
    }

    /// The column that names the client; nil for a table that is not of clients.
    package var clientColumn: String? {
        switch self {
        case .client: "id"
        case .therapist, .waitingList: nil
        default: "client_id"
        }
    }
}
