/// A failure of a database, with what a caller needs to decide on it. Holds no value of any row.
package struct SQLError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// Another program holds the lock; try again.
        case busy
        case cannotOpen = "cannot_open"
        case readOnly = "read_only"
        case diskFull = "disk_full"
        case inputOutput = "input_output"
        case corrupt
        case notADatabase = "not_a_database"
        /// A table or column is missing or of another kind.
        case schema
        case constraint
        case interrupted
        case permission
        case other
    }

    package var kind: Kind
    /// The engine's own code.
    package var code: Int
    /// The engine's own words: names of tables, columns and constraints, no values.
    package var message: String
    /// The beginning of the statement's text, which holds parameters' places and not their values.
    package var statement: String?

    package init(kind: Kind, code: Int, message: String, statement: String? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.statement = statement
    }

    package var description: String {
        let text = statement.map { " in \"\($0.prefix(80))\"" } ?? ""
        return "\(message) (\(kind.rawValue), code \(code))\(text)"
    }
}
