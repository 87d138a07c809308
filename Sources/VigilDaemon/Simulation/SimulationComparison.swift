package import VigilCore
import VigilLedger

/// What another policy would change about the same past.
package struct SimulationComparison: Sendable, Hashable, Encodable {
    package struct TierRow: Sendable, Hashable, Encodable {
        package var tier: Tier
        package var followUps: Int
        package var otherFollowUps: Int
        /// Sessions by the tier of their first assessment.
        package var sessions: Int
        package var otherSessions: Int

        enum CodingKeys: String, CodingKey {
            case tier, sessions
            case followUps = "follow_ups"
            case otherFollowUps = "other_follow_ups"
            case otherSessions = "other_sessions"
        }
    }

    /// One session of which the two policies say something else.
    package struct Change: Sendable, Hashable, Encodable {
        /// `S17`, counted in order of time; it means nothing outside this report.
        package var reference: String
        package var startedAt: String
        package var therapist: String
        /// Nil for a session that this policy asks no contact for.
        package var tier: Tier?
        package var otherTier: Tier?
        /// Floors and factors of one policy alone.
        package var rules: [String]
        /// The store's own ids; nil unless they were asked for.
        package var client: String?
        package var session: String?

        enum CodingKeys: String, CodingKey {
            case reference, therapist, tier, rules, client, session
            case startedAt = "started_at"
            case otherTier = "other_tier"
        }
    }

    package var policy: String
    package var tiers: [TierRow]
    package var changed: [Change]

    private struct Key: Hashable, Comparable {
        var session: SessionKey
        var client: ClientRef

        static func < (left: Key, right: Key) -> Bool { (left.session, left.client) < (right.session, right.client) }
    }

    /// - Parameter showsIDs: whether the store's own ids of clients and sessions stand in it.
    package init(_ record: ReplayRecord, _ other: ReplayRecord, policy: Policy, zone: Zone, showsIDs: Bool) {
        self.policy = policy.hash
        func keyed(_ record: ReplayRecord) -> [Key: LedgerReader.ReplayedSession] {
            Dictionary(
                record.sessions.map { (Key(session: $0.key, client: $0.client), $0) },
                uniquingKeysWith: { first, _ in first })
        }
        let (before, after) = (keyed(record), keyed(other))
        tiers = SimulationReport.order.map { tier in
            TierRow(
                tier: tier, followUps: record.followUps.count { $0.tier == tier },
                otherFollowUps: other.followUps.count { $0.tier == tier },
                sessions: before.values.count { $0.assessment?.tier == tier },
                otherSessions: after.values.count { $0.assessment?.tier == tier })
        }
        var changed: [Change] = []
        for (number, key) in Set(before.keys).union(after.keys).sorted().enumerated() {
            let (left, right) = (before[key], after[key])
            guard left?.assessment?.tier != right?.assessment?.tier else { continue }
            changed.append(
                Change(
                    reference: "S\(number + 1)", startedAt: zone.rfc3339(key.session.start),
                    therapist: SimulationReport.name((left ?? right)?.therapist), tier: left?.assessment?.tier,
                    otherTier: right?.assessment?.tier,
                    rules: Self.rules(left?.assessment).symmetricDifference(Self.rules(right?.assessment)).sorted(),
                    client: showsIDs ? key.client.storeID : nil, session: showsIDs ? key.session.id : nil))
        }
        self.changed = changed
    }

    private static func rules(_ assessment: Assessment?) -> Set<String> {
        guard let assessment else { return [] }
        let factors = assessment.findings.filter { $0.state == .present && $0.points > 0 }
        return Set((assessment.floors + factors).map(\.rule.text))
    }
}
