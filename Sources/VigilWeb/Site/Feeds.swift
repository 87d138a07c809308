import HTTPTypes
import Hummingbird
import NIOCore
import VigilCore

/// A person's queue as a calendar (RFC 5545), CSV or JSON Lines, by an address that holds a token: random ids, tiers and
/// deadlines, and nothing that names a client.
struct Feeds {
    let site: Site

    static let routes: [(method: HTTPRequest.Method, path: String, place: Place?)] = [(.get, "/feeds/:token", nil)]

    private enum Form: String, CaseIterable {
        case ics, csv, jsonl

        var type: String {
            switch self {
            case .ics: "text/calendar; charset=utf-8"
            case .csv: "text/csv; charset=utf-8"
            case .jsonl: "application/jsonl"
            }
        }
    }

    func add(to router: some RouterMethods<SiteContext>) {
        let site = site
        router.get("/feeds/:token") { _, context in
            let name = context.parameters.get("token") ?? ""
            let parts = name.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let form = Form(rawValue: String(parts[1])), let token = SecretToken(parts[0]),
                let id = try site.desk.store.feed(token.hash, at: site.desk.clock.now()),
                let person = site.desk.person(id), Place.feeds.admits(person)
            else { throw Problem.notFound }
            let queue = try await site.service.queue(for: person, reveal: false)
            let rows = queue.followUps.map { FeedRow($0, origin: site.settings.origin) }
            let text =
                switch form {
                case .ics: FeedText.calendar(rows, at: site.desk.clock.now())
                case .csv: FeedText.csv(rows)
                case .jsonl: try FeedText.lines(rows)
                }
            return Response(
                status: .ok, headers: [.contentType: form.type],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }
}
