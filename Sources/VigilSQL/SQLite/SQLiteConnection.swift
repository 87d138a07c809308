import GRDBSQLite

/// Raw statements on the connection that GRDB opened: GRDB gives connection, queue and migrations, this the step loop.
///
/// Used only inside GRDB's serial queue, hence `@unchecked Sendable`.
final class SQLiteConnection: SQLConnection, @unchecked Sendable {
    let handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]
    /// Statements kept; more than the ledger and a store have between them, so that a loop over texts stays bounded.
    private static let maxStatements = 128

    init(handle: OpaquePointer?) {
        self.handle = handle
    }

    func prepare(_ sql: String) throws(SQLError) -> any SQLStatement {
        if let statement = statements[sql] {
            statement.rewind()
            return statement
        }
        if statements.count >= Self.maxStatements { finalizeAll() }
        let statement = try SQLiteStatement(sql: sql, connection: handle)
        statements[sql] = statement
        return statement
    }

    func execute(script: String) throws(SQLError) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLError(handle, statement: nil) }
    }

    var changedRows: Int { Int(sqlite3_changes(handle)) }

    var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }

    func rewindAll() {
        for statement in statements.values { statement.rewind() }
    }

    func finalizeAll() {
        statements.removeAll()
    }
}

final class SQLiteStatement: SQLStatement {
    private let handle: OpaquePointer?
    private let connection: OpaquePointer?
    private let sql: String
    /// SQLite numbers `$2` by its first place in the text, PostgreSQL by its name: the name counts here.
    private let places: [Int32]

    init(sql: String, connection: OpaquePointer?) throws(SQLError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK else { throw SQLError(connection, statement: sql) }
        self.handle = handle
        self.connection = connection
        self.sql = sql
        places = (0..<sqlite3_bind_parameter_count(handle)).map {
            sqlite3_bind_parameter_index(handle, "$\($0 + 1)")
        }
    }

    deinit {
        sqlite3_finalize(handle)
    }

    func bind(_ values: [SQLValue]) throws(SQLError) {
        rewind()
        guard values.count == places.count else {
            throw SQLError(
                kind: .other, code: 0, message: "\(places.count) parameters, \(values.count) values", statement: sql)
        }
        for (place, value) in zip(places, values) {
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, place)
                case .integer(let number): sqlite3_bind_int64(handle, place, number)
                case .real(let number): sqlite3_bind_double(handle, place, number)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text64(
                                handle, place, $0.baseAddress, UInt64($0.count), Self.transient, UInt8(SQLITE_UTF8))
                        }
                    }
                case .blob(let bytes):
                    bytes.withUnsafeBytes {
                        sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.transient)
                    }
                }
            guard code == SQLITE_OK else { throw SQLError(connection, statement: sql) }
        }
    }

    /// SQLITE_TRANSIENT: the bytes are copied before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func step() throws(SQLError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLError(connection, statement: sql)
        }
    }

    func type(_ column: Int) -> SQLType {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    func text(_ column: Int) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    // One look-up of the column for type and value: SQLite checks the row anew in each call of `sqlite3_column_…`. Its value
    // may be asked directly, since a connection is never entered by two threads at once (sqlite.org/c3ref/value.html).
    func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        let value = sqlite3_column_value(handle, Int32(column))
        return switch sqlite3_value_type(value) {
        case SQLITE_NULL: UnsafeRawBufferPointer(start: nil, count: 0)
        case SQLITE_BLOB: Self.blob(value)
        default: Self.text(value)
        }
    }

    func cell(_ column: Int) -> SQLCell {
        let value = sqlite3_column_value(handle, Int32(column))
        return switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: .integer(sqlite3_value_int64(value))
        case SQLITE_TEXT: .text(Self.text(value))
        case SQLITE_FLOAT: .real(sqlite3_value_double(value))
        case SQLITE_BLOB: .blob(Self.blob(value))
        default: .null
        }
    }

    // The pointer first: it is what may change the length.
    private static func text(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_text(value).map(UnsafeRawPointer.init)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }

    private static func blob(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_blob(value)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }

    func rewind() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}

extension SQLError {
    init(_ connection: OpaquePointer?, statement: String?) {
        self.init(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
            statement: statement)
    }
}
