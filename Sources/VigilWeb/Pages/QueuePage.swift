import HTTPTypes
import Hummingbird
import VigilCore

/// The list that a therapist opens between sessions.
struct QueuePage {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [(.get, "/queue", .queue)]

    private enum Show: String, CaseIterable {
        case mine, team, all

        var label: String {
            switch self {
            case .mine: "Mine to do"
            case .team: "With others"
            case .all: "All"
            }
        }
    }

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/queue") { request, context in
            let visitor = try site.visitor(context, request, .queue)
            let show = request.uri.queryParameters["show"].flatMap { Show(rawValue: String($0)) } ?? .mine
            let number = request.uri.queryParameters["page"].flatMap { Int($0) } ?? 1
            let done = request.uri.queryParameters["done"].flatMap { FollowUpPage.Done(rawValue: String($0)) }
            return page(try await site.service.queue(for: visitor.person, reveal: true), show, number, done, visitor)
        }
    }

    /// Theirs by taking it, or nobody's and their role's to make.
    private func isMine(_ row: FollowUpRow, _ person: Person) -> Bool {
        row.takenBy == person.id.text
            || (row.takenBy == nil && (row.owner == person.role || person.role == .clinicalLead))
    }

    /// Rows on one page: what a phone loads in a moment. The order puts first what cannot wait.
    private static let rowsPerPage = 100

    private func page(
        _ queue: QueueDocument, _ show: Show, _ number: Int, _ done: FollowUpPage.Done?, _ visitor: Visitor
    ) -> Response {
        // No list hides what is overdue.
        let lists: [Show: [FollowUpRow]] = [
            .mine: queue.followUps.filter { isMine($0, visitor.person) || $0.overdue },
            .team: queue.followUps.filter { !isMine($0, visitor.person) || $0.overdue }, .all: queue.followUps,
        ]
        let all = lists[show] ?? []
        let pages = max(1, (all.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let number = min(max(number, 1), pages)
        let rows = all.dropFirst((number - 1) * Self.rowsPerPage).prefix(Self.rowsPerPage)
        let path = show == .mine ? "/queue" : "/queue?show=\(show.rawValue)"
        func page(_ other: Int) -> String? {
            (1...pages).contains(other) ? "\(path)\(path.contains("?") ? "&" : "?")page=\(other)" : nil
        }
        let questions = queue.questions.values.reduce(0, +)
        let mayAnswer = Place.questions.admits(visitor.person)
        let view = View([
            "tabs": Show.allCases.map {
                View([
                    "href": $0 == .mine ? "/queue" : "/queue?show=\($0.rawValue)", "label": $0.label,
                    "count": String(lists[$0]?.count ?? 0), "current": $0 == show,
                ])
            },
            "order": queue.order, "feed": queue.feed.words.sentence, "any": !rows.isEmpty,
            "hasOverdue": show != .all && all.contains(where: \.overdue), "pages": pages > 1,
            "span":
                "\((number - 1) * Self.rowsPerPage + 1) to \((number - 1) * Self.rowsPerPage + rows.count) of \(all.count), "
                + "\(all.count(where: \.overdue)) overdue in all",
            "before": page(number - 1), "after": page(number + 1), "rows": rows.map { row($0) },
            "emptyWords": emptyWords(queue, show),
            // A proxy's sign-in cannot be asked again, and what is seen so needs that.
            "mayBreakGlass": Place.breakGlass.admits(visitor.person) && site.settings.proxy == nil,
            "truncated": queue.truncated,
            "questions": questions > 0 && mayAnswer
                ? "\(questions) \(questions == 1 ? "question" : "questions") about appointments: did they come?" : nil,
        ])
        var frame = PageWriter.Frame(title: "Follow-ups", path: path)
        frame.banners = site.banners(queue.feed, shadow: queue.shadow, visitor)
        if let done { frame.banners.append(.init(.good, done.words)) }
        frame.skips = [("#list", "Skip to the list"), ("#main", "Skip to the page")]
        frame.refreshSeconds = 60
        return site.writer.page("queue", view, frame, for: visitor)
    }

    /// An empty list must not look like a broken feed (ux.md).
    private func emptyWords(_ queue: QueueDocument, _ show: Show) -> String {
        switch queue.feed.state {
        case .stale, .failing, .starting, .reading:
            "Nothing is listed, and the list may be missing people. \(queue.feed.words.sentence)"
        case .current:
            (queue.followUps.isEmpty ? "No follow-ups waiting. " : "None in this list. ") + queue.feed.words.sentence
        }
    }

    private func row(_ row: FollowUpRow) -> View {
        View([
            "id": row.id, "tierClass": "tier-\(row.tier.rawValue)", "symbol": row.symbol, "label": row.label,
            "client": Self.name(row.client),
            "missed": (row.origin == .checkUp ? "" : "missed ") + row.missedWords
                + (row.sessions > 1 ? ", \(row.sessions) sessions" : ""),
            "reasons": row.reasons, "momentum": row.care?.momentumWords, "overdue": row.overdue,
            "contactBy": row.contactBy, "contactByWords": row.contactByWords, "takenBy": row.takenBy,
            "owner": row.owner.words, "remind": row.remindWords,
        ])
    }

    static func name(_ card: ContactCard?) -> String {
        guard let card else { return "Name not readable now" }
        return card.age.map { "\(card.name), \($0)" } ?? card.name
    }
}
