import HTTPTypes
import Hummingbird
import VigilCore

/// Signing in and out, the link with which a person chooses a password, and one more quarter of an hour.
struct SignInPages {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [
        (.get, "/", nil), (.get, "/sign-in", nil), (.post, "/sign-in", nil), (.get, "/welcome/:link", nil),
        (.post, "/welcome/:link", nil), (.post, "/sign-out", .account), (.post, "/session/extend", .account),
    ]

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/") { request, context in
            guard let visitor = context.visitor else { throw SignInNeeded(next: "/", form: nil) }
            return site.redirect(to: visitor.person.role.home)
        }
        router.get("/sign-in") { request, context in
            if let visitor = context.visitor { return site.redirect(to: visitor.person.role.home) }
            return Self.signIn(
                site.writer, next: Self.local(request.uri.queryParameters["next"].map(String.init) ?? "/"))
        }
        router.post("/sign-in") { request, context in try await signIn(try await Form(reading: request), context) }
        router.get("/welcome/:link") { request, context in
            try await welcome(context.parameters.get("link") ?? "", fault: nil)
        }
        router.post("/welcome/:link") { request, context in
            try await choosePassword(context.parameters.get("link") ?? "", try await Form(reading: request))
        }
        router.post("/sign-out") { request, context in
            let form = try await Form(reading: request)
            guard let visitor = context.visitor else { return site.redirect(to: "/sign-in", SessionGate.noCookie) }
            guard form["token"] == visitor.session.formToken else {
                throw Problem(.forbidden, "This form belongs to another sign-in.")
            }
            try site.desk.store.end(visitor.session.key, by: .person(visitor.person.id), at: visitor.now)
            return site.redirect(to: "/sign-in", SessionGate.noCookie)
        }
        router.post("/session/extend") { request, context in
            let (visitor, form) = try await site.visitor(context, request, .account, back: "/")
            try site.desk.store.noteSeen(visitor.session.key, at: visitor.now)
            return site.redirect(to: Self.local(form["next"]))
        }
    }

    // MARK: Sign-in

    /// The fields of a form that outlive the end of a session.
    static let kept = ["outcome", "channel", "reason", "note"]

    static func signIn(
        _ writer: PageWriter, next: String, draft: Form? = nil, typed: String = "", fault: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let fields = draft.map { form in
            kept.filter { !form[$0].isEmpty }.map { View(["field": "draft-\($0)", "value": form[$0]]) }
        }
        return writer.page(
            "sign-in",
            View([
                "next": local(next), "draft": fields, "kept": fields?.isEmpty == false, "typed": typed, "fault": fault,
                "focusName": fault == nil,
            ]), PageWriter.Frame(title: "Sign in", path: "/sign-in"), for: nil, status: status)
    }

    private func signIn(_ form: Form, _ context: SiteContext) async throws -> Response {
        if site.settings.proxy != nil {
            throw Problem(.forbidden, "Here the practice's own sign-in is used. Open vigil through it.")
        }
        let next = Self.local(form["next"])
        let result = try await site.desk.signIn(name: form["name"], password: form["password"], code: form["code"])
        switch result {
        case .success(let signedIn):
            // Whatever the browser had before is not this person's.
            if let old = context.visitor?.session {
                try site.desk.store.end(old.key, by: .vigil, at: site.desk.clock.now())
            }
            let cookie = SessionGate.setCookie(signedIn.cookie)
            if let id = FollowUpPage.id(ofPath: next), Self.kept.contains(where: { !form["draft-\($0)"].isEmpty }),
                let person = site.desk.person(signedIn.session.person)
            {
                let visitor = Visitor(person: person, session: signedIn.session, now: signedIn.session.begunAt)
                var response = try await FollowUpPage(site: site).page(
                    id, visitor, draft: .init(form, prefix: "draft-"))
                response.setCookie(cookie)
                return response
            }
            return site.redirect(to: next == "/" ? home(signedIn.session.person) : next, cookie)
        case .failure(let refusal):
            let words =
                switch refusal {
                case .notTaken: "That name, password or code is not right. A code is good once: wait for the next one."
                case .tooMany:
                    "There were too many tries. Wait \(site.settings.rules.triesMinutes) minutes. A page can be acknowledged by its code meanwhile."
                }
            return Self.signIn(
                site.writer, next: next, draft: Form(form, unprefixed: "draft-"), typed: form["name"], fault: words,
                status: refusal == .tooMany ? .tooManyRequests : .unauthorized)
        }
    }

    private func home(_ id: PersonID) -> String { site.desk.person(id)?.role.home ?? "/" }

    /// A path of this site; anything else is the first page. `//other.example` and `/\other.example` lead elsewhere.
    static func local(_ path: String) -> String {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count < 512, bytes.count == 1 || (bytes[1] != UInt8(ascii: "/")),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }

    // MARK: The first password

    private func welcome(_ link: String, fault: String?, status: HTTPResponse.Status = .ok) async throws -> Response {
        let invitation = try SecretToken(link).flatMap {
            try site.desk.store.invitation($0.hash, at: site.desk.clock.now())
        }
        let view = View([
            "usable": invitation != nil, "fault": fault, "link": link, "invited": invitation?.person.text,
            "min": site.settings.rules.minPasswordCharacters,
            "key": invitation.map { OneTimeCode.words($0.codeKey) },
            "otpauth": invitation.map { OneTimeCode.link($0.codeKey, person: $0.person.text) },
        ])
        return site.writer.page(
            "welcome", view, PageWriter.Frame(title: "Choose your password", path: "/welcome"), for: nil,
            status: invitation == nil ? .notFound : status)
    }

    private func choosePassword(_ link: String, _ form: Form) async throws -> Response {
        guard let token = SecretToken(link) else { return try await welcome(link, fault: nil) }
        let fault = try await site.desk.accept(
            token, password: form["password"], repeated: form["repeated"], code: form["code"])
        if let fault { return try await welcome(link, fault: fault, status: .unprocessableContent) }
        return site.redirect(to: "/sign-in")
    }
}

extension Form {
    /// The fields whose names begin with `prefix`, without it.
    init(_ form: Form, unprefixed prefix: String) {
        self.init(fields: SignInPages.kept.map { ($0, form[prefix + $0]) })
    }
}
