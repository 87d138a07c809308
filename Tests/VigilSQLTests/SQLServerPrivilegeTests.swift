import Testing
import VigilSQL
import VigilTestKit

/// What a role may do: proven, and named when it is too much.
@Suite(.enabled(if: !SQLTestServers.usable.isEmpty)) struct SQLServerPrivilegeTests {
    private static let write = "UPDATE visits SET id = 9"

    /// A database with a table, and a role of its own that may connect and nothing else.
    private func database(_ engine: SQLServerEngine, _ grants: (_ role: String, _ database: String) -> String) throws
        -> (database: SQLTestDatabase, role: SQLServerAddress)
    {
        let database = try SQLTestServers.shared(engine).database()
        let role = "r_" + database.name
        let password = SQLTestDatabase.password(of: role)
        try database.run("CREATE TABLE visits (id INTEGER, note VARCHAR(99)); INSERT INTO visits VALUES (1, 'x');")
        try database.run(
            engine == .postgresql
                ? "CREATE ROLE \(role) LOGIN PASSWORD '\(password)';"
                : "CREATE USER \(role) IDENTIFIED BY '\(password)';")
        try database.run(grants(role, database.name))
        return (database, database.server.address(user: role, database: database.name))
    }

    @Test(arguments: SQLTestServers.usable)
    func aReaderPasses(engine: SQLServerEngine) throws {
        let (database, _) = try database(engine) { _, _ in "SELECT 1;" }
        let connection = try database.connect()
        for statement in [Self.write, "DELETE FROM visits", "INSERT INTO visits VALUES (2, 'y')"] {
            try connection.proveReadOnly(trying: statement)
        }
        #expect(try connection.all("SELECT id FROM visits") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func anOwnerIsRefusedAndNothingIsWritten(engine: SQLServerEngine) throws {
        let (database, _) = try database(engine) { _, _ in "SELECT 1;" }
        let connection = try engine.connect(database.owner)
        let error = #expect(throws: SQLError.self) { try connection.proveReadOnly(trying: Self.write) }
        #expect(error?.kind == .permission)
        #expect(
            error?.message.contains(engine == .postgresql ? "UPDATE on public.visits" : "ALL PRIVILEGES on") == true)
        #expect(try connection.all("SELECT id FROM visits") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable, ["INSERT", "UPDATE", "DELETE", "UPDATE (note)", "INSERT (id)"])
    func oneRightTooMuchIsNamed(engine: SQLServerEngine, right: String) throws {
        let (_, role) = try database(engine) { role, name in
            let table = engine == .postgresql ? "visits" : "\(name).visits"
            return "GRANT SELECT ON \(table) TO \(role); GRANT \(right) ON \(table) TO \(role);"
        }
        let connection = try engine.connect(role)
        let error = #expect(throws: SQLError.self) {
            try connection.proveReadOnly(trying: "DELETE FROM visits WHERE id = 77")
        }
        #expect(error?.kind == .permission)
        #expect(error?.message.contains("\(right.prefix(6)) on ") == true)
        #expect(error?.message.contains("visits") == true)
    }

    /// A right that the role does not have now and could take by SET ROLE.
    @Test(arguments: SQLTestServers.usable)
    func aRoleThatCouldBeTakenCounts(engine: SQLServerEngine) throws {
        let (_, role) = try database(engine) { role, name in
            engine == .postgresql
                ? """
                CREATE ROLE clerk_\(name); GRANT DELETE ON visits TO clerk_\(name); GRANT SELECT ON visits TO \(role);
                ALTER ROLE \(role) NOINHERIT; GRANT clerk_\(name) TO \(role);
                """
                : """
                CREATE ROLE clerk_\(name); GRANT DELETE ON \(name).visits TO clerk_\(name);
                GRANT SELECT ON \(name).visits TO \(role); GRANT clerk_\(name) TO \(role);
                """
        }
        let error = #expect(throws: SQLError.self) {
            try engine.connect(role).proveReadOnly(trying: Self.write)
        }
        #expect(error?.kind == .permission)
        #expect(error?.message.contains("DELETE on") == true, "\(String(describing: error))")
    }

    @Test(.enabled(if: PostgresServer.isUsable), arguments: ["SUPERUSER", "CREATEROLE", "REPLICATION"])
    func attributesThatAreTooMuch(attribute: String) throws {
        let (_, role) = try database(.postgresql) { role, _ in "ALTER ROLE \(role) \(attribute);" }
        let error = #expect(throws: SQLError.self) {
            try SQLServerEngine.postgresql.connect(role).proveReadOnly(trying: Self.write)
        }
        #expect(error?.kind == .permission)
        #expect(error?.message.contains(attribute) == true)
    }

    /// What cannot be tried proves nothing.
    @Test(arguments: SQLTestServers.usable)
    func aStatementThatFailsOtherwiseProvesNothing(engine: SQLServerEngine) throws {
        let (database, _) = try database(engine) { _, _ in "SELECT 1;" }
        let connection = try database.connect()
        // MariaDB looks at the rights first, so a column that does not exist is refused for the right reason.
        let wrong = engine == .postgresql ? ["UPDATE visits SET nothing = 1", "UPDATE nowhere SET id = 1"] : []
        for statement in wrong + ["UPDAT", "SELECT id FROM visits"] {
            #expect(throws: SQLError.self, "\(statement)") { try connection.proveReadOnly(trying: statement) }
        }
    }

    /// Whatever is put in for the statement: nothing is run.
    @Test(arguments: SQLTestServers.usable)
    func nothingIsRunByTheProof(engine: SQLServerEngine) throws {
        let (database, role) = try database(engine) { role, name in
            engine == .postgresql ? "GRANT SELECT ON visits TO \(role);" : "GRANT SELECT ON \(name).visits TO \(role);"
        }
        for address in [database.owner, role] {
            let connection = try engine.connect(address)
            for statement in [
                Self.write, "ANALYZE DELETE FROM visits", "(ANALYZE) DELETE FROM visits",
                "SELECT 1; DELETE FROM visits", "DELETE FROM visits; COMMIT; DELETE FROM visits",
            ] {
                #expect(throws: (any Error).self) {
                    try connection.proveReadOnly(trying: statement)
                    // The one who may not write is refused for that.
                    if address == role { throw SQLError(kind: .permission, code: 0, message: "as it should be") }
                }
            }
            #expect(try connection.all("SELECT id FROM visits") == [[.integer(1)]])
        }
    }

    @Test(arguments: SQLTestServers.usable)
    func columnsThatMayBeRead(engine: SQLServerEngine) throws {
        let (database, role) = try database(engine) { role, name in
            engine == .postgresql
                ? "GRANT SELECT (id) ON visits TO \(role); GRANT UPDATE (note) ON visits TO \(role);"
                : "GRANT SELECT (id), UPDATE (note) ON \(name).visits TO \(role);"
        }
        let schema = engine == .postgresql ? "public" : database.name
        let names = [
            "visits.id", "visits.note", "\(schema).visits.id", "\(schema).visits.note", "VISITS.ID", "visits.nothing",
            "nowhere.id", "elsewhere.visits.id", "visits.id' OR '1' = '1",
        ]
        let connection = try engine.connect(role)
        #expect(try connection.readableColumns(names) == ["visits.id", "\(schema).visits.id", "VISITS.ID"])
        #expect(
            try database.connect().readableColumns(names)
                == ["visits.id", "visits.note", "\(schema).visits.id", "\(schema).visits.note", "VISITS.ID"])
        let error = #expect(throws: SQLError.self) { _ = try connection.all("SELECT note FROM visits") }
        #expect(error?.kind == .permission)
        #expect(error?.message.contains("visits") == true)
        #expect(throws: SQLError.self) { _ = try connection.readableColumns(["visits"]) }
    }
}
