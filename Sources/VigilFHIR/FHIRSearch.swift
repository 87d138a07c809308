import VigilCore
import VigilHTTP

/// One search, read page by page to its end (hl7.org/fhir/R4/http.html#paging).
struct FHIRSearch {
    let transport: FHIRTransport
    let type: String
    let query: [(name: String, value: String)]

    enum Result {
        case read(Extent)
        /// The server does not offer this search, or not to this client.
        case refused(Int)
    }

    /// What was read.
    struct Extent {
        /// False when something may be missing: the server said that it failed in part, or counts more than it handed over.
        var isWhole = true
        /// The server's time when the search began; what changed later is not known to be in it.
        var startedAt: WallTime?
    }

    /// - Parameter entry: a resource of the type, and whether its id has come before in this search.
    /// - Throws: `OperationError`; nothing of what was handed over may be used then.
    func run(_ entry: (FHIRElement, _ isRepeat: Bool) -> Void) throws(OperationError) -> Result {
        var url: String? = "\(transport.base.text)/\(type)?\(FHIRQuery.text(query))"
        var visited: Set<String> = []
        var ids: Set<String> = []
        var extent = Extent()
        var total: Double?
        while let current = url {
            let subject = "\(type), page \(visited.count + 1)"
            guard visited.insert(current).inserted else {
                throw transport.failure(
                    .badData, subject, "the pages lead back to one that was read",
                    "report it to whoever runs the server")
            }
            guard visited.count <= transport.limits.pages else {
                throw transport.failure(
                    .badData, subject, "there are too many pages", "read fewer days, or raise the limit")
            }
            let response = try transport.exchange(.get, current, about: subject)
            if visited.count == 1, Self.refusals.contains(response.status) { return .refused(response.status) }
            guard response.status == 200 else { throw transport.failed(response.status, subject) }
            guard let bundle = FHIRElement(json: response.body), bundle.resourceType == "Bundle" else {
                throw transport.failure(
                    .badData, subject, "the answer is no FHIR Bundle in JSON", "check base_url, and who answers there",
                    retry: true)
            }
            if visited.count == 1 {
                extent.startedAt = Self.time(of: response, bundle)
                total = bundle["total"]?.number
            }
            for item in bundle.list("entry") {
                guard let resource = item["resource"] else { continue }
                if resource.resourceType == "OperationOutcome" {
                    if Self.tellsOfFailure(resource) { extent.isWhole = false }
                    continue
                }
                guard resource.resourceType == type else { continue }
                entry(resource, resource.id.map { !ids.insert($0).inserted } ?? false)
            }
            url = try next(in: bundle, subject)
        }
        // Pages that shift while they are read repeat one entry and leave another out.
        if let total, Double(ids.count) < total { extent.isWhole = false }
        return .read(extent)
    }

    /// Asks for the first page and nothing more.
    func probe() throws(OperationError) {
        let url = "\(transport.base.text)/\(type)?\(FHIRQuery.text(query))"
        let response = try transport.exchange(.get, url, about: type)
        guard response.status == 200 else { throw transport.failed(response.status, type) }
        guard FHIRElement(json: response.body)?.resourceType == "Bundle" else {
            throw transport.failure(
                .badData, type, "the answer is no FHIR Bundle in JSON", "check base_url, and who answers there")
        }
    }

    private static let refusals: Set<Int> = [400, 403, 404, 405, 410, 422, 501]

    /// As the server gives it, never rebuilt: only the server knows what its link means.
    private func next(in bundle: FHIRElement, _ subject: String) throws(OperationError) -> String? {
        guard let link = bundle.list("link").first(where: { $0.text("relation") == "next" })?.text("url") else {
            return nil
        }
        guard let url = transport.base.following(link) else {
            throw transport.failure(
                .badData, subject, "the link to the next page leads to another server",
                "correct the server's own address")
        }
        return url
    }

    private static func tellsOfFailure(_ outcome: FHIRElement) -> Bool {
        outcome.list("issue").contains { ["error", "fatal"].contains($0.text("severity")) }
    }

    /// The earlier of the two clocks that an answer carries: a searched index may be older than the answer.
    private static func time(of response: HTTPResponse, _ bundle: FHIRElement) -> WallTime? {
        let said = bundle["meta"]?.text("lastUpdated").flatMap { FHIRTime($0, zone: .utc)?.time }
        let sent = response.dateSeconds.map(WallTime.init(seconds:))
        return [said, sent].compactMap { $0 }.min()
    }
}
