import CMariaDB

/// MariaDB's errors as `SQLError`, by number and never by the server's words, which may hold values of rows.
struct MariaDBFailure {
    let statement: String
    let seconds: Int

    var cancelled: SQLError { error(number: 1317, words: "the statement was cancelled") }

    /// - Parameter isPreparing: the statement has not run: the server's words come from its text and from names alone.
    func error(
        _ handle: UnsafeMutablePointer<MYSQL>?, _ statement: UnsafeMutablePointer<MYSQL_STMT>, isPreparing: Bool
    ) -> SQLError {
        let words = mysql_stmt_error(statement).map { String(cString: $0) }
        // While rows are fetched one by one, libmariadb notes an error at the connection and not at the statement.
        var number = mysql_stmt_errno(statement)
        if number == 0, let handle { number = mysql_errno(handle) }
        return error(number: number, words: isPreparing ? words : nil)
    }

    /// - Parameter words: nil for fixed ones.
    func error(number: UInt32, words: String?) -> SQLError {
        SQLError(
            kind: Self.kind(number), code: Int(number),
            message: "\(words.map { String($0.prefix(300)) } ?? fixedWords(number)) (error \(number))",
            statement: statement)
    }

    private func fixedWords(_ number: UInt32) -> String {
        switch number {
        case 1317, 1969, 3024: "the statement was stopped: its limit is \(seconds) s"
        case 1792, 1290, 1836: "the statement would write"
        case 1205, 1213: "another session holds a lock on it"
        case 2006, 2013, 2055, 1927, 1053: "the server has ended the connection, or has said nothing for too long"
        case 1292, 1366, 1367: "a value cannot be converted to the type that the statement asks for"
        case 1264, 1690: "a number does not fit"
        default:
            switch Self.kind(number) {
            case .permission: "the role may not read it"
            case .schema: "the statement does not fit the server's tables"
            default: "the statement failed"
            }
        }
    }

    static func kind(_ number: UInt32) -> SQLError.Kind {
        switch number {
        // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED, ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK
        case 1040, 1203, 1226, 1205, 1213: .busy
        // ER_*ACCESS_DENIED*, ER_HOST_NOT_PRIVILEGED
        case 1044, 1045, 1130, 1142, 1143, 1227, 1345, 1356, 1370, 1698: .permission
        // ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT, MySQL's ER_QUERY_TIMEOUT
        case 1317, 1969, 3024: .interrupted
        // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_OPTION_PREVENTS_STATEMENT
        case 1290, 1792, 1836: .readOnly
        // ER_BAD_FIELD_ERROR, ER_PARSE_ERROR, ER_NO_SUCH_TABLE and their like
        case 1051, 1052, 1054, 1064, 1109, 1146, 1222, 1247, 1305, 1327, 1582, 1630: .schema
        case 1048, 1062, 1169, 1451, 1452, 4025: .constraint
        case 1021: .diskFull
        case 1034, 1035, 1194, 1195: .corrupt
        // CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_SERVER_LOST_EXTENDED, ER_CONNECTION_KILLED, ER_SERVER_SHUTDOWN
        case 1053, 1927, 2006, 2013, 2055: .inputOutput
        default: .other
        }
    }

    /// Why no session came about. The words of the client library (numbers from 2000) are passed on, the server's are not.
    static func connecting(_ handle: UnsafeMutablePointer<MYSQL>, _ address: SQLServerAddress) -> SQLError {
        let number = mysql_errno(handle)
        let reason: String
        switch number {
        case 1045, 1698: reason = "the server does not accept the user or the password"
        case 1044: reason = "the user may not use this database, or it does not exist"
        case 1049: reason = "there is no such database"
        case 1040, 1203, 1226: reason = "the server has no connection left"
        case 1130: reason = "the server does not let this user in from here"
        case 2000..<3000, 5000..<6000:
            reason = mysql_error(handle).map { String(String(cString: $0).prefix(300)) } ?? "no connection"
        default: reason = "the server refuses the connection"
        }
        var kind = kind(number)
        // While connecting, a session that is lost is one that could not be opened.
        if kind == .inputOutput || kind == .other { kind = .cannotOpen }
        return SQLError(kind: kind, code: Int(number), message: "\(reason): \(address.description) (error \(number))")
    }
}
