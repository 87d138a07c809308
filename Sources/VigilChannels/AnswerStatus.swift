import VigilCore
import VigilHTTP

/// What a status or an error of the network means for a delivery.
enum AnswerStatus {
    /// - Returns: nil for a 2xx.
    static func failure(of response: HTTPResponse) -> SendFailure? {
        switch response.status {
        case 200...299: nil
        case 300...399: SendFailure(.redirected)
        case 401, 403, 407: SendFailure(.unauthorised)
        case 404: SendFailure(.notFound)
        case 410: SendFailure(.gone)
        case 413: SendFailure(.tooLarge)
        case 408, 425, 429, 503: SendFailure(.busy, retryAfterSeconds: response.retryAfterSeconds)
        case 400...499: SendFailure(.rejected)
        case 500...599: SendFailure(.serverError, retryAfterSeconds: response.retryAfterSeconds)
        default: SendFailure(.unexpectedAnswer)
        }
    }

    static func failure(of error: HTTPError) -> SendFailure {
        switch error {
        case .unreachable: SendFailure(.refused)
        case .nameNotFound: SendFailure(.nameNotFound)
        case .tls: SendFailure(.tls)
        case .privateAddress: SendFailure(.privateAddress)
        case .credentialsRefused: SendFailure(.unauthorised)
        case .refused(let code): SendFailure(code >= 500 ? .rejected : .busy)
        case .timedOut: SendFailure(.timedOut)
        case .tooLarge: SendFailure(.answerTooLarge)
        case .badRequest: SendFailure(.rejected)
        case .closed, .cancelled, .other: SendFailure(.unexpectedAnswer)
        }
    }
}

extension NetworkRules {
    init(_ network: ChannelSettings.Network) {
        self.init(
            allowsPrivate: network.allowsPrivate, allowsPlain: network.allowsPlain,
            certificateFile: network.certificateFile, timeout: .seconds(network.timeoutSeconds))
    }
}
