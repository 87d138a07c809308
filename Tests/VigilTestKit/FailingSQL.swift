package import VigilSQL

/// A connection of which one statement fails, as if the disk were full, broken or held by another program.
///
/// Statements are counted while it is armed; the one with the number `failsAt` fails in its first step, before it has done
/// anything. Used by one caller at a time, as every connection.
package final class FailingSQL: @unchecked Sendable {
    package private(set) var statements = 0
    package private(set) var hasFailed = false
    private var failsAt: Int?
    private var error = SQLError(kind: .other, code: 0, message: "not armed")
    private var isArmed = false

    /// What a test makes of the failing call.
    package static let errors = [
        SQLError(kind: .diskFull, code: 13, message: "database or disk is full"),
        SQLError(kind: .inputOutput, code: 10, message: "disk I/O error"),
        SQLError(kind: .busy, code: 5, message: "database is locked"),
    ]

    package init() {}

    /// Counts from here.
    /// - Parameter statement: which one fails, from 1; nil only counts.
    package func arm(failingAt statement: Int?, with error: SQLError = FailingSQL.errors[0]) {
        (statements, hasFailed, failsAt, self.error, isArmed) = (0, false, statement, error, true)
    }

    package func disarm() {
        isArmed = false
    }

    package func wrap(_ connection: any SQLConnection) -> any SQLConnection {
        Connection(connection, self)
    }

    fileprivate func next() -> SQLError? {
        guard isArmed else { return nil }
        statements += 1
        guard statements == failsAt else { return nil }
        hasFailed = true
        return error
    }

    private final class Connection: SQLConnection {
        private let inner: any SQLConnection
        private let faults: FailingSQL

        init(_ inner: any SQLConnection, _ faults: FailingSQL) {
            self.inner = inner
            self.faults = faults
        }

        func prepare(_ sql: String) throws(SQLError) -> any SQLStatement {
            Statement(try inner.prepare(sql), faults)
        }

        func execute(script: String) throws(SQLError) {
            if let error = faults.next() { throw error }
            try inner.execute(script: script)
        }

        var changedRows: Int { inner.changedRows }
        var lastInsertedID: Int64 { inner.lastInsertedID }
    }

    private final class Statement: SQLStatement {
        private let inner: any SQLStatement
        private let faults: FailingSQL
        private var failure: SQLError?

        init(_ inner: any SQLStatement, _ faults: FailingSQL) {
            self.inner = inner
            self.faults = faults
        }

        func bind(_ values: [SQLValue]) throws(SQLError) {
            try inner.bind(values)
            failure = faults.next()
        }

        func step() throws(SQLError) -> Bool {
            if let failure { throw failure }
            return try inner.step()
        }

        func type(_ column: Int) -> SQLType { inner.type(column) }
        func int64(_ column: Int) -> Int64 { inner.int64(column) }
        func double(_ column: Int) -> Double { inner.double(column) }
        func text(_ column: Int) -> String { inner.text(column) }
        func bytes(_ column: Int) -> UnsafeRawBufferPointer { inner.bytes(column) }
        func cell(_ column: Int) -> SQLCell { inner.cell(column) }
        func rewind() { inner.rewind() }
    }
}
