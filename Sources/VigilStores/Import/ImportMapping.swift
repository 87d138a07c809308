package import VigilCore

/// What a CSV file's columns mean: the `--mapping` file of `vigil import csv`.
///
/// `config/stores/example-export.yaml` is the documentation: it shows every key. A column reference is the header's text, or
/// a list of them, which are then read as one text with a space between (`[Date, Start time]`). Only what is named here is
/// read from the file, and only what is named here is changed in a store that is there already; `defaults` fill new rows.
package struct ImportMapping: Sendable {
    package enum Delimiter: String, Sendable, CaseIterable {
        case comma, semicolon, tab, pipe

        package var byte: UInt8 {
            switch self {
            case .comma: UInt8(ascii: ",")
            case .semicolon: UInt8(ascii: ";")
            case .tab: UInt8(ascii: "\t")
            case .pipe: UInt8(ascii: "|")
            }
        }
    }

    package static let schema = "vigil-import/1"

    package var delimiter: Delimiter
    /// Of times that the file writes without a zone.
    package var zone: Zone
    /// Nil when the file has no appointment ids: a client's session is then known by its start alone.
    package var sessionID: ImportColumn?
    package var clientID: ImportColumn
    package var startsAt: TimeColumn
    package var durationMinutes: ImportColumn?
    package var therapist: ImportColumn?
    package var therapistName: ImportColumn?
    package var kind: ImportColumn?
    /// Nil when the file has no status; `defaultStatus` then holds for all rows.
    package var status: WordColumn?
    package var cancelledAt: TimeColumn?
    package var reason: WordColumn?
    /// Each target once.
    package var client: [ClientFact]
    package var defaultDurationMinutes: Int
    package var defaultKind: String
    package var defaultStatus: SessionStatus?

    package struct TimeColumn: Sendable {
        package var column: ImportColumn
        package var pattern: TimePattern
    }

    /// A column whose values are a vocabulary: the file's word to the practice store's.
    package struct WordColumn: Sendable {
        package var column: ImportColumn
        package var values: [String: String]
    }

    package struct ClientFact: Sendable {
        package enum Source: Sendable {
            case text(ImportColumn)
            case day(TimeColumn)
            /// Whole years on a given day, or on the day of the row's session when there is none.
            case age(ImportColumn, on: LocalDay?)
            /// Lower-case words for yes and no.
            case flag(WordColumn)
            case word(WordColumn)
        }

        package var target: ClientColumn
        package var source: Source
    }

    /// Reads the mapping from the outermost reader of its file; look at `reader.issues` before using it.
    package init(reading reader: ConfigReader) {
        if reader.text("schema", default: "") != Self.schema {
            reader.issue("schema must be \(Self.schema): this is a mapping for vigil import csv")
        }
        delimiter = reader.choice("delimiter", Delimiter.self, default: .comma)
        let zoneName = reader.text("zone")
        if let zone = Zone(identifier: zoneName) {
            self.zone = zone
        } else {
            zone = .utc
            if !zoneName.isEmpty {
                reader.issue(
                    "zone is not the name of a time zone; write it like America/New_York",
                    at: reader.node("zone")?.place)
            }
        }
        let columns = reader.section("columns")
        sessionID = columns.column("session_id", required: false)
        clientID = columns.column("client_id", required: true) ?? ImportColumn(names: [])
        startsAt =
            columns.timeColumn("starts_at", required: true)
            ?? TimeColumn(column: ImportColumn(names: []), pattern: .iso8601)
        durationMinutes = columns.column("duration_minutes", required: false)
        therapist = columns.column("therapist", required: false)
        therapistName = columns.column("therapist_name", required: false)
        kind = columns.column("kind", required: false)
        status = columns.wordColumn("status", SessionStatus.self)
        cancelledAt = columns.timeColumn("cancelled_at", required: false)
        reason = columns.wordColumn("reason", PracticeReason.self, needsValues: false)
        if therapistName != nil, therapist == nil {
            columns.issue("columns.therapist_name needs columns.therapist: the id that the name belongs to")
        }
        columns.refuseUnknownKeys()
        client = ClientColumn.facts(reading: reader.section("client", required: false))
        let defaults = reader.section("defaults", required: false)
        defaultDurationMinutes = defaults.integer("duration_minutes", in: Self.durations, default: 50)
        defaultKind = defaults.text("kind", default: "individual")
        defaultStatus = defaults.has("status") ? defaults.choice("status", SessionStatus.self) : nil
        if status == nil, defaultStatus == nil, !columns.has("status") {
            columns.issue(
                "columns.status is missing; for a file without one, set defaults.status to scheduled: outcomes are then asked for"
            )
        }
        defaults.refuseUnknownKeys()
        reader.refuseUnknownKeys()
    }

    /// A session of more than a day is a mistake in the file.
    package static let durations = 1...1_440

    /// The same mapping with the place of each column in the file's header; what is missing is noted in `header`.
    func resolved(in header: CSVHeader) -> ImportMapping {
        var copy = self
        copy.sessionID = sessionID?.resolved(in: header)
        copy.clientID = clientID.resolved(in: header)
        copy.startsAt = startsAt.resolved(in: header)
        copy.durationMinutes = durationMinutes?.resolved(in: header)
        copy.therapist = therapist?.resolved(in: header)
        copy.therapistName = therapistName?.resolved(in: header)
        copy.kind = kind?.resolved(in: header)
        copy.status = status?.resolved(in: header)
        copy.cancelledAt = cancelledAt?.resolved(in: header)
        copy.reason = reason?.resolved(in: header)
        copy.client = client.map { ClientFact(target: $0.target, source: $0.source.resolved(in: header)) }
        return copy
    }
}

extension ImportMapping.TimeColumn {
    fileprivate func resolved(in header: CSVHeader) -> Self {
        Self(column: column.resolved(in: header), pattern: pattern)
    }
}

extension ImportMapping.WordColumn {
    fileprivate func resolved(in header: CSVHeader) -> Self {
        Self(column: column.resolved(in: header), values: values)
    }
}

extension ImportMapping.ClientFact.Source {
    fileprivate func resolved(in header: CSVHeader) -> Self {
        switch self {
        case .text(let column): .text(column.resolved(in: header))
        case .day(let column): .day(column.resolved(in: header))
        case .age(let column, let day): .age(column.resolved(in: header), on: day)
        case .flag(let column): .flag(column.resolved(in: header))
        case .word(let column): .word(column.resolved(in: header))
        }
    }
}

/// The reasons that the practice schema names (config/stores/practice.sql); any other text is kept and shown, never matched.
enum PracticeReason: String, CaseIterable {
    case psychiatricAdmission = "psychiatric_admission"
    case illness = "illness_told_in_advance"
    case weather = "weather_closure"
    case outage
    case custody
    case hospital
    case tooStressful = "too_stressful"
}
