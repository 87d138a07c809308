internal import VigilCore
internal import VigilSQL

/// Proves that a file is a practice store of this version before anything is concluded from it.
///
/// A missing table and an empty one look alike to a rule, and a missing trigger is a change that no poll notices. So each
/// table, column and trigger is looked for by name, and the error names the first that is not there.
enum PracticeSchema {
    static let version = "vigil-practice/1"

    /// - Returns: the optional tables that the store has.
    @discardableResult
    static func verify(_ connection: any SQLConnection, _ failure: PracticeFailure) throws -> Set<String> {
        // In UTF-16, SQLite's order of texts is not the byte order that pages run along.
        guard try connection.first(PracticeSQL.encoding, row: { $0.text(0) }) == "UTF-8" else {
            throw failure.wrongSchema("its text encoding is not UTF-8")
        }
        try verifyColumns("practice", ["name", "value"], connection, failure)
        guard let found = try connection.first(PracticeSQL.setting, [.text("schema")], row: { $0.text(0) }) else {
            throw failure.wrongSchema("table practice does not name the schema")
        }
        guard found == version else {
            throw failure.wrongSchema("table practice names another schema than \(version)")
        }
        for table in PracticeSQL.tables {
            try verifyColumns(table.name, [table.key] + table.columns, connection, failure)
        }
        try verifyColumns("client", cardColumns, connection, failure)
        try verifyColumns("therapist", ["id", "name"], connection, failure)
        try verifyColumns("client_change", ["client_id", "sequence"], connection, failure)
        try verifyTriggers(PracticeSQL.tables, connection, failure)
        let present = Set(
            try connection.all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')") { $0.text(0) })
        // One that is not as vigil needs it is no input of any tier: it is left unread, and keeps nobody from being found.
        let optional = PracticeSQL.optionalTables.filter {
            present.contains($0.name) && isUsable($0, connection, failure)
        }
        for statement in PracticeSQL.all { _ = try connection.prepare(statement) }
        return Set(optional.map(\.name))
    }

    /// When the data was exported; nil for a store that is written to directly.
    static func asOf(_ connection: any SQLConnection, _ failure: PracticeFailure) throws -> WallTime? {
        let text = try connection.first(PracticeSQL.setting, [.text("as_of")]) { $0.text(0) }
        guard let text else { return nil }
        // A copy whose age is not known must not pass for a live store.
        guard let seconds = Int64(text) else {
            throw failure.wrongSchema("as_of in table practice is not a whole number of seconds")
        }
        return WallTime(seconds: seconds)
    }

    private static let cardColumns = ["name", "phone", "contact_preference", "safe_to_call", "voicemail_allowed"]

    private static func verifyColumns(
        _ table: String, _ columns: [String], _ connection: any SQLConnection, _ failure: PracticeFailure
    ) throws {
        let found = Set(try connection.all("SELECT name FROM pragma_table_xinfo($1)", [.text(table)]) { $0.text(0) })
        if found.isEmpty { throw failure.wrongSchema("there is no table \(table)") }
        if let missing = columns.first(where: { !found.contains($0) }) {
            throw failure.wrongSchema("table \(table) has no column \(missing)")
        }
    }

    /// Views have no such triggers: who makes one of a table keeps client_change in another way.
    private static func isUsable(
        _ table: PracticeSQL.Table, _ connection: any SQLConnection, _ failure: PracticeFailure
    ) -> Bool {
        do {
            try verifyColumns(table.name, [table.key] + table.columns, connection, failure)
            try verifyTriggers([table], connection, failure)
            return true
        } catch {
            return false
        }
    }

    private static func verifyTriggers(
        _ tables: [PracticeSQL.Table], _ connection: any SQLConnection, _ failure: PracticeFailure
    ) throws {
        let objects = try connection.all("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger')") {
            ($0.text(0), $0.text(1))
        }
        let stored = Set(objects.filter { $0.0 == "table" }.map(\.1))
        let triggers = Set(objects.filter { $0.0 == "trigger" }.map(\.1))
        for table in tables where stored.contains(table.name) {
            for act in ["insert", "update", "delete"] where !triggers.contains("\(table.name)_\(act)_noted") {
                throw failure.wrongSchema(
                    "trigger \(table.name)_\(act)_noted is missing, without which changes go unnoticed")
            }
        }
    }
}
