import Foundation
import Testing
import VigilChannels
import VigilCore
import VigilTestKit

/// Every row of "Send" in reliability.md that the contract does not have, against servers of ours.
@Suite struct SendFaultTests {
    private static let now = WallTime(seconds: 1_800_000_000)

    private func webhook(
        _ port: Int, scheme: String = "http", host: String = "127.0.0.1", certificateFile: String? = nil,
        path: String = "/hook"
    ) throws -> any Channel {
        try Fixtures.make(
            .webhook(
                ChannelSettings.Webhook(
                    url: "\(scheme)://\(host):\(port)\(path)", secret: Fixtures.credential("secret"),
                    network: ChannelSettings.Network(
                        allowsPrivate: true, allowsPlain: scheme == "http", certificateFile: certificateFile,
                        timeoutSeconds: 1))), Fixtures.Secrets(["secret": WebhookFixture.secret]))
    }

    private func failure(_ channel: any Channel) -> SendFailure? {
        let began = ContinuousClock.now
        let outcome = channel.send(ChannelContract.page(), at: Self.now)
        #expect(ContinuousClock.now - began < .seconds(6))
        if case .failed(let failure) = outcome { return failure }
        return nil
    }

    @Test(
        arguments: [
            (200, nil), (204, nil), (299, nil), (301, .redirected), (302, .redirected), (308, .redirected),
            (400, .rejected), (401, .unauthorised), (403, .unauthorised), (404, .notFound), (410, .gone),
            (413, .tooLarge), (422, .rejected), (429, .busy), (500, .serverError), (502, .serverError), (503, .busy),
            (504, .serverError),
        ] as [(Int, SendFailure.Cause?)])
    func eachStatus(_ status: Int, _ cause: SendFailure.Cause?) throws {
        let peer = try HTTPPeer.answer(status: status).start()
        #expect(failure(try webhook(peer.port))?.cause == cause)
        #expect(peer.heard.count == 1, "a storm of errors is one request: the outbox decides when to come again")
    }

    @Test func retryAfterIsHonoured() throws {
        let peer = try HTTPPeer.answer(status: 503, headers: ["Retry-After: 42"]).start()
        #expect(failure(try webhook(peer.port)) == SendFailure(.busy, retryAfterSeconds: 42))
    }

    /// A redirect to another host carries no secret there: no connection is made at all.
    @Test func noRedirectIsFollowed() throws {
        let other = try HTTPPeer.answer(status: 200).start()
        for location in ["http://127.0.0.1:\(other.port)/", "/hook", "file:///etc/passwd"] {
            let peer = try HTTPPeer.answer(status: 301, headers: ["Location: \(location)"]).start()
            #expect(failure(try webhook(peer.port))?.cause == .redirected)
            #expect(peer.heard.count == 1, "no loop")
        }
        #expect(other.heard.isEmpty)
    }

    @Test(arguments: [HTTPPeer.stall, .trickle]) func whatDoesNotEndIsEnded(_ peer: HTTPPeer) throws {
        let peer = try peer.start()
        let cause = failure(try webhook(peer.port))?.cause
        #expect(cause == .timedOut)
    }

    /// 100 MB are not read, and not held.
    @Test func aFloodIsCutOff() throws {
        let before = Self.residentKilobytes
        let peer = try HTTPPeer.flood.start()
        #expect(failure(try webhook(peer.port))?.cause == .answerTooLarge)
        #expect(Self.residentKilobytes - before < 60_000)
    }

    private static var residentKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?
            .split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    @Test func aNameThatNobodyKnows() throws {
        #expect(failure(try webhook(80, host: "vigil-test.invalid"))?.cause == .nameNotFound)
    }

