import Testing
import VigilSQL
import VigilTestKit

/// What both engines do alike.
@Suite(.enabled(if: !SQLTestServers.usable.isEmpty)) struct SQLServerQueryTests {
    @Test(arguments: SQLTestServers.usable)
    func parametersOfEachKind(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        let (double, bytes) = engine == .postgresql ? ("float8", "bytea") : ("DOUBLE", "VARBINARY(99)")
        try database.run(
            """
            CREATE TABLE t (id INTEGER, big BIGINT, number \(double), words VARCHAR(99), bytes \(bytes));
            INSERT INTO t VALUES (1, 9223372036854775807, 1.5, 'it''s "x" \\ $1 ? -- ü😀', '');
            INSERT INTO t VALUES (2, -1, -2.5, '', 'ab');
            INSERT INTO t VALUES (3, NULL, NULL, NULL, NULL);
            """.replacing("\\", with: engine == .postgresql ? "\\" : "\\\\"))
        let connection = try database.connect()
        func ids(_ condition: String, _ values: SQLValue...) throws -> [SQLValue] {
            try connection.all("SELECT id FROM t WHERE \(condition) ORDER BY id", values).compactMap(\.first)
        }
        #expect(try ids("big = $1", .integer(Int64.max)) == [.integer(1)])
        #expect(try ids("number = $1", .real(1.5)) == [.integer(1)])
        #expect(try ids("words = $1", .text("it's \"x\" \\ $1 ? -- ü😀")) == [.integer(1)])
        #expect(try ids("words = $1", .text("' OR 1 = 1 -- ")) == [])
        #expect(try ids("words = $1", .text("")) == [.integer(2)])
        #expect(try ids("bytes = $1", .blob(Array("ab".utf8))) == [.integer(2)])
        #expect(try ids("bytes = $1", .blob([])) == [.integer(1)])
        #expect(try ids("bytes = $1", .blob([0, 255, 39])) == [])
        #expect(try ids("words = $1", .null) == [])
        #expect(try ids("id = $2 OR big = $1 OR id = $2", .integer(-1), .integer(3)) == [.integer(2), .integer(3)])
        #expect(throws: SQLError.self) { try ids("id = $1") }
        #expect(throws: SQLError.self) { try ids("id = $1 AND id = $3", .integer(1), .integer(2)) }
        // A NUL cannot be in PostgreSQL's text, and must not end the value that is looked for.
        if engine == .mariadb {
            #expect(try ids("words = $1", .text("\0")) == [])
        } else {
            #expect(throws: SQLError.self) { try ids("words = $1", .text("\0")) }
        }
        #expect(try ids("id = $1", .integer(1)) == [.integer(1)], "the connection goes on after errors")
    }

    @Test(arguments: SQLTestServers.usable)
    func namesAndNoRows(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        var names: [String] = []
        try connection.query("SELECT 1 AS first, 'x' AS \"Second one\"", []) { row in
            names = row.columnNames
            #expect(throws: SQLError.self) { _ = try row.value(2) }
            #expect(throws: SQLError.self) { _ = try row.value(-1) }
        }
        #expect(names == ["first", "Second one"])
        #expect(try connection.all("SELECT 1 WHERE 1 = 0").isEmpty)
    }

    @Test(arguments: SQLTestServers.usable)
    func aRowThatWasKeptHasNoValue(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        var kept: (any SQLServerRow)?
        try connection.query("SELECT 'x'", []) { kept = $0 }
        #expect(throws: SQLError.self) { _ = try kept?.value(0) }
    }

    @Test(arguments: SQLTestServers.usable)
    func aTransactionIsOfOneMoment(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        try database.run("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1);")
        let connection = try database.connect()
        let counts = try connection.readTransaction {
            let before = try connection.all("SELECT count(*) FROM t")
            try database.run("INSERT INTO t VALUES (2);")
            return [before, try connection.all("SELECT count(*) FROM t")]
        }
        #expect(counts == [[[.integer(1)]], [[.integer(1)]]])
        #expect(try connection.all("SELECT count(*) FROM t") == [[.integer(2)]])
        #expect(throws: CancellationError.self) {
            try connection.readTransaction { throw CancellationError() }
        }
        #expect(try connection.readTransaction { try connection.all("SELECT 1") } == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func theSessionRefusesToWrite(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        try database.run("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1);")
        let connection = try engine.connect(database.owner)
        for statement in [
            "INSERT INTO t VALUES (2)", "UPDATE t SET id = 3", "DELETE FROM t", "CREATE TABLE u (id INTEGER)",
        ] {
            let error = #expect(throws: SQLError.self) { try connection.query(statement, []) { _ in } }
            #expect(error?.kind == .readOnly, "\(statement)")
            #expect(throws: SQLError.self) {
                try connection.readTransaction { try connection.query(statement, []) { _ in } }
            }
        }
        #expect(try connection.all("SELECT id FROM t") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func schemaErrorsNameTableOrColumn(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        try database.run("CREATE TABLE visits (id INTEGER);")
        let connection = try database.connect()
        for (statement, name) in [
            ("SELECT id FROM vsits", "vsits"), ("SELECT strat FROM visits", "strat"), ("SELEKT", "SELEKT"),
        ] {
            let error = #expect(throws: SQLError.self) { try connection.query(statement, []) { _ in } }
            #expect(error?.kind == .schema)
            #expect(error?.message.contains(name) == true)
        }
        #expect(try connection.all("SELECT 1; SELECT 2", orNil: ()) == nil, "one statement at a time")
        #expect(try connection.all("SELECT 1") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func errorsHoldNoValues(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        try database.run("CREATE TABLE visits (note VARCHAR(99)); INSERT INTO visits VALUES ('Jane Roe');")
        let connection = try database.connect()
        let statements =
            engine == .postgresql
            ? [
                "SELECT CAST(note AS INTEGER) FROM visits", "SELECT CAST(note AS DATE) FROM visits",
                "SELECT note::jsonb::text FROM visits", "SELECT 1 / (length(note) - 8) FROM visits",
                "SELECT format('%s %s', note) FROM visits", "SELECT query_to_xml(note, true, true, '') FROM visits",
            ]
            : [
                "SELECT (SELECT a.note FROM visits UNION ALL SELECT b.note FROM visits b) FROM visits a",
                "SELECT extractvalue('<a/>', note) FROM visits", "SELECT exp(1000 * length(note)) FROM visits",
                "SELECT 9223372036854775807 + length(note) FROM visits",
            ]
        for statement in statements {
            let error = #expect(throws: SQLError.self, "\(statement)") { _ = try connection.all(statement) }
            #expect(error.map { "\($0)".contains("Jane") || "\($0)".contains("Roe") } == false)
        }
        #expect(try connection.all("SELECT note FROM visits") == [[.text("Jane Roe")]])
    }
}

extension SQLServerConnection {
    /// Nil when the statement fails.
    fileprivate func all(_ sql: String, orNil: Void) throws -> [[SQLValue]]? {
        do { return try all(sql) } catch is SQLError { return nil }
    }
}
