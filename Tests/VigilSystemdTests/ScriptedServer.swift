import Foundation
import Synchronization

/// An HTTP server of one answer on a Unix socket, on a thread of its own.
final class ScriptedServer: Sendable {
    enum Answer {
        /// Written as it is, then the connection is closed.
        case bytes(String)
        /// The bytes, then more and more of the second until the client goes away.
        case endless(String, String)
        /// The bytes, and then nothing: the connection stays open.
        case hang(String)
    }

    let path = UnixSocket.freshPath()
    private let socket: UnixSocket
    private let seen = Mutex<[String]>([])

    /// Requests as they came, head and body.
    var requests: [String] { seen.withLock { $0 } }

    init(_ answer: Answer) throws {
        socket = try UnixSocket(type: .stream, boundTo: path)
        guard listen(socket.descriptor, 8) == 0 else { throw UnixSocket.Failure(number: errno) }
        // The thread keeps the server for as long as it accepts; stop() ends it.
        Thread { [self] in
            while true {
                let connection = accept(socket.descriptor, nil, nil)
                guard connection >= 0 else { return }
                serve(connection, answer)
            }
        }.start()
    }

    func stop() {
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
        unlink(path)
    }

    private func serve(_ connection: Int32, _ answer: Answer) {
        let request = readRequest(connection)
        seen.withLock { $0.append(request) }
        var hangs = false
        switch answer {
        case .bytes(let text): _ = write(text, to: connection)
        case .endless(let head, let more):
            guard write(head, to: connection) else { break }
            while write(more, to: connection) {}
        case .hang(let text):
            _ = write(text, to: connection)
            hangs = true
        }
        // A hanging connection is open until the process ends: a handful of descriptors.
        if !hangs { close(connection) }
    }

    private func readRequest(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length = text[..<end.lowerBound].firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return text }
            bytes += chunk.prefix(count)
        }
    }

    private func write(_ text: String, to connection: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
