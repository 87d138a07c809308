import Foundation
import HTTPTypes
import Hummingbird
import VigilCore

/// How people sign in: links for a new password, switching off, sessions. For administrators; no client data.
struct PeoplePages {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/people", .people), (.post, "/people/:person/invite", .people),
        (.post, "/people/:person/disable", .people),
        (.post, "/people/sessions/end", .people),
    ]

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/people") { request, context in try page(try site.visitor(context, request, .people)) }
        router.post("/people/:person/invite") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .people, back: "/people")
            let person = try person(context)
            let token = try site.desk.invite(person.id, by: .person(visitor.person.id))
            return try page(visitor, link: site.link(token), invited: person.id)
        }
        router.post("/people/:person/disable") { request, context in
            let (visitor, _) = try await site.visitor(context, request, .people, back: "/people")
            try site.desk.store.disable(try person(context).id, by: .person(visitor.person.id), at: visitor.now)
            return site.redirect(to: "/people")
        }
        router.post("/people/sessions/end") { request, context in
            let (visitor, form) = try await site.visitor(context, request, .people, back: "/people")
            for session in try site.desk.store.sessions() where Self.handle(session) == form["session"] {
                try site.desk.store.end(session.key, by: .person(visitor.person.id), at: visitor.now)
            }
            return site.redirect(to: "/people")
        }
    }

    private func person(_ context: SiteContext) throws -> Person {
        guard let id = PersonID(context.parameters.get("person") ?? ""), let person = site.desk.person(id) else {
            throw Problem.notFound
        }
        return person
    }

    /// Names a session without being of use as a cookie: what is stored is a hash already, and half of it is shown.
    private static func handle(_ session: WebSession) -> String {
        session.key.prefix(16).map { String(format: "%02x", $0) }.joined()
    }

    private func page(_ visitor: Visitor, link: String? = nil, invited: PersonID? = nil) throws -> Response {
        let document = try site.peopleDocument()
        let live = try site.desk.store.sessions().filter { $0.isLive(at: visitor.now, site.desk.rules) }
        let view = View([
            "link": link, "invited": invited?.text, "minutes": String(site.desk.rules.invitationMinutes),
            "people": document.people.map { row in
                View([
                    "name": row.id.text, "role": row.role.words, "state": row.signIn.words,
                    "sessions": String(row.sessions),
                    "canDisable": row.signIn == .password || row.signIn == .proxy,
                ])
            },
            "sessions": live.map { session in
                View([
                    "name": session.person.text, "since": site.dayAndClock(session.begunAt, now: visitor.now),
                    "seen": site.dayAndClock(session.seenAt, now: visitor.now), "handle": Self.handle(session),
                ])
            },
        ])
        return site.writer.page(
            "people", view, PageWriter.Frame(title: "People", path: "/people"), for: visitor)
    }
}

extension PeopleDocument.SignIn {
    fileprivate var words: String {
        switch self {
        case .none: "no password yet"
        case .password: "password and code"
        case .proxy: "through the proxy"
        case .switchedOff: "switched off"
        }
    }
}
