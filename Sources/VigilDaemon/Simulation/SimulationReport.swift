package import VigilCore
import VigilLedger

/// What vigil would have done over a span of the practice's past: `vigil policy simulate`. Its JSON is a stable contract.
///
/// Counts, times and therapists' ids; nothing in it tells one client from another unless the store's own ids are asked for.
package struct SimulationReport: Sendable, Hashable, Encodable {
    package struct TierRow: Sendable, Hashable, Encodable {
        package var tier: Tier
        package var label: String
        /// Follow-ups that reached this tier and none above it.
        package var followUps: Int
        /// Of those that rest on a missed session, in a thousand missed sessions.
        package var perMilleOfMisses: Int?
        /// What the policy aims at, in per cent.
        package var targetPercent: Int?
        /// From the start of the session to the follow-up, over those that rest on one.
        package var found: LoadReport.Times
    }

    package struct TherapistRow: Sendable, Hashable, Encodable {
        package var therapist: String
        package var missed: Int
        package var tiers: [String: Int]
        package var followUps: Int
        /// In tenths.
        package var tenthsPerWeek: Int
    }

    package struct WeekRow: Sendable, Hashable, Encodable {
        /// Its Monday.
        package var week: String
        package var missed: Int
        package var tiers: [String: Int]
        /// Follow-ups by therapist.
        package var therapists: [String: Int]
        package var followUps: Int
    }

    package struct RuleRow: Sendable, Hashable, Encodable {
        package var rule: String
        package var sessions: Int
    }

    package var schema = "vigil.policy_simulation/1"
    package var policy: String
    package var from: String
    package var to: String
    package var zone: String
    package var clients: Int
    package var missed: Int
    package var calledOffAndOwed: Int
    package var followUps: Int
    package var checkUps: Int
    package var raisedLater: Int
    package var tiers: [TierRow]
    package var therapists: [TherapistRow]
    package var weeks: [WeekRow]
    package var floors: [RuleRow]
    package var factors: [RuleRow]
    package var engagement: [RuleRow]
    package var notKnown: [RuleRow]
    /// How missed sessions came to count as missed.
    package var bases: [RuleRow]
    package var closed: [RuleRow]
    package var stillOpen: Int
    package var assumptions: [String]
    package var comparison: SimulationComparison?

    enum CodingKeys: String, CodingKey {
        case schema, policy, from, to, zone, clients, missed, tiers, therapists, weeks, floors, factors, engagement,
            bases
        case closed, assumptions, comparison
        case calledOffAndOwed = "called_off_and_owed"
        case followUps = "follow_ups"
        case checkUps = "check_ups"
        case raisedLater = "raised_later"
        case notKnown = "not_known"
        case stillOpen = "still_open"
    }

    /// Tiers from the most to the least urgent, as everything shows them.
    package static let order: [Tier] = [.now, .today, .next, .routine]

    package init(_ record: ReplayRecord, clients: Int, policy: Policy, settings: Replay.Settings) {
        self.policy = policy.hash
        from = settings.from.iso
        to = settings.to.iso
        zone = policy.zone.identifier
        self.clients = clients
        let misses = record.missed
        missed = misses.count
        calledOffAndOwed = record.sessions.count - missed
        followUps = record.followUps.count
        checkUps = record.followUps.count { $0.origin == .checkUp }
        raisedLater = record.followUps.count(where: \.wasRaised)
        tiers = Self.tiers(record, policy)
        let weeksCount = max(1, (settings.to.days(since: settings.from) + 7) / 7)
        therapists = Self.therapists(record, weeks: weeksCount)
        weeks = Self.weeks(record, policy, settings)
        let assessed = misses.compactMap(\.assessment)
        floors = Self.rules(assessed.map { $0.floors.map(\.rule.text) })
        factors = Self.rules(
            assessed.map { $0.findings.filter { $0.state == .present && $0.points > 0 }.map(\.rule.text) })
        engagement = Self.rules(assessed.map { $0.engagement.map(\.rule.text) })
        notKnown = Self.rules(assessed.map { $0.findings.filter { $0.state == .unknown }.map(\.rule.text) })
        bases = Self.rules(misses.map { [$0.basis?.rawValue ?? "unknown"] })
        closed = Self.rules(record.followUps.compactMap { $0.closeReason.map { [$0.rawValue] } })
        stillOpen = record.followUps.count { $0.closedAt == nil }
        assumptions = Self.assumptions(settings)
    }

    // MARK: Counting

    private static func tiers(_ record: ReplayRecord, _ policy: Policy) -> [TierRow] {
        // The session that opened a follow-up is recorded in the same poll.
        var starts: [Opening: WallTime] = [:]
        for session in record.sessions {
            let opening = Opening(client: session.client, at: session.recordedAt)
            starts[opening] = max(starts[opening] ?? session.key.start, session.key.start)
        }
        let misses = record.missed.count
        return order.map { tier in
            let own = record.followUps.filter { $0.tier == tier }
            let ofMisses = own.filter { $0.origin == .missedSession }
            let seconds = ofMisses.compactMap { followUp in
                starts[Opening(client: followUp.client, at: followUp.openedAt)].map {
                    followUp.openedAt.seconds(since: $0)
                }
            }
            return TierRow(
                tier: tier, label: policy.protocols[tier]?.label ?? tier.rawValue, followUps: own.count,
                perMilleOfMisses: misses == 0 ? nil : (ofMisses.count * 1_000 + misses / 2) / misses,
                targetPercent: policy.load.percentOfMisses[tier], found: LoadReport.Times(seconds))
        }
    }

    private struct Opening: Hashable {
        var client: ClientRef
        var at: WallTime
    }

    private static func counts(_ followUps: [LedgerReader.ReplayedFollowUp]) -> [String: Int] {
        Dictionary(grouping: followUps, by: \.tier.rawValue).mapValues(\.count)
    }

    static func name(_ therapist: TherapistRef?) -> String { therapist?.storeID ?? "-" }

    private static func therapists(_ record: ReplayRecord, weeks: Int) -> [TherapistRow] {
        let followUps = Dictionary(grouping: record.followUps) { name($0.therapist) }
        let missed = Dictionary(grouping: record.missed) { name($0.therapist) }
        return Set(followUps.keys).union(missed.keys).sorted().map { therapist in
            let own = followUps[therapist] ?? []
            return TherapistRow(
                therapist: therapist, missed: missed[therapist]?.count ?? 0, tiers: counts(own), followUps: own.count,
                tenthsPerWeek: (own.count * 10 + weeks / 2) / weeks)
        }
    }

    private static func weeks(_ record: ReplayRecord, _ policy: Policy, _ settings: Replay.Settings) -> [WeekRow] {
        func monday(_ day: LocalDay) -> LocalDay { day.adding(days: 1 - day.weekday) }
        let followUps = Dictionary(grouping: record.followUps) { monday(policy.zone.day(of: $0.openedAt)) }
        let missed = Dictionary(grouping: record.missed) { monday(policy.zone.day(of: $0.recordedAt)) }
        var rows: [WeekRow] = []
        var week = monday(settings.from)
        while week <= settings.to {
            let own = followUps[week] ?? []
            rows.append(
                WeekRow(
                    week: week.iso, missed: missed[week]?.count ?? 0, tiers: counts(own),
                    therapists: Dictionary(grouping: own) { name($0.therapist) }.mapValues(\.count),
                    followUps: own.count))
            week = week.adding(days: 7)
        }
        return rows
    }

    private static func rules(_ lists: [[String]]) -> [RuleRow] {
        var counts: [String: Int] = [:]
        for rule in lists.flatMap({ Set($0) }) { counts[rule, default: 0] += 1 }
        return counts.map { RuleRow(rule: $0.key, sessions: $0.value) }
            .sorted { ($0.sessions, $1.rule) > ($1.sessions, $0.rule) }
    }

    private static func assumptions(_ settings: Replay.Settings) -> [String] {
        [
            "A session's outcome is known when the session has ended, a cancellation when the store says it was made, else at the session's start: when somebody marked it stands in no store.",
            "A session is in the book from \(settings.bookedAheadDays) days before it: stores do not say when it was booked.",
            "Screens, events and medication are known on their day. Diagnoses, and flags without a day, are known throughout.",
            "A client who has left or died counts as active until their last session that was kept or missed.",
            settings.staffAnswer
                ? "Each follow-up ends when its first contact is due, as if the client had then been reached."
                : "Nobody acts on a follow-up; it ends only by what is in the store.",
            "Nobody was paged: a follow-up to make now is one page, repeated until somebody acknowledges.",
        ]
    }
}
