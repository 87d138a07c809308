import CMariaDB

/// A read-only session of a MariaDB server, over libmariadb's prepared statements.
///
/// One caller at a time (see `SQLServerConnection`), hence `@unchecked Sendable`; what `cancel` touches is behind a lock.
final class MariaDBConnection: SQLServerConnection, @unchecked Sendable {
    private var handle: UnsafeMutablePointer<MYSQL>?
    private let address: SQLServerAddress
    private let thread: UInt
    /// The running statement has rows that were not read.
    private var hasRowsLeft = false
    private var isLost = false

    private let running = RunningStatement()

    init(_ address: SQLServerAddress) throws(SQLError) {
        self.address = address
        let handle = try MariaDBSession.open(address)
        self.handle = handle
        thread = mysql_thread_id(handle)
    }

    deinit {
        close()
    }

    func close() {
        if let handle { mysql_close(handle) }
        handle = nil
    }

    func cancel() {
        running.cancel { _ = kill() }
    }

    /// Stops the statement of this session, over a second connection: the first one is busy with its rows.
    private func kill() -> Bool {
        var second = address
        // Bounded, as the statement cannot end before this has.
        second.connectTimeoutSeconds = min(address.connectTimeoutSeconds, 5)
        second.statementTimeoutSeconds = 5
        guard let other = try? MariaDBSession.connect(second) else { return false }
        defer { mysql_close(other) }
        return mysql_query(other, "KILL QUERY \(thread)") == 0
    }

    func query(_ sql: String, _ values: [SQLValue], row: (any SQLServerRow) throws -> Void) throws {
        guard let handle else { throw SQLError.closed }
        let failure = MariaDBFailure(statement: sql, seconds: address.statementTimeoutSeconds)
        let (text, order) = MariaDBPlaces.rewritten(sql)
        guard let parameters = MariaDBParameters(order, values) else {
            throw SQLError(
                kind: .other, code: 0, message: "the statement's parameters are not those of \(values.count) values",
                statement: sql)
        }
        running.begin()
        defer { running.end() }
        guard let statement = mysql_stmt_init(handle) else { throw SQLError.closed }
        defer { finish(statement) }
        // What fails here fails on the statement's own text, so the server's words can be passed on.
        guard mysql_stmt_prepare(statement, text, UInt(text.utf8.count)) == 0 else {
            throw noted(failure, statement, isPreparing: true)
        }
        guard Int(mysql_stmt_param_count(statement)) == order.count else {
            throw SQLError(kind: .schema, code: 0, message: "a ? stands outside of quotes", statement: sql)
        }
        if running.isCancelled { throw failure.cancelled }
        if !order.isEmpty { mysql_stmt_bind_param(statement, parameters.binds) }
        guard mysql_stmt_execute(statement) == 0 else { throw noted(failure, statement) }
        guard let metadata = mysql_stmt_result_metadata(statement) else { return }
        defer { mysql_free_result(metadata) }
        let view = MariaDBRow(statement, metadata)
        defer { view.end() }
        try take(failure, statement, view, row)
    }

    private func take(
        _ failure: MariaDBFailure, _ statement: UnsafeMutablePointer<MYSQL_STMT>, _ view: MariaDBRow,
        _ row: (any SQLServerRow) throws -> Void
    ) throws {
        // No mysql_stmt_store_result: rows are read from the socket one by one.
        guard mysql_stmt_bind_result(statement, view.binds) == 0 else { throw noted(failure, statement) }
        while true {
            let code = mysql_stmt_fetch(statement)
            hasRowsLeft = code == 0 || code == MYSQL_DATA_TRUNCATED
            guard hasRowsLeft else {
                if code == MYSQL_NO_DATA { return }
                throw noted(failure, statement)
            }
            try row(view)
            if running.isCancelled { throw failure.cancelled }
        }
    }

    /// Ends a statement; one whose rows are on their way still is stopped on the server first, or the rest would be read.
    private func finish(_ statement: UnsafeMutablePointer<MYSQL_STMT>) {
        // When it cannot be stopped, closing the socket is what is left. It takes the session with it.
        if hasRowsLeft, !kill() { isLost = true }
        hasRowsLeft = false
        if isLost { close() }
        mysql_stmt_close(statement)
    }

    /// The statement's error, and what it means for the session.
    private func noted(
        _ failure: MariaDBFailure, _ statement: UnsafeMutablePointer<MYSQL_STMT>, isPreparing: Bool = false
    ) -> SQLError {
        let error = failure.error(handle, statement, isPreparing: isPreparing)
        if error.kind == .inputOutput { isLost = true }
        return error.kind == .interrupted && running.isCancelled ? failure.cancelled : error
    }

    func readTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        try command("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        do {
            let value = try body()
            try command("COMMIT")
            return value
        } catch {
            // On a lost connection there is nothing to roll back.
            try? command("ROLLBACK")
            throw error
        }
    }

    /// Runs a statement without rows.
    func command(_ sql: String) throws {
        guard let handle else { throw SQLError.closed }
        guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0 else {
            let error = MariaDBFailure(statement: sql, seconds: address.statementTimeoutSeconds)
                .error(number: mysql_errno(handle), words: nil)
            if error.kind == .inputOutput { close() }
            throw error
        }
    }

    /// Has the server read a statement and check the role's rights for it, without running it.
    func prepareOnly(_ sql: String) throws {
        guard let handle, let statement = mysql_stmt_init(handle) else { throw SQLError.closed }
        defer { mysql_stmt_close(statement) }
        guard mysql_stmt_prepare(statement, sql, UInt(sql.utf8.count)) == 0 else {
            throw MariaDBFailure(statement: sql, seconds: address.statementTimeoutSeconds)
                .error(handle, statement, isPreparing: true)
        }
    }
}
