extension PostgresConnection {
    func proveReadOnly(trying statement: String) throws {
        // The session may not write; that is not enough, as a setting is gone with one word.
        var found: [String] = []
        try query(Self.tooMuch, []) { row in
            if case .text(let words) = try row.value(0) { found.append(words) }
        }
        guard found.isEmpty else {
            throw SQLError(
                kind: .permission, code: 0,
                message: "the role may do more than read: \(found.joined(separator: "; "))", statement: nil)
        }
        do {
            // Checks the role's rights as the statement itself would (ExecutorStart), and runs nothing.
            try readTransaction { try query("EXPLAIN \(statement)", []) { _ in } }
        } catch let error as SQLError where error.kind == .permission {
            return
        }
        throw SQLError(
            kind: .permission, code: 0, message: "the role may write: the server would have run the statement",
            statement: statement)
    }

    /// What this role, or one that it is a member of and could SET ROLE to, may do and should not. Five are enough to act on.
    ///
    /// Left out: CREATE in a schema (PostgreSQL before 15 gives it to everyone in `public`, and no table of the practice changes
    /// by it), and functions that write with their owner's rights.
    private static let tooMuch = """
        WITH member AS (
            SELECT oid, rolname, rolsuper, rolcreaterole, rolreplication FROM pg_roles
            WHERE pg_has_role(current_user, oid, 'MEMBER')
        ), found AS (
            SELECT 1 AS place, CASE WHEN rolsuper THEN 'SUPERUSER' WHEN rolcreaterole THEN 'CREATEROLE'
                WHEN rolreplication THEN 'REPLICATION' ELSE 'membership' END || ' of role ' || rolname AS words
            FROM member
            WHERE rolsuper OR rolcreaterole OR rolreplication
                OR rolname IN ('pg_write_server_files', 'pg_execute_server_program', 'pg_write_all_data')
            UNION
            SELECT 2, p.privilege || ' on ' || n.nspname || '.' || c.relname
            FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p (privilege)
                CROSS JOIN member m
            WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                AND n.nspname NOT LIKE 'pg\\_t%'
                AND (has_table_privilege(m.oid, c.oid, p.privilege)
                    OR p.privilege IN ('INSERT', 'UPDATE') AND has_any_column_privilege(m.oid, c.oid, p.privilege))
            UNION
            SELECT 3, 'ownership of ' || n.nspname || '.' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN member m ON m.oid = c.relowner
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT LIKE 'pg\\_%'
            UNION
            SELECT 4, 'USAGE or UPDATE on sequence ' || n.nspname || '.' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN member m
            WHERE c.relkind = 'S' AND has_sequence_privilege(m.oid, c.oid, 'USAGE, UPDATE')
        )
        SELECT words::text FROM found ORDER BY place, words LIMIT 5
        """

    func readableColumns(_ names: [String]) throws -> [String] {
        try names.filter { name in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { SQLValue.text(String($0)) }
            guard parts.count == 2 || parts.count == 3 else {
                throw SQLError(
                    kind: .schema, code: 0, message: "\"\(name)\" is not table.column or schema.table.column")
            }
            var isReadable = false
            try query(Self.columns(isQualified: parts.count == 3), parts) { _ in isReadable = true }
            return isReadable
        }
    }

    private static func columns(isQualified: Bool) -> String {
        let place = isQualified ? 1 : 0
        return """
            SELECT 1 FROM pg_attribute a
                JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE \(isQualified ? "lower(n.nspname) = lower($1)" : "pg_table_is_visible(c.oid)")
                AND lower(c.relname) = lower($\(place + 1)) AND lower(a.attname) = lower($\(place + 2))
                AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT a.attisdropped
                AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
            """
    }
}
