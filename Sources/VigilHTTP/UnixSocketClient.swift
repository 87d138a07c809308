/// Plain HTTP over a socket of this machine: how the command line speaks to the daemon.
///
/// Each request opens a connection of its own and blocks its thread until it is answered or timed out. Safe to use from
/// several threads.
package struct UnixSocketClient: Sendable {
    package let socketPath: String
    package let connectTimeout: Duration
    package let totalTimeout: Duration
    /// Largest accepted answer, in bytes.
    package let bodyLimit: Int

    /// 64 MiB: far above any list that a person reads, and a bound on what a broken server can make its client hold.
    package static let defaultBodyLimit = 64 << 20

    /// - Parameters:
    ///   - connectTimeout: a local connection is made at once or waits in the backlog of a daemon that hangs.
    ///   - totalTimeout: from the start to the last byte of the answer.
    package init(
        socketPath: String, connectTimeout: Duration = .seconds(2), totalTimeout: Duration = .seconds(30),
        bodyLimit: Int = UnixSocketClient.defaultBodyLimit
    ) {
        self.socketPath = socketPath
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.bodyLimit = bodyLimit
    }

    /// Sends one request and waits for the whole answer. Redirects are answers like any other and are not followed.
    ///
    /// - Parameters:
    ///   - path: begins with `/`, percent-encoded, with its query if any.
    ///   - headers: names and values; `Content-Length` and `Host` are added.
    package func request(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, headers: [(name: String, value: String)] = []
    ) throws(HTTPError) -> HTTPResponse {
        // Spaces and controls in a path would begin a header, or a request, of the caller's data's choice.
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !socketPath.utf8.contains(0)
        else { throw .badRequest }
        let transfer = try CurlTransfer(bodyLimit: bodyLimit)
        try transfer.set(CurlTransfer.unixSocketPath, socketPath)
        try transfer.set(CurlTransfer.protocols, "http")
        try transfer.setTimeouts(connect: connectTimeout, total: totalTimeout)
        // The host is never looked up: the socket takes the place of the network.
        return try transfer.perform(method, url: "http://vigil\(path)", body: body, headers: headers)
    }
}
