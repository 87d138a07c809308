/// `vigil audit show`: `vigil.audit_rows/1`. Staff, acts and follow-ups by id; no client, no id of the store.
package struct AuditRowsDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.audit_rows/1"
    package var generatedAt: String
    /// Newest first.
    package var rows: [Row]
    /// What to ask for as `before` to read on; nil at the beginning of the chain.
    package var next: Int64?

    package init(generatedAt: String, rows: [Row], next: Int64?) {
        self.generatedAt = generatedAt
        self.rows = rows
        self.next = next
    }

    package struct Row: Sendable, Hashable, Codable {
        package var sequence: Int64
        /// RFC 3339.
        package var at: String
        package var actor: String
        package var act: String
        /// A follow-up's id, or the kind of thing that it is about.
        package var subject: String
        package var reason: String

        /// - Parameter subject: as the ledger holds it, which may be with an id of the store.
        package init(sequence: Int64, at: String, actor: String, act: String, subject: String, reason: String) {
            self.sequence = sequence
            self.at = at
            self.actor = actor
            self.act = act
            self.subject = Self.shown(subject)
            self.reason = reason
        }

        /// Only what is known to name nobody passes.
        private static func shown(_ subject: String) -> String {
            if FollowUpID(subject) != nil { return subject }
            let kind = subject.prefix { $0 != ":" }
            return kinds.contains(String(kind)) ? String(kind) : "other"
        }

        private static let kinds: Set = [
            "session", "task", "vigil", "delivery", "operator", "on_call", "person", "break_glass",
        ]
    }

    enum CodingKeys: String, CodingKey {
        case schema, rows, next
        case generatedAt = "generated_at"
    }
}
