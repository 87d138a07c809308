import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import VigilCore

/// Takes the one-time code of a page: what the button of a push message POSTs.
///
/// It says no more than whether the code was taken, and never acts on a GET: mail and chat programs fetch every link that they
/// see (ux.md). Whoever has the code needs no sign-in.
package struct AcknowledgeAPI: Sendable {
    private let service: any ControlService

    package init(service: any ControlService) {
        self.service = service
    }

    /// Serves this alone, on loopback, until graceful shutdown: for a practice without the site.
    package func run(port: Int, logger: Logger) async throws {
        let router = Router()
        add(to: router)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "vigil"),
            logger: logger)
        try await application.run()
    }

    /// A code and its key are 30 bytes.
    private static let maxBodyBytes = 4_096

    func add(to router: some RouterMethods<some RequestContext>) {
        let service = service
        router.post("/v1/acknowledge") { request, _ in
            var request = request
            guard let buffer = try? await request.collectBody(upTo: Self.maxBodyBytes),
                let code = Self.code(in: String(buffer: buffer))
            else { return answer(.badRequest, "there is no code in the request") }
            do {
                let taken = try await service.acknowledge(code: code)
                return answer(.ok, taken.until.map { "acknowledged until \($0)" } ?? "acknowledged")
            } catch let error as OperationError {
                // An unknown code, a used one, one of a follow-up that is closed: no difference for who has none.
                return answer(error.kind == .unavailable ? .serviceUnavailable : .conflict, "nothing to acknowledge")
            }
        }
        router.get("/v1/acknowledge") { _, _ in
            answer(.methodNotAllowed, "acknowledge with the button of the message, or sign in")
        }
    }

    /// `{"code":"…"}`, `code=…`, or the bare code.
    static func code(in body: String) -> AcknowledgementCode? {
        if let document = try? JSONDecoder().decode(CommandDocument.self, from: Data(body.utf8)) {
            return document.code
        }
        let text = body.trimmingCharacters(in: .whitespacesAndNewlines)
        return AcknowledgementCode(text.hasPrefix("code=") ? String(text.dropFirst(5)) : text)
    }
}

private func answer(_ status: HTTPResponse.Status, _ words: String) -> Response {
    var headers: HTTPFields = [
        .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ]
    headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    if status == .methodNotAllowed { headers[.allow] = "POST" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: words + "\n")))
}
