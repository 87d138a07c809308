import Foundation
import VigilChannels
import VigilCore
import VigilTestKit

/// Every kind of channel before a peer of ours.
enum Fixtures {
    static let all: [any ChannelFixture] = [
        NtfyFixture(), PagerDutyFixture(), WebhookFixture(), MailFixture(), ExecFixture(),
    ]

    static let publicURL = "https://vigil.example.org"
    /// A value that must never be in anything that is said about a failure.
    static let canary = "OLUQ-secret"

    static func network(_ behaviour: ChannelBehaviour) -> ChannelSettings.Network {
        ChannelSettings.Network(
            allowsPrivate: behaviour != .privateAddress, allowsPlain: true, certificateFile: nil, timeoutSeconds: 1)
    }

    static func settings(_ kind: ChannelSettings.Kind) throws -> ChannelSettings {
        ChannelSettings(id: try name(ChannelID("test")), kind: kind)
    }

    static func credential(_ text: String) throws -> CredentialName { try name(CredentialName(text)) }

    private static func name<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw CocoaError(.coderInvalidValue) }
        return value
    }

    /// A folder of secrets that goes with the object.
    final class Secrets: Sendable {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-secrets-\(UUID().uuidString)"

        init(_ secrets: [String: String]) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            for (name, value) in secrets {
                try Data(value.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    static func make(
        _ kind: ChannelSettings.Kind, _ secrets: Secrets, publicURL: String? = publicURL
    ) throws -> any Channel {
        KeepingSecrets(
            channel: ChannelCatalog.make(
                try settings(kind), credentials: Credentials(folder: secrets.folder), publicURL: publicURL),
            secrets: secrets)
    }

    /// The secrets live as long as the channel.
    private struct KeepingSecrets: Channel {
        let channel: any Channel
        let secrets: Secrets

        func send(_ message: Message, at now: WallTime) -> SendOutcome { channel.send(message, at: now) }
    }

    static func httpPeer(_ behaviour: ChannelBehaviour, good: HTTPPeer) -> HTTPPeer? {
        switch behaviour {
        case .takes, .privateAddress: good
        case .absent: nil
        case .hangs: .hang
        case .answerLost: .answerLost
        case .refuses: .answer(status: 400)
        case .busy: .answer(status: 429, headers: ["Retry-After: 7"])
        case .unauthorised: .answer(status: 401)
        case .floods: .flood
        }
    }

    static func subject(
        _ behaviour: ChannelBehaviour, good: HTTPPeer, _ make: (Int) throws -> any Channel
    ) throws -> ChannelSubject {
        guard let script = httpPeer(behaviour, good: good) else {
            return ChannelSubject(channel: try make(TCPPeer.closedPort()), heard: { [] })
        }
        let peer = try script.start()
        return ChannelSubject(channel: try make(peer.port), heard: { peer.heard })
    }
}

struct NtfyFixture: ChannelFixture {
    let name = "ntfy"
    let isNetworked = true

    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject {
        let good = HTTPPeer.answer(status: 200, body: #"{"id":"abc123","time":1,"event":"message","topic":"t"}"#)
        return try Fixtures.subject(behaviour, good: good) { port in
            try Fixtures.make(
                .ntfy(
                    ChannelSettings.Ntfy(
                        url: "http://127.0.0.1:\(port)", topic: Fixtures.credential("topic"),
                        token: Fixtures.credential("token"), network: Fixtures.network(behaviour))),
                Fixtures.Secrets(["topic": "\(Fixtures.canary)-topic", "token": "\(Fixtures.canary)-token\n"]))
        }
    }
}

struct PagerDutyFixture: ChannelFixture {
    let name = "pagerduty"
    let isNetworked = true

    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject {
        let good = HTTPPeer.answer(
            status: 202, body: #"{"status":"success","message":"Event processed","dedup_key":"k"}"#)
        return try Fixtures.subject(behaviour, good: good) { port in
            try Fixtures.make(
                .pagerDuty(
                    ChannelSettings.PagerDuty(
                        url: "http://127.0.0.1:\(port)/v2/enqueue", routingKey: Fixtures.credential("key"),
                        network: Fixtures.network(behaviour))), Fixtures.Secrets(["key": "\(Fixtures.canary)-key"]))
        }
    }
}

struct WebhookFixture: ChannelFixture {
    let name = "webhook"
    let isNetworked = true
    static let secret = "whsec_" + Data("a secret of twenty-four b".utf8).base64EncodedString()

    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject {
        try Fixtures.subject(behaviour, good: .answer(status: 204)) { port in
            try Fixtures.make(
                .webhook(
                    ChannelSettings.Webhook(
                        url: "http://127.0.0.1:\(port)/hook", secret: Fixtures.credential("secret"),
                        network: Fixtures.network(behaviour))), Fixtures.Secrets(["secret": Self.secret]))
        }
    }
}

struct MailFixture: ChannelFixture {
    let name = "smtp"
    let isNetworked = true

    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject {
        let script: MailPeer? =
            switch behaviour {
            case .takes, .privateAddress: .takes
            case .absent: nil
            case .hangs: .hang
            case .answerLost: .answerLost
            case .refuses: .refusesRecipient
            case .busy: .busy
            case .unauthorised: .refusesCredentials
            case .floods: .flood
            }
        let peer = try script?.start()
        let port = try peer?.port ?? TCPPeer.closedPort()
        let settings = ChannelSettings.SMTP(
            host: "127.0.0.1", port: port, security: .none, from: "vigil@example.org", to: "ana@example.org",
            user: "vigil", password: try Fixtures.credential("password"), network: Fixtures.network(behaviour))
        let channel = try Fixtures.make(.smtp(settings), Fixtures.Secrets(["password": "\(Fixtures.canary)-password"]))
        return ChannelSubject(channel: channel, heard: { peer?.heard ?? [] })
    }
}

struct ExecFixture: ChannelFixture {
    let name = "exec"
    let isNetworked = false

    func start(_ behaviour: ChannelBehaviour) throws -> ChannelSubject {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-exec-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let script =
            switch behaviour {
            case .takes, .privateAddress: "cat > \(folder)/$VIGIL_KEY.$$.json"
            case .absent: ""
            case .hangs: "trap '' TERM; sleep 30"
            case .answerLost: "kill -9 $$"
            case .refuses: "exit 3"
            case .busy: "exit 75"
            case .unauthorised: "exit 77"
            // It says far more than anybody reads, and does not listen.
            case .floods: "exec 0<&-; head -c 10000000 /dev/zero; exit 1"
            }
        let command = behaviour == .absent ? ["/nonexistent/program"] : ["/bin/sh", "-c", script]
        let channel = ChannelCatalog.make(
            try Fixtures.settings(.exec(ChannelSettings.Exec(command: command, timeoutSeconds: 1))),
            credentials: Credentials(folder: nil), publicURL: Fixtures.publicURL)
        return ChannelSubject(channel: channel, heard: { Self.files(in: folder) })
    }

    private static func files(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        func time(_ path: String) -> Date {
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date ?? .distantPast
        }
        return files.map { "\(folder)/\($0)" }.sorted { time($0) < time($1) }.compactMap {
            try? String(contentsOfFile: $0, encoding: .utf8)
        }
    }
}
