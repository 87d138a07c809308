import Testing
import VigilSQL
import VigilTestKit

@Suite struct SQLServerAddressTests {
    private func address(_ host: String, tls: SQLServerAddress.TLS = .off) -> SQLServerAddress {
        SQLServerAddress(
            host: host, port: 5432, database: "practice", user: "vigil_reader", password: "hunter2-and-more", tls: tls)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "127.3.2.1", "::1", "/var/run/postgresql"])
    func tlsMayBeOffOnThisMachine(host: String) throws {
        try address(host).check()
    }

    @Test(arguments: [
        "db.example.org", "10.0.0.5", "127.0.0.1.example.org", "localhost.example.org", "::2", "fe80::1", "2130706433",
        "::ffff:10.0.0.5",
    ])
    func tlsMayNotBeOffOverANetwork(host: String) throws {
        for engine in SQLServerEngine.allCases {
            let error = #expect(throws: SQLError.self) { _ = try engine.connect(address(host)) }
            #expect(error?.kind == .permission)
        }
        try address(host, tls: .verifyFull(authorityFile: nil)).check()
    }

    @Test(arguments: ["", "localhost,db.example.org", "@abstract", "localhost\0.example.org"])
    func aHostIsOneHost(host: String) {
        #expect(throws: SQLError.self) { try address(host).check() }
        #expect(throws: SQLError.self) { try address(host, tls: .verifyFull(authorityFile: nil)).check() }
    }

    /// With TLS off to another machine nothing is sent there, not even a greeting.
    @Test func refusalComesBeforeAnyConnection() throws {
        let peer = try TCPPeer { $0.hang() }
        var other = address("0.0.0.0")
        other.port = peer.port
        for engine in SQLServerEngine.allCases {
            #expect(throws: SQLError.self) { _ = try engine.connect(other) }
        }
        #expect(peer.heard.isEmpty)
    }

    @Test func thePasswordIsNeverShown() {
        let address = address("localhost")
        var dumped = ""
        dump(address, to: &dumped)
        dump(Optional([address]), to: &dumped)
        for text in ["\(address)", String(reflecting: address), String(describing: Optional(address)), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("vigil_reader"))
        }
    }

    @Test func limitsAreChecked() {
        var address = address("localhost")
        address.statementTimeoutSeconds = 0
        #expect(throws: SQLError.self) { try address.check() }
        address.statementTimeoutSeconds = 1
        address.port = 0
        #expect(throws: SQLError.self) { try address.check() }
    }
}
