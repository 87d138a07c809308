import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
package import VigilCore

/// The pages that people read in a browser, and the two addresses that answer without a sign-in: a page's one-time code, and
/// feeds without names.
///
/// Server-rendered and whole without JavaScript. On loopback, behind the reverse proxy of `web.public_url`. Nothing here decides:
/// a page asks `ControlService`, which knows who may see what, and shows what it said.
package struct Site: Sendable {
    let service: any ControlService
    let settings: SiteSettings
    let desk: SignInDesk
    let writer: PageWriter
    private let port: Int
    private let logger: Logger

    package init(
        service: any ControlService, store: any SignInStore, clock: any WallClock, settings: SiteSettings, port: Int,
        logger: Logger
    ) throws {
        self.service = service
        self.settings = settings
        self.port = port
        self.logger = logger
        writer = try PageWriter(settings: settings, zone: service.zone)
        desk = SignInDesk(
            store: store, clock: clock, rules: settings.rules,
            person: { id in service.people.first { $0.id == id } })
    }

    /// Serves until graceful shutdown.
    package func run() async throws {
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
            logger: logger)
        try await application.run()
    }

    /// Every route of the site with the place that it belongs to; nil for one that needs no sign-in.
    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] =
        SignInPages.routes + QueuePage.routes + FollowUpPage.routes + OnCallPage.routes + TablePages.routes
        + PeoplePages.routes + AccountPage.routes + BreakGlassPages.routes + Feeds.routes

    private func router() -> Router<SiteContext> {
        let router = Router(context: SiteContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ErrorPages(writer: writer, logger: logger))
        // Before the locks of the site: whoever has a page's code may use it from anywhere, and a calendar has no cookie.
        AcknowledgeAPI(service: service).add(to: router)
        Assets().add(to: router)
        if settings.hasFeeds { Feeds(site: self).add(to: router) }
        let pages = router.group()
            .add(middleware: SameSiteOnly(origin: settings.origin))
            .add(middleware: SessionGate(desk: desk, service: service, proxy: settings.proxy))
        SignInPages(site: self).add(to: pages)
        QueuePage(site: self).add(to: pages)
        FollowUpPage(site: self).add(to: pages)
        OnCallPage(site: self).add(to: pages)
        TablePages(site: self).add(to: pages)
        PeoplePages(site: self).add(to: pages)
        AccountPage(site: self).add(to: pages)
        BreakGlassPages(site: self).add(to: pages)
        return router
    }

    // MARK: What every page does

    /// Who asks, if they are signed in and their role may go there.
    func visitor(_ context: SiteContext, _ request: Request, _ place: Place) throws -> Visitor {
        guard let visitor = context.visitor else { throw SignInNeeded(next: request.uri.description, form: nil) }
        guard place.admits(visitor.person) else { throw Problem(.forbidden, "This page is not for your role.") }
        return visitor
    }

    /// The same for a posted form, whose token must be the session's.
    /// - Parameter back: where to go on after a sign-in, if the session has ended; what was written goes along.
    func visitor(
        _ context: SiteContext, _ request: Request, _ place: Place, back: String
    ) async throws -> (Visitor, Form) {
        let form = try await Form(reading: request)
        guard let visitor = context.visitor else { throw SignInNeeded(next: back, form: form) }
        guard PasswordHash.equal(Array(form["token"].utf8), Array(visitor.session.formToken.utf8)) else {
            throw Problem(
                .forbidden, "This form belongs to another sign-in. Open the page again, and send it from there.")
        }
        guard place.admits(visitor.person) else { throw Problem(.forbidden, "This is not for your role.") }
        return (visitor, form)
    }

    func redirect(to path: String, _ cookie: Cookie? = nil) -> Response {
        var response = Response(status: .seeOther, headers: [.location: path])
        if let cookie { response.setCookie(cookie) }
        return response
    }

    /// Banners that stand above every list: shadow, a feed that is not current, a look behind limits.
    func banners(_ feed: FeedDocument?, shadow: Bool, _ visitor: Visitor) -> [PageWriter.Banner] {
        var banners: [PageWriter.Banner] = []
        if visitor.person.breaksGlass, let until = visitor.session.breakGlassUntil {
            banners.append(
                .init(
                    .bad, "You see more than your role shows, until \(service.zone.clockWords(until)).",
                    "A privacy officer reads your reason."))
        }
        if let feed, feed.state == .stale || feed.state == .failing {
            banners.append(.init(.bad, "This list may be missing people.", feed.words))
        }
        if shadow {
            banners.append(
                .init(.warn, "Trial run.", "No clinician has approved the policy yet: vigil lists, and pages nobody."))
        }
        return banners
    }

    func dayAndClock(_ time: WallTime, now: WallTime) -> String {
        let zone = service.zone
        return "\(zone.day(of: time).wordsWithWeekday(seenFrom: zone.day(of: now))), \(zone.clockWords(time))"
    }

    /// A time in RFC 3339 as a person reads it; empty for none.
    func words(_ text: String?, now: WallTime) -> String {
        text.flatMap(WallTime.init(rfc3339:)).map { dayAndClock($0, now: now) } ?? ""
    }
}

/// The session has ended, or there was none: a sign-in comes first, and what was written is kept.
struct SignInNeeded: Error {
    let next: String
    let form: Form?
}

/// Makes a page of whatever went wrong.
struct ErrorPages: RouterMiddleware {
    typealias Context = SiteContext

    let writer: PageWriter
    let logger: Logger

    func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as SignInNeeded {
            // A page that was asked for: to the sign-in and back. A form: the sign-in at its place, with what was written.
            return SignInPages.signIn(writer, next: error.next, draft: error.form, status: .unauthorized)
        } catch let problem as Problem {
            return page(problem)
        } catch let error as OperationError {
            return page(Problem(error))
        } catch let error as HTTPError {
            return page(
                error.status == .notFound ? .notFound : Problem(error.status, "That is nothing vigil can answer."))
        } catch {
            // The type alone: an error's text may quote what a person sent.
            logger.error("a page could not be made: \(String(describing: type(of: error)))")
            return page(
                Problem(.internalServerError, "Something went wrong here. Nothing was changed. It is in the log."))
        }
    }

    private func page(_ problem: Problem) -> Response {
        let title =
            switch problem.status {
            case .notFound: "Not found"
            case .forbidden: "Not allowed"
            case .conflict, .preconditionFailed: "Not done"
            case .serviceUnavailable: "Not possible now"
            case .internalServerError: "An error"
            default: "Not understood"
            }
        return writer.page(
            "message", View(["words": problem.words, "back": "/", "backWords": "To the first page"]),
            PageWriter.Frame(title: title, path: "/"), for: nil, status: problem.status)
    }
}
