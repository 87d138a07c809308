import CMariaDB
import Glibc

/// Opens a session: connects within a time limit, then sets what holds for all its statements.
enum MariaDBSession {
    /// - Throws: as `SQLServerEngine.connect`.
    static func open(_ address: SQLServerAddress) throws(SQLError) -> UnsafeMutablePointer<MYSQL> {
        let handle = try connect(address)
        do throws(SQLError) {
            for setting in settings(handle, address) {
                guard mysql_real_query(handle, setting, UInt(setting.utf8.count)) == 0 else {
                    throw SQLError(
                        kind: .cannotOpen, code: Int(mysql_errno(handle)),
                        message: "the session refuses \"\(setting)\" (error \(mysql_errno(handle)))")
                }
            }
            return handle
        } catch {
            mysql_close(handle)
            throw error
        }
    }

    /// A bare connection, which is all that a KILL needs.
    static func connect(_ address: SQLServerAddress) throws(SQLError) -> UnsafeMutablePointer<MYSQL> {
        guard isLibraryReady, let handle = mysql_init(nil) else {
            throw SQLError(kind: .cannotOpen, code: 0, message: "libmariadb cannot start")
        }
        set(handle, address)
        let host = address.isSocket ? nil : address.host
        let socket = address.isSocket ? address.host : nil
        guard
            mysql_real_connect(
                handle, host, address.user, address.password ?? "", address.database, UInt32(address.port), socket, 0)
                != nil
        else {
            let error = MariaDBFailure.connecting(handle, address)
            mysql_close(handle)
            throw error
        }
        return handle
    }

    /// The first `mysql_init` sets up the library and may not run twice at once.
    private static let isLibraryReady = mysql_server_init(0, nil, nil) == 0

    private static func set(_ handle: UnsafeMutablePointer<MYSQL>, _ address: SQLServerAddress) {
        func number(_ option: mysql_option, _ value: UInt32) {
            withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
        }
        func flag(_ option: mysql_option, _ value: my_bool) {
            withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
        }
        // Named, as the library takes "localhost" for a socket otherwise.
        number(
            MYSQL_OPT_PROTOCOL, (address.isSocket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP).rawValue)
        number(MYSQL_OPT_CONNECT_TIMEOUT, UInt32(address.connectTimeoutSeconds))
        // The server stops the statement itself; this is for a server that does not answer any more.
        number(MYSQL_OPT_READ_TIMEOUT, UInt32(address.statementTimeoutSeconds + 10))
        number(MYSQL_OPT_WRITE_TIMEOUT, 30)
        // A hostile server could otherwise ask for any file that vigil can read.
        number(MYSQL_OPT_LOCAL_INFILE, 0)
        flag(MYSQL_OPT_RECONNECT, 0)
        flag(MYSQL_REPORT_DATA_TRUNCATION, 1)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // On a socket there is no network to protect, and often no certificate.
        guard !address.isSocket, case .verifyFull(let file) = address.tls else { return }
        mysql_options(handle, MYSQL_OPT_SSL_CA, file ?? SQLServerAddress.systemAuthorities)
        flag(MYSQL_OPT_SSL_ENFORCE, 1)
        flag(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, 1)
    }

    private static func settings(_ handle: UnsafeMutablePointer<MYSQL>, _ address: SQLServerAddress) -> [String] {
        let limit =
            mariadb_connection(handle) != 0
            ? "max_statement_time = \(address.statementTimeoutSeconds)"
            : "max_execution_time = \(address.statementTimeoutSeconds * 1_000)"
        return [
            "SET SESSION TRANSACTION READ ONLY",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION \(limit)",
            // TIMESTAMP and NOW() are UTC; DATETIME has no zone and stays as it was written.
            "SET SESSION time_zone = '+00:00'",
            // Texts and identifiers are quoted as in PostgreSQL: one reading of a statement, here and on the server.
            "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'",
            // While somebody changes a table; the server's own limit is a day.
            "SET SESSION lock_wait_timeout = \(address.statementTimeoutSeconds)",
        ]
    }
}
