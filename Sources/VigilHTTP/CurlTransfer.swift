import CCurl
import Glibc

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
    private let addresses = AddressGuard()
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private var cancellation: HTTPCancellation?

    init(bodyLimit: Int) throws(HTTPError) {
        guard CurlTransfer.initialised, let handle = curl_easy_init() else {
            throw .other(CURLE_FAILED_INIT.rawValue)
        }
        self.handle = handle
        received = ReceivedBody(limit: bodyLimit)
        // Timeouts without SIGALRM, which would hit whatever thread runs.
        try set(CURLOPT_NOSIGNAL, 1)
        // A name server that says nothing holds getaddrinfo(3) for 10 s and more, and libcurl would wait for that thread
        // after the time is over. Left to itself, the thread ends with its look-up.
        try set(CURLOPT_QUICK_EXIT, 1)
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
        curl_slist_free_all(recipients)
    }

    /// Protocols, addresses, certificates and limits of an exchange that goes out by the network.
    func set(_ rules: NetworkRules, schemes: String) throws(HTTPError) {
        try set(CurlTransfer.protocols, schemes)
        try setTimeouts(connect: min(rules.timeout, .seconds(10)), total: rules.timeout)
        if let file = rules.certificateFile {
            try set(CURLOPT_CAINFO, file)
            // Debian's libcurl also looks into /etc/ssl/certs unless told not to: the file would add to the system's.
            try check(vigil_curl_set_pointer(handle, CURLOPT_CAPATH, nil))
        }
        guard !rules.allowsPrivate else { return }
        try check(
            vigil_curl_set_open_socket(
                handle,
                { context, _, address in
                    guard let context, let address else { return CURL_SOCKET_BAD }
                    let guarding = Unmanaged<AddressGuard>.fromOpaque(context).takeUnretainedValue()
                    return guarding.open(address)
                }, Unmanaged.passUnretained(addresses).toOpaque()))
    }

    /// Ends the transfer within about a second of the cancel.
    func heed(_ cancellation: HTTPCancellation) throws(HTTPError) {
        self.cancellation = cancellation
        try check(
            vigil_curl_set_progress(
                handle,
                { context, _, _, _, _ in
                    guard let context else { return 0 }
                    return Unmanaged<HTTPCancellation>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
                }, Unmanaged.passUnretained(cancellation).toOpaque()))
    }

    func setMail(from: String, to: String, requiresTLS: Bool) throws(HTTPError) {
        try set(CURLOPT_MAIL_FROM, "<\(from)>")
        guard let list = curl_slist_append(nil, "<\(to)>") else { throw .other(CURLE_OUT_OF_MEMORY.rawValue) }
        recipients = list
        try check(vigil_curl_set_pointer(handle, CURLOPT_MAIL_RCPT, list))
        if requiresTLS { try set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    }

    func setCredentials(_ user: String, _ password: String) throws(HTTPError) {
        try set(CURLOPT_USERNAME, user)
        try set(CURLOPT_PASSWORD, password)
    }

    /// Sends `bytes` as the content of an upload, for protocols that are no HTTP.
    /// - Returns: the server's last reply code.
    func upload(_ bytes: [UInt8], url: String) throws(HTTPError) -> Int {
        try set(CURLOPT_URL, url)
        try set(CURLOPT_UPLOAD, 1)
        let source = UploadSource(bytes)
        try check(
            vigil_curl_set_read(
                handle,
                { buffer, size, count, context in
                    guard let buffer, let context else { return 0 }
                    let source = Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
                    return source.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
                }, Unmanaged.passUnretained(source).toOpaque()))
        let code = withExtendedLifetime(source) { curl_easy_perform(handle) }
        endConversation(isDone: code == CURLE_OK)
        let reply = number(CURLINFO_RESPONSE_CODE)
        switch code {
        // 454: the directory of users is away for now (RFC 4954, section 6). 530: it wants credentials, and had none.
        case CURLE_LOGIN_DENIED: throw (400...499).contains(reply) ? .refused(reply) : .credentialsRefused
        case _ where code != CURLE_OK && reply == 530: throw .credentialsRefused
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_GOT_NOTHING, CURLE_QUOTE_ERROR:
            throw reply >= 400 ? .refused(reply) : .closed
        default: break
        }
        if code != CURLE_OK, reply >= 400, code != CURLE_OPERATION_TIMEDOUT { throw .refused(reply) }
        try check(code)
        return reply
    }

    /// Lets curl_easy_cleanup wait for nobody: it sends QUIT and waits two minutes for the answer, whatever the limit was.
    /// After a mail that was taken the QUIT still goes out; only its answer is not read.
    private func endConversation(isDone: Bool) {
        var descriptor = CURL_SOCKET_BAD
        guard vigil_curl_get_socket(handle, CURLINFO_ACTIVESOCKET, &descriptor) == CURLE_OK,
            descriptor != CURL_SOCKET_BAD
        else { return }
        shutdown(descriptor, Int32(isDone ? SHUT_RD : SHUT_RDWR))
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(vigil_curl_set_long(handle, option, value))
    }

    private var usesSocketPath = false

    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        if option == CurlTransfer.unixSocketPath { usesSocketPath = true }
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
        var retryAfter: curl_off_t = 0
        let hasRetryAfter =
            vigil_curl_get_offset(handle, CURLINFO_RETRY_AFTER, &retryAfter) == CURLE_OK && retryAfter > 0
        return HTTPResponse(
            status: number(CURLINFO_RESPONSE_CODE), body: received.bytes,
            retryAfterSeconds: hasRetryAfter ? Int(clamping: retryAfter) : nil,
            dateSeconds: header("Date").flatMap(Self.seconds), entityTag: header("ETag"), location: header("Location"))
    }

    private func header(_ name: String) -> String? {
        vigil_curl_get_header(handle, name).map { String(cString: $0) }
    }

    /// - Returns: nil for what libcurl does not take for a date.
    private static func seconds(ofDate text: String) -> Int64? {
        let seconds = curl_getdate(text, nil)
        return seconds >= 0 ? Int64(seconds) : nil
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
        // Only when no connection was made: a name may have a private address beside a public one that was spoken to.
        if code == CURLE_COULDNT_CONNECT, addresses.hasRefused { throw .privateAddress }
        switch code {
        case CURLE_OK: return
        // What a socket path longer than a sockaddr_un gives, and a name that nobody knows.
        case CURLE_COULDNT_RESOLVE_HOST where !usesSocketPath: throw .nameNotFound
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
            throw .unreachable(Int32(truncatingIfNeeded: number(CURLINFO_OS_ERRNO)))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
            CURLE_SSL_CERTPROBLEM:
            throw .tls
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY:
            throw .closed
        case CURLE_OPERATION_TIMEDOUT: throw .timedOut
        case CURLE_ABORTED_BY_CALLBACK: throw .cancelled
        case CURLE_FILESIZE_EXCEEDED: throw .tooLarge
        case CURLE_WRITE_ERROR where received.overflowed: throw .tooLarge
        default: throw .other(code.rawValue)
        }
    }
}

/// Opens sockets to public addresses and to no other.
private final class AddressGuard {
    private(set) var hasRefused = false

    func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // By offset, not as a value: the field is declared as the shortest form, and an IPv6 address runs on past its end.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return CURL_SOCKET_BAD }
        let generic = (UnsafeRawPointer(address) + offset).assumingMemoryBound(to: sockaddr.self)
        let isPublic = PublicAddress.bytes(of: generic).map(PublicAddress.isPublic) ?? false
        guard isPublic else {
            hasRefused = true
            return CURL_SOCKET_BAD
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}

/// The content of an upload, read piece by piece.
private final class UploadSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position)
        bytes[position..<(position + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
        position += count
        return count
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