    /// A good status is not the protocol's word: a proxy's page, an error in a 200.
    @Test(arguments: [
        "", "<html>Sign in</html>", #"{"error":"no"}"#, #"{"id":"x","event":"open"}"#, #"{"status":"invalid event"}"#,
    ]) func aGoodStatusWithABadAnswer(_ body: String) throws {
        for status in [200, 202] {
            let peer = try HTTPPeer.answer(status: status, body: body).start()
            let network = Fixtures.network(.takes)
            let secrets = try Fixtures.Secrets(["x": "x"])
            let url = "http://127.0.0.1:\(peer.port)"
            let ntfy = ChannelSettings.Ntfy(url: url, topic: try Fixtures.credential("x"), token: nil, network: network)
            let duty = ChannelSettings.PagerDuty(url: url, routingKey: try Fixtures.credential("x"), network: network)
            #expect(failure(try Fixtures.make(.ntfy(ntfy), secrets))?.cause == .unexpectedAnswer)
            #expect(failure(try Fixtures.make(.pagerDuty(duty), secrets))?.cause == .unexpectedAnswer)
        }
    }

    @Test(arguments: [
        MailPeer.refusesMail, .refusesRecipient, .refusesCredentials, .wantsCredentials, .busy, .busyAtSignIn,
    ])
    func eachRefusalOfAMail(_ script: MailPeer) throws {
        let peer = try script.start()
        let expected: SendFailure.Cause =
            switch script {
            case .refusesCredentials, .wantsCredentials: .unauthorised
            case .busy, .busyAtSignIn: .busy
            default: .rejected
            }
        #expect(failure(try mail(peer.port))?.cause == expected)
    }

    /// libcurl waits two minutes for the answer to its QUIT, whatever the limit of the transfer: longer than any lease.
    @Test(arguments: [(MailPeer.hangsAfterMail, .timedOut), (.hangsAtQuit, nil)] as [(MailPeer, SendFailure.Cause?)])
    func aSilentMailServerHoldsNobody(_ script: MailPeer, _ cause: SendFailure.Cause?) throws {
        let peer = try script.start()
        #expect(failure(try mail(peer.port))?.cause == cause)
    }

    private func mail(_ port: Int) throws -> any Channel {
        let settings = ChannelSettings.SMTP(
            host: "127.0.0.1", port: port, security: .none, from: "v@example.org", to: "a@example.org", user: "u",
            password: try Fixtures.credential("p"), network: Fixtures.network(.takes))
        return try Fixtures.make(.smtp(settings), Fixtures.Secrets(["p": "p"]))
    }

    /// A server that offers no STARTTLS gets neither the password nor the mail.
    @Test func noTLSNoMail() throws {
        let peer = try MailPeer.takes.start()
        let settings = ChannelSettings.SMTP(
            host: "127.0.0.1", port: peer.port, security: .starttls, from: "v@example.org", to: "a@example.org",
            user: "u", password: try Fixtures.credential("p"), network: Fixtures.network(.takes))
        let channel = try Fixtures.make(.smtp(settings), Fixtures.Secrets(["p": Fixtures.canary]))
        #expect(failure(channel)?.cause == .tls)
        let heard = peer.heard.joined()
        #expect(heard.contains("EHLO example.org"))
        for word in ["AUTH", "MAIL", "RCPT", "DATA", Fixtures.canary] { #expect(!heard.contains(word), "\(word)") }
    }

    /// A topic that would end the address early goes nowhere.
    @Test(arguments: ["a?b", "a#b", "a/b", "a b", "../a", "a%2f"]) func aTopicIsAWord(_ topic: String) throws {
        let peer = try HTTPPeer.answer(status: 200, body: #"{"id":"x","event":"message"}"#).start()
        let ntfy = ChannelSettings.Ntfy(
            url: "http://127.0.0.1:\(peer.port)", topic: try Fixtures.credential("topic"), token: nil,
            network: Fixtures.network(.takes))
        let channel = try Fixtures.make(.ntfy(ntfy), Fixtures.Secrets(["topic": topic]))
        #expect(failure(channel)?.cause == .rejected)
        #expect(peer.heard.isEmpty)
    }

    @Test func aMissingCredentialIsSaid() throws {
        let peer = try HTTPPeer.answer(status: 200).start()
        let channel = try Fixtures.make(
            .webhook(
                ChannelSettings.Webhook(
                    url: "http://127.0.0.1:\(peer.port)", secret: Fixtures.credential("absent"),
                    network: Fixtures.network(.takes))), Fixtures.Secrets([:]))
        #expect(failure(channel)?.cause == .credentialMissing)
        #expect(peer.heard.isEmpty)
    }

    // MARK: TLS

    /// Trusted and valid, trusted and expired, of another name, of nobody known.
    @Test func certificates() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let valid = try TLSPeer(folder: folder, name: "valid", host: "localhost", isExpired: false)
        #expect(
            failure(try webhook(valid.port, scheme: "https", host: "localhost", certificateFile: valid.certificate))
                == nil)
        #expect(
            failure(try webhook(valid.port, scheme: "https", host: "localhost"))?.cause == .tls, "of nobody known")
        #expect(
            failure(try webhook(valid.port, scheme: "https", certificateFile: valid.certificate))?.cause == .tls,
            "of another name")
        let expired = try TLSPeer(folder: folder, name: "expired", host: "localhost", isExpired: true)
        #expect(
            failure(
                try webhook(expired.port, scheme: "https", host: "localhost", certificateFile: expired.certificate))?
                .cause == .tls)
    }
}

