import HTTPTypes
import Hummingbird
import VigilCore

/// A person's own sign-in: another password, addresses for a calendar.
struct AccountPage {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/account", .account), (.post, "/account/password", .account), (.post, "/account/feeds", .feeds),
        (.post, "/account/feeds/:id/revoke", .feeds),
    ]

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/account") { request, context in try page(try site.visitor(context, request, .account)) }
        router.post("/account/password") { request, context in
            let (visitor, form) = try await site.visitor(context, request, .account, back: "/account")
            return try await changePassword(visitor, form)
        }
        router.post("/account/feeds") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .feeds, back: "/account")
            guard site.settings.hasFeeds else { throw Problem.notFound }
            let token = SecretToken()
            try site.desk.store.makeFeed(for: visitor.person.id, tokenHash: token.hash, at: visitor.now)
            return try page(visitor, address: "\(site.settings.origin)/feeds/\(token.text)")
        }
        router.post("/account/feeds/:id/revoke") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .feeds, back: "/account")
            guard let id = Int64(context.parameters.get("id") ?? "") else { throw Problem.notFound }
            try site.desk.store.revokeFeed(id, of: visitor.person.id, at: visitor.now)
            return site.redirect(to: "/account")
        }
    }

    private func changePassword(_ visitor: Visitor, _ form: Form) async throws -> Response {
        let (desk, id) = (site.desk, visitor.person.id)
        if let fault = desk.fault(in: form["password"], repeated: form["repeated"], person: id) {
            return try page(visitor, fault: fault, status: .unprocessableContent)
        }
        guard try await desk.confirm(id, password: form["old"], code: form["code"]) else {
            return try page(visitor, fault: "The present password or the code is not right.", status: .forbidden)
        }
        try await desk.change(id, to: form["password"], keeping: visitor.session)
        return try page(visitor, done: "The password is changed.")
    }

    private func page(
        _ visitor: Visitor, fault: String? = nil, done: String? = nil, address: String? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let hasFeeds = site.settings.hasFeeds && Place.feeds.admits(visitor.person)
        let feeds = hasFeeds ? try site.desk.store.feeds(of: visitor.person.id) : []
        let view = View([
            "fault": fault, "done": done, "who": visitor.person.id.text, "roleWords": visitor.person.role.words,
            "since": site.dayAndClock(visitor.session.begunAt, now: visitor.now),
            "endsWords": "after \(site.settings.rules.idleMinutes) minutes without you, and at "
                + site.service.zone.clockWords(
                    visitor.session.begunAt.adding(hours: site.settings.rules.absoluteHours)) + " at the latest",
            "hasPassword": site.settings.proxy == nil, "hasFeeds": hasFeeds, "address": address,
            "anyFeed": !feeds.isEmpty,
            "feeds": feeds.map {
                View([
                    "id": String($0.id), "made": site.dayAndClock($0.madeAt, now: visitor.now),
                    "used": $0.usedAt.map { "last read \(site.dayAndClock($0, now: visitor.now))" } ?? "not read yet",
                ])
            },
        ])
        return site.writer.page(
            "account", view, PageWriter.Frame(title: "Your account", path: "/account"), for: visitor, status: status)
    }
}
