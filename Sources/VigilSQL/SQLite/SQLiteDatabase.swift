import Foundation
import GRDB
import GRDBSQLite

/// One SQLite file, one connection, one caller at a time (GRDB's `DatabaseQueue`).
///
/// One connection is a rule and not a default: SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write
/// or checkpoint at once, and Debian 12 ships 3.40.1 (reliability.md).
package final class SQLiteDatabase: Sendable {
    package enum Mode: Sendable {
        /// Another program's data: `mode=ro`, `query_only`. Never `immutable=1`, which is wrong on a live file.
        case readOnly
        /// Vigil's own: WAL, `synchronous=FULL`, foreign keys, created when missing.
        case ledger
        /// A file that is filled once and then handed over (import, demo, generated stores): fast, created when missing.
        case bulk
    }

    /// Page cache of a connection, in kilobytes.
    package static let cacheKilobytes = 8_000

    package let path: String
    private let queue: DatabaseQueue
    private let connection: SQLiteConnection
    private let seen: Seen

    /// How callers see the connection; `@unchecked Sendable` as the connection itself, used only inside the serial queue.
    private struct Seen: @unchecked Sendable {
        let connection: any SQLConnection
    }

    /// - Parameters:
    ///   - busyMilliseconds: how long a statement waits for another program's lock.
    ///   - cacheKilobytes: the most that its page cache holds.
    ///   - wrap: what stands between callers and the connection; a test lets each statement fail once through it.
    package init(
        path: String, mode: Mode, busyMilliseconds: Int = 2_000, cacheKilobytes: Int = cacheKilobytes,
        wrap: (any SQLConnection) -> any SQLConnection = { $0 }
    ) throws(SQLError) {
        var configuration = Configuration()
        configuration.readonly = mode == .readOnly
        configuration.foreignKeysEnabled = mode == .ledger
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1_000)
        configuration.label = "vigil.sqlite"
        configuration.prepareDatabase { db in
            switch mode {
            case .readOnly:
                try db.execute(sql: "PRAGMA query_only = ON")
            case .ledger:
                try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF")
            case .bulk:
                try db.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = NORMAL")
            }
            // A bound on memory that is the same for 100 k and 10 M rows. No mmap: it counts as resident.
            try db.execute(sql: "PRAGMA cache_size = -\(cacheKilobytes); PRAGMA mmap_size = 0")
        }
        self.path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            connection = queue.inDatabase { SQLiteConnection(handle: $0.sqliteConnection) }
            seen = Seen(connection: wrap(connection))
        } catch {
            throw SQLError(wrapping: error)
        }
    }

    /// Runs `body` in one read transaction: everything it reads is of one moment.
    package func read<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try transaction(.deferred, body)
    }

    /// Runs `body` in one write transaction: all of it is committed, or none.
    package func write<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try transaction(.immediate, body)
    }

    /// Runs `body` outside of a transaction, for pragmas and bulk scripts.
    package func bare<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try queue.inDatabase { _ in try body(seen.connection) }
    }

    private func transaction<Value>(
        _ kind: Database.TransactionKind, _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        do {
            return try queue.inDatabase { db in
                var result: Value?
                try db.inTransaction(kind) {
                    // Also when it throws: a statement left in the middle of its rows keeps its read lock.
                    defer { connection.rewindAll() }
                    result = try body(seen.connection)
                    return .commit
                }
                guard let result else { throw SQLError(kind: .other, code: 0, message: "transaction without result") }
                return result
            }
        } catch let error as DatabaseError {
            throw SQLError(wrapping: error)
        }
    }

    /// Runs each migration that this file has not seen, in order; names are never changed once shipped.
    package func migrate(_ migrations: [(name: String, script: String)]) throws(SQLError) {
        var migrator = DatabaseMigrator()
        for (name, script) in migrations {
            migrator.registerMigration(name) { try $0.execute(sql: script) }
        }
        do {
            try migrator.migrate(queue)
        } catch {
            throw SQLError(wrapping: error)
        }
    }

    /// SQLite's own counter of commits by *other* connections: about 6 microseconds to ask whether anything changed.
    package func dataVersion() throws -> Int64 {
        try bare { try $0.first("PRAGMA data_version") { $0.int64(0) } ?? 0 }
    }

    /// Stops the statement that is running, from any thread; it fails with `interrupted`.
    package func cancel() {
        queue.interrupt()
    }

    package func close() throws(SQLError) {
        do {
            queue.inDatabase { _ in connection.finalizeAll() }
            try queue.close()
        } catch {
            throw SQLError(wrapping: error)
        }
    }
}

extension SQLError {
    init(wrapping error: any Error) {
        switch error {
        case let error as SQLError: self = error
        case let error as DatabaseError:
            self.init(
                code: error.extendedResultCode.rawValue, message: error.message ?? "unknown error", statement: error.sql
            )
        default: self.init(kind: .other, code: 0, message: String(describing: type(of: error)))
        }
    }

    init(code: Int32, message: String, statement: String?) {
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_READONLY: .readOnly
            case SQLITE_FULL: .diskFull
            case SQLITE_IOERR: .inputOutput
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_MISMATCH: .schema
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_INTERRUPT: .interrupted
            case SQLITE_PERM, SQLITE_AUTH: .permission
            default: .other
            }
        self.init(kind: kind, code: Int(code), message: message, statement: statement)
    }
}
