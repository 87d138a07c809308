import CPostgres
import Glibc

/// A read-only session of a PostgreSQL server, over libpq.
///
/// One caller at a time (see `SQLServerConnection`), hence `@unchecked Sendable`; what `cancel` touches is behind a lock.
final class PostgresConnection: SQLServerConnection, @unchecked Sendable {
    private var handle: OpaquePointer?
    private let address: SQLServerAddress

    private let running = RunningStatement()
    /// libpq's own copy of what a cancel needs; used from any thread, and only under the lock of `running`.
    private var canceller: OpaquePointer?

    init(_ address: SQLServerAddress) throws(SQLError) {
        self.address = address
        let handle = try PostgresSession.open(address)
        self.handle = handle
        canceller = PQgetCancel(handle)
    }

    deinit {
        close()
    }

    func close() {
        running.alone {
            if let canceller { PQfreeCancel(canceller) }
            canceller = nil
        }
        if let handle { PQfinish(handle) }
        handle = nil
    }

    func cancel() {
        running.cancel(askToStop)
    }

    /// Called under the lock. When it fails the connection itself is failing, which the running statement says.
    private func askToStop() {
        var words = [CChar](repeating: 0, count: 256)
        PQcancel(canceller, &words, Int32(words.count))
    }

    func query(_ sql: String, _ values: [SQLValue], row: (any SQLServerRow) throws -> Void) throws {
        guard let handle else { throw SQLError.closed }
        running.begin()
        defer { running.end() }
        let failure = PostgresFailure(statement: sql, seconds: address.statementTimeoutSeconds)
        // Prepared first: what fails here fails on the statement's own text, so the server's words can be passed on.
        guard PQsendPrepare(handle, "", sql, 0, nil) == 1 else { throw failure.lost() }
        try drain(failure, isPreparing: true)
        if running.isCancelled { throw failure.cancelled }
        try PostgresParameters(values, statement: sql).send(handle, failure)
        PQsetSingleRowMode(handle)
        do {
            try take(failure, row)
        } catch {
            // Rows may be on their way still, also when it was the caller who gave up: stop the server, then read to the end.
            if PQstatus(self.handle) == CONNECTION_OK, PQtransactionStatus(self.handle) == PQTRANS_ACTIVE {
                running.alone(askToStop)
                try? drain(failure, isPreparing: false)
            }
            throw error
        }
    }

    private func take(_ failure: PostgresFailure, _ row: (any SQLServerRow) throws -> Void) throws {
        var view: PostgresRow?
        while let result = try next(failure) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                let current = view ?? PostgresRow(result)
                view = current
                current.result = result
                defer { current.result = nil }
                try row(current)
                if running.isCancelled { throw failure.cancelled }
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
            case PGRES_COPY_OUT, PGRES_COPY_IN, PGRES_COPY_BOTH:
                close()
                throw SQLError(kind: .other, code: 0, message: "COPY is not a query", statement: failure.statement)
            default: throw error(failure, result, isPreparing: false)
            }
        }
    }

    /// Reads what is left of a statement.
    private func drain(_ failure: PostgresFailure, isPreparing: Bool) throws(SQLError) {
        var first: SQLError?
        while let result = try next(failure) {
            defer { PQclear(result) }
            let status = PQresultStatus(result)
            if status == PGRES_FATAL_ERROR, first == nil { first = error(failure, result, isPreparing: isPreparing) }
        }
        if let first { throw first }
    }

    /// The next result; nil at the statement's end. Waits no longer than the statement may take, and 10 s for the network.
    private func next(_ failure: PostgresFailure) throws(SQLError) -> OpaquePointer? {
        guard let handle else { throw .closed }
        while PQisBusy(handle) == 1 {
            var ready = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            let count = poll(&ready, 1, Int32((address.statementTimeoutSeconds + 10) * 1_000))
            if count < 0, errno == EINTR { continue }
            // A server that says nothing although its own limit is over: stopped, or cut off. The session cannot be saved.
            guard count > 0 else {
                close()
                throw failure.silent
            }
            guard PQconsumeInput(handle) == 1 else { break }
        }
        return PQgetResult(handle)
    }

    private func error(_ failure: PostgresFailure, _ result: OpaquePointer, isPreparing: Bool) -> SQLError {
        if PQstatus(handle) != CONNECTION_OK { return failure.lost(result) }
        return failure.error(
            result, isPreparing: isPreparing, isCancelled: running.isCancelled)
    }

    func readTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        try command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
            let value = try body()
            try command("COMMIT")
            return value
        } catch {
            // After a failed COMMIT or on a lost connection there is nothing to roll back.
            try? command("ROLLBACK")
            throw error
        }
    }

    private func command(_ sql: String) throws {
        try query(sql, []) { _ in }
    }
}
