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
