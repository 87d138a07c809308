/// What holds for every exchange of a client that goes out by the network.
package struct NetworkRules: Sendable, Hashable {
    /// Whether an address of this machine or a private network may be spoken to.
    package var allowsPrivate: Bool
    /// Whether plain `http` or unencrypted mail may be used.
    package var allowsPlain: Bool
    /// A file of certificates to trust instead of the system's.
    package var certificateFile: String?
    /// From the start to the last byte of the answer.
    package var timeout: Duration

    package init(allowsPrivate: Bool, allowsPlain: Bool, certificateFile: String?, timeout: Duration) {
        self.allowsPrivate = allowsPrivate
        self.allowsPlain = allowsPlain
        self.certificateFile = certificateFile
        self.timeout = timeout
    }
}
