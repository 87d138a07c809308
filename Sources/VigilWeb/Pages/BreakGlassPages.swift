import HTTPTypes
import Hummingbird
import VigilCore

/// A look behind the limits of a role in an emergency, and its review by a privacy officer.
struct BreakGlassPages {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/break-glass", .breakGlass), (.post, "/break-glass", .breakGlass),
        (.get, "/break-glass/review", .breakGlassReview), (.post, "/break-glass/:id/review", .breakGlassReview),
    ]

    /// Shorter says nothing to whoever reviews it.
    private static let minReason = 10

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/break-glass") { request, context in page(try site.visitor(context, request, .breakGlass)) }
        router.post("/break-glass") { request, context in
            let (visitor, form) = try await site.visitor(context, request, .breakGlass, back: "/break-glass")
            let reason = form.text("reason")
            guard reason.count >= Self.minReason else {
                return page(visitor, typed: reason, fault: "Say why, in a few words.", status: .unprocessableContent)
            }
            guard site.settings.proxy == nil else {
                throw Problem(.forbidden, "Here the practice's own sign-in is used, and it cannot be asked again.")
            }
            guard try await site.desk.confirm(visitor.person.id, password: form["password"], code: form["code"]) else {
                return page(visitor, typed: reason, fault: "The password or the code is not right.", status: .forbidden)
            }
            let until = visitor.now.adding(minutes: site.desk.rules.breakGlassMinutes)
            try site.desk.store.breakGlass(
                visitor.session.key, by: visitor.person.id, reason: reason, until: until, at: visitor.now)
            return site.redirect(to: "/queue?show=all")
        }
        router.get("/break-glass/review") { request, context in
            try review(try site.visitor(context, request, .breakGlassReview))
        }
        router.post("/break-glass/:id/review") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .breakGlassReview, back: "/break-glass/review")
            guard let id = Int64(context.parameters.get("id") ?? "") else { throw Problem.notFound }
            try site.desk.store.review(id, by: visitor.person.id, at: visitor.now)
            return site.redirect(to: "/break-glass/review")
        }
    }

    private func page(
        _ visitor: Visitor, typed: String = "", fault: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        site.writer.page(
            "break-glass",
            View([
                "minutes": String(site.desk.rules.breakGlassMinutes), "fault": fault, "typed": typed,
                "who": visitor.person.id.text,
            ]), PageWriter.Frame(title: "See more than your role shows", path: "/break-glass"), for: visitor,
            status: status)
    }

    private func review(_ visitor: Visitor) throws -> Response {
        let records = try site.desk.store.breakGlassRecords(limit: 200)
        let view = View([
            "any": !records.isEmpty,
            "records": records.map { record in
                View([
                    "id": String(record.id), "who": record.person.text,
                    "at": site.dayAndClock(record.at, now: visitor.now),
                    "until": site.service.zone.clockWords(record.until), "reason": record.reason,
                    "reviewed": record.reviewedAt.map {
                        "Reviewed by \(record.reviewedBy?.text ?? "somebody"), \(site.dayAndClock($0, now: visitor.now))."
                    },
                ])
            },
        ])
        return site.writer.page(
            "break-glass-review", view,
            PageWriter.Frame(title: "Looks behind limits", path: "/break-glass/review"), for: visitor)
    }
}
