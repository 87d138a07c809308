extension ChannelSettings {
    private enum Word: String, CaseIterable {
        case ntfy, pagerduty, webhook, smtp, exec
    }

    /// Reads one entry of `channels:`. Everything wrong with it is an issue; nil when it has no usable id.
    package init?(reading reader: ConfigReader) {
        let text = reader.text("id")
        let kind: Kind
        switch reader.choice("kind", Word.self) {
        case .ntfy: kind = .ntfy(Ntfy(reading: reader))
        case .pagerduty: kind = .pagerDuty(PagerDuty(reading: reader))
        case .webhook: kind = .webhook(Webhook(reading: reader))
        case .smtp: kind = .smtp(SMTP(reading: reader))
        case .exec: kind = .exec(Exec(reading: reader))
        }
        reader.refuseUnknownKeys()
        guard let id = ChannelID(text) else {
            if !text.isEmpty { reader.issue("a channel's id is 1 to 32 characters of a-z, 0-9, _ and -") }
            return nil
        }
        self.init(id: id, kind: kind)
    }

    /// Longer than a send may hold its lease, less a margin.
    static let longestSeconds = 30
    static let usualSeconds = 10
}

extension ChannelSettings.Ntfy {
    init(reading reader: ConfigReader) {
        network = ChannelSettings.Network(reading: reader)
        let server = reader.url("url", network)
        // The topic is put behind it.
        url = server.hasSuffix("/") ? String(server.dropLast()) : server
        if server.contains("?") { reader.issue("\(reader.name("url")) is the server's address, without a query") }
        topic = reader.credential("topic")
        token = reader.has("token") ? reader.credential("token") : nil
    }
}

extension ChannelSettings.PagerDuty {
    /// Where Events API v2 takes events; a service region of Europe has another.
    static let usualURL = "https://events.pagerduty.com/v2/enqueue"

    init(reading reader: ConfigReader) {
        network = ChannelSettings.Network(reading: reader)
        url = reader.url("url", network, default: Self.usualURL)
        routingKey = reader.credential("routing_key")
    }
}

extension ChannelSettings.Webhook {
    init(reading reader: ConfigReader) {
        network = ChannelSettings.Network(reading: reader)
        url = reader.url("url", network)
        secret = reader.credential("secret")
    }
}

extension ChannelSettings.SMTP {
    init(reading reader: ConfigReader) {
        network = ChannelSettings.Network(reading: reader)
        host = reader.hostName("host")
        port = reader.integer("port", in: 1...65_535, default: 465)
        security = reader.choice("security", Security.self, default: .tls)
        from = reader.mailAddress("from")
        to = reader.mailAddress("to")
        user = reader.has("user") ? reader.word("user") : nil
        password = reader.has("password") ? reader.credential("password") : nil
        if security == .none, !(network.allowsPrivate && network.allowsPlain) {
            reader.issue(
                "\(reader.path): mail without TLS is for a server of this machine or network only: it needs"
                    + " allow_private and allow_plain")
        }
        if (user == nil) != (password == nil) { reader.issue("\(reader.path) needs user and password, or neither") }
    }
}

extension ChannelSettings.Exec {
    init(reading reader: ConfigReader) {
        command = reader.texts("command").map(\.text)
        timeoutSeconds = reader.integer(
            "timeout_seconds", in: 1...ChannelSettings.longestSeconds, default: ChannelSettings.usualSeconds)
        if command.first?.hasPrefix("/") != true {
            reader.issue("\(reader.name("command")) must begin with the absolute path of a program")
        }
        if command.contains(where: { $0.utf8.contains(0) }) {
            reader.issue("\(reader.name("command")) holds a character that no argument can have")
        }
    }
}

