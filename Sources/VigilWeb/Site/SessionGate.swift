import HTTPTypes
import Hummingbird
import VigilCore

/// Finds out whose session a request belongs to: by the cookie, or by what a listed proxy says.
struct SessionGate: RouterMiddleware {
    typealias Context = SiteContext

    let desk: SignInDesk
    let service: any ControlService
    let proxy: WebSettings.Proxy?

    static let cookie = "__Host-vigil"
    /// A list that reads itself again is nobody at work: such a request keeps no session alive.
    static let refreshMark = "refreshed"
    /// Writing down each request would be one more transaction for every page. Seconds.
    private static let seenEvery = 15

    func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let now = desk.clock.now()
        try find(request, &context, now)
        guard let proxy else { return try await next(request, context) }
        return try await trusting(proxy, request, context, next)
    }

    private func find(_ request: Request, _ context: inout SiteContext, _ now: WallTime) throws {
        guard let text = request.cookies[Self.cookie]?.value, let token = SecretToken(text),
            var session = try desk.store.session(token.hash)
        else { return }
        guard session.isLive(at: now, desk.rules), let person = desk.person(session.person),
            try desk.store.signIn(of: session.person)?.disabledAt == nil
        else {
            try desk.store.end(session.key, by: .vigil, at: now)
            return
        }
        let isRefresh = request.uri.queryParameters[Self.refreshMark[...]] != nil
        if !isRefresh, now.seconds(since: session.seenAt) >= Self.seenEvery {
            try desk.store.noteSeen(session.key, at: now)
            session.seenAt = now
        }
        context.enter(person, session, at: now)
    }

    // MARK: A proxy that signs people in

    private func trusting(
        _ proxy: WebSettings.Proxy, _ request: Request, _ context: SiteContext,
        _ next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard let address = context.address, proxy.addresses.contains(address),
            let name = HTTPField.Name(proxy.header), let account = request.headers[name],
            let person = service.person(forAccount: account)
        else {
            context.leave()
            return try await next(request, context)
        }
        if context.visitor?.person.id == person.id { return try await next(request, context) }
        guard let begun = try desk.begin(trusted: person.id) else { return try await next(request, context) }
        context.enter(person, begun.session, at: begun.session.begunAt)
        var response = try await next(request, context)
        response.setCookie(Self.setCookie(begun.cookie))
        return response
    }

    static func setCookie(_ token: SecretToken) -> Cookie {
        Cookie(name: cookie, value: token.text, path: "/", secure: true, httpOnly: true, sameSite: .lax)
    }

    static var noCookie: Cookie {
        Cookie(name: cookie, value: "", maxAge: 0, path: "/", secure: true, httpOnly: true, sameSite: .lax)
    }
}