/// A TLS server: Python's, with a certificate made by openssl.
private final class TLSPeer {
    let port: Int
    let certificate: String
    private let process: Int32

    init(folder: String, name: String, host: String, isExpired: Bool) throws {
        certificate = "\(folder)/\(name).pem"
        // 'openssl req' makes none that is over already; its small authority does.
        let config = """
            [ca]
            default_ca = own
            [own]
            database = \(folder)/\(name).index
            new_certs_dir = \(folder)
            serial = \(folder)/\(name).serial
            default_md = sha256
            policy = any
            x509_extensions = names
            [any]
            commonName = supplied
            [names]
            subjectAltName = DNS:\(host)
            basicConstraints = critical, CA:TRUE
            """
        for (file, text) in [("cnf", config), ("index", ""), ("serial", "01\n")] {
            try text.write(toFile: "\(folder)/\(name).\(file)", atomically: true, encoding: .utf8)
        }
        let (key, request) = ("\(folder)/\(name).key", "\(folder)/\(name).csr")
        let asked = try ChildProcess.run(
            "/usr/bin/openssl",
            ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=\(host)"])
        try #require(asked.status == 0, "\(asked.output)")
        let made = try ChildProcess.run(
            "/usr/bin/openssl",
            [
                "ca", "-batch", "-notext", "-selfsign", "-config", "\(folder)/\(name).cnf", "-keyfile", key, "-in",
                request,
                "-out", certificate, "-startdate", "20200101000000Z", "-enddate",
                isExpired ? "20200201000000Z" : "20491231000000Z",
            ])
        try #require(made.status == 0, "\(made.output)")
        let portFile = "\(folder)/\(name).port"
        let script = """
            import http.server, os, ssl, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers['Content-Length']))
                    self.send_response(204)
                    self.end_headers()
                def log_message(self, *a): pass
            server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1], sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
            open(sys.argv[3] + '.new', 'w').write(str(server.server_port))
            os.rename(sys.argv[3] + '.new', sys.argv[3])
            server.serve_forever()
            """
        var child: pid_t = 0
        let words = ["python3", "-c", script, certificate, "\(folder)/\(name).key", portFile]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        let spawned = posix_spawnp(&child, "python3", nil, nil, &arguments, environ)
        try #require(spawned == 0)
        process = child
        var found: Int?
        for _ in 0..<400 where found == nil {
            usleep(25_000)
            found = (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap { Int($0) }
        }
        port = try #require(found, "the TLS server did not start")
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
