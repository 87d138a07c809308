/// Missed sessions that vigil looked at and did not ask contact now or today for: `vigil queue considered`,
/// `vigil.considered/1`.
package struct ConsideredDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.considered/1"
    package var generatedAt: String
    package var feed: FeedDocument
    /// First and last day.
    package var from: String
    package var to: String
    /// Newest first.
    package var sessions: [ConsideredRow]
    /// True when there are more: ask for fewer days.
    package var truncated: Bool
    package var note = standingSentence

    package init(
        generatedAt: String, feed: FeedDocument, from: String, to: String, sessions: [ConsideredRow], truncated: Bool
    ) {
        self.generatedAt = generatedAt
        self.feed = feed
        self.from = from
        self.to = to
        self.sessions = sessions
        self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
        case schema, feed, from, to, sessions, truncated, note
        case generatedAt = "generated_at"
    }
}

package struct ConsideredRow: Sendable, Hashable, Codable {
    /// RFC 3339.
    package var startedAt: String
    package var startedWords: String
    package var therapist: String?
    package var outcome: Outcome
    /// Nil for one that was recorded and never assessed.
    package var tier: Tier?
    package var points: Int?
    /// What was found, as sentences, floors first, then most points first.
    package var factors: [String]
    /// What was not known, as sentences.
    package var unknown: [String]
    /// Why there is no follow-up, or why it ended at once; nil when there is one as of any missed session.
    package var whyNoFollowUp: String?
    package var followUp: String?
    /// Only when somebody asked to see it, which is audited.
    package var client: ContactCard?

    package init(
        startedAt: String, startedWords: String, therapist: String?, session: KnownSession, assessment: Assessment?,
        client: ContactCard?
    ) {
        self.startedAt = startedAt
        self.startedWords = startedWords
        self.therapist = therapist
        self.client = client
        outcome = session.outcome
        tier = assessment?.tier
        points = assessment?.points
        followUp = session.followUp?.text
        whyNoFollowUp = Self.why(session, assessment)
        let findings = assessment?.findings ?? []
        let present = findings.filter { $0.state == .present }.sorted { $0.points > $1.points }
        factors = ((assessment?.floors ?? []) + present + (assessment?.engagement ?? [])).map(\.reason)
        unknown = findings.filter { $0.state == .unknown }.map(\.reason)
    }

    private static func why(_ session: KnownSession, _ assessment: Assessment?) -> String? {
        switch session.state {
        case .history: return "missed before vigil's time here: recorded, and nothing else"
        case .excluded: return "the client was no longer active"
        case .excused: return "excused: the reason is nobody's choice, and it counts no more"
        case .vanished where session.followUp == nil: return "it is no longer in the practice's record"
        default: break
        }
        switch assessment?.resolution {
        case .keptSession: return "the client came to another session close to it: it ended at once"
        case .reachedWithPlan: return "the client had been reached, with a plan: it ended at once"
        case nil: return session.followUp == nil ? "none was opened" : nil
        }
    }

    enum CodingKeys: String, CodingKey {
        case therapist, outcome, tier, points, factors, unknown, client
        case startedAt = "started_at"
        case startedWords = "started_words"
        case whyNoFollowUp = "why_no_follow_up"
        case followUp = "follow_up"
    }
}
