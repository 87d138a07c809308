import HTTPTypes
import Hummingbird
import VigilCore

/// Reports and lists to look through: who has drifted away, what was considered, the audit.
struct ReportRoutes {
    let service: any ControlService
    let api: ControlAPI

    func add(to router: Router<ControlContext>) {
        let (service, api) = (service, api)
        router.get("/v1/questions") { request, context in
            let person = try await api.person(context)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            return try await api.answer { try await service.questions(for: person, reveal: reveal) }
        }
        router.get("/v1/drifted") { request, context in
            let person = try await api.person(context)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            return try await api.answer { try await service.drifted(for: person, reveal: reveal) }
        }
        router.get("/v1/reports/practice") { request, context in
            let person = try await api.person(context)
            let wanted = try report(request)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            return try await api.answer {
                try await service.practiceReport(wanted, for: person, reveal: reveal)
            }
        }
        router.get("/v1/reports/load") { request, context in
            let person = try await api.person(context)
            let wanted = try report(request)
            return try await api.answer { try await service.loadReport(wanted, for: person) }
        }
        router.get("/v1/considered") { request, context in
            let person = try await api.person(context)
            let wanted = try report(request)
            let reveal = request.uri.queryParameters["reveal"] == "true"
            return try await api.answer { try await service.considered(wanted, for: person, reveal: reveal) }
        }
        router.get("/v1/caseload") { _, context in
            let person = try await api.person(context)
            return try await api.answer { try await service.caseload(for: person) }
        }
        router.get("/v1/audit/rows") { request, context in
            let person = try await api.person(context)
            let before = try number(request, "before")
            let limit = try number(request, "limit").map { Int(clamping: $0) } ?? 100
            return try await api.answer { try await service.auditRows(before: before, limit: limit, for: person) }
        }
    }

    private func number(_ request: Request, _ name: String) throws -> Int64? {
        guard let text = request.uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int64(text) else { throw api.refusal(.badRequest, .usage, "'\(name)' is not a number") }
        return number
    }

    private func report(_ request: Request) throws -> ReportRequest {
        let parameters = request.uri.queryParameters
        func day(_ name: String) throws -> LocalDay? {
            guard let text = parameters[Substring(name)] else { return nil }
            guard let day = LocalDay(iso: text) else {
                throw api.refusal(.badRequest, .usage, "'\(name)' is not a day such as 2026-11-24")
            }
            return day
        }
        var by: PracticeReport.Grouping?
        if let text = parameters["by"] {
            by = PracticeReport.Grouping(rawValue: String(text))
            if by == nil { throw api.refusal(.badRequest, .usage, "'by' is therapist, week or kind") }
        }
        return ReportRequest(from: try day("from"), to: try day("to"), by: by)
    }
}
