/// `vigil doctor`: `vigil.doctor/1`.
package struct DoctorDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.doctor/1"
    package var checks: [DoctorCheck]

    package init(checks: [DoctorCheck]) {
        self.checks = checks
    }

    package var hasFailed: Bool { checks.contains { $0.state == .fail } }
}

/// One line of it: what was found, why it matters, what to do.
package struct DoctorCheck: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case ok, warn, fail
    }

    /// `clock`, `store`, `audit`.
    package var name: String
    package var state: State
    package var what: String
    /// Empty for what is well.
    package var why: String
    package var remedy: String

    package init(_ name: String, _ state: State, _ what: String, why: String = "", remedy: String = "") {
        self.name = name
        self.state = state
        self.what = what
        self.why = why
        self.remedy = remedy
    }

    /// `[warn] clock: it is not synchronised - deadlines follow it - enable systemd-timesyncd or chrony`.
    package var line: String {
        let parts = [what, why, remedy].filter { !$0.isEmpty }
        return "[\(state.rawValue)] \(name): \(parts.joined(separator: " - "))"
    }
}
