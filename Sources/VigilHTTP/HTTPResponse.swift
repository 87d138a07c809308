/// What a server answered.
package struct HTTPResponse: Sendable, Hashable {
    /// 200 to 599; every status is an answer and none is an error here.
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
