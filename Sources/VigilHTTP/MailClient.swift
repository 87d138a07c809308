/// Hands one mail to a mail server (SMTP, RFC 5321), through libcurl with the system's TLS.
package struct MailClient: Sendable {
    package enum Security: Sendable, Hashable {
        /// TLS from the first byte.
        case tls
        /// Plain first, then TLS or nothing is sent.
        case startTLS
        case none
    }

    package let host: String
    package let port: Int
    package let security: Security
    package let rules: NetworkRules

    package init(host: String, port: Int, security: Security, rules: NetworkRules) {
        self.host = host
        self.port = port
        self.security = security
        self.rules = rules
    }

    /// - Parameters:
    ///   - credentials: user and password; nil to send without signing in.
    ///   - message: the whole mail, header and body, lines ending in CR LF.
    /// - Returns: the server's last reply code, 250 when it has taken the mail.
    package func send(
        from: String, to: String, message: [UInt8], credentials: (user: String, password: String)? = nil
    ) throws(HTTPError) -> Int {
        // A space or a line end in an address would begin a command of its own.
        func isAddress(_ text: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy {
                    (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
                }
        }
        guard isAddress(from), isAddress(to), host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badRequest
        }
        let transfer = try CurlTransfer(bodyLimit: HTTPClient.defaultBodyLimit)
        try transfer.set(rules, schemes: security == .tls ? "smtps" : "smtp")
        try transfer.setMail(from: from, to: to, requiresTLS: security == .startTLS)
        if let credentials { try transfer.setCredentials(credentials.user, credentials.password) }
        let scheme = security == .tls ? "smtps" : "smtp"
        // What EHLO says: the sender's domain, since strict servers want a whole name.
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        return try transfer.upload(message, url: "\(scheme)://\(host):\(port)/\(domain)")
    }
}
