import Foundation
import Testing
import VigilHTTP

@Suite(.timeLimit(.minutes(10))) struct UnixSocketClientTests {
    private func serving<Result>(
        _ answer: ScriptedServer.Answer, _ body: (ScriptedServer) throws -> Result
    ) throws -> Result {
        let server = try ScriptedServer(answer)
        defer { server.stop() }
        return try body(server)
    }

    @Test func anAnswer() throws {
        try serving(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) { server in
            let response = try UnixSocketClient(socketPath: server.path).request(.get, "/v1/queue?tier=now")
            #expect(response.status == 200)
            #expect(response.body == Array("hello".utf8))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("GET /v1/queue?tier=now HTTP/1.1\r\nHost: vigil\r\n"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func aBodyAndHeadersGoOut() throws {
        // Larger than 1 MiB, from where on libcurl would ask "Expect: 100-continue" and wait.
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
        try serving(.bytes("HTTP/1.1 204 No Content\r\n\r\n")) { server in
            let response = try UnixSocketClient(socketPath: server.path).request(
                .post, "/v1/take", body: body,
                headers: [("Content-Type", "application/json"), ("X-Empty", "")])
            #expect(response == HTTPResponse(status: 204, body: []))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST /v1/take HTTP/1.1\r\n"))
            #expect(request.contains("\r\nContent-Type: application/json\r\n"))
            #expect(request.contains("\r\nX-Empty:\r\n"))
            #expect(request.contains("\r\nContent-Length: 3000000\r\n"))
            #expect(!request.contains("Expect"))
            #expect(request.utf8.suffix(body.count).allSatisfy { $0 == UInt8(ascii: "x") })
        }
    }

    @Test(arguments: [HTTPMethod.post, .put, .delete]) func anEmptyBody(method: HTTPMethod) throws {
        try serving(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) { server in
            _ = try UnixSocketClient(socketPath: server.path).request(method, "/", body: [])
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("\(method.rawValue) / HTTP/1.1\r\n"))
            #expect(request.contains("\r\nContent-Length: 0\r\n"))
        }
    }

    @Test func everyStatusIsAnAnswerAndNoneIsFollowed() throws {
        for status in [302, 404, 412, 500] {
            let text = "HTTP/1.1 \(status) Words\r\nLocation: http://vigil/other\r\nContent-Length: 2\r\n\r\nno"
            try serving(.bytes(text)) { server in
                let response = try UnixSocketClient(socketPath: server.path).request(.get, "/")
                #expect(
                    response == HTTPResponse(status: status, body: Array("no".utf8), location: "http://vigil/other"))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"])
    func aSlowServerIsGivenUp(before: String) throws {
        try serving(.hang(before)) { server in
            let client = UnixSocketClient(socketPath: server.path, totalTimeout: .milliseconds(200))
            #expect(throws: HTTPError.timedOut) { try client.request(.get, "/") }
        }
    }

    @Test func anAnswerOfExactlyTheLimit() throws {
        try serving(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) { server in
            let client = UnixSocketClient(socketPath: server.path, bodyLimit: 5)
            let response = try client.request(.get, "/")
            #expect(response.body.count == 5)
        }
    }

    @Test func tooLargeByItsHeader() throws {
        // Nothing follows: it is refused before the body.
        try serving(.hang("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n")) { server in
            let client = UnixSocketClient(socketPath: server.path)
            #expect(throws: HTTPError.tooLarge) { try client.request(.get, "/") }
        }
    }

    @Test func tooLargeWithoutAHeader() throws {
        let megabyte = "100000\r\n\(String(repeating: "x", count: 1 << 20))\r\n"
        try serving(.endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", megabyte)) { server in
            let client = UnixSocketClient(socketPath: server.path)
            #expect(throws: HTTPError.tooLarge) { try client.request(.get, "/") }
        }
    }

    @Test func nobodyThere() throws {
        let path = UnixSocket.freshPath()
        let client = UnixSocketClient(socketPath: path)
        #expect(throws: HTTPError.unreachable(ENOENT)) { try client.request(.get, "/") }
        // A file that a killed daemon left.
        try UnixSocket(type: .stream, boundTo: path).close()
        defer { unlink(path) }
        #expect(throws: HTTPError.unreachable(ECONNREFUSED)) { try client.request(.get, "/") }
        let tooLong = UnixSocketClient(socketPath: "/\(String(repeating: "x", count: 200))")
        #expect(throws: HTTPError.self) { try tooLong.request(.get, "/") }
    }

    @Test func anAnswerThatIsNoHTTP() throws {
        for text in ["", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"] {
            try serving(.bytes(text)) { server in
                let error = #expect(throws: HTTPError.self) {
                    try UnixSocketClient(socketPath: server.path).request(.get, "/f/secret")
                }
                switch error {
                case .closed, .other: break
                default: Issue.record("\(text.utf8.count) bytes: \(String(describing: error))")
                }
                #expect(error?.description.contains("secret") == false)
            }
        }
    }

    @Test func hostileTextIsNotSent() throws {
        try serving(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) { server in
            let client = UnixSocketClient(socketPath: server.path)
            for path in ["", "queue", "/a b", "/a\r\nX: 1", "/é", "//\u{0}"] {
                #expect(throws: HTTPError.badRequest) { try client.request(.get, path) }
            }
            for header in [("X", "1\r\nY: 2"), ("X: 1\r\nY", "2"), ("", "1"), ("A:B", "1"), ("X", "a\u{0}b")] {
                #expect(throws: HTTPError.badRequest) { try client.request(.get, "/", headers: [header]) }
            }
            #expect(server.requests.isEmpty)
        }
    }
}
