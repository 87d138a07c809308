import CCurl

/// Why a request got no whole answer. Holds neither path, headers nor body: it may be logged as it is.
package enum HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers there. The errno tells no socket (`ENOENT`) from no listener (`ECONNREFUSED`) from no access
    /// (`EACCES`); 0 when the system gave none.
    case unreachable(Int32)
    /// The connection or the whole exchange took longer than allowed. The server may have acted on the request.
    case timedOut
    /// The answer is larger than this client accepts.
    case tooLarge
    /// The path, a header or the socket path is not one that can be sent; nothing was sent.
    case badRequest
    /// Anything else; the number is libcurl's (libcurl-errors(3)).
    case other(UInt32)

    package var description: String {
        switch self {
        case .unreachable(let number): "nobody answers (errno \(number))"
        case .timedOut: "no answer in time"
        case .tooLarge: "the answer is too large"
        case .badRequest: "the request cannot be sent"
        case .other(let code): String(cString: curl_easy_strerror(CURLcode(rawValue: code)))
        }
    }
}
