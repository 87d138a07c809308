import HTTPTypes
import Hummingbird
import VigilCore

/// Open pages, acknowledged with one press; who is on call now and next; swaps.
struct OnCallPage {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/on-call", .onCall), (.post, "/on-call/:id/acknowledge", .acknowledge), (.post, "/on-call/swap", .swap),
    ]

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/on-call") { request, context in
            let visitor = try site.visitor(context, request, .onCall)
            return try await page(visitor, done: request.uri.queryParameters["done"].map(String.init))
        }
        router.post("/on-call/:id/acknowledge") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .acknowledge, back: "/on-call")
            guard let id = FollowUpID(context.parameters.get("id") ?? "") else { throw Problem.notFound }
            do {
                let pages = try await site.service.onCall(at: nil, days: 1, for: visitor.person).pages
                if pages.contains(where: { $0.id == id.text && $0.isTest }) {
                    _ = try await site.service.acknowledge(id, by: visitor.person, dryRun: false)
                    return site.redirect(to: "/on-call?done=test")
                }
                _ = try await site.service.carryOut(
                    .acknowledge(.web), on: id, by: visitor.person, ifVersion: nil, dryRun: false)
                return site.redirect(to: "/f/\(id.text)?done=acknowledged")
            } catch let error as OperationError {
                let problem = Problem(error)
                if problem.status == .notFound { throw Problem.notFound }
                return try await page(visitor, fault: problem.words, status: problem.status)
            }
        }
        router.post("/on-call/swap") { request, context in
            let (visitor, form) = try await site.visitor(context, request, .swap, back: "/on-call")
            guard let rota = OnCallSchedule.Rota(rawValue: form["rota"]), let person = PersonID(form["person"]) else {
                return try await page(visitor, fault: "Choose a rota and a person.", status: .unprocessableContent)
            }
            do {
                _ = try await site.service.swap(
                    SwapDocument(rota: rota, from: form["from"], until: form["until"], person: person),
                    by: visitor.person, dryRun: false)
            } catch let error as OperationError {
                let problem = Problem(error)
                return try await page(visitor, fault: problem.words, status: problem.status)
            }
            return site.redirect(to: "/on-call?done=swap")
        }
    }

    /// Days for which gaps are looked for.
    private static let days = 90

    private func page(
        _ visitor: Visitor, done: String? = nil, fault: String? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let document = try await site.service.onCall(at: nil, days: Self.days, for: visitor.person)
        // A page names a random id; whose it is only who may see it.
        let queue =
            Place.queue.admits(visitor.person)
            ? try await site.service.queue(for: visitor.person, reveal: !document.pages.isEmpty).followUps : []
        let rows = Dictionary(queue.map { ($0.id, $0) }) { first, _ in first }
        let mayAcknowledge = Place.acknowledge.admits(visitor.person)
        let view = View([
            "pagesNobody": document.pagesNobody, "any": !document.pages.isEmpty,
            "rows": document.pages.map { page in
                View([
                    "id": page.id, "isTest": page.isTest, "maySee": rows[page.id] != nil,
                    "client": rows[page.id].map { QueuePage.name($0.client) },
                    "reasons": rows[page.id]?.reasons ?? [], "words": words(page, visitor.now),
                    "mayAcknowledge": mayAcknowledge && page.state == .paging,
                ])
            },
            "duties": [("Now", document.onCall), ("Backup", document.backup)].map { what, duty in
                View([
                    "what": what,
                    "who": duty.map { "\($0.person.text)\($0.source == "fallback" ? ", as fallback" : "")" }
                        ?? "nobody",
                    "until": duty.map { $0.until.isEmpty ? "further notice" : site.words($0.until, now: visitor.now) }
                        ?? "",
                ])
            }, "hasGaps": !document.gaps.isEmpty,
            "gaps": document.gaps.map {
                "\(site.words($0.from, now: visitor.now)) until \(site.words($0.until, now: visitor.now))"
            }, "days": String(document.days), "maySwap": Place.swap.admits(visitor.person) && !document.pagesNobody,
            "people": site.service.people.filter { $0.role.isClinician && !$0.channels.isEmpty }.map {
                View(["value": $0.id.text, "words": "\($0.id.text), \($0.role.words)"])
            },
        ])
        var frame = PageWriter.Frame(title: "On call", path: "/on-call")
        frame.banners = site.banners(nil, shadow: false, visitor)
        if let fault { frame.banners.append(.init(.bad, "Not done.", fault)) }
        switch done {
        case "test": frame.banners.append(.init(.good, "The test page is acknowledged."))
        case "swap": frame.banners.append(.init(.good, "The shifts are swapped."))
        default: break
        }
        frame.skips = [("#list", "Skip to the open pages"), ("#main", "Skip to the page")]
        frame.refreshSeconds = 30
        return site.writer.page("on-call", view, frame, for: visitor, status: status)
    }

    private func words(_ page: OnCallDocument.PageRow, _ now: WallTime) -> String {
        let begun =
            "Begun \(site.words(page.begunAt, now: now)), \(page.pages) \(page.pages == 1 ? "page" : "pages") so far"
        switch page.state {
        case .paging: return begun + (page.nextAt.map { ", next \(site.words($0, now: now))" } ?? "") + "."
        default:
            let by = page.acknowledgedBy?.text ?? "somebody"
            return begun + ". \(by) has it"
                + (page.until.map { ", until \(site.words($0, now: now)) without an attempt" } ?? "") + "."
        }
    }
}
