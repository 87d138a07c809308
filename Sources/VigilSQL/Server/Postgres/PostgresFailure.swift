import CPostgres

/// PostgreSQL's errors as `SQLError`, by SQLSTATE and never by the server's words, which may hold values of rows.
struct PostgresFailure {
    let statement: String
    let seconds: Int

    var cancelled: SQLError { error(.interrupted, "57014", "the statement was cancelled") }

    var silent: SQLError {
        error(.inputOutput, "08006", "the server has said nothing for \(seconds + 10) s: the connection was given up")
    }

    func lost(_ result: OpaquePointer? = nil) -> SQLError {
        error(.inputOutput, Self.state(result) ?? "08006", "the server has ended the connection")
    }

    /// - Parameter isPreparing: the statement has not run: the server's words come from its text and from names alone.
    func error(_ result: OpaquePointer, isPreparing: Bool, isCancelled: Bool) -> SQLError {
        guard let state = Self.state(result) else { return lost() }
        let kind = Self.kind(state)
        if kind == .interrupted, isCancelled { return cancelled }
        if isPreparing, let words = Self.field(result, .message) { return error(kind, state, words) }
        let names = names(result)
        return error(kind, state, names.isEmpty ? words(state) : "\(words(state)): \(names)")
    }

    private func error(_ kind: SQLError.Kind, _ state: String, _ words: String) -> SQLError {
        SQLError(
            kind: kind, code: Int(state) ?? 0, message: "\(words) (SQLSTATE \(state))", statement: statement)
    }

    private func words(_ state: String) -> String {
        switch state {
        case "57014": return "the statement was stopped: its limit is \(seconds) s"
        case "42501": return "the role may not read it"
        case "22P02", "22007", "22008": return "a value cannot be converted to the type that the statement asks for"
        case "22021": return "a text is not valid in the server's encoding"
        case "22003": return "a number does not fit"
        case "22012": return "a division by zero"
        case "25006": return "the statement would write"
        case "40001": return "the read ran into a change, or a standby's replay"
        default: break
        }
        switch state.prefix(2) {
        case "22": return "a value is not as the statement needs it"
        case "23": return "a constraint refuses it"
        case "42": return "the statement does not fit the server's tables"
        case "53": return "the server is short of memory, disk or connections"
        case "57": return "the server has stopped the work"
        case "XX": return "the server has failed, or its data is damaged"
        default: return "the statement failed"
        }
    }

    static func kind(_ state: String) -> SQLError.Kind {
        switch state {
        case "42501": return .permission
        case "25006": return .readOnly
        case "57014": return .interrupted
        case "53100": return .diskFull
        case "55P03", "40001", "40P01": return .busy
        case "XX001", "XX002": return .corrupt
        case "3D000": return .cannotOpen
        default: break
        }
        switch state.prefix(2) {
        case "08", "57": return .inputOutput
        case "23": return .constraint
        case "28": return .permission
        case "42", "3F": return .schema
        case "53": return .busy
        default: return .other
        }
    }

    /// Schema, table, column and constraint, as far as the server names them in fields of their own; or the last word of its
    /// message, if the statement's own text has this word too: then it is a name, and no value.
    private func names(_ result: OpaquePointer) -> String {
        let fields: [Field] = [.schema, .table, .column, .constraint]
        let names = fields.compactMap { Self.field(result, $0) }.joined(separator: ".")
        guard names.isEmpty, let words = Self.field(result, .message) else { return names }
        func isName(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
        guard let last = words.split(whereSeparator: { !isName($0) }).last else { return "" }
        return statement.split(whereSeparator: { !isName($0) }).contains(last) ? String(last) : ""
    }

    private static func state(_ result: OpaquePointer?) -> String? {
        result.flatMap { field($0, .sqlstate) }
    }

    private static func field(_ result: OpaquePointer, _ field: Field) -> String? {
        PQresultErrorField(result, Int32(field.rawValue.value)).map { String(cString: $0) }
    }

    /// The PG_DIAG_ macros of postgres_ext.h, which are characters and do not come over into Swift as such.
    private enum Field: UnicodeScalar {
        case sqlstate = "C"
        case message = "M"
        case schema = "s"
        case table = "t"
        case column = "c"
        case constraint = "n"
    }

    /// Why no session came about: of the server's words only the SQLSTATE (see `PostgresSession`), or libpq's own words.
    static func connecting(_ handle: OpaquePointer, _ address: SQLServerAddress) -> SQLError {
        let words = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        // At the end of a line: a port may look like a SQLSTATE too.
        let ends = words.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        guard let state = ends.last(where: isState).map(String.init) else {
            // libpq's own words, of the first try that failed.
            let line = words.split(separator: "\n").first.map { String($0.prefix(300)) } ?? "no connection"
            return SQLError(kind: .cannotOpen, code: 0, message: line)
        }
        let (kind, reason): (SQLError.Kind, String) =
            switch state {
            case "28P01": (.permission, "the server does not accept the password")
            case "42501": (.permission, "the user may not connect to this database")
            case "3D000": (.cannotOpen, "there is no such database")
            case "53300": (.busy, "the server has no connection left")
            case "57P03": (.cannotOpen, "the server is starting or stopping")
            case _ where state.hasPrefix("28"): (.permission, "the server does not let this user in from here")
            default: (.cannotOpen, "the server refuses the connection")
            }
        return SQLError(
            kind: kind, code: Int(state) ?? 0, message: "\(reason): \(address.description) (SQLSTATE \(state))")
    }

    /// Five digits and capitals at the end of a line, of which the first is a digit or the whole has one: `28P01`, `3D000`.
    private static func isState(_ word: Substring) -> Bool {
        word.utf8.count == 5 && word.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
            && word.utf8.contains { (48...57).contains($0) }
    }
}
