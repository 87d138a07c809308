/// What a server answered.
package struct HTTPResponse: Sendable, Hashable {
    /// 200 to 599; every status is an answer and none is an error here.
    package let status: Int
    package let body: [UInt8]
    /// What Retry-After asked for, in seconds, also when it was a date; nil when there was none.
    package let retryAfterSeconds: Int?

    package init(status: Int, body: [UInt8], retryAfterSeconds: Int? = nil) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
    }
}
