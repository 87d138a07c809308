import Foundation

/// What a mail server does with each mail (RFC 5321, enough of it for one mail).
package enum MailPeer: Sendable {
    case takes
    /// 451 to MAIL: come again later.
    case busy
    /// 550 to RCPT: no such mailbox.
    case refusesRecipient
    /// 535 to AUTH.
    case refusesCredentials
    /// 554 after the mail.
    case refusesMail
    case hang
    /// Reads the mail and closes: it may have been accepted.
    case answerLost
    /// Greets with a line that never ends.
    case flood

    package func start() throws -> TCPPeer {
        try TCPPeer { connection in
            switch self {
            case .hang: return connection.hang()
            case .flood:
                connection.write("220 ")
                for _ in 0..<1_600 { guard connection.write(String(repeating: "x", count: 0x10000)) else { return } }
                return
            default: connection.write("220 peer ESMTP\r\n")
            }
            var lines = Lines(connection)
            while let line = lines.next() {
                guard answer(line, connection, &lines) else { return }
            }
        }
    }

    private func answer(_ line: String, _ connection: TCPPeer.Connection, _ lines: inout Lines) -> Bool {
        switch line.prefix(4).uppercased() {
        case "EHLO": connection.write("250-peer\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")
        case "AUTH":
            // PLAIN with its argument, or after a challenge.
            if line.split(separator: " ").count < 3 {
                connection.write("334 \r\n")
                _ = lines.next()
            }
            connection.write(isRefusing(.refusesCredentials) ? "535 5.7.8 no\r\n" : "235 2.7.0 ok\r\n")
        case "MAIL": connection.write(isRefusing(.busy) ? "451 4.3.0 later\r\n" : "250 2.1.0 ok\r\n")
        case "RCPT": connection.write(isRefusing(.refusesRecipient) ? "550 5.1.1 nobody\r\n" : "250 2.1.5 ok\r\n")
        case "DATA":
            connection.write("354 go on\r\n")
            while let part = lines.next(), part != "." {}
            if isRefusing(.answerLost) { return false }
            connection.write(isRefusing(.refusesMail) ? "554 5.6.0 no\r\n" : "250 2.0.0 taken\r\n")
        case "QUIT":
            connection.write("221 bye\r\n")
            return false
        default: connection.write("250 ok\r\n")
        }
        return true
    }

    private func isRefusing(_ other: MailPeer) -> Bool {
        switch (self, other) {
        case (.busy, .busy), (.refusesRecipient, .refusesRecipient), (.refusesCredentials, .refusesCredentials),
            (.refusesMail, .refusesMail), (.answerLost, .answerLost):
            true
        default: false
        }
    }

    /// Lines as they come.
    private struct Lines {
        private let connection: TCPPeer.Connection
        private var buffer: [UInt8] = []

        init(_ connection: TCPPeer.Connection) {
            self.connection = connection
        }

        mutating func next() -> String? {
            while true {
                if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: buffer[..<end], as: UTF8.self)
                    buffer.removeSubrange(...end)
                    return line.hasSuffix("\r") ? String(line.dropLast()) : line
                }
                let more = connection.read()
                guard !more.isEmpty else { return nil }
                buffer += more
            }
        }
    }
}
