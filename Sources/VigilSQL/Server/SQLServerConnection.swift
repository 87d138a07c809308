/// A database server that vigil reads and never writes.
package enum SQLServerEngine: String, Sendable, Hashable, CaseIterable {
    case postgresql
    /// MariaDB; a MySQL server speaks the same protocol.
    case mariadb

    /// Opens a connection whose session is read only.
    /// - Throws: `SQLError`: `permission` (the server refuses the user, or TLS is off over a network), `busy` (too many
    ///   connections), `interrupted` (the time limit), `cannotOpen` (everything else: not there, no such database, TLS fails).
    package func connect(_ address: SQLServerAddress) throws(SQLError) -> any SQLServerConnection {
        try address.check()
        return switch self {
        case .postgresql: try PostgresConnection(address)
        case .mariadb: try MariaDBConnection(address)
        }
    }
}

/// The port under the feeds that read another system's server: statements, rows one by one, proofs.
///
/// Contract, for every engine:
/// - one caller at a time, from any thread; only `cancel` may be called while another call runs. That is what `Sendable` means
///   here;
/// - rows are not collected: memory stays the same for a row and for millions;
/// - parameters are `$1`, `$2`, … in the statement's text; their values never become part of it;
/// - `"x"` is an identifier, `'x'` a text in which a backslash is a backslash, and `||` joins texts;
/// - times of the server's zone come as UTC; text with invalid UTF-8 is repaired;
/// - the session refuses to write, whatever the role may do;
/// - an error is an `SQLError` without a value of any row. A statement that ran too long or was cancelled is `interrupted`, and
///   the connection can be used again; after `inputOutput` the connection is lost, and a new one must be made.
package protocol SQLServerConnection: AnyObject, Sendable {
    /// Runs one statement and calls `row` for each row; what `row` throws ends the statement and is thrown on.
    ///
    /// The row that is handed over is valid only inside `row`, in which no other call may be made on the connection.
    func query(_ sql: String, _ values: [SQLValue], row: (any SQLServerRow) throws -> Void) throws

    /// Runs `body` in one read-only transaction: all that it reads is of one moment.
    ///
    /// MariaDB keeps this promise for InnoDB tables only.
    func readTransaction<Value>(_ body: () throws -> Value) throws -> Value

    /// Stops the statement that is running, from any other thread; nothing happens when none runs.
    ///
    /// Returns when the statement has ended, or when the server has been asked for 2 s.
    func cancel()

    /// Proves that the role cannot write, by its privileges and by having `statement` refused.
    ///
    /// Nothing is ever written: PostgreSQL is asked to EXPLAIN the statement in a read-only transaction, MariaDB to prepare it;
    /// both check the role's rights for that, and neither runs it.
    /// - Parameter statement: an INSERT, UPDATE or DELETE on a table that exists, without parameters.
    /// - Throws: `SQLError` of kind `permission` that names what the role may do and should not; another kind when the statement
    ///   fails for another reason, so that nothing is proven.
    func proveReadOnly(trying statement: String) throws

    /// Which of the columns the role may SELECT, of `table.column` or `schema.table.column`, in any case of letters.
    ///
    /// A column that does not exist cannot be read. Names come back as they were given.
    func readableColumns(_ names: [String]) throws -> [String]

    /// Ends the connection; every later call fails with `inputOutput`.
    func close()
}

/// A row in the middle of a result. Columns count from 0.
package protocol SQLServerRow: AnyObject {
    var columnNames: [String] { get }

    /// The value, converted as the engine's own file says (`PostgresValue`, `MariaDBValue`).
    /// - Throws: `SQLError` of kind `schema`, which names the column, for a type that has no conversion.
    func value(_ column: Int) throws(SQLError) -> SQLValue
}

extension SQLServerConnection {
    /// All rows as their values; for results that are known to be small.
    package func all(_ sql: String, _ values: [SQLValue] = []) throws -> [[SQLValue]] {
        var rows: [[SQLValue]] = []
        try query(sql, values) { row in
            rows.append(try row.columnNames.indices.map { try row.value($0) })
        }
        return rows
    }
}

extension SQLError {
    /// A type that has no conversion, or a value that does not fit.
    static func unreadable(column: String, _ reason: String) -> SQLError {
        SQLError(kind: .schema, code: 0, message: "column \"\(column)\" \(reason): cast it to text in the mapping")
    }

    static var closed: SQLError { SQLError(kind: .inputOutput, code: 0, message: "the connection is closed") }
}
