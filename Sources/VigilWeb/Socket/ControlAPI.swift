import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import VigilCore

/// The local socket: HTTP and JSON for the command line, later for the signed-in page.
///
/// The caller is the account at the other end of the socket; every route but none works without a listed person. Nothing
/// here decides: it reads a request, asks `ControlService`, and writes what it said.
package struct ControlAPI: Sendable {
    private let service: any ControlService
    private let socketPath: String
    private let logger: Logger
    private let site: Site?

    /// - Parameter site: the pages, whose people are let in from here; nil when there are none.
    package init(service: any ControlService, socketPath: String, logger: Logger, site: Site? = nil) {
        self.site = site
        self.service = service
        self.socketPath = socketPath
        self.logger = logger
    }

    /// Serves until graceful shutdown. A socket file left by an earlier process is replaced: the caller holds the lock that
    /// says that there is no other daemon.
    /// - Parameter onListening: called once requests are accepted.
    package func run(onListening: @escaping @Sendable () async -> Void) async throws {
        unlink(socketPath)
        let path = socketPath
        let application = Application(
            router: router(), configuration: .init(address: .unixDomainSocket(path: path), serverName: "vigil"),
            onServerRunning: { _ in
                // Anybody may knock: who it is comes from the kernel, and what they may do from their role.
                chmod(path, 0o666)
                await onListening()
            }, logger: logger)
        try await application.run()
    }

    private func router() -> Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        let service = service
        router.get("/v1/status") { request, context in
            _ = try await person(context)
            return try await answer { try await service.status() }
        }
        router.get("/v1/queue") { request, context in
            let person = try await person(context)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            return try await answer { try await service.queue(for: person, reveal: reveal) }
        }
        router.get("/v1/follow-ups/:id") { request, context in
            let person = try await person(context)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            let id = try followUpID(context)
            return try await answer { try await service.followUp(id, for: person, reveal: reveal) }
        }
        router.post("/v1/follow-ups/:id/:verb") { request, context in
            let person = try await person(context)
            let id = try followUpID(context)
            let body = try await document(request)
            guard let command = command(context.parameters.get("verb") ?? "", body, by: person) else {
                throw refusal(.badRequest, .usage, "the request lacks what this verb needs")
            }
            let dryRun = request.uri.queryParameters["dry_run"] == "true"
            let version = try version(request)
            return try await answer {
                try await service.carryOut(command, on: id, by: person, ifVersion: version, dryRun: dryRun)
            }
        }
        OnCallRoutes(service: service, api: self).add(to: router)
        ReportRoutes(service: service, api: self).add(to: router)
        PeopleRoutes(site: site, api: self).add(to: router)
        router.post("/v1/backup") { request, context in
            let person = try await person(context)
            let keep = request.uri.queryParameters["keep"].flatMap { Int($0) } ?? 14
            return try await answer { try await service.backup(keep: min(max(keep, 1), 1_000), for: person) }
        }
        router.get("/v1/doctor") { request, context in
            let person = try await person(context)
            return try await answer { try await service.doctor(for: person) }
        }
        router.get("/v1/config") { request, context in
            _ = try await person(context)
            return try await answer { try await service.runningConfig() }
        }
        router.get("/v1/audit/verify") { request, context in
            _ = try await person(context)
            let row = request.uri.queryParameters["row"].flatMap { Int64($0) }
            return try await answer { try await service.verifyAudit(hashOf: row) }
        }
        router.post("/v1/audit/checkpoint") { request, context in
            let person = try await person(context)
            return try await answer { try await service.checkpoint(for: person) }
        }
        return router
    }

    // MARK: Reading requests

    func person(_ context: ControlContext) async throws -> Person {
        let account = await PeerAccount.name(of: context.channel)
        guard let account, let person = service.person(forAccount: account) else {
            throw refusal(
                .forbidden, .permission, "this account is not a person of vigil; an administrator adds it in vigil.yaml"
            )
        }
        return person
    }

    func followUpID(_ context: ControlContext) throws -> FollowUpID {
        guard let id = FollowUpID(context.parameters.get("id") ?? "") else {
            throw refusal(.notFound, .negative, "there is no such follow-up")
        }
        return id
    }

    /// `If-Match: "7"`: the version that the caller has seen; nil for no condition.
    private func version(_ request: Request) throws -> Int64? {
        guard let field = request.headers[.ifMatch] else { return nil }
        guard field.hasPrefix("\""), field.hasSuffix("\""), let version = Int64(field.dropFirst().dropLast()) else {
            throw refusal(.badRequest, .usage, "If-Match takes one version in quotes, as the follow-up said it")
        }
        return version
    }

    /// A command is a few lines of text; 64 KiB is far more than a note needs.
    private static let maxBodyBytes = 65_536

    private func document(_ request: Request) async throws -> CommandDocument {
        try await document(request, as: CommandDocument.self) ?? CommandDocument()
    }

    /// - Returns: nil for an empty body.
    func document<Document: Decodable>(_ request: Request, as type: Document.Type) async throws -> Document? {
        var request = request
        let buffer = try await request.collectBody(upTo: Self.maxBodyBytes)
        guard buffer.readableBytes > 0 else { return nil }
        do {
            return try JSONDecoder().decode(Document.self, from: Data(buffer.readableBytesView))
        } catch {
            throw refusal(.badRequest, .usage, "the request is not what this version of vigil understands")
        }
    }

    private func command(_ verb: String, _ body: CommandDocument, by person: Person) -> Lifecycle.Command? {
        switch verb {
        case "take": return .take
        case "attempts":
            guard let outcome = body.outcome else { return nil }
            // The time is the daemon's: it replaces this one when it commits.
            return .record(
                Attempt(
                    at: WallTime(seconds: 0), by: person.id, channel: body.channel ?? .phone, outcome: outcome,
                    note: body.note ?? "", reason: body.missReason))
        case "reason":
            return body.missReason.map { .giveReason($0, allSessions: body.allSessions ?? false) }
        case "close": return body.reason.map { .close($0, note: body.note ?? "") }
        case "acknowledge": return .acknowledge(.commandLine)
        // The role is the daemon's to know.
        case "hand-over": return body.to.map { .handOver(to: $0, .therapist) }
        case "reopen": return .reopen(note: body.note ?? "")
        case "see": return .see
        case "remind":
            return body.until.flatMap { service.time($0) }.map { .remind(at: $0, note: body.note ?? "") }
        default: return nil
        }
    }

    // MARK: Writing answers

    func answer(_ body: () async throws -> some Encodable) async throws -> Response {
        do {
            return json(.ok, try await body())
        } catch let error as OperationError {
            throw refusal(error.kind.status, error.kind, error.description)
        }
    }

    func refusal(_ status: HTTPResponse.Status, _ kind: OperationError.Kind, _ words: String) -> any Error {
        Refusal(response: json(status, ErrorDocument(kind: kind, words: words)))
    }

    private func json(_ status: HTTPResponse.Status, _ value: some Encodable) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}

/// An answer thrown instead of returned.
private struct Refusal: HTTPResponseError {
    let response: Response
    var status: HTTPResponse.Status { response.status }

    func response(from request: Request, context: some RequestContext) throws -> Response { response }
}

/// A request and the connection that it came by.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

extension OperationError.Kind {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .negative: .notFound
        case .conflict: .preconditionFailed
        case .notAllowed, .permission: .forbidden
        case .usage: .badRequest
        case .unavailable, .daemonUnreachable: .serviceUnavailable
        case .badData, .configuration: .internalServerError
        }
    }
}
