import HTTPTypes
import Hummingbird
import VigilCore

/// One follow-up: what to do next, why, what is not known, and the few verbs.
struct FollowUpPage {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] =
        [(.get, "/f/:id", .followUp), (.post, "/f/:id/acknowledge", .acknowledge), (.post, "/f/:id/extend", .followUp)]
        + verbs.map { (.post, "/f/:id/\($0)", .act) }

    private static let verbs = ["take", "record", "hand-over", "remind", "close", "reason", "reopen", "see"]

    /// What was written and is not sent, or was not taken.
    struct Draft {
        var outcome = ""
        var channel = ""
        var reason = ""
        var note = ""
        /// Shown at the close form instead.
        var isForClose = false

        init() {}

        init(_ form: Form, prefix: String = "") {
            outcome = form[prefix + "outcome"]
            channel = form[prefix + "channel"]
            reason = form[prefix + "reason"]
            note = form.text(prefix + "note")
        }
    }

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/f/:id") { request, context in
            let visitor = try site.visitor(context, request, .followUp)
            let done = request.uri.queryParameters["done"].flatMap { Done(rawValue: String($0)) }
            return try await page(try id(context), visitor, done: done)
        }
        router.post("/f/:id/extend") { request, context in
            let id = try id(context)
            let (visitor, form) = try await site.visitor(context, request, .followUp, back: "/f/\(id.text)")
            try site.desk.store.noteSeen(visitor.session.key, at: visitor.now)
            return try await page(id, visitor, draft: Draft(form))
        }
        router.post("/f/:id/acknowledge") { request, context in
            let id = try id(context)
            let (visitor, _) = try await site.visitor(context, request, .acknowledge, back: "/f/\(id.text)")
            return try await act(id, visitor, .acknowledge(.web), version: nil, Draft(), .acknowledged)
        }
        for verb in Self.verbs {
            router.post(RouterPath("/f/:id/\(verb)")) { request, context in
                let id = try id(context)
                let (visitor, form) = try await site.visitor(context, request, .act, back: "/f/\(id.text)")
                return try await act(verb, id, form, visitor, request)
            }
        }
    }

    // MARK: Acting

    /// What a person is told after an act.
    enum Done: String {
        case taken, recorded, closed, acknowledged, reopened, seen
        case handedOver = "handed-over", putOff = "put-off", reasonRecorded = "reason"

        var words: String {
            switch self {
            case .taken: "You have it."
            case .recorded: "The call is recorded."
            case .closed: "It is closed."
            case .acknowledged: "You have it. Record a call before the acknowledgement ends."
            case .reopened: "It is open again, and yours."
            case .seen: "Noted: you have looked at it."
            case .handedOver: "It is handed over."
            case .putOff: "You will be reminded."
            case .reasonRecorded: "The reason is recorded."
            }
        }
    }

    private func act(
        _ verb: String, _ id: FollowUpID, _ form: Form, _ visitor: Visitor, _ request: Request
    ) async throws -> Response {
        var draft = Draft(form)
        draft.isForClose = verb == "close"
        func missing(_ words: String) async throws -> Response {
            try await page(id, visitor, fault: words, draft: draft, status: .unprocessableContent)
        }
        let command: Lifecycle.Command
        let done: Done
        switch verb {
        case "take": (command, done) = (.take, .taken)
        case "record":
            guard let outcome = Attempt.Outcome(rawValue: form["outcome"]) else {
                return try await missing("Choose what came of the call.")
            }
            let attempt = Attempt(
                at: visitor.now, by: visitor.person.id, channel: Attempt.Channel(rawValue: form["channel"]) ?? .phone,
                outcome: outcome, note: form.text("note"), reason: MissReason(rawValue: form["reason"]))
            (command, done) = (.record(attempt), .recorded)
        case "hand-over":
            guard let to = PersonID(form["to"]) else { return try await missing("Choose who takes it.") }
            (command, done) = (.handOver(to: to, .therapist), .handedOver)
        case "remind":
            guard let until = LocalTimeText.time(form["until"], in: site.service.zone) else {
                return try await missing("Choose when you want to be reminded.")
            }
            (command, done) = (.remind(at: until, note: form.text("note")), .putOff)
        case "close":
            guard let reason = CloseReason(rawValue: form["reason"]) else {
                return try await missing("Choose how it ended.")
            }
            (command, done) = (.close(reason, note: form.text("note")), .closed)
        case "reason":
            guard let reason = MissReason(rawValue: form["reason"]) else {
                return try await missing("Choose a reason.")
            }
            (command, done) = (.giveReason(reason, allSessions: form["all"] == "yes"), .reasonRecorded)
        case "reopen": (command, done) = (.reopen(note: form.text("note")), .reopened)
        default: (command, done) = (.see, .seen)
        }
        // What somebody had seen is a condition of every act that a later change could make wrong.
        let version = Int64(form["version"])
        guard version != nil || verb == "reason" || verb == "see" else {
            return try await missing("The form does not say what you had seen. Read the page again, then send it.")
        }
        return try await act(id, visitor, command, version: version, draft, done)
    }

    private func act(
        _ id: FollowUpID, _ visitor: Visitor, _ command: Lifecycle.Command, version: Int64?, _ draft: Draft,
        _ done: Done
    ) async throws -> Response {
        do {
            _ = try await site.service.carryOut(
                command, on: id, by: visitor.person, ifVersion: version, dryRun: false)
        } catch let error as OperationError {
            let problem = Problem(error)
            // What cannot be seen is not shown; the rest comes with what was written, to go on from.
            if problem.status == .notFound { throw Problem.notFound }
            let words = problem.words + (draft.note.isEmpty ? "" : " What you wrote is kept below.")
            return try await page(id, visitor, fault: words, draft: draft, status: problem.status)
        }
        // Handed over, it may be somebody else's to see.
        return site.redirect(
            to: done == .handedOver || done == .closed
                ? "/queue?done=\(done.rawValue)" : "/f/\(id.text)?done=\(done.rawValue)")
    }

    // MARK: The page

    func page(
        _ id: FollowUpID, _ visitor: Visitor, done: Done? = nil, fault: String? = nil, draft: Draft = Draft(),
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let document: FollowUpDocument
        do {
            document = try await site.service.followUp(id, for: visitor.person, reveal: true)
        } catch let error as OperationError {
            throw error.kind == .negative ? Problem.notFound : Problem(error)
        }
        let row = document.row
        let name = QueuePage.name(row.client)
        var frame = PageWriter.Frame(title: "\(row.label): follow-up \(row.id.prefix(4))", path: "/f/\(id.text)")
        frame.banners = site.banners(nil, shadow: false, visitor)
        if let done { frame.banners.append(.init(.good, done.words)) }
        if let fault { frame.banners.append(.init(.bad, "Not done.", fault)) }
        frame.skips = [("#record", "Skip to recording a call"), ("#main", "Skip to the page")]
        if document.row.state == .closed { frame.skips.removeFirst() }
        let view = FollowUpPageView(site: site, document: document, visitor: visitor, draft: draft, name: name)
        var response = site.writer.page("follow-up", view.view, frame, for: visitor, status: status)
        response.headers[.eTag] = "\"\(row.version)\""
        return response
    }

    private func id(_ context: SiteContext) throws -> FollowUpID {
        guard let id = FollowUpID(context.parameters.get("id") ?? "") else { throw Problem.notFound }
        return id
    }

    /// The follow-up of a path such as `/f/7K3F…`.
    static func id(ofPath path: String) -> FollowUpID? {
        path.hasPrefix("/f/") ? FollowUpID(String(path.dropFirst(3).prefix { $0 != "?" && $0 != "/" })) : nil
    }
}
