package import VigilCore
package import VigilSQL

/// How the tables of a practice's own database become the rows of config/stores/practice.sql: a mapping file of
/// `config/stores/`, whose comments are the documentation.
///
/// A mapping holds SQL that the practice can read, and nothing else is ever sent to its database.
package struct StoreMapping: Sendable, Hashable {
    package static let schema = "vigil-store/1"

    /// One table of the mirror: the query that yields it, and what its words mean.
    package struct Table: Sendable, Hashable {
        /// With `{scope}` where a condition may stand.
        package var query: String
        /// The condition for sessions of a time; with `{from}`, `{until}`, `{from_day}`, `{until_day}`. Sessions only.
        package var within: String?
        /// The condition for rows of some clients; with `{clients}`.
        package var of: String?
        /// A column's words: the practice's to those of practice.sql. A word that is not there is handed over as it is.
        package var words: [String: [String: String]]
        /// Whether rows may be series of OpenEMR, to be expanded.
        package var hasSeries: Bool
    }

    /// How a poll finds what has changed without reading everything.
    package struct Changes: Sendable, Hashable {
        /// One value: up to where everything that is committed can be seen. Asked for before the clients are.
        package var fence: String
        /// Clients that changed at `{fence}` or after it.
        package var clients: String
    }

    /// A statement that vigil's account must not be able to run: by its refusal the account is proved to be read only. Never run.
    package var writeProbe: String
    /// Of times that the database stores without one.
    package var zone: Zone
    package var tables: [SourceTable: Table]
    /// Days on which a client was seen, by the record of treatment: `client_id`, `day`.
    package var encounters: Table?
    package var changes: [SQLServerEngine: Changes]
    /// Sessions that each poll reads where the database cannot say what changed.
    package var daysBack: Int
    package var daysAhead: Int
    /// How far back a series is expanded.
    package var historyDays: Int
    /// How often everything is read.
    package var fullEveryMinutes: Int
    /// Columns, `table.column`, that vigil's account must not be able to read: psychotherapy notes.
    package var forbiddenColumns: [String]

    /// Reads the mapping from the outermost reader of its file; look at `reader.issues` before using it.
    package init(reading reader: ConfigReader) {
        if reader.text("schema", default: "") != Self.schema {
            reader.issue("schema must be \(Self.schema): this is a mapping for a practice's database")
        }
        writeProbe = reader.text("write_probe")
        let zoneName = reader.text("zone")
        zone = Zone(identifier: zoneName) ?? .utc
        if Zone(identifier: zoneName) == nil, !zoneName.isEmpty {
            reader.issue(
                "zone is not the name of a time zone; write it like America/New_York", at: reader.node("zone")?.place)
        }
        let window = reader.section("window", required: false)
        daysBack = window.integer("days_back", in: 1...400, default: 60)
        daysAhead = window.integer("days_ahead", in: 1...400, default: 90)
        historyDays = window.integer("history_days", in: 30...3_660, default: 400)
        window.refuseUnknownKeys()
        fullEveryMinutes = reader.integer("full_every_minutes", in: 1...1_440, default: 60)
        forbiddenColumns = reader.texts("forbidden_columns", required: false).map(\.text)
        changes = Self.changes(reader)
        let section = reader.section("tables")
        var tables: [SourceTable: Table] = [:]
        for table in SourceTable.allCases where section.has(table.rawValue) {
            tables[table] = Table(reading: section.section(table.rawValue), table)
        }
        for needed in [SourceTable.session, .client] where tables[needed] == nil {
            section.issue("tables.\(needed.rawValue) is missing")
        }
        for (table, held) in tables where !changes.isEmpty && table.clientColumn != nil && held.of == nil {
            section.issue(
                "tables.\(table.rawValue).of is missing: with 'changes' only the changed clients' rows are read")
        }
        if !changes.isEmpty, tables[.session]?.hasSeries ?? false {
            section.issue(
                "tables.session.series and 'changes' do not go together: a series does not say when it was changed")
        }
        encounters = section.has("encounter") ? Table(reading: section.section("encounter"), nil) : nil
        section.refuseUnknownKeys()
        self.tables = tables
        reader.refuseUnknownKeys()
    }

    private static func changes(_ reader: ConfigReader) -> [SQLServerEngine: Changes] {
        guard reader.has("changes") else { return [:] }
        let section = reader.section("changes")
        defer { section.refuseUnknownKeys() }
        var result: [SQLServerEngine: Changes] = [:]
        for engine in SQLServerEngine.allCases where section.has(engine.rawValue) {
            let held = section.section(engine.rawValue)
            let clients = held.text("clients")
            if !clients.contains("{fence}") { held.issue("\(held.name("clients")) needs {fence}") }
            result[engine] = Changes(fence: held.text("fence"), clients: clients)
            held.refuseUnknownKeys()
        }
        return result
    }
}

extension StoreMapping.Table {
    /// - Parameter table: nil for the encounters, which are no table of the mirror.
    init(reading reader: ConfigReader, _ table: SourceTable?) {
        query = reader.text("query")
        within = reader.has("within") ? reader.text("within") : nil
        of = reader.has("of") ? reader.text("of") : nil
        hasSeries = reader.flag("series", default: false)
        if (within != nil || of != nil), !query.contains("{scope}") {
            reader.issue("\(reader.name("query")) needs {scope}, where 'within' or 'of' is to stand")
        }
        if let of, !of.contains("{clients}") { reader.issue("\(reader.name("of")) needs {clients}") }
        if within != nil, table != .session { reader.issue("\(reader.name("within")) is for sessions alone") }
        words = [:]
        let values = reader.section("values", required: false)
        for column in table?.columns ?? [] where values.has(column) {
            let table = values.section(column)
            var held: [String: String] = [:]
            for (word, _) in table.keys { held[word] = table.text(word) }
            words[column] = held
        }
        values.refuseUnknownKeys()
        reader.refuseUnknownKeys()
    }
}
