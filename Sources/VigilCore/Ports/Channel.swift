/// A way to tell a person something: a push service, a pager, mail, a command.
///
/// Calls block their thread until the message was accepted, refused or timed out, and are made from several threads. Each
/// takes bounded time and memory. An adapter never retries by itself: the outbox does, with the same key.
///
/// Contract, for every adapter (`VigilTestKit` has the suite):
/// - `accepted` only when the other side said so in its own protocol; a redirect, a closed connection, an answer of another
///   form is a failure (I15);
/// - the same key goes out with every try of the same message, where the protocol has room for one (I13);
/// - no redirect is followed, and a private address is not spoken to unless the settings allow it;
/// - nothing but `MessageText` and the key goes out.
package protocol Channel: Sendable {
    func send(_ message: Message, at now: WallTime) -> SendOutcome
}

/// What became of one try.
package enum SendOutcome: Sendable, Hashable {
    /// The provider has taken it; its own id of the message where it gave one.
    case accepted(ProviderID?)
    case failed(SendFailure)
}

/// A provider's id of a message: at most 64 characters of `A-Za-z0-9._-`; anything else is left out.
package struct ProviderID: Sendable, Hashable {
    package let text: String

    package init?(_ text: String) {
        let kept = text.utf8.filter {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        guard !kept.isEmpty else { return nil }
        self.text = String(decoding: kept.prefix(64), as: UTF8.self)
    }
}

/// Why a try failed, and when the other side wants to be asked again.
package struct SendFailure: Sendable, Hashable {
    package enum Cause: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody answers at the address.
        case refused
        case nameNotFound = "name_not_found"
        /// The server's certificate or protocol does not hold.
        case tls
        case timedOut = "timed_out"
        /// A 3xx: never followed.
        case redirected
        /// 401, 403, a mail server that refuses the credentials.
        case unauthorised
        /// 404.
        case notFound = "not_found"
        /// 410: the receiver asks not to be told any more.
        case gone
        /// 413.
        case tooLarge = "too_large"
        /// 429, 503, a mail server's 4xx.
        case busy
        /// Another 5xx.
        case serverError = "server_error"
        /// Another 4xx, a mail server's 5xx.
        case rejected
        /// A good status with an answer that is not the protocol's.
        case unexpectedAnswer = "unexpected_answer"
        /// More bytes than any good answer has.
        case answerTooLarge = "answer_too_large"
        /// The address is one of this machine or network, and the settings do not allow it.
        case privateAddress = "private_address"
        /// The command ended with another status than 0, or by a signal.
        case commandFailed = "command_failed"
        /// The command could not be started.
        case commandMissing = "command_missing"
        /// Nothing was asked any more when its turn came: it was not sent.
        case withdrawn
        /// No channel of this name is configured any more.
        case notConfigured = "not_configured"
        /// A credential that the settings name is not there.
        case credentialMissing = "credential_missing"
    }

    package var cause: Cause
    /// What Retry-After asked for, in seconds.
    package var retryAfterSeconds: Int?

    package init(_ cause: Cause, retryAfterSeconds: Int? = nil) {
        self.cause = cause
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether trying again as it is can help. A page is tried again all the same: somebody may mend the setting meanwhile.
    package var isPermanent: Bool {
        switch cause {
        case .unauthorised, .notFound, .gone, .tooLarge, .rejected, .privateAddress, .commandMissing,
            .credentialMissing, .notConfigured, .redirected, .withdrawn:
            true
        case .refused, .nameNotFound, .tls, .timedOut, .busy, .serverError, .unexpectedAnswer, .answerTooLarge,
            .commandFailed:
            false
        }
    }
}
