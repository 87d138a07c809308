/// HTTPS to a server outside: one request, one bounded answer, no redirect followed.
///
/// Each request opens a connection of its own and blocks its thread until it is answered or timed out: what goes out by it is
/// rare, and a kept connection would be one more thing that can be stale. Safe to use from several threads.
package struct HTTPClient: Sendable {
    package let rules: NetworkRules
    /// Largest accepted answer, in bytes.
    package let bodyLimit: Int
    package let cancellation: HTTPCancellation?

    /// 64 KiB: an answer of a push service is a few hundred bytes.
    package static let defaultBodyLimit = 64 << 10

    /// - Parameter cancellation: ends the request that is under way, and every later one.
    package init(
        rules: NetworkRules, bodyLimit: Int = HTTPClient.defaultBodyLimit, cancellation: HTTPCancellation? = nil
    ) {
        self.rules = rules
        self.bodyLimit = bodyLimit
        self.cancellation = cancellation
    }

    /// Sends one request and waits for the whole answer; every status is an answer.
    ///
    /// - Parameter headers: names and values; `Content-Length` and `Host` are added.
    package func request(
        _ method: HTTPMethod, _ url: String, body: [UInt8]? = nil, headers: [(name: String, value: String)] = []
    ) throws(HTTPError) -> HTTPResponse {
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badRequest }
        if cancellation?.isCancelled ?? false { throw .cancelled }
        let transfer = try CurlTransfer(bodyLimit: bodyLimit)
        if let cancellation { try transfer.heed(cancellation) }
        try transfer.set(rules, schemes: rules.allowsPlain ? "http,https" : "https")
        return try transfer.perform(method, url: url, body: body, headers: headers)
    }
}
