import CCurl

/// One libcurl transfer: the options that hold for every request, whatever it goes to, and the bounded answer.
///
/// Not shared between threads; made, used once and dropped.
final class CurlTransfer {
    static let unixSocketPath = CURLOPT_UNIX_SOCKET_PATH
    static let protocols = CURLOPT_PROTOCOLS_STR

    /// curl_global_init(3) once in the process, before the first handle. Swift makes a static value under a lock.
    private static let initialised = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let received: ReceivedBody

    init(bodyLimit: Int) throws(HTTPError) {
        guard CurlTransfer.initialised, let handle = curl_easy_init() else {
            throw .other(CURLE_FAILED_INIT.rawValue)
        }
        self.handle = handle
        received = ReceivedBody(limit: bodyLimit)
        // Timeouts without SIGALRM, which would hit whatever thread runs.
        try set(CURLOPT_NOSIGNAL, 1)
        // A 3xx is an answer: following it could carry a secret to another host.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // Not from the environment: http_proxy must not see what vigil sends.
        try set(CURLOPT_PROXY, "")
        // "/../" goes out as it was written.
        try set(CURLOPT_PATH_AS_IS, 1)
        // Refuses by Content-Length before a byte is read; ReceivedBody holds for answers without one.
        try set(CURLOPT_MAXFILESIZE, bodyLimit)
        try check(
            vigil_curl_set_write(
                handle,
                { bytes, size, count, context in
                    guard let bytes, let context else { return 0 }
                    let body = Unmanaged<ReceivedBody>.fromOpaque(context).takeUnretainedValue()
                    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
                    return body.append(chunk) ? chunk.count : 0
                }, Unmanaged.passUnretained(received).toOpaque()))
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(vigil_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(vigil_curl_set_string(handle, option, value))
    }

    func setTimeouts(connect: Duration, total: Duration) throws(HTTPError) {
        try set(CURLOPT_CONNECTTIMEOUT_MS, connect.wholeMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, total.wholeMilliseconds)
    }

    func perform(
        _ method: HTTPMethod, url: String, body: [UInt8]?, headers: [(name: String, value: String)]
    ) throws(HTTPError) -> HTTPResponse {
        try set(CURLOPT_URL, url)
        try set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        // Without it a large body waits a second for a "100 Continue" that our servers do not send.
        try addHeader("Expect:")
        for (name, value) in headers {
            // A line end in a value would begin a header of its own.
            guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw .badRequest }
            // "Name:" alone would tell libcurl to leave the header out; ";" sends it empty.
            try addHeader(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        try check(vigil_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList))
        let code: CURLcode
        if let body {
            try set(CURLOPT_POST, 1)
            try set(CURLOPT_POSTFIELDSIZE, body.count)
            code = body.withUnsafeBytes { bytes in
                // libcurl only reads it, and an empty body still needs a pointer: nil would mean "ask the read callback".
                withUnsafeBytes(of: UInt8(0)) { nothing in
                    let start = bytes.baseAddress ?? nothing.baseAddress
                    let set = vigil_curl_set_pointer(
                        handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: start))
                    return set == CURLE_OK ? curl_easy_perform(handle) : set
                }
            }
        } else {
            code = curl_easy_perform(handle)
        }
        try check(code)
        return HTTPResponse(status: number(CURLINFO_RESPONSE_CODE), body: received.bytes)
    }

    private func addHeader(_ line: String) throws(HTTPError) {
        guard let longer = curl_slist_append(headerList, line) else { throw .other(CURLE_OUT_OF_MEMORY.rawValue) }
        headerList = longer
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return vigil_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        switch code {
        case CURLE_OK: return
        // RESOLVE_HOST is what a socket path longer than a sockaddr_un gives.
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
            throw .unreachable(Int32(truncatingIfNeeded: number(CURLINFO_OS_ERRNO)))
        case CURLE_OPERATION_TIMEDOUT: throw .timedOut
        case CURLE_FILESIZE_EXCEEDED: throw .tooLarge
        case CURLE_WRITE_ERROR where received.overflowed: throw .tooLarge
        default: throw .other(code.rawValue)
        }
    }
}

/// The bytes of an answer up to a limit.
private final class ReceivedBody {
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var overflowed = false

    init(limit: Int) {
        self.limit = limit
    }

    func append(_ chunk: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count + chunk.count <= limit else {
            overflowed = true
            return false
        }
        bytes.append(contentsOf: chunk)
        return true
    }
}

extension Duration {
    /// Rounded up: 0 would mean "for ever" to libcurl.
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
