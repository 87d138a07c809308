import Foundation
import VigilCore
import VigilHTTP

/// Talks to the daemon over its local socket.
struct DaemonClient {
    let socketPath: String

    /// - Throws: `OperationError`: `daemonUnreachable` when nobody answers, else what the daemon said.
    func get<Document: Decodable>(_ path: String, as type: Document.Type) throws -> Document {
        try send(.get, path, body: nil)
    }

    func post<Document: Decodable>(
        _ path: String, _ command: some Encodable, as type: Document.Type
    ) throws -> Document {
        try send(.post, path, body: Array(try JSONEncoder().encode(command)))
    }

    /// A daemon that reloads or is started again is away for a moment.
    private func answer(_ method: HTTPMethod, _ path: String, _ body: [UInt8]?) throws(HTTPError) -> HTTPResponse {
        var tries = 0
        while true {
            do throws(HTTPError) {
                return try UnixSocketClient(socketPath: socketPath).request(
                    method, path, body: body, headers: [("Content-Type", "application/json")])
            } catch {
                tries += 1
                // A request that may have been acted on is not sent twice.
                let isSafe =
                    switch error {
                    case .unreachable(ENOENT), .unreachable(ECONNREFUSED): true
                    case .closed: method == .get
                    default: false
                    }
                guard isSafe, tries < Self.mostTries else { throw error }
                usleep(Self.pauseMicroseconds)
            }
        }
    }

    private static let mostTries = 5
    private static let pauseMicroseconds: UInt32 = 200_000

    private func send<Document: Decodable>(_ method: HTTPMethod, _ path: String, body: [UInt8]?) throws -> Document {
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try answer(method, path, body)
        } catch {
            throw OperationError(
                .daemonUnreachable, operation: "ask the daemon", subject: socketPath, cause: error.description,
                remedy: "start it: 'systemctl start vigil', or 'vigil daemon'")
        }
        let data = Data(response.body)
        if response.status == 200, let document = try? JSONDecoder().decode(Document.self, from: data) {
            return document
        }
        if let error = try? JSONDecoder().decode(ErrorDocument.self, from: data) {
            throw DaemonRefusal(document: error)
        }
        throw OperationError(
            .daemonUnreachable, operation: "ask the daemon", subject: socketPath,
            cause: "it answered \(response.status) in a form that this version does not know",
            remedy: "run the vigil command of the same version as the daemon")
    }
}

/// What the daemon said, in its own words.
struct DaemonRefusal: Error {
    let document: ErrorDocument
}
