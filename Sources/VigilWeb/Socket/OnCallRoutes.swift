import Foundation
import HTTPTypes
import Hummingbird
import VigilCore

/// Who is on call, swaps, acknowledgements, tests of channels.
struct OnCallRoutes {
    let service: any ControlService
    let api: ControlAPI

    func add(to router: Router<ControlContext>) {
        let (service, api) = (service, api)
        router.get("/v1/oncall") { request, context in
            let person = try await api.person(context)
            let parameters = request.uri.queryParameters
            let at = parameters["at"].flatMap { Int64($0) }.map(WallTime.init(seconds:))
            // A year at most: the answer is for a person to read.
            let days = min(max(parameters["days"].flatMap { Int($0) } ?? 90, 1), 400)
            return try await api.answer { try await service.onCall(at: at, days: days, for: person) }
        }
        router.post("/v1/oncall/swap") { request, context in
            let person = try await api.person(context)
            guard let swap = try await api.document(request, as: SwapDocument.self) else {
                throw api.refusal(.badRequest, .usage, "the request names no swap")
            }
            let dryRun = request.uri.queryParameters["dry_run"] == "true"
            return try await api.answer { try await service.swap(swap, by: person, dryRun: dryRun) }
        }
        router.post("/v1/pages/:id/acknowledge") { request, context in
            let person = try await api.person(context)
            let id = try api.followUpID(context)
            let dryRun = request.uri.queryParameters["dry_run"] == "true"
            return try await api.answer { try await service.acknowledge(id, by: person, dryRun: dryRun) }
        }
        // The code is what is known; whoever has it need not be listed on this machine.
        router.post("/v1/acknowledge") { request, context in
            guard let code = try await api.document(request, as: CommandDocument.self)?.code else {
                throw api.refusal(.badRequest, .usage, "the request has no code")
            }
            return try await api.answer { try await service.acknowledge(code: code) }
        }
        router.post("/v1/channels/:id/test") { request, context in
            let person = try await api.person(context)
            guard let id = ChannelID(context.parameters.get("id") ?? "") else {
                throw api.refusal(.notFound, .negative, "there is no such channel")
            }
            return try await api.answer { try await service.testChannel(id, by: person) }
        }
    }
}
