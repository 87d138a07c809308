/// A name of a channel in `vigil.yaml`: 1 to 32 characters of `a-z0-9_-`.
package struct ChannelID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard PersonID(text) != nil else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        guard let id = ChannelID(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a channel's name"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package static func < (left: ChannelID, right: ChannelID) -> Bool { left.text < right.text }

    package var description: String { text }
}

/// One entry of `channels:` in `vigil.yaml`.
package struct ChannelSettings: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case ntfy(Ntfy)
        case pagerDuty(PagerDuty)
        case webhook(Webhook)
        case smtp(SMTP)
        case exec(Exec)
    }

    /// Push messages; `url` is the server, `topic` a credential since who knows it can read it.
    package struct Ntfy: Sendable, Hashable {
        package var url: String
        package var topic: CredentialName
        package var token: CredentialName?
        package var network: Network

        package init(url: String, topic: CredentialName, token: CredentialName?, network: Network) {
            self.url = url
            self.topic = topic
            self.token = token
            self.network = network
        }
    }

    /// Events API v2.
    package struct PagerDuty: Sendable, Hashable {
        package var url: String
        package var routingKey: CredentialName
        package var network: Network

        package init(url: String, routingKey: CredentialName, network: Network) {
            self.url = url
            self.routingKey = routingKey
            self.network = network
        }
    }

    /// Standard Webhooks: signed POST of ids and a type.
    package struct Webhook: Sendable, Hashable {
        package var url: String
        /// `whsec_` and base64.
        package var secret: CredentialName
        package var network: Network

        package init(url: String, secret: CredentialName, network: Network) {
            self.url = url
            self.secret = secret
            self.network = network
        }
    }

    package struct SMTP: Sendable, Hashable {
        package enum Security: String, Sendable, Hashable, CaseIterable {
            /// TLS from the first byte.
            case tls
            /// Plain first, then TLS or nothing.
            case starttls
            /// For a mail server of this machine only: needs `allow_private`.
            case none
        }
        package var host: String
        package var port: Int
        package var security: Security
        package var from: String
        package var to: String
        package var user: String?
        package var password: CredentialName?
        package var network: Network

        package init(
            host: String, port: Int, security: Security, from: String, to: String, user: String?,
            password: CredentialName?, network: Network
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.from = from
            self.to = to
            self.user = user
            self.password = password
            self.network = network
        }
    }

    /// A program of this machine, with JSON on its standard input.
    package struct Exec: Sendable, Hashable {
        /// Absolute path and arguments; no shell.
        package var command: [String]
        package var timeoutSeconds: Int

        package init(command: [String], timeoutSeconds: Int) {
            self.command = command
            self.timeoutSeconds = timeoutSeconds
        }
    }

    /// What holds for every channel that goes out by the network.
    package struct Network: Sendable, Hashable {
        /// Whether an address of this machine or a private network may be spoken to.
        package var allowsPrivate: Bool
        /// Whether plain `http` may be used; only together with `allowsPrivate`.
        package var allowsPlain: Bool
        /// A file of certificates to trust instead of the system's.
        package var certificateFile: String?
        package var timeoutSeconds: Int

        package init(allowsPrivate: Bool, allowsPlain: Bool, certificateFile: String?, timeoutSeconds: Int) {
            self.allowsPrivate = allowsPrivate
            self.allowsPlain = allowsPlain
            self.certificateFile = certificateFile
            self.timeoutSeconds = timeoutSeconds
        }
    }

    package var id: ChannelID
    package var kind: Kind

    package init(id: ChannelID, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// Whether the other side keeps a page open and is to be told when it is settled.
    package var tellsSettled: Bool {
        switch kind {
        case .pagerDuty, .webhook, .exec: true
        case .ntfy, .smtp: false
        }
    }
}

/// The name of a file in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), LoadCredential): where secrets come from, and nowhere else.
package struct CredentialName: Sendable, Hashable {
    package let text: String

    /// A placeholder beside an issue.
    init(unchecked text: String) {
        self.text = text
    }

    /// 1 to 64 characters of `A-Za-z0-9._-`, not beginning with a dot.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), !text.hasPrefix("."),
            text.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            })
        else { return nil }
        self.text = text
    }
}
