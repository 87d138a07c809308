import Glibc
import VigilCore
import VigilHTTP

/// Requests to one FHIR server: authorised, bounded in bytes and time, tried again where that is right.
///
/// One thread at a time, as its feed. What it throws names the resource type and the server, never an id or a value.
final class FHIRTransport {
    let base: FHIRBase
    let limits: FHIRLimits
    private let http: HTTPClient
    private let bearer: String?
    private let smart: SMARTBackendAuth?
    private let clock: any WallClock
    private let waiting: any FHIRWaiting
    private let operation: String
    private let cancellation: HTTPCancellation
    private var bytes = 0
    /// Seconds that this read has waited for the server.
    private var waited = 0
    /// The server has asked for rest until then.
    private var notBefore: WallTime?

    /// - Parameters:
    ///   - scopes: what SMART asks for; the first is the one without which nothing can be done.
    ///   - operation: `read the FHIR server`, for errors.
    init(
        base: FHIRBase, auth: FHIRAuth, network: FHIRNetwork, limits: FHIRLimits, scopes: [SMARTScope],
        operation: String, clock: any WallClock, waiting: (any FHIRWaiting)?
    ) {
        self.base = base
        self.limits = limits
        self.clock = clock
        let cancellation = HTTPCancellation()
        self.cancellation = cancellation
        self.waiting = waiting ?? FHIRSleep(unless: cancellation)
        self.operation = operation
        http = HTTPClient(
            rules: NetworkRules(
                allowsPrivate: network.allowsPrivate, allowsPlain: base.origin.hasPrefix("http:"),
                certificateFile: network.certificateFile, timeout: .seconds(network.timeoutSeconds)),
            bodyLimit: limits.pageBytes, cancellation: cancellation)
        switch auth {
        case .none: (bearer, smart) = (nil, nil)
        case .bearer(let text): (bearer, smart) = (text, nil)
        case .smart(let settings):
            bearer = nil
            smart = SMARTBackendAuth(
                settings, base: base, scopes: scopes,
                http: HTTPClient(rules: http.rules, cancellation: cancellation), clock: clock)
        }
    }

    /// Ends the request that is under way, and every later one; from any thread.
    func cancel() { cancellation.cancel() }

    var canceller: @Sendable () -> Void { { [cancellation] in cancellation.cancel() } }

    /// Begins a read: bytes and waiting count anew.
    func begin() {
        bytes = 0
        waited = 0
    }

    /// What SMART was granted for a type; nil where nothing says what may be done.
    func granted(_ type: String) throws(OperationError) -> Set<Character>? {
        try smart?.granted(type)
    }

    /// Sends a request until it is answered with something other than "not now".
    ///
    /// - Parameter subject: `Appointment, page 3`.
    /// - Returns: an answer that is neither 401, 429 nor, but for 501, 5xx.
    func exchange(
        _ method: HTTPMethod, _ url: String, body: [UInt8]? = nil, headers: [(name: String, value: String)] = [],
        about subject: String
    ) throws(OperationError) -> HTTPResponse {
        if let notBefore, clock.now() < notBefore { throw busy(subject, until: notBefore) }
        var hasRenewed = false
        var hasRetried = false
        while true {
            let response: HTTPResponse
            let authorised = try self.headers(headers)
            do throws(HTTPError) {
                response = try http.request(method, url, body: body, headers: authorised)
            } catch {
                if error == .closed, !hasRetried {
                    hasRetried = true
                    continue
                }
                throw failure(
                    .unavailable, subject, error.description, "check the address and the network", retry: true)
            }
            bytes += response.body.count
            guard bytes <= limits.bytes else {
                throw failure(.badData, subject, "the answers are too large", "read fewer days, or raise the limit")
            }
            switch response.status {
            case 401:
                guard let smart, !hasRenewed else {
                    throw failure(
                        .permission, subject, "the server does not take the token",
                        "check the credential with whoever runs the server", retry: true)
                }
                hasRenewed = true
                smart.refuse()
            case 429, 503:
                let seconds = max(1, response.retryAfterSeconds ?? 1)
                if response.retryAfterSeconds == nil {
                    guard !hasRetried else { throw failed(response.status, subject) }
                    hasRetried = true
                }
                guard seconds <= limits.waitSeconds - waited else {
                    let until = clock.now().adding(seconds: min(seconds, 86_400))
                    notBefore = until
                    throw busy(subject, until: until)
                }
                waited += seconds
                waiting.wait(seconds: seconds)
            case 501: return response
            case 500...599:
                guard !hasRetried else { throw failed(response.status, subject) }
                hasRetried = true
                waiting.wait(seconds: 1)
            default: return response
            }
        }
    }

    private func headers(_ own: [(name: String, value: String)]) throws(OperationError) -> [(
        name: String, value: String
    )] {
        var all = own + [("Accept", "application/fhir+json")]
        if let token = try smart?.bearer() ?? bearer { all.append(("Authorization", "Bearer \(token)")) }
        return all
    }

    func failure(
        _ kind: OperationError.Kind, _ subject: String, _ cause: String, _ remedy: String, retry: Bool = false
    ) -> OperationError {
        OperationError(
            kind, operation: operation, subject: "\(subject), at \(base)", cause: cause, remedy: remedy, retry: retry)
    }

    /// What an answer means that is not the one hoped for.
    func failed(_ status: Int, _ subject: String) -> OperationError {
        switch status {
        case 300...399:
            failure(
                .configuration, subject, "the server answered \(status): it sends vigil elsewhere",
                "set base_url to the address itself")
        case 401, 403:
            failure(
                .permission, subject, "the server answered \(status)", "have read access granted to this client",
                retry: true)
        case 400...499:
            failure(
                .configuration, subject, "the server answered \(status)",
                "check base_url, and that the server offers this search", retry: true)
        default: failure(.unavailable, subject, "the server answered \(status)", "wait for the server", retry: true)
        }
    }

    private func busy(_ subject: String, until: WallTime) -> OperationError {
        failure(
            .unavailable, subject, "the server asks not to be read before \(Zone.utc.rfc3339(until))",
            "ask whoever runs it if this lasts", retry: true)
    }
}

/// Sleeps, and wakes when it is called off.
struct FHIRSleep: FHIRWaiting {
    private let cancellation: HTTPCancellation

    init(unless cancellation: HTTPCancellation) {
        self.cancellation = cancellation
    }

    func wait(seconds: Int) {
        for _ in 0..<seconds where !cancellation.isCancelled { sleep(1) }
    }
}
