/// One factor, floor or flag applied to one session: it holds, it does not, or it is not known; and why.
package struct Finding: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case present
        case absent
        /// Not asked, not on file, or not readable. Never the same as absent (clinical.md section 1, rule 3).
        case unknown
    }

    package var rule: RuleID
    package var domain: Domain?
    package var state: State
    /// Before the caps of its domain.
    package var points: Int
    /// The day of the fact behind it.
    package var day: LocalDay?
    /// In words a client may read. Client data: it stays in the ledger and on the screen of a person who signed in.
    package var words: FindingWords
    /// Where the number comes from; from the policy.
    package var basis: String

    package var reason: String { words.text }

    package init(
        _ rule: RuleID, _ domain: Domain?, _ state: State, points: Int = 0, day: LocalDay? = nil, reason: FindingWords,
        basis: String = ""
    ) {
        self.rule = rule
        self.domain = domain
        self.state = state
        self.points = points
        self.day = day
        words = reason
        self.basis = basis
    }

    enum CodingKeys: String, CodingKey {
        case rule, domain, state, points, day
        case words = "reason"
        case basis
    }
}
