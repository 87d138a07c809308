/// What a missed session means for the work, for the therapist: in the queue's JSON and in `vigil explain`.
package struct CareDocument: Sendable, Hashable, Codable {
    package var momentum: MomentumRow
    /// `has come to 3 of 8 planned sessions in the last 8 weeks; last here on 3 November, 3 weeks ago`.
    package var momentumWords: String
    package var findings: [FindingRow]
    package var toPickUp: [FindingRow]

    /// - Parameter showsText: whether words that somebody wrote in the store are shown; they may name a person.
    package init(_ review: CareReview, seenFrom today: LocalDay, showsText: Bool) {
        momentum = MomentumRow(review.momentum)
        momentumWords = review.momentum.words(seenFrom: today)
        findings = review.findings.map(FindingRow.init)
        toPickUp = review.toPickUp.map { finding in
            var row = FindingRow(finding)
            if finding.rule == OpportunityRules.nextStep, !showsText {
                row.reason = "a next step stands in the care plan: show it with --reveal"
            }
            return row
        }
    }

    enum CodingKeys: String, CodingKey {
        case momentum, findings
        case momentumWords = "momentum_words"
        case toPickUp = "to_pick_up"
    }
}

/// Momentum in numbers.
package struct MomentumRow: Sendable, Hashable, Codable {
    package var weeks: Int
    package var attended: Int
    /// Nil when the cadence is not known.
    package var planned: Int?
    package var cadenceDays: Int?
    package var cadenceFrom: Cadence.Source?
    package var lastAttendedOn: String?
    /// On the day on which it was worked out.
    package var daysSinceLast: Int?
    package var trend: Momentum.Trend
    package var isLost: Bool

    package init(_ momentum: Momentum) {
        weeks = momentum.weeks
        attended = momentum.attended
        planned = momentum.planned
        cadenceDays = momentum.cadence?.days
        cadenceFrom = momentum.cadence?.source
        lastAttendedOn = momentum.lastAttendedOn?.iso
        daysSinceLast = momentum.daysSinceLast
        trend = momentum.trend
        isLost = momentum.isLost
    }

    enum CodingKeys: String, CodingKey {
        case weeks, attended, planned, trend
        case cadenceDays = "cadence_days"
        case cadenceFrom = "cadence_from"
        case lastAttendedOn = "last_attended_on"
        case daysSinceLast = "days_since_last"
        case isLost = "lost"
    }
}

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

/// `vigil queue questions`: `vigil.questions/1`: what vigil cannot tell and a person can.
package struct QuestionsDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.questions/1"
    package var generatedAt: String
    /// Soonest due first.
    package var questions: [QuestionRow]
    package var truncated: Bool

    package init(generatedAt: String, questions: [QuestionRow], truncated: Bool) {
        self.generatedAt = generatedAt
        self.questions = questions
        self.truncated = truncated
    }

    enum CodingKeys: String, CodingKey {
        case schema, questions, truncated
        case generatedAt = "generated_at"
    }
}

package struct QuestionRow: Sendable, Hashable, Codable {
    package var task: TaskRow
    /// The session that it is about, in words.
    package var session: String?
    package var therapist: String?
    package var followUp: String?
    /// Only when somebody asked to see it, which is audited.
    package var client: ContactCard?

    package init(task: TaskRow, session: String?, therapist: String?, followUp: String?, client: ContactCard?) {
        self.task = task
        self.session = session
        self.therapist = therapist
        self.followUp = followUp
        self.client = client
    }

    enum CodingKeys: String, CodingKey {
        case task, session, therapist, client
        case followUp = "follow_up"
    }
}
