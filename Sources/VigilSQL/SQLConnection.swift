/// The port under the SQL stores and the ledger: prepare, bind, step with typed column access.
///
/// Small on purpose: statements shared by the engines keep to what SQLite and PostgreSQL both accept (`$1` parameters in
/// order, ON CONFLICT, RETURNING), and the step loop allocates nothing per row that the caller does not keep.
///
/// A connection is used by one caller at a time, inside the closure that handed it out.
package protocol SQLConnection: AnyObject {
    /// A statement ready to bind; the same text gives the same statement again, reset, so hold one only while you use it.
    func prepare(_ sql: String) throws(SQLError) -> any SQLStatement

    /// Runs a script of several statements without results.
    func execute(script: String) throws(SQLError)

    /// Rows changed by the last INSERT, UPDATE or DELETE.
    var changedRows: Int { get }

    /// The key of the last inserted row.
    var lastInsertedID: Int64 { get }
}

/// A prepared statement. Parameters count from 1, columns from 0.
package protocol SQLStatement: AnyObject {
    /// Binds all parameters in order and rewinds.
    func bind(_ values: [SQLValue]) throws(SQLError)

    /// Moves to the next row; false at the end.
    func step() throws(SQLError) -> Bool

    func type(_ column: Int) -> SQLType
    /// As the engine converts it; check `type` where a wrong type must be noticed.
    func int64(_ column: Int) -> Int64
    func double(_ column: Int) -> Double
    /// Text with invalid UTF-8 repaired; empty for NULL.
    func text(_ column: Int) -> String
    /// The bytes of a text or blob as they lie in the row, with no copy; a number's as text, none for NULL. Valid until the
    /// statement moves or is asked for the same column in another way.
    func bytes(_ column: Int) -> UnsafeRawBufferPointer
    /// The value with its type, in one call: what a loop over many rows asks for.
    func cell(_ column: Int) -> SQLCell

    /// Ends the statement's hold on the database before the end of its rows.
    func rewind()
}

package enum SQLType: Sendable {
    case null, integer, real, text, blob
}

/// One value of a row. Bytes are as long valid as those of `SQLStatement.bytes`.
package enum SQLCell {
    case null
    case integer(Int64)
    case real(Double)
    case text(UnsafeRawBufferPointer)
    case blob(UnsafeRawBufferPointer)
}

package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    package static func integer(orNull value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }

    package static func text(orNull value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
}

extension SQLConnection {
    /// Runs one statement to its end and returns the number of rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLError) -> Int {
        let statement = try prepare(sql)
        try statement.bind(values)
        while try statement.step() {}
        return changedRows
    }

    /// Calls `row` for each row.
    package func each(
        _ sql: String, _ values: [SQLValue] = [], row: (any SQLStatement) throws -> Void
    ) throws {
        let statement = try prepare(sql)
        try statement.bind(values)
        defer { statement.rewind() }
        while try statement.step() { try row(statement) }
    }

    /// The first row, read by `row`; nil when there is none.
    package func first<Value>(
        _ sql: String, _ values: [SQLValue] = [], row: (any SQLStatement) throws -> Value
    ) throws -> Value? {
        let statement = try prepare(sql)
        try statement.bind(values)
        defer { statement.rewind() }
        return try statement.step() ? try row(statement) : nil
    }

    /// All rows, read by `row`; for results that are known to be small.
    package func all<Value>(
        _ sql: String, _ values: [SQLValue] = [], row: (any SQLStatement) throws -> Value
    ) throws -> [Value] {
        var result: [Value] = []
        try each(sql, values) { result.append(try row($0)) }
        return result
    }
}

extension SQLStatement {
    /// The bytes of a text or blob, valid only inside `body`.
    package func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(bytes(column))
    }

    package func optionalText(_ column: Int) -> String? {
        type(column) == .null ? nil : text(column)
    }

    package func optionalInt64(_ column: Int) -> Int64? {
        type(column) == .null ? nil : int64(column)
    }
}
