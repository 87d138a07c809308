/// An error that a person can act on: what was tried, on what, why it failed, what to do, whether trying again helps.
///
/// No part of it may hold client data: it reaches the journal, STATUS and standard error. Subjects are files, columns,
/// settings, line numbers and counts; never a value out of a client's row (I20).
package struct OperationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure, and with it the exit status (ux.md, "Command line").
    package enum Kind: String, Sendable, Hashable, Codable {
        /// A configuration or policy file is wrong. Exit 78.
        case configuration
        /// The data read is not what it should be. Exit 65.
        case badData = "bad_data"
        /// Something is missing or does not answer. Exit 75: try later.
        case unavailable
        /// The daemon does not answer. Exit 69.
        case daemonUnreachable = "daemon_unreachable"
        /// The operating system refuses access. Exit 77.
        case permission
        /// The caller's role does not allow it. Exit 4.
        case notAllowed = "not_allowed"
        /// A negative answer: no such follow-up, already closed. Exit 1.
        case negative
        /// What the caller had seen has changed meanwhile. Exit 1.
        case conflict
        /// A command was used wrongly. Exit 64.
        case usage

        package var exitStatus: Int32 {
            switch self {
            case .configuration: 78
            case .badData: 65
            case .unavailable: 75
            case .daemonUnreachable: 69
            case .permission: 77
            case .notAllowed: 4
            case .negative, .conflict: 1
            case .usage: 64
            }
        }
    }

    package var kind: Kind
    /// `open the appointment store`.
    package var operation: String
    /// `/srv/practice/store.db`.
    package var subject: String
    /// `the file does not exist`.
    package var cause: String
    /// `check store.path in vigil.yaml`.
    package var remedy: String
    package var retry: Bool

    package init(
        _ kind: Kind, operation: String, subject: String, cause: String, remedy: String, retry: Bool = false
    ) {
        self.kind = kind
        self.operation = operation
        self.subject = subject
        self.cause = cause
        self.remedy = remedy
        self.retry = retry
    }

    package var description: String {
        "cannot \(operation): \(subject): \(cause). \(remedy)\(retry ? " (vigil tries again by itself)" : "")"
    }
}
