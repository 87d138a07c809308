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
    /// 454 to AUTH: its directory of users is away for now (RFC 4954).
    case busyAtSignIn
    /// 530 to MAIL: it wants credentials.
    case wantsCredentials
    /// 554 after the mail.
    case refusesMail
    case hang
    /// Reads the mail and closes: it may have been accepted.
    case answerLost
    /// Reads the mail and says nothing more.
    case hangsAfterMail
    /// Takes the mail, and says nothing to QUIT.
    case hangsAtQuit
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
            switch self {
            case .refusesCredentials: connection.write("535 5.7.8 no\r\n")
            case .busyAtSignIn: connection.write("454 4.7.0 later\r\n")
            default: connection.write("235 2.7.0 ok\r\n")
            }
        case "MAIL":
            switch self {
            case .busy: connection.write("451 4.3.0 later\r\n")
            case .wantsCredentials: connection.write("530 5.7.0 sign in\r\n")
            default: connection.write("250 2.1.0 ok\r\n")
            }
        case "RCPT": connection.write(isRefusing(.refusesRecipient) ? "550 5.1.1 nobody\r\n" : "250 2.1.5 ok\r\n")
        case "DATA":
            connection.write("354 go on\r\n")
            while let part = lines.next(), part != "." {}
            if isRefusing(.answerLost) { return false }
            if isRefusing(.hangsAfterMail) {
                connection.hang()
                return false
            }
            connection.write(isRefusing(.refusesMail) ? "554 5.6.0 no\r\n" : "250 2.0.0 taken\r\n")
        case "QUIT":
            if isRefusing(.hangsAtQuit) { connection.hang() }
            connection.write("221 bye\r\n")
            return false
        default: connection.write("250 ok\r\n")
        }
        return true
    }

    private func isRefusing(_ other: MailPeer) -> Bool { self == other }

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
