import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import VigilCore

/// Measurements and two answers for a monitoring system, on loopback and a port of its own: not behind the address that people
/// reach vigil by.
///
/// `/livez` says that the process answers; `/readyz` that the store has been read of late. Neither says more than that.
package struct MetricsAPI: Sendable {
    private let service: any ControlService
    private let port: Int
    private let logger: Logger

    package init(service: any ControlService, port: Int, logger: Logger) {
        self.service = service
        self.port = port
        self.logger = logger
    }

    /// Serves until graceful shutdown.
    package func run() async throws {
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "vigil"),
            logger: logger)
        try await application.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        let service = service
        router.get("/metrics") { request, _ in
            let format = MetricsText.Format(accept: request.headers[.accept])
            return answer(.ok, MetricsText.text(try await service.metrics(), format), type: format.contentType)
        }
        router.get("/livez") { _, _ in answer(.ok, "alive\n") }
        router.get("/readyz") { _, _ in
            try await service.isReady()
                ? answer(.ok, "ready\n") : answer(.serviceUnavailable, "the appointments are not current\n")
        }
        return router
    }

    private func answer(
        _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
