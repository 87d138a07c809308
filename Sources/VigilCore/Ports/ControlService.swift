/// What the local socket (and later the page) may ask of the daemon. VigilWeb calls it, VigilDaemon answers.
package protocol ControlService: Sendable {
    /// The person behind an account of this machine; nil for an account that nobody listed.
    func person(forAccount account: String) -> Person?
    func status() async throws -> StatusDocument
    /// - Parameter reveal: show names, and write to the audit that they were shown.
    func queue(for person: Person, reveal: Bool) async throws -> QueueDocument
    /// A follow-up that does not exist, or that the person may not see, is the same negative answer.
    func followUp(_ id: FollowUpID, for person: Person, reveal: Bool) async throws -> FollowUpDocument
    /// - Parameter dryRun: decide and write nothing.
    func carryOut(
        _ command: Lifecycle.Command, on id: FollowUpID, by person: Person, dryRun: Bool
    ) async throws -> FollowUpDocument
    func verifyAudit() async throws -> AuditDocument
}

/// `vigil audit verify`: `vigil.audit/1`.
package struct AuditDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.audit/1"
    package var rows: Int64
    package var faults: [String]

    package init(rows: Int64, faults: [String]) {
        self.rows = rows
        self.faults = faults
    }
}
