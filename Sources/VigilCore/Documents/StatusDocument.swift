/// What `vigil status` prints: `vigil.status/1`. Counts and states, no client data.
package struct StatusDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.status/1"
    package var version: String
    package var feed: FeedDocument
    package var shadow: Bool
    package var policy: String
    /// Who approved the policy and when, or what is missing.
    package var approval: String
    /// Open follow-ups by tier.
    package var open: [String: Int]
    package var overdue: Int
    package var questions: Int
    package var polls: Int
    package var overruns: Int
    package var reconciledAt: String?
    /// What vigil cannot see here: green must not mean blind (design.md).
    package var blindSpots: [String]
    package var lastError: String?
    package var journalBehind: Int64
    package var paging: PagingStatus
    /// Nil where follow-ups are not written to the practice's system.
    package var tasks: TaskStatus?

    package init(
        version: String, feed: FeedDocument, shadow: Bool, policy: String, approval: String, open: [String: Int],
        overdue: Int, questions: Int, polls: Int, overruns: Int, reconciledAt: String?, blindSpots: [String],
        lastError: String?,
        journalBehind: Int64, paging: PagingStatus, tasks: TaskStatus? = nil
    ) {
        self.paging = paging
        self.tasks = tasks
        self.version = version
        self.feed = feed
        self.shadow = shadow
        self.policy = policy
        self.approval = approval
        self.open = open
        self.overdue = overdue
        self.questions = questions
        self.polls = polls
        self.overruns = overruns
        self.reconciledAt = reconciledAt
        self.blindSpots = blindSpots
        self.lastError = lastError
        self.journalBehind = journalBehind
    }

    enum CodingKeys: String, CodingKey {
        case schema, version, feed, shadow, policy, approval, open, overdue, questions, polls, overruns, paging, tasks
        case reconciledAt = "reconciled_at"
        case blindSpots = "blind_spots"
        case lastError = "last_error"
        case journalBehind = "journal_behind"
    }
}

/// How pages and messages stand.
package struct PagingStatus: Sendable, Hashable, Codable {
    /// In shadow, or without a `paging` section.
    package var pagesNobody: Bool
    /// Asked for and not settled: paged or acknowledged.
    package var openPages: Int
    /// Messages in the outbox.
    package var waiting: Int
    /// Messages that were given up, ever; pages never are.
    package var givenUp: Int
    /// Every channel of `vigil.yaml`.
    package var channels: [String]
    package var failingChannels: [String]
    /// Nil when none was sent yet.
    package var lastTest: TestPageStatus?
    package var operatorAlerts: [String]

    package init(
        pagesNobody: Bool, openPages: Int, waiting: Int, givenUp: Int, channels: [String],
        failingChannels: [String], lastTest: TestPageStatus?, operatorAlerts: [String]
    ) {
        self.pagesNobody = pagesNobody
        self.openPages = openPages
        self.waiting = waiting
        self.givenUp = givenUp
        self.channels = channels
        self.failingChannels = failingChannels
        self.lastTest = lastTest
        self.operatorAlerts = operatorAlerts
    }

    enum CodingKeys: String, CodingKey {
        case waiting, channels
        case lastTest = "last_test"
        case pagesNobody = "pages_nobody"
        case openPages = "open_pages"
        case givenUp = "given_up"
        case failingChannels = "failing_channels"
        case operatorAlerts = "operator_alerts"
    }
}

/// The newest weekly test page.
package struct TestPageStatus: Sendable, Hashable, Codable {
    /// RFC 3339, in the practice's zone.
    package var at: String
    /// Nil while nobody has answered, or when nobody did.
    package var acknowledgedBy: PersonID?
    package var isOver: Bool

    package init(at: String, acknowledgedBy: PersonID?, isOver: Bool) {
        self.at = at
        self.acknowledgedBy = acknowledgedBy
        self.isOver = isOver
    }

    enum CodingKeys: String, CodingKey {
        case at
        case acknowledgedBy = "acknowledged_by"
        case isOver = "is_over"
    }

    /// What became of it.
    package var words: String {
        acknowledgedBy.map { "\($0.text) acknowledged it" } ?? (isOver ? "nobody acknowledged it" : "not answered yet")
    }
}

/// How follow-ups stand as Tasks in the practice's own system.
package struct TaskStatus: Sendable, Hashable, Codable {
    package var server: String
    /// Follow-ups whose Task does not say what they say yet.
    package var owed: Int
    /// Nil while the server takes them.
    package var failingSince: String?
    package var lastError: String?

    package init(server: String, owed: Int, failingSince: String?, lastError: String?) {
        self.server = server
        self.owed = owed
        self.failingSince = failingSince
        self.lastError = lastError
    }

    /// `all up to date`, `3 not written yet`.
    package var words: String {
        let waiting = owed == 0 ? "all up to date" : "\(owed) not written yet"
        guard let lastError else { return waiting }
        return "\(waiting); \(lastError)"
    }

    enum CodingKeys: String, CodingKey {
        case server, owed
        case failingSince = "failing_since"
        case lastError = "last_error"
    }
}

/// Why the daemon refused, in a form that the command line turns into an exit status: `vigil.error/1`.
package struct ErrorDocument: Sendable, Hashable, Codable, Error {
    package var schema = "vigil.error/1"
    package var kind: OperationError.Kind
    package var words: String

    package init(kind: OperationError.Kind, words: String) {
        self.kind = kind
        self.words = words
    }
}

/// What a person sends with an attempt or a close.
package struct CommandDocument: Sendable, Hashable, Codable {
    package var channel: Attempt.Channel?
    package var outcome: Attempt.Outcome?
    package var reason: CloseReason?
    /// Why the latest session was missed, or all of the follow-up's.
    package var missReason: MissReason?
    package var allSessions: Bool?
    package var note: String?
    /// Whom a follow-up is handed to.
    package var to: PersonID?
    /// The one-time code of a page.
    package var code: AcknowledgementCode?
    /// Until when a follow-up is put off: a local time, or `+2h`.
    package var until: String?

    package init(
        channel: Attempt.Channel? = nil, outcome: Attempt.Outcome? = nil, reason: CloseReason? = nil,
        missReason: MissReason? = nil, allSessions: Bool? = nil, note: String? = nil, to: PersonID? = nil,
        code: AcknowledgementCode? = nil, until: String? = nil
    ) {
        self.until = until
        self.missReason = missReason
        self.allSessions = allSessions
        self.channel = channel
        self.outcome = outcome
        self.reason = reason
        self.note = note
        self.to = to
        self.code = code
    }
}
