import CPostgres
import Glibc

/// Opens a session: connects within a time limit, then sets what holds for all its statements.
enum PostgresSession {
    /// - Throws: as `SQLServerEngine.connect`.
    static func open(_ address: SQLServerAddress) throws(SQLError) -> OpaquePointer {
        guard let handle = start(parameters(address)) else {
            throw SQLError(kind: .cannotOpen, code: 0, message: "libpq has no memory for a connection")
        }
        do throws(SQLError) {
            // The server's words may be in any language; its SQLSTATE is not.
            PQsetErrorVerbosity(handle, PQERRORS_SQLSTATE)
            try wait(handle, address)
            for setting in settings(address) { try set(handle, setting) }
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private static func parameters(_ address: SQLServerAddress) -> [(String, String)] {
        var list = [
            ("host", address.host), ("port", String(address.port)), ("dbname", address.database),
            ("user", address.user), ("client_encoding", "UTF8"), ("application_name", "vigil"),
            // The address says everything: no password from another place, no Kerberos tried first.
            ("passfile", "/nonexistent"), ("gssencmode", "disable"),
            // A dead network is noticed after 30 + 3 * 10 s, or when what was sent is not acknowledged for 30 s.
            ("keepalives", "1"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
        if let password = address.password { list.append(("password", password)) }
        switch address.tls {
        case .off: list.append(("sslmode", "disable"))
        case .verifyFull(let file):
            list += [
                ("sslmode", "verify-full"), ("sslrootcert", file ?? SQLServerAddress.systemAuthorities),
                ("ssl_min_protocol_version", "TLSv1.2"),
            ]
        }
        return list
    }

    private static func start(_ parameters: [(String, String)]) -> OpaquePointer? {
        let keys = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer { for text in keys + values { free(text) } }
        let keyPointers: [UnsafePointer<CChar>?] = keys.map { UnsafePointer($0) } + [nil]
        let valuePointers: [UnsafePointer<CChar>?] = values.map { UnsafePointer($0) } + [nil]
        // expand_dbname 0: a database's name is a name and not a connection string.
        return PQconnectStartParams(keyPointers, valuePointers, 0)
    }

    private static func wait(_ handle: OpaquePointer, _ address: SQLServerAddress) throws(SQLError) {
        let deadline = milliseconds() + address.connectTimeoutSeconds * 1_000
        var step = PGRES_POLLING_WRITING
        while true {
            switch step {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT
                var ready = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
                let left = deadline - milliseconds()
                guard PQstatus(handle) != CONNECTION_BAD else { throw PostgresFailure.connecting(handle, address) }
                guard left > 0 else {
                    throw SQLError(
                        kind: .interrupted, code: 0,
                        message: "no session within \(address.connectTimeoutSeconds) s: \(address.description)")
                }
                guard poll(&ready, 1, Int32(left)) > 0 else { continue }
            default: throw PostgresFailure.connecting(handle, address)
            }
            step = PQconnectPoll(handle)
        }
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }

    private static func settings(_ address: SQLServerAddress) -> [String] {
        [
            "SET default_transaction_read_only = on",
            "SET statement_timeout = '\(address.statementTimeoutSeconds)s'",
            "SET standard_conforming_strings = on",
            // A role may have its own search_path and its own formats; formats do not matter, as values come in binary.
            "SET row_security = on",
        ]
    }

    private static func set(_ handle: OpaquePointer, _ statement: String) throws(SQLError) {
        let result = PQexec(handle, statement)
        defer { PQclear(result) }
        guard PQresultStatus(result) != PGRES_COMMAND_OK else { return }
        throw SQLError(kind: .cannotOpen, code: 0, message: "the session refuses \"\(statement)\"")
    }
}
