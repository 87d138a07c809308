import Foundation
import Testing
import VigilSQL
import VigilTestKit

@Suite(.enabled(if: !SQLTestServers.usable.isEmpty)) struct SQLServerConnectTests {
    /// The error of a connection that must not come about; it never has a password in it.
    private func refusal(
        _ engine: SQLServerEngine, _ change: (inout SQLServerAddress) throws -> Void
    ) throws -> SQLError? {
        var address = try SQLTestServers.shared(engine).database().reader
        try change(&address)
        let error = #expect(throws: SQLError.self) { _ = try engine.connect(address) }
        let text = error.map { "\($0) \(String(reflecting: $0))" } ?? ""
        #expect(!text.contains("secret"))
        #expect(!text.contains("hunter2"))
        return error
    }

    @Test(arguments: SQLTestServers.usable)
    func bySocketAndByPort(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        #expect(try database.connect().all("SELECT 1") == [[.integer(1)]])
        #expect(try database.connect { $0.host = "localhost" }.all("SELECT 1") == [[.integer(1)]])
        #expect(try database.connect { $0.host = database.server.socket }.all("SELECT 1") == [[.integer(1)]])
        // TLS is for the network: on a socket there is none to protect.
        let socket = try database.connect {
            $0.host = database.server.socket
            $0.tls = .verifyFull(authorityFile: nil)
        }
        #expect(try socket.all("SELECT 1") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func refused(engine: SQLServerEngine) throws {
        let port = try TCPPeer.closedPort()
        let error = try refusal(engine) { $0.port = port }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.message.contains("\(port)") == true)
        // The client's own words, which say more than "refused": no server has answered.
        #expect(error?.message.contains("onnect") == true)
        #expect(error?.message.contains("SQLSTATE") == false)
    }

    @Test(arguments: SQLTestServers.usable)
    func wrongPassword(engine: SQLServerEngine) throws {
        for password in ["hunter2-and-more", "", nil] {
            let error = try refusal(engine) { $0.password = password }
            #expect(error.map { [.permission, .cannotOpen].contains($0.kind) } == true)
            if password == "hunter2-and-more" { #expect(error?.kind == .permission) }
        }
        #expect(try refusal(engine) { $0.user = "nobody" }?.kind == .permission)
    }

    @Test(arguments: SQLTestServers.usable)
    func unknownDatabase(engine: SQLServerEngine) throws {
        let error = try refusal(engine) { $0.database = "praxis" }
        // MariaDB does not tell a user without rights whether a database exists.
        #expect(error?.kind == (engine == .postgresql ? .cannotOpen : .permission))
        #expect(error?.message.contains("praxis") == true)
    }

    /// A name is a name: libpq would read other settings from it.
    @Test(arguments: SQLTestServers.usable)
    func aDatabaseNameIsNotAConnectionString(engine: SQLServerEngine) throws {
        let error = try refusal(engine) { $0.database = "user=postgres dbname=postgres" }
        #expect(error.map { [.permission, .cannotOpen].contains($0.kind) } == true)
    }

    @Test(arguments: SQLTestServers.usable)
    func aServerThatSaysNothing(engine: SQLServerEngine) throws {
        let peer = try TCPPeer { $0.hang() }
        let start = ContinuousClock.now
        let error = try refusal(engine) {
            $0.port = peer.port
            $0.connectTimeoutSeconds = 1
        }
        #expect(error.map { [.interrupted, .cannotOpen].contains($0.kind) } == true)
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    @Test(arguments: SQLTestServers.usable)
    func aServerThatTalksNonsense(engine: SQLServerEngine) throws {
        let peer = try TCPPeer {
            $0.write("HTTP/1.1 400 Bad Request\r\n\r\nJane Roe")
            $0.hang()
        }
        let error = try refusal(engine) {
            $0.port = peer.port
            $0.connectTimeoutSeconds = 2
        }
        #expect(error.map { "\($0)".contains("Jane") } == false)
    }

    @Test(arguments: SQLTestServers.usable)
    func withACertificateForItsName(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        let connection = try database.connect {
            $0.host = "localhost"
            $0.tls = .verifyFull(authorityFile: database.server.certificate)
        }
        let isEncrypted =
            engine == .postgresql
            ? "SELECT version LIKE 'TLS%' FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            : "SELECT variable_value LIKE 'TLS%' FROM information_schema.session_status WHERE variable_name = 'Ssl_version'"
        #expect(try connection.all(isEncrypted) == [[.integer(1)]])
    }

    /// Nobody trusts its certificate, or it is for another name: no connection, and no password goes over the wire.
    @Test(arguments: SQLTestServers.usable)
    func withoutATrustedCertificate(engine: SQLServerEngine) throws {
        let certificate = try SQLTestServers.shared(engine).certificate
        for (host, file) in [
            ("localhost", nil), ("localhost", "/nonexistent/ca.pem"), ("127.0.0.1", nil), ("127.0.0.1", certificate),
        ] {
            let error = try refusal(engine) {
                $0.host = host
                $0.tls = .verifyFull(authorityFile: file)
            }
            #expect(error?.kind == .cannotOpen, "\(host) \(file ?? "")")
            #expect(error?.message.contains("SQLSTATE") == false)
        }
    }

    @Test(arguments: SQLTestServers.usable)
    func errorsInStatementsHoldNoPassword(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        let error = #expect(throws: SQLError.self) { _ = try connection.all("SELECT nothing FROM nowhere") }
        #expect(error.map { "\($0)".contains("secret") } == false)
    }
}
