import Foundation
import Synchronization
package import VigilSQL

/// A database server that tests run against, of whichever engine.
package protocol SQLTestServer: AnyObject, Sendable {
    static var engine: SQLServerEngine { get }

    /// On 127.0.0.1.
    var port: Int { get }
    /// As `SQLServerAddress.host` wants it.
    var socket: String { get }

    /// The file with the certificate of the server, which is valid for `localhost`.
    var certificate: String { get }

    /// Runs a script as superuser.
    func run(_ script: String, database: String) throws

    /// Makes a database whose tables `vigil_owner` may write and `vigil_reader` may read.
    func makeDatabase(_ name: String) throws

    /// Ends it as a crash would.
    func crash()

    /// Starts it again after `crash`.
    func start() throws
}

extension SQLTestServer {
    package var engine: SQLServerEngine { Self.engine }

    /// A database of a test's own.
    package func database() throws -> SQLTestDatabase {
        let name = "t" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(16)
        try makeDatabase(name)
        return SQLTestDatabase(server: self, name: name)
    }

    package func address(user: String, database: String) -> SQLServerAddress {
        SQLServerAddress(
            host: "127.0.0.1", port: port, database: database, user: user, password: SQLTestDatabase.password(of: user),
            tls: .off, connectTimeoutSeconds: 10, statementTimeoutSeconds: 60)
    }
}

/// A database on a server that tests share.
package struct SQLTestDatabase: Sendable {
    package let server: any SQLTestServer
    package let name: String

    /// A role that may SELECT everywhere, and nothing else.
    package var reader: SQLServerAddress { server.address(user: "vigil_reader", database: name) }
    /// A role that may do everything with the tables of this database.
    package var owner: SQLServerAddress { server.address(user: "vigil_owner", database: name) }

    /// Runs a script as superuser.
    package func run(_ script: String) throws {
        try server.run(script, database: name)
    }

    package func connect(_ change: (inout SQLServerAddress) -> Void = { _ in }) throws -> any SQLServerConnection {
        var address = reader
        change(&address)
        return try server.engine.connect(address)
    }

    package static func password(of user: String) -> String { "secret-of-\(user)" }
}

/// The servers that a test process shares, started when the first test asks.
package enum SQLTestServers {
    /// The engines whose server is installed.
    package static let usable: [SQLServerEngine] = [
        PostgresServer.isUsable ? .postgresql : nil, MariaDBServer.isUsable ? .mariadb : nil,
    ].compactMap { $0 }

    package static func shared(_ engine: SQLServerEngine) throws -> any SQLTestServer {
        switch engine {
        case .postgresql: try postgres.get()
        case .mariadb: try mariadb.get()
        }
    }

    // They end with the process (see `ServerProcess`).
    private static let postgres = Result { try PostgresServer() }
    private static let mariadb = Result { try MariaDBServer() }

    /// Says once and loudly that a server is missing.
    static func skipped(_ server: String, _ package: String) -> Bool {
        FileHandle.standardError.write(
            Data("SKIPPED: \(server) is not installed (\(package)): tests against it do not run\n".utf8))
        return false
    }
}
