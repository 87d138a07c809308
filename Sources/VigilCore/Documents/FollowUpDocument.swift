/// One follow-up in full: `vigil queue show` and `vigil explain`. `vigil.follow_up/1`.
package struct FollowUpDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.follow_up/1"
    package var row: FollowUpRow
    package var openedAt: String
    package var closedAs: CloseReason?
    /// What to know before calling, in words that name nobody; empty where the daemon was not asked.
    package var guidance: [String] = []
    /// How paging stands; nil when nobody was ever paged for it.
    package var paging: PagingRow?
    package var tasks: [TaskRow]
    package var sessions: [SessionExplanation]
    /// Why sessions were missed, as far as somebody was told.
    package var reasonsGiven: [ReasonRow] = []
    /// How to talk about whether this fits; only where that conversation is asked for.
    package var conversationGuide: [String] = []
    /// Somebody has been reached, and why the latest session was missed is not on record.
    package var asksForReason = false
    package var attempts: [AttemptRow]
    package var history: [HistoryRow]
    /// The client's sessions of the last 365 days, ascending; empty without `reveal` and when the store cannot be read.
    package var attendance: [AttendanceRow] = []
    /// Whether a safety plan is on file, in words; empty without `reveal`.
    package var safetyPlan = ""
    /// What is booked next, in words, also that nothing is or that it is not known; nil without `reveal`.
    package var nextBooked: String?
    package var note = standingSentence

    package init(
        row: FollowUpRow, openedAt: String, closedAs: CloseReason?, tasks: [TaskRow], sessions: [SessionExplanation],
        attempts: [AttemptRow], history: [HistoryRow]
    ) {
        self.row = row
        self.openedAt = openedAt
        self.closedAs = closedAs
        self.tasks = tasks
        self.sessions = sessions
        self.attempts = attempts
        self.history = history
    }

    enum CodingKeys: String, CodingKey {
        case schema, guidance, paging, tasks, sessions, attempts, history, note, attendance
        case safetyPlan = "safety_plan"
        case nextBooked = "next_booked"
        case row = "follow_up"
        case reasonsGiven = "reasons_given"
        case asksForReason = "asks_for_reason"
        case conversationGuide = "conversation_guide"
        case openedAt = "opened_at"
        case closedAs = "closed_as"
    }
}

/// What was said about one session.
package struct ReasonRow: Sendable, Hashable, Codable {
    package var startedAt: String
    package var startedWords: String
    package var reason: MissReason
    package var words: String
    /// Whether the session counts as missed no more.
    package var excuses: Bool

    package init(startedAt: String, startedWords: String, reason: MissReason, excuses: Bool) {
        self.startedAt = startedAt
        self.startedWords = startedWords
        self.reason = reason
        words = reason.words
        self.excuses = excuses
    }

    enum CodingKeys: String, CodingKey {
        case reason, words, excuses
        case startedAt = "started_at"
        case startedWords = "started_words"
    }
}

/// How asking for an acknowledgement stands.
package struct PagingRow: Sendable, Hashable, Codable {
    package var state: Paging.State
    package var pages: Int
    package var acknowledgedBy: PersonID?
    /// When the acknowledgement ends, or the next page is due.
    package var until: String?
    package var words: String

    package init(state: Paging.State, pages: Int, acknowledgedBy: PersonID?, until: String?, words: String) {
        self.state = state
        self.pages = pages
        self.acknowledgedBy = acknowledgedBy
        self.until = until
        self.words = words
    }

    enum CodingKeys: String, CodingKey {
        case state, pages, until, words
        case acknowledgedBy = "acknowledged_by"
    }
}

package struct TaskRow: Sendable, Hashable, Codable {
    package var kind: RuleID
    package var role: Role
    package var say: String
    package var due: String
    package var dueWords: String
    package var overdue: Bool

    package init(kind: RuleID, role: Role, say: String, due: String, dueWords: String, overdue: Bool) {
        self.kind = kind
        self.role = role
        self.say = say
        self.due = due
        self.dueWords = dueWords
        self.overdue = overdue
    }

    enum CodingKeys: String, CodingKey {
        case kind, role, say, due, overdue
        case dueWords = "due_words"
    }
}

/// The assessment of one session: every finding, with date, points and citation.
package struct SessionExplanation: Sendable, Hashable, Codable {
    package var startedAt: String
    package var startedWords: String
    package var outcome: Outcome
    package var tier: Tier
    package var points: Int
    package var scored: Bool
    package var resolution: Assessment.Resolution?
    package var floors: [FindingRow]
    package var findings: [FindingRow]
    package var engagement: [FindingRow]
    package var dataProblems: [DataProblem]
    package var policy: String

    package init(
        startedAt: String, startedWords: String, outcome: Outcome, policy: String, assessment: Assessment,
        citations: [RuleID: String], sayings: [RuleID: String]
    ) {
        self.startedAt = startedAt
        self.startedWords = startedWords
        self.outcome = outcome
        self.policy = policy
        tier = assessment.tier
        points = assessment.points
        scored = assessment.scored
        resolution = assessment.resolution
        floors = assessment.floors.map(FindingRow.init)
        findings = assessment.findings.map { finding in
            var row = FindingRow(finding)
            if row.citation.isEmpty { row.citation = citations[finding.rule] ?? "" }
            return row
        }
        engagement = assessment.engagement.map { finding in
            var row = FindingRow(finding)
            row.say = sayings[finding.rule]
            return row
        }
        dataProblems = assessment.dataProblems
    }

    enum CodingKeys: String, CodingKey {
        case outcome, tier, points, scored, resolution, floors, findings, engagement, policy
        case startedAt = "started_at"
        case startedWords = "started_words"
        case dataProblems = "data_problems"
    }
}

package struct FindingRow: Sendable, Hashable, Codable {
    package var rule: RuleID
    package var domain: Domain?
    package var state: Finding.State
    package var points: Int
    package var date: String?
    package var reason: String
    package var citation: String
    /// What a clinician would say about it; from the policy.
    package var say: String?

    package init(_ finding: Finding) {
        rule = finding.rule
        domain = finding.domain
        state = finding.state
        points = finding.points
        date = finding.day?.iso
        reason = finding.reason
        citation = finding.basis
    }
}

package struct AttemptRow: Sendable, Hashable, Codable {
    package var at: String
    package var by: String
    package var channel: Attempt.Channel
    package var outcome: Attempt.Outcome
    package var note: String
    package var reason: MissReason?

    package init(
        at: String, by: String, channel: Attempt.Channel, outcome: Attempt.Outcome, note: String, reason: MissReason?
    ) {
        self.reason = reason
        self.at = at
        self.by = by
        self.channel = channel
        self.outcome = outcome
        self.note = note
    }
}

package struct HistoryRow: Sendable, Hashable, Codable {
    package var at: String
    package var actor: String
    package var act: String
    package var reason: String

    package init(at: String, actor: String, act: String, reason: String) {
        self.at = at
        self.actor = actor
        self.act = act
        self.reason = reason
    }
}
