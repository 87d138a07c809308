import Foundation

/// What an HTTP server does with each request: every row of "Send" in reliability.md.
package enum HTTPPeer: Sendable {
    /// Status line, headers and body as they are given, then the end of the connection.
    case answer(status: Int, headers: [String] = [], body: String = "")
    /// Takes it, and says so after a while.
    case slow(milliseconds: UInt32)
    /// Reads the request and says nothing.
    case hang
    /// Headers, a part of the body, and nothing more.
    case stall
    /// A byte now and then, for ever.
    case trickle
    /// Far more than was asked for.
    case flood
    /// Reads the request and closes: it may have been accepted.
    case answerLost

    package func start() throws -> TCPPeer {
        try TCPPeer { connection in
            guard Self.readRequest(connection) else { return }
            switch self {
            case .answer(let status, let headers, let body):
                let head =
                    ["HTTP/1.1 \(status) Said", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
                connection.write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
            case .slow(let milliseconds):
                usleep(milliseconds * 1_000)
                connection.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            case .hang: connection.hang()
            case .stall:
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":")
                connection.hang()
            case .trickle:
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while connection.write(" ") { usleep(100_000) }
            case .flood:
                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
                // 100 MB, if anybody reads them.
                for _ in 0..<1_600 { guard connection.write(chunk) else { return } }
            case .answerLost: return
            }
        }
    }

    private static func readRequest(_ connection: TCPPeer.Connection) -> Bool {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length =
                    text[..<end.lowerBound].firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return true }
            }
            let more = connection.read()
            guard !more.isEmpty else { return false }
            bytes += more
        }
    }
}
