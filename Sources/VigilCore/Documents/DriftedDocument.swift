/// `vigil queue drifted`: `vigil.drifted/1`.
package struct DriftedDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.drifted/1"
    package var generatedAt: String
    package var feed: FeedDocument
    /// Longest away first.
    package var clients: [DriftedRow]
    package var truncated: Bool
    package var note = standingSentence

    package init(generatedAt: String, feed: FeedDocument, clients: [DriftedRow], truncated: Bool) {
        self.generatedAt = generatedAt
        self.feed = feed
        self.clients = clients
        self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
        case schema, feed, clients, truncated, note
        case generatedAt = "generated_at"
    }
}

/// A client who has drifted away. Without `--reveal` nothing in it names them.
package struct DriftedRow: Sendable, Hashable, Codable {
    /// The open follow-up that is about them; nil when there is none.
    package var followUp: String?
    /// Whether somebody decides by hand: drifted before vigil's time here, or away for too long.
    package var isListedOnly: Bool
    /// `nothing is booked, and no session since 3 October; sessions were every week`.
    package var words: String
    package var lastOn: String
    package var days: Int
    package var cadenceDays: Int?
    package var therapist: String?
    package var client: ContactCard?

    package init(
        followUp: String?, isListedOnly: Bool, drift: Drift, seenFrom today: LocalDay, therapist: String?,
        client: ContactCard?
    ) {
        self.followUp = followUp
        self.isListedOnly = isListedOnly
        words = drift.words(seenFrom: today)
        lastOn = drift.lastOn.iso
        days = drift.days
        cadenceDays = drift.cadence?.days
        self.therapist = therapist
        self.client = client
    }

    enum CodingKeys: String, CodingKey {
        case words, days, therapist, client
        case followUp = "follow_up"
        case isListedOnly = "listed_only"
        case lastOn = "last_on"
        case cadenceDays = "cadence_days"
    }
}