extension ChannelSettings.Network {
    init(reading reader: ConfigReader) {
        allowsPrivate = reader.flag("allow_private", default: false)
        allowsPlain = reader.flag("allow_plain", default: false)
        certificateFile = reader.has("certificate_file") ? reader.text("certificate_file") : nil
        timeoutSeconds = reader.integer(
            "timeout_seconds", in: 1...ChannelSettings.longestSeconds, default: ChannelSettings.usualSeconds)
        if allowsPlain, !allowsPrivate {
            reader.issue("\(reader.path): allow_plain needs allow_private: nothing goes unencrypted over the internet")
        }
        if let certificateFile, !certificateFile.hasPrefix("/") {
            reader.issue("\(reader.name("certificate_file")) must be an absolute path")
        }
    }
}

extension ConfigReader {
    /// An https address, or an http one where that is allowed.
    func url(_ key: String, _ network: ChannelSettings.Network, default fallback: String? = nil) -> String {
        let text = text(key, default: fallback)
        guard !text.isEmpty else { return text }
        let place = node(key)?.place
        let isPlain = text.hasPrefix("http://")
        let rest = text.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if !text.hasPrefix("https://"), !(isPlain && network.allowsPlain) {
            issue("\(name(key)) must begin with https:// (http:// needs allow_private and allow_plain)", at: place)
        } else if authority.contains("@") {
            issue("\(name(key)) holds a user or password; \(Self.secretsElsewhere)", at: place)
        } else if !Self.isHostAndPort(authority) || !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            || text.contains("#")
        {
            issue("\(name(key)) is not an address such as https://push.example.org", at: place)
        }
        return text
    }

    /// `push.example.org`, `[2001:db8::1]`, each with or without a port.
    private static func isHostAndPort(_ text: some StringProtocol) -> Bool {
        let isBracketed = text.hasPrefix("[")
        let end = isBracketed ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        let host = text[..<(end ?? text.endIndex)]
        let port = text[host.endIndex...]
        guard !host.isEmpty, port.isEmpty || (port.hasPrefix(":") && (1...65_535).contains(Int(port.dropFirst()) ?? 0))
        else { return false }
        return isBracketed ? end != nil && host.utf8.count > 3 : isHostName(host)
    }

    /// Letters, digits, dots and dashes.
    private static func isHostName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            }
    }

    /// `{credential: NAME}`; a plain text is refused, since it would be a secret in a file that many may read.
    func credential(_ key: String) -> CredentialName {
        let missing = CredentialName(unchecked: "missing")
        guard let node = node(key) else {
            issue("\(name(key)) is missing")
            return missing
        }
        guard case .map = node.content else {
            issue(
                "\(name(key)): a secret does not belong in a configuration file; \(Self.secretsElsewhere)",
                at: node.place)
            return missing
        }
        let section = section(key)
        let text = section.text("credential")
        section.refuseUnknownKeys()
        guard let credential = CredentialName(text) else {
            if !text.isEmpty {
                issue(
                    "\(name(key)).credential must be a file's name: letters, digits, '.', '_' and '-'", at: node.place)
            }
            return missing
        }
        return credential
    }

    private static let secretsElsewhere =
        "write {credential: NAME}, and give it to the unit with LoadCredential=NAME:/path"

    /// Printable, without a space.
    func word(_ key: String) -> String {
        let text = text(key)
        if !text.isEmpty, !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            issue("\(name(key)) holds a space or a character that it cannot have", at: node(key)?.place)
        }
        return text
    }

    func hostName(_ key: String) -> String {
        let text = word(key)
        let isAddress = text.hasPrefix("[") && text.hasSuffix("]") && text.utf8.count > 3
        if !text.isEmpty, !isAddress, !Self.isHostName(text) {
            issue("\(name(key)) is not a host's name; the port has a key of its own", at: node(key)?.place)
        }
        return text
    }

    func mailAddress(_ key: String) -> String {
        let text = word(key)
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        if !text.isEmpty,
            parts.count != 2 || parts.contains(where: \.isEmpty) || text.contains(where: { "<>,;\"".contains($0) })
        {
            issue("\(name(key)) is not a mail address such as vigil@example.org", at: node(key)?.place)
        }
        return text
    }
}
