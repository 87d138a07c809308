import Foundation
package import VigilSQL

/// A MariaDB server of the tests' own, on a free port of 127.0.0.1 and on a socket.
package final class MariaDBServer: SQLTestServer {
    package static var engine: SQLServerEngine { .mariadb }

    package let port: Int
    private let process: ServerProcess
    private static let programs = ["/usr/bin/mariadb-install-db", "/usr/sbin/mariadbd", "/usr/bin/mariadb"]

    /// Whether it is installed; says so loudly, once, when it is not.
    package static let isUsable: Bool =
        programs.allSatisfy { access($0, X_OK) == 0 } || SQLTestServers.skipped("MariaDB", "mariadb-server")

    package init() throws {
        guard Self.isUsable else { throw ServerFailure("MariaDB is not installed") }
        process = try ServerProcess(name: "my", owner: "mysql", stopSignal: "TERM")
        port = try TCPPeer.freePort()
        let made = try ChildProcess.run(
            Self.programs[0],
            [
                "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
                "--datadir=\(process.folder)/data",
            ] + Self.asUser)
        guard made.status == 0 else { throw ServerFailure(made.output) }
        try start()
        try run(
            """
            CREATE USER vigil_owner IDENTIFIED BY '\(SQLTestDatabase.password(of: "vigil_owner"))';
            CREATE USER vigil_reader IDENTIFIED BY '\(SQLTestDatabase.password(of: "vigil_reader"))';
            DROP USER IF EXISTS ''@'localhost', ''@'\(Self.hostName)';
            """, database: "mysql")
    }

    package var certificate: String { process.certificate }
    package var socket: String { process.folder + "/socket" }

    package func start() throws {
        try process.start(
            [
                Self.programs[1], "--no-defaults", "--datadir=\(process.folder)/data", "--socket=\(socket)",
                "--bind-address=127.0.0.1", "--port=\(port)", "--pid-file=\(process.folder)/pid", "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--character-set-server=utf8mb4",
                "--skip-name-resolve", "--skip-networking=0", "--ssl-cert=\(process.certificate)",
                "--ssl-key=\(process.key)",
            ] + Self.asUser)
        try process.wait { try client("SELECT 1", database: "mysql").status == 0 }
    }

    package func crash() {
        process.stop("KILL")
    }

    package func run(_ script: String, database: String) throws {
        let file = process.folder + "/\(UUID().uuidString).sql"
        try script.write(toFile: file, atomically: false, encoding: .utf8)
        defer { unlink(file) }
        let result = try client("source \(file)", database: database)
        guard result.status == 0 else { throw ServerFailure(result.output) }
    }

    package func makeDatabase(_ name: String) throws {
        try run(
            """
            CREATE DATABASE \(name) CHARACTER SET utf8mb4;
            GRANT ALL ON \(name).* TO vigil_owner;
            GRANT SELECT ON \(name).* TO vigil_reader;
            """, database: "mysql")
    }

    private func client(_ statement: String, database: String) throws -> ChildProcess.Result {
        try ChildProcess.run(
            Self.programs[2],
            [
                "--no-defaults", "--socket=\(socket)", "--user=root", "--default-character-set=utf8mb4",
                "--abort-source-on-error", "--database=\(database)", "--execute=\(statement)",
            ])
    }

    private static var asUser: [String] { geteuid() == 0 ? ["--user=mysql"] : [] }

    private static var hostName: String { ProcessInfo.processInfo.hostName }
}
