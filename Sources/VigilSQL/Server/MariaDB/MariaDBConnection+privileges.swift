extension MariaDBConnection {
    func proveReadOnly(trying statement: String) throws {
        // The session may not write; that is not enough, as a setting is gone with one word.
        let found = try privilegesBeyondReading()
        guard found.isEmpty else {
            throw SQLError(
                kind: .permission, code: 0,
                message: "the role may do more than read: \(found.prefix(5).joined(separator: "; "))")
        }
        do {
            try prepareOnly(statement)
        } catch let error as SQLError where error.kind == .permission {
            return
        }
        throw SQLError(
            kind: .permission, code: 0, message: "the role may write: the server would have run the statement",
            statement: statement)
    }

    /// Those of the user, and of each role that the user could take by SET ROLE.
    private func privilegesBeyondReading() throws -> [String] {
        var active: String?
        try query("SELECT CURRENT_ROLE()", []) { row in
            if case .text(let name) = try row.value(0) { active = name }
        }
        var open: [String?] = [nil]
        var seen: Set<String?> = [nil]
        var found: [String] = []
        // A role's grants are shown only to the one who has taken it; with it come those of the roles within.
        defer {
            let role = active.map { "\"\($0.replacing("\"", with: "\"\""))\"" } ?? "NONE"
            try? command("SET ROLE \(role)")
        }
        while let role = open.popLast() {
            try command("SET ROLE \(role ?? "NONE")")
            try query("SHOW GRANTS", []) { row in
                guard case .text(let line) = try row.value(0) else { return }
                let grant = MariaDBGrant(line)
                found += grant.tooMuch.filter { !found.contains($0) }
                if let next = grant.role, seen.insert(next).inserted { open.append(next) }
            }
        }
        return found
    }

    func readableColumns(_ names: [String]) throws -> [String] {
        try names.filter { name in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { SQLValue.text(String($0)) }
            guard parts.count == 2 || parts.count == 3 else {
                throw SQLError(
                    kind: .schema, code: 0, message: "\"\(name)\" is not table.column or schema.table.column")
            }
            let place = parts.count - 2
            // The view shows a column to whoever has any privilege on it; `privileges` says which.
            let sql = """
                SELECT 1 FROM information_schema.columns
                WHERE lower(table_schema) = lower(\(place == 1 ? "$1" : "DATABASE()"))
                    AND lower(table_name) = lower($\(place + 1)) AND lower(column_name) = lower($\(place + 2))
                    AND FIND_IN_SET('select', privileges) > 0
                """
            var isReadable = false
            try query(sql, parts) { _ in isReadable = true }
            return isReadable
        }
    }
}
