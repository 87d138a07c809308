/// What `vigil queue list --json` prints and the socket answers: `vigil.queue/1`. Keys are snake case; times RFC 3339.
package struct QueueDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.queue/1"
    package var generatedAt: String
    package var feed: FeedDocument
    /// True until a clinician has approved the policy: vigil lists and pages nobody.
    package var shadow: Bool
    package var order =
        "now first, then overdue, then tier with what was put off last, then contact-by time, then longest waiting"
    package var note = standingSentence
    package var followUps: [FollowUpRow]
    /// Questions that belong to no follow-up, by kind.
    package var questions: [String: Int]
    /// True when the list is longer than what is shown.
    package var truncated: Bool

    package init(
        generatedAt: String, feed: FeedDocument, shadow: Bool, followUps: [FollowUpRow], questions: [String: Int],
        truncated: Bool
    ) {
        self.generatedAt = generatedAt
        self.feed = feed
        self.shadow = shadow
        self.followUps = followUps
        self.questions = questions
        self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
        case schema, feed, shadow, order, note, questions, truncated
        case generatedAt = "generated_at"
        case followUps = "follow_ups"
    }
}

/// The sentence under every list.
package let standingSentence = "This list orders outreach. It cannot tell who will come to harm."

/// Whether the list can be trusted to be whole: an empty queue must not look like a broken feed (ux.md).
package struct FeedDocument: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case starting, reading, current, stale, failing
    }
    package var state: State
    package var lastReadAt: String?
    /// In words, for a person.
    package var words: String

    package init(state: State, lastReadAt: String?, words: String) {
        self.state = state
        self.lastReadAt = lastReadAt
        self.words = words
    }

    enum CodingKeys: String, CodingKey {
        case state, words
        case lastReadAt = "last_read_at"
    }
}

package struct FollowUpRow: Sendable, Hashable, Codable {
    package var id: String
    package var tier: Tier
    package var label: String
    /// `!!`, `!`, `>` or `-`: never colour alone.
    package var symbol: String
    package var state: FollowUp.State
    package var owner: Role
    package var takenBy: String?
    /// Start of the latest session, RFC 3339, and in words.
    package var missedAt: String
    package var missedWords: String
    package var sessions: Int
    /// At most two, most points first.
    package var reasons: [String]
    package var contactBy: String
    package var contactByWords: String
    package var overdue: Bool
    /// Only when somebody asked to see it, which is audited.
    package var client: ContactCard?
    package var origin = FollowUp.Origin.missedSession
    /// What the latest session means for the work; nil where no session is behind it.
    package var care: CareDocument?
    /// Rises with every change that a person sees on the follow-up: what `If-Match` compares.
    package var version: Int64 = 0
    /// Until when it is put off, RFC 3339 and in words; nil when it is not, or not any more.
    package var remindAt: String?
    /// In the document of one follow-up with the person's reason.
    package var remindWords: String?

    package init(
        id: String, tier: Tier, label: String, symbol: String, state: FollowUp.State, owner: Role, takenBy: String?,
        missedAt: String, missedWords: String, sessions: Int, reasons: [String], contactBy: String,
        contactByWords: String, overdue: Bool, client: ContactCard?
    ) {
        self.id = id
        self.tier = tier
        self.label = label
        self.symbol = symbol
        self.state = state
        self.owner = owner
        self.takenBy = takenBy
        self.missedAt = missedAt
        self.missedWords = missedWords
        self.sessions = sessions
        self.reasons = reasons
        self.contactBy = contactBy
        self.contactByWords = contactByWords
        self.overdue = overdue
        self.client = client
    }

    enum CodingKeys: String, CodingKey {
        case id, tier, label, symbol, state, owner, sessions, reasons, overdue, client, origin, care, version
        case remindAt = "remind_at"
        case remindWords = "remind_words"
        case takenBy = "taken_by"
        case missedAt = "missed_at"
        case missedWords = "missed_words"
        case contactBy = "contact_by"
        case contactByWords = "contact_by_words"
    }
}

extension Tier {
    package var symbol: String {
        switch self {
        case .now: "!!"
        case .today: "!"
        case .next: ">"
        case .routine: "-"
        }
    }
}
