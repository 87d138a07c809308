/// `vigil report practice`: `vigil.practice_report/1`. Minutes and hundredths are whole numbers, so that sums add up.
package struct PracticeReportDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.practice_report/1"
    package var generatedAt: String
    package var feed: FeedDocument
    package var from: String
    package var to: String
    package var zone: String
    /// Nil without `practice.yaml`.
    package var currency: String?
    package var totals: TotalsRow
    package var by: PracticeReport.Grouping?
    package var groups: [GroupRow]
    package var fees: FeeSection?
    package var freeHours: [FreeHourRow]
    /// Nil when the store keeps no waiting list.
    package var waiting: WaitingSection?
    /// What the words mean, and what is missing from this report.
    package var notes: [String]

    package init(
        generatedAt: String, feed: FeedDocument, from: String, to: String, zone: String, currency: String?,
        totals: TotalsRow, by: PracticeReport.Grouping?, groups: [GroupRow], fees: FeeSection?,
        freeHours: [FreeHourRow], waiting: WaitingSection?, notes: [String]
    ) {
        self.generatedAt = generatedAt
        self.feed = feed
        self.from = from
        self.to = to
        self.zone = zone
        self.currency = currency
        self.totals = totals
        self.by = by
        self.groups = groups
        self.fees = fees
        self.freeHours = freeHours
        self.waiting = waiting
        self.notes = notes
    }

    package struct TotalsRow: Sendable, Hashable, Codable {
        package var kept: Int
        package var missed: Int
        package var cancelledLate: Int
        package var cancelledInTime: Int
        package var excused: Int
        package var calledOffByPractice: Int
        package var notKnown: Int
        package var minutesAllocated: Int
        package var minutesLost: Int
        package var minutesFilledAgain: Int
        package var feeValueCents: Int?
        package var latePerMille: Int?

        package init(_ totals: PracticeReport.Totals) {
            kept = totals.kept
            missed = totals.missed
            cancelledLate = totals.cancelledLate
            cancelledInTime = totals.cancelledInTime
            excused = totals.excused
            calledOffByPractice = totals.calledOffByPractice
            notKnown = totals.notKnown
            minutesAllocated = totals.minutesAllocated
            minutesLost = totals.minutesLost
            minutesFilledAgain = totals.minutesFilledAgain
            feeValueCents = totals.feeValue?.cents
            latePerMille = totals.latePerMille
        }

        enum CodingKeys: String, CodingKey {
            case kept, missed, excused
            case cancelledLate = "cancelled_late"
            case cancelledInTime = "cancelled_in_time"
            case calledOffByPractice = "called_off_by_practice"
            case notKnown = "not_known"
            case minutesAllocated = "minutes_allocated"
            case minutesLost = "minutes_lost"
            case minutesFilledAgain = "minutes_filled_again"
            case feeValueCents = "fee_value_cents"
            case latePerMille = "late_per_mille"
        }
    }

    package struct GroupRow: Sendable, Hashable, Codable {
        /// A therapist's name, the Monday of a week, a kind of session.
        package var name: String
        package var totals: TotalsRow

        package init(name: String, totals: TotalsRow) {
            self.name = name
            self.totals = totals
        }
    }

    /// What the practice's cancellation policy says. Vigil bills nobody.
    package struct FeeSection: Sendable, Hashable, Codable {
        package var mayApply: Int
        package var doesNotApply: Int
        package var barredByPayer: Int
        /// Somebody speaks with the client first.
        package var held: Int
        /// None for sessions that are barred or held.
        package var lines: [FeeRow]
        package var truncated: Bool

        package init(_ counts: PracticeReport.FeeCounts, lines: [FeeRow], truncated: Bool) {
            mayApply = counts.mayApply
            doesNotApply = counts.doesNotApply
            barredByPayer = counts.barred
            held = counts.held
            self.lines = lines
            self.truncated = truncated
        }

        enum CodingKeys: String, CodingKey {
            case held, lines, truncated
            case mayApply = "may_apply"
            case doesNotApply = "does_not_apply"
            case barredByPayer = "barred_by_payer"
        }
    }

    package struct FeeRow: Sendable, Hashable, Codable {
        package var startedAt: String
        package var startedWords: String
        package var therapist: String?
        package var kind: String
        package var outcome: Outcome
        package var mayApply: Bool
        /// Why none does.
        package var because: String?
        package var feeCents: Int
        /// Only when somebody asked to see it, which is audited.
        package var client: String?

        package init(
            startedAt: String, startedWords: String, therapist: String?, kind: String, outcome: Outcome, mayApply: Bool,
            because: String?, feeCents: Int, client: String?
        ) {
            self.startedAt = startedAt
            self.startedWords = startedWords
            self.therapist = therapist
            self.kind = kind
            self.outcome = outcome
            self.mayApply = mayApply
            self.because = because
            self.feeCents = feeCents
            self.client = client
        }

        package var words: String {
            mayApply ? "a fee may apply under your policy" : "no fee applies, because \(because ?? "nothing says so")"
        }

        enum CodingKeys: String, CodingKey {
            case therapist, kind, outcome, because, client
            case startedAt = "started_at"
            case startedWords = "started_words"
            case mayApply = "may_apply"
            case feeCents = "fee_cents"
        }
    }

    package struct FreeHourRow: Sendable, Hashable, Codable {
        package var startsAt: String
        package var startsWords: String
        package var minutes: Int
        package var therapist: String
        package var kind: String
        /// How many of those who wait could take it.
        package var waitingFor: Int?

        package init(
            startsAt: String, startsWords: String, minutes: Int, therapist: String, kind: String, waitingFor: Int?
        ) {
            self.startsAt = startsAt
            self.startsWords = startsWords
            self.minutes = minutes
            self.therapist = therapist
            self.kind = kind
            self.waitingFor = waitingFor
        }

        enum CodingKeys: String, CodingKey {
            case minutes, therapist, kind
            case startsAt = "starts_at"
            case startsWords = "starts_words"
            case waitingFor = "waiting_for"
        }
    }

    package struct WaitingSection: Sendable, Hashable, Codable {
        package var count: Int
        /// Days that the first of them has waited; nil when no day is on file.
        package var longestDays: Int?
        /// Only with `--reveal`, longest waiting first.
        package var people: [WaitingRow]

        package init(count: Int, longestDays: Int?, people: [WaitingRow]) {
            self.count = count
            self.longestDays = longestDays
            self.people = people
        }

        enum CodingKeys: String, CodingKey {
            case count, people
            case longestDays = "longest_days"
        }
    }

    package struct WaitingRow: Sendable, Hashable, Codable {
        package var client: String?
        package var since: String?
        package var therapist: String?
        package var kind: String?

        package init(client: String?, since: String?, therapist: String?, kind: String?) {
            self.client = client
            self.since = since
            self.therapist = therapist
            self.kind = kind
        }
    }

    enum CodingKeys: String, CodingKey {
        case schema, feed, from, to, zone, currency, totals, by, groups, fees, waiting, notes
        case generatedAt = "generated_at"
        case freeHours = "free_hours"
    }
}
