import Foundation
import Synchronization
import VigilCore
import VigilFHIR
import VigilTestKit

/// A FHIR server of a test's own: each request goes to a script, which may remember what came before.
final class ScriptedFHIR: Sendable {
    struct Request: Sendable {
        var method: String
        /// As it stands in the request line.
        var target: String
        var headers: [String: String]
        var body: String

        var path: String { String(target.prefix { $0 != "?" }) }

        /// The values of a query parameter, decoded.
        func query(_ name: String) -> [String] {
            (URLComponents(string: target)?.queryItems ?? []).filter { $0.name == name }.compactMap(\.value)
        }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String] = []
        var body = ""

        static func json(_ text: String, headers: [String] = []) -> Answer {
            Answer(headers: headers, body: text)
        }

        static func status(_ status: Int, headers: [String] = []) -> Answer {
            Answer(status: status, headers: headers)
        }
    }

    private let peer: TCPPeer
    private let held: Held

    private final class Held: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// - Parameter script: the request, and how many came before it.
    init(_ script: @escaping @Sendable (Request, Int) -> Answer) throws {
        let held = Held()
        self.held = held
        peer = try TCPPeer { connection in
            guard let request = Self.read(connection) else { return }
            let index = held.requests.withLock { all in
                all.append(request)
                return all.count - 1
            }
            let answer = script(request, index)
            let head =
                ["HTTP/1.1 \(answer.status) Said", "Content-Length: \(answer.body.utf8.count)", "Connection: close"]
                + answer.headers
            connection.write(head.joined(separator: "\r\n") + "\r\n\r\n" + answer.body)
        }
    }

    var port: Int { peer.port }
    var base: String { "http://127.0.0.1:\(port)/fhir" }
    var heard: [Request] { held.requests.withLock { $0 } }

    func asked(_ type: String) -> [Request] {
        heard.filter { $0.path == "/fhir/\(type)" }
    }

    private static func read(_ connection: TCPPeer.Connection) -> Request? {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    guard let colon = line.firstIndex(of: ":") else { continue }
                    headers[line[..<colon].lowercased()] =
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
                let body = String(text[end.upperBound...])
                if body.utf8.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 {
                    let words = lines[0].split(separator: " ")
                    return Request(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
                }
            }
            let more = connection.read()
            guard !more.isEmpty else { return nil }
            bytes += more
        }
    }
}

/// Remembers how long it was asked to wait, and does not.
final class NoWait: FHIRWaiting {
    private let asked = Mutex<[Int]>([])

    func wait(seconds: Int) {
        asked.withLock { $0.append(seconds) }
    }

    var seconds: [Int] { asked.withLock { $0 } }
}
