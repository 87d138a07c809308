/// Whether a fee may apply to a session under the practice's own policy.
///
/// An answer for the practice's report, and no act: vigil bills nobody. Wherever something is not known, no fee applies.
package struct CancellationPolicy: Sendable, Hashable {
    /// Notice that a client is asked to give, in hours before the session.
    package var noticeHours: Int
    package var noticeHoursByKind: [String: Int]
    /// So many sessions within so many days cost nothing.
    package var graceSessions: Int
    package var graceDays: Int
    /// In lower case.
    package var payersThatBarFees: Set<String>

    package init(reading reader: ConfigReader) {
        noticeHours = reader.integer("notice_hours", in: 0...336)
        noticeHoursByKind = [:]
        let kinds = reader.section("notice_hours_by_kind", required: false)
        for (kind, _) in kinds.keys { noticeHoursByKind[kind] = kinds.integer(kind, in: 0...336) }
        let grace = reader.section("grace")
        graceSessions = grace.integer("sessions", in: 0...100)
        graceDays = grace.integer("within_days", in: 1...1_830)
        grace.refuseUnknownKeys()
        payersThatBarFees = Set(
            reader.texts("payers_that_bar_fees", required: false).compactMap { Self.payer($0.text) })
        reader.refuseUnknownKeys()
    }

    /// What is known about the client beside the session.
    package struct Standing: Sendable {
        package var sessions: [ClassifiedSession]
        package var coverage: Coverage?
        package var client: ClientRecord.Standing
        /// The tier of the client's open follow-up.
        package var openTier: Tier?
        /// Whether the ledger has a record of the session: until then nobody has decided whether to call.
        package var hasRecord: Bool
        /// Whether vigil has read the store of late.
        package var isFeedCurrent: Bool

        package init(
            sessions: [ClassifiedSession], coverage: Coverage?, client: ClientRecord.Standing, openTier: Tier?,
            hasRecord: Bool, isFeedCurrent: Bool
        ) {
            self.sessions = sessions
            self.coverage = coverage
            self.client = client
            self.openTier = openTier
            self.hasRecord = hasRecord
            self.isFeedCurrent = isFeedCurrent
        }
    }

    /// - Returns: nil for a session to which no such question belongs: kept, still to come, moved, entered in error.
    package func outcome(of session: ClassifiedSession, _ standing: Standing) -> FeeOutcome? {
        switch session.outcome {
        case .cancelledByProvider: return .doesNotApply(.calledOffByPractice)
        case .missed, .missedUnmarked, .lateCancel, .cancelledInTime, .excused, .inCare: break
        default: return nil
        }
        let payer = Self.payer(standing.coverage?.payer)
        if let payer, payersThatBarFees.contains(payer) { return .barred }
        if let tier = standing.openTier, tier > .routine { return .held(.followUpOpen) }
        if !standing.isFeedCurrent { return .held(.feedNotCurrent) }
        if session.outcome.isMiss, !standing.hasRecord { return .held(.notLookedAt) }
        switch standing.client {
        case .active: break
        case .discharged, .transferred, .deceased, .unlisted: return .doesNotApply(.clientLeft)
        }
        if session.outcome.isNotTheClients || session.isInvoluntary { return .doesNotApply(.excused) }
        if session.outcome == .missedUnmarked { return .doesNotApply(.outcomeNotRecorded) }
        guard let late = isLate(session) else { return .doesNotApply(.timeNotKnown) }
        guard late else { return .doesNotApply(.noticeGiven) }
        // A payer that is not on file may be one that bars it.
        if !payersThatBarFees.isEmpty, payer == nil { return .doesNotApply(.payerNotKnown) }
        let before = standing.sessions.count { other in
            let age = session.day.days(since: other.day)
            return other.record.start < session.record.start && age <= graceDays && !other.isInvoluntary
                && (other.outcome == .missed || isCancellation(other.outcome)) && isLate(other) == true
        }
        return before < graceSessions ? .doesNotApply(.grace) : .mayApply
    }

    /// As payers are compared: without letter case and white space at the ends; nil when nothing is left.
    private static func payer(_ text: String?) -> String? {
        guard let text else { return nil }
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        guard let end = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return nil }
        return String(scalars[...end]).lowercased()
    }

    private func isCancellation(_ outcome: Outcome) -> Bool { outcome == .lateCancel || outcome == .cancelledInTime }

    /// Missed, or called off with less notice than is asked for; nil when the time of calling off is not known.
    private func isLate(_ session: ClassifiedSession) -> Bool? {
        guard isCancellation(session.outcome) else { return true }
        let asked = noticeHoursByKind[session.record.kind] ?? noticeHours
        if let at = session.record.cancelledAt { return session.record.start.seconds(since: at) < Int64(asked) * 3_600 }
        // Without a time, the practice's own mark is its word; a client's cancellation says nothing.
        return session.record.status == .lateCancel ? true : nil
    }
}

/// What the practice's policy says about one session.
package enum FeeOutcome: Sendable, Hashable {
    case mayApply
    case doesNotApply(Why)
    /// The payer does not allow one.
    case barred
    /// Not to be spoken of at present.
    case held(Hold)

    package enum Why: String, Sendable, Hashable, Codable, CaseIterable {
        case calledOffByPractice = "called_off_by_practice"
        case excused
        case outcomeNotRecorded = "outcome_not_recorded"
        case timeNotKnown = "time_not_known"
        case noticeGiven = "notice_given"
        case payerNotKnown = "payer_not_known"
        case clientLeft = "client_left"
        case grace

        package var words: String {
            switch self {
            case .calledOffByPractice: "the practice called it off"
            case .excused: "the reason was nobody's choice"
            case .outcomeNotRecorded: "nobody recorded whether the client came"
            case .timeNotKnown: "it is not known when it was called off"
            case .noticeGiven: "notice was given in time"
            case .payerNotKnown: "who pays is not on file"
            case .clientLeft: "the client is not active"
            case .grace: "it falls under the practice's grace"
            }
        }
    }

    package enum Hold: String, Sendable, Hashable, Codable, CaseIterable {
        /// Above `routine`.
        case followUpOpen = "follow_up_open"
        case notLookedAt = "not_looked_at"
        case feedNotCurrent = "feed_not_current"
    }
}
