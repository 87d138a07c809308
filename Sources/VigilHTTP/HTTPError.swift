import CCurl

/// Why a request got no whole answer. Holds neither path, headers nor body: it may be logged as it is.
package enum HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers there. The errno tells no socket (`ENOENT`) from no listener (`ECONNREFUSED`) from no access
    /// (`EACCES`); 0 when the system gave none.
    case unreachable(Int32)
    /// The name of the host is not known.
    case nameNotFound
    /// The server's certificate or its TLS does not hold; nothing was sent.
    case tls
    /// The address is of this machine or a private network, and that is not allowed; no connection was made.
    case privateAddress
    /// The mail server refuses the user and password.
    case credentialsRefused
    /// The mail server refuses the mail: its reply code, 4xx for now or 5xx for good.
    case refused(Int)
    /// The connection was closed before the answer was whole. The server may have acted on the request.
    case closed
    /// The connection or the whole exchange took longer than allowed. The server may have acted on the request.
    case timedOut
    /// Somebody called it off. The server may have acted on the request.
    case cancelled
    /// The answer is larger than this client accepts.
    case tooLarge
    /// The path, a header or the socket path is not one that can be sent; nothing was sent.
    case badRequest
    /// Anything else; the number is libcurl's (libcurl-errors(3)).
    case other(UInt32)

    package var description: String {
        switch self {
        case .unreachable(let number): "nobody answers (errno \(number))"
        case .nameNotFound: "the host's name is not known"
        case .tls: "the server's TLS does not hold"
        case .privateAddress: "the address is a private one"
        case .credentialsRefused: "the user or password is refused"
        case .refused(let code): "refused with \(code)"
        case .closed: "the connection was closed early"
        case .timedOut: "no answer in time"
        case .cancelled: "it was called off"
        case .tooLarge: "the answer is too large"
        case .badRequest: "the request cannot be sent"
        case .other(let code): String(cString: curl_easy_strerror(CURLcode(rawValue: code)))
        }
    }
}
