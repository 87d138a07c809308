/// What a server answered.
package struct HTTPResponse: Sendable, Hashable {
    /// 200 to 599; every status is an answer and none is an error here.
    package let status: Int
    package let body: [UInt8]
    /// What Retry-After asked for, in seconds, also when it was a date; nil when there was none.
    package let retryAfterSeconds: Int?
    /// The server's clock by the Date header, in seconds since 1970; nil when it is missing or no date.
    package let dateSeconds: Int64?
    /// The ETag header as it came; nil when there was none.
    package let entityTag: String?
    /// The Location header as it came; nil when there was none.
    package let location: String?

    package init(
        status: Int, body: [UInt8], retryAfterSeconds: Int? = nil, dateSeconds: Int64? = nil, entityTag: String? = nil,
        location: String? = nil
    ) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
        self.dateSeconds = dateSeconds
        self.entityTag = entityTag
        self.location = location
    }
}
