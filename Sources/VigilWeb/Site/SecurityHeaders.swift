import HTTPTypes
import Hummingbird

/// The headers of every answer, errors too (ux.md, "Security checklist").
struct SecurityHeaders: RouterMiddleware {
    typealias Context = SiteContext

    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in Self.headers {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        // Nothing that names anybody stays in a cache; what is the same for everybody says so itself.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    static let headers = [
        "Content-Security-Policy": contentSecurityPolicy, "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Robots-Tag": "noindex, nofollow",
    ]
}

/// Refuses what another site's page sends in the name of a signed-in person: Sec-Fetch-Site, or where a browser sends none,
/// Origin. The form token is the second lock.
struct SameSiteOnly: RouterMiddleware {
    typealias Context = SiteContext

    /// `https://vigil.example.org`.
    let origin: String

    func handle(
        _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
    ) async throws -> Response {
        switch request.method {
        case .get, .head: break
        default:
            let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
            let isSame = site == "same-origin" || (site == nil && request.headers[.origin] == origin)
            guard isSame else { throw Problem(.forbidden, "This did not come from a page of vigil.") }
        }
        return try await next(request, context)
    }
}
