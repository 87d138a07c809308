/// A person decided on a follow-up as it was, and it has changed since.
package struct FollowUpChanged: Error, Sendable {
    /// Nil when nothing about it is on record.
    package var lastChange: AuditRow?
}
