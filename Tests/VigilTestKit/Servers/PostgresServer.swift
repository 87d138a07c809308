import Foundation
package import VigilSQL

/// A PostgreSQL server of the tests' own, on a free port of 127.0.0.1 and on a socket.
package final class PostgresServer: SQLTestServer {
    package static var engine: SQLServerEngine { .postgresql }

    package let port: Int
    private let process: ServerProcess
    private static let user = "postgres"

    /// Whether it is installed; says so loudly, once, when it is not.
    package static let isUsable: Bool = folder != nil || SQLTestServers.skipped("PostgreSQL", "postgresql")

    /// Debian keeps each version's programs in a folder of its own.
    private static let folder: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap { Int($0) }.sorted().last { version in
            ["initdb", "postgres", "psql"].allSatisfy { access("\(root)/\(version)/bin/\($0)", X_OK) == 0 }
        }
        return newest.map { "\(root)/\($0)/bin" }
    }()

    package init() throws {
        guard let programs = Self.folder else { throw ServerFailure("PostgreSQL is not installed") }
        process = try ServerProcess(name: "pg", owner: Self.user, stopSignal: "INT")
        port = try TCPPeer.freePort()
        let made = try Self.asUser([
            "\(programs)/initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D",
            data,
        ])
        guard made.status == 0 else { throw ServerFailure(made.output) }
        // Passwords over the network and for vigil's roles; the superuser comes by the socket.
        let access = """
            local all postgres trust
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256

            """
        try access.write(toFile: "\(data)/pg_hba.conf", atomically: false, encoding: .utf8)
        try start()
        try run(
            """
            CREATE ROLE vigil_owner LOGIN PASSWORD '\(SQLTestDatabase.password(of: "vigil_owner"))';
            CREATE ROLE vigil_reader LOGIN PASSWORD '\(SQLTestDatabase.password(of: "vigil_reader"))';
            """, database: "postgres")
    }

    package var certificate: String { process.certificate }
    package var socket: String { process.folder }
    private var data: String { process.folder + "/data" }

    package func start() throws {
        let programs = Self.folder ?? ""
        try process.start(
            Self.command([
                "\(programs)/postgres", "-D", data, "-k", process.folder, "-h", "127.0.0.1", "-p", String(port), "-F",
                "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c", "ssl=on",
                "-c", "ssl_cert_file=\(process.certificate)", "-c", "ssl_key_file=\(process.key)",
            ]))
        try process.wait { try psql(["-c", "SELECT 1"], database: "postgres").status == 0 }
    }

    package func crash() {
        process.stop("QUIT")
    }

    package func run(_ script: String, database: String) throws {
        let file = process.folder + "/\(UUID().uuidString).sql"
        try script.write(toFile: file, atomically: false, encoding: .utf8)
        defer { unlink(file) }
        let result = try psql(["-f", file], database: database)
        guard result.status == 0 else { throw ServerFailure(result.output) }
    }

    package func makeDatabase(_ name: String) throws {
        try run("CREATE DATABASE \(name) OWNER vigil_owner STRATEGY file_copy;", database: "postgres")
        try run(
            """
            GRANT CREATE ON SCHEMA public TO vigil_owner;
            ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO vigil_reader;
            ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO vigil_owner;
            """, database: name)
    }

    private func psql(_ arguments: [String], database: String) throws -> ChildProcess.Result {
        try ChildProcess.run(
            "\(Self.folder ?? "")/psql",
            [
                "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", process.folder, "-p", String(port), "-U", "postgres", "-d",
                database,
            ] + arguments, environment: ["PGCLIENTENCODING": "UTF8"])
    }

    /// PostgreSQL refuses to run as root.
    private static func command(_ command: [String]) -> [String] {
        geteuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--init-groups"] + command : command
    }

    private static func asUser(_ command: [String]) throws -> ChildProcess.Result {
        let whole = self.command(command)
        return try ChildProcess.run(whole[0], Array(whole.dropFirst()), environment: ["LC_ALL": "C.UTF-8"])
    }
}
