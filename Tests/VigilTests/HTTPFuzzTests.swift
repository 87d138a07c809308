import Foundation
import Testing
import VigilCore
import VigilTestKit

extension UnderLoad {
    /// Spoilt requests to everything that answers: the local socket, the acknowledgement port, the metrics port. Each is refused
    /// or answered, none breaks the daemon, and what they changed is in the audit.
    @Suite struct HTTPFuzzTests {
        private static func request(_ line: String, _ body: String = "", type: String = "application/json") -> String {
            "\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n\(body)"
        }

        /// - Parameter id: of a follow-up that exists.
        private static func requests(_ id: String) -> [String] {
            [
                request("GET /v1/status"), request("GET /v1/queue"), request("GET /v1/follow-ups/\(id)"),
                request("GET /v1/questions"), request("GET /v1/drifted"), request("GET /v1/audit/verify"),
                request("GET /v1/reports/practice?from=2026-11-01&to=2026-11-24"), request("GET /v1/oncall"),
                request("POST /v1/follow-ups/\(id)/take", "{}"),
                request("POST /v1/follow-ups/\(id)/record", #"{"outcome":"no_answer","note":"rang out"}"#),
                request("POST /v1/follow-ups/\(id)/reason", #"{"reason":"illness"}"#),
                request("POST /v1/pages/\(id)/acknowledge", "{}"),
                request(
                    "POST /v1/oncall/swap", #"{"person":"lead","from":"2026-11-24T08:00","until":"2026-11-24T09:00"}"#),
                request("POST /v1/acknowledge", "code=0000000000000000", type: "application/x-www-form-urlencoded"),
                request("GET /v1/considered?from=2026-11-01&to=2026-11-24"), request("GET /v1/caseload"),
                request("GET /v1/audit/rows?before=9&limit=5"),
                request("POST /v1/follow-ups/\(id)/remind", #"{"until":"2026-11-24T08:00","note":"rings at 8"}"#),
                request("POST /v1/follow-ups/\(id)/take", "{}").replacing("Host:", with: "If-Match: \"3\"\r\nHost:"),
                request("GET /metrics"), request("GET /readyz"),
            ]
        }

        @Test(.timeLimit(.minutes(12))) func spoiltRequests() async throws {
            let practice = try await PagedPractice()
            let metrics = try TCPPeer.freePort()
            let config = try String(contentsOfFile: practice.folder.configPath, encoding: .utf8)
            try practice.folder.write(config + "metrics: {listen_port: \(metrics)}\n", to: "vigil.yaml")
            try practice.folder.changeStore(SmallPractice.script())
            let daemon = try await practice.start()
            try await daemon.polled()
            try await daemon.ready()
            let id = try #require(try practice.folder.ledgerRows("SELECT id FROM follow_up").first)
            let servers: [RawExchange.Server] = [
                .socket(practice.folder.socketPath), .port(practice.acknowledgePort), .port(metrics),
            ]
            // Whole requests are understood where they belong: what follows is about spoilt ones.
            for text in Self.requests(id).prefix(6) {
                let answer = try RawExchange.send(Array(text.utf8), to: servers[0])
                #expect(String(decoding: answer.prefix(12), as: UTF8.self) == "HTTP/1.1 200", "\(text.prefix(30))")
            }
            var mangler = Mangler(
                seed: Mangler.announcedSeed("HTTPFuzzTests"),
                tokens: [
                    "\r\n\r\n", "GET ", "POST ", "HTTP/9.9", "Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n",
                    "Content-Length: -5\r\n", "Content-Length: 99999999999999999999\r\n", "Expect: 100-continue\r\n",
                    "%00", "%2e%2e/", "?", "&&", "{\"a\":{\"a\":", "[[[[", "\"note\":",
                    String(repeating: "A", count: 70_000),
                ])
            var answers: [String: Int] = [:]
            var number = 0
            let tried = try mangler.fuzz(Self.requests(id)) { bytes in
                number += 1
                let answer = try RawExchange.send(bytes, to: servers[number % servers.count])
                let status = answer.isEmpty ? "none" : String(decoding: answer.dropFirst(9).prefix(3), as: UTF8.self)
                answers[status, default: 0] += 1
                #expect(!status.hasPrefix("5") || status == "503", "request \(number) was answered with \(status)")
            }
            let counts = answers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            LoudLine.figure("HTTPFuzzTests: \(tried) spoilt requests; \(counts)")
            #expect(tried > 100 && (answers["400"] ?? 0) > 0)
            #expect(try await practice.folder.vigil("status").exit == .status(0))
            try await daemon.polledAfresh()
            try await practice.verify("after spoilt requests")
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice.folder) == [])
        }
    }
}
