import Glibc

/// Where a database server is, as whom to read it, and how long to wait.
///
/// The password is never shown: neither `description` nor a dump of the value has it.
package struct SQLServerAddress: Sendable, Hashable {
    package enum TLS: Sendable, Hashable {
        /// Only for a unix socket and for this machine's own loopback addresses.
        case off
        /// Encrypted, and the server's certificate must be valid for `host`.
        ///
        /// Without a file, the certificate authorities that the system trusts. Encryption without a check of the certificate is
        /// not offered: whoever stands between could then read as well.
        case verifyFull(authorityFile: String?)
    }

    /// A name or an address; or, beginning with `/`, PostgreSQL's socket folder or MariaDB's socket file.
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    package var password: String?
    package var tls: TLS
    package var connectTimeoutSeconds: Int
    /// The whole statement, with the time in which its rows are taken.
    package var statementTimeoutSeconds: Int

    package init(
        host: String, port: Int, database: String, user: String, password: String? = nil,
        tls: TLS = .verifyFull(authorityFile: nil), connectTimeoutSeconds: Int = 10, statementTimeoutSeconds: Int = 60
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.tls = tls
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.statementTimeoutSeconds = statementTimeoutSeconds
    }

    /// Whether `host` is a unix socket.
    package var isSocket: Bool { host.hasPrefix("/") }

    /// Whether `host` cannot be another machine: `localhost`, 127.0.0.0/8 and ::1.
    package var isLoopback: Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    /// Says what about the address itself is wrong, before anything is sent anywhere.
    /// - Throws: `SQLError` of kind `permission` for an unencrypted connection over a network, `other` for the rest.
    package func check() throws(SQLError) {
        func refuse(_ kind: SQLError.Kind, _ message: String) -> SQLError {
            SQLError(kind: kind, code: 0, message: message)
        }
        let texts = [host, database, user, password ?? "", authorityFile ?? ""]
        // Both client libraries take C strings, which end at a NUL: what was checked must be what is used.
        guard !texts.contains(where: { $0.utf8.contains(0) }) else { throw refuse(.other, "the address holds a NUL") }
        // libpq takes a list of hosts, and for `@` a socket outside of the file system.
        guard !host.isEmpty, !host.contains(","), !host.hasPrefix("@") else {
            throw refuse(.other, "the host must be one name, address or path")
        }
        guard isSocket || (1...65_535).contains(port) else {
            throw refuse(.other, "the port must be between 1 and 65535")
        }
        guard (1...3_600).contains(connectTimeoutSeconds), (1...86_400).contains(statementTimeoutSeconds) else {
            throw refuse(.other, "a time limit must be at least a second, a connect 3600 at most, a statement 86400")
        }
        guard tls != .off || isSocket || isLoopback else {
            throw refuse(
                .permission,
                "a connection to \(host) without TLS is refused: only a socket or this machine may do without")
        }
    }

    var authorityFile: String? {
        if case .verifyFull(let file) = tls { file } else { nil }
    }

    /// Debian's bundle, which `update-ca-certificates` keeps.
    static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"
}

extension SQLServerAddress: CustomStringConvertible, CustomReflectable {
    /// Where it is, without the password.
    package var description: String {
        isSocket ? "\(user) at \(host), database \(database)" : "\(user) at \(host):\(port), database \(database)"
    }

    package var customMirror: Mirror {
        Mirror(self, children: ["address": description])
    }
}
