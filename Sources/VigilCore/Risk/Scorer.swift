/// Applies the policy to one session: findings, points, floors, tier. Pure; the whole of the clinical rules meets here.
///
/// One object for a policy, so that scoring a session copies none of the rules.
package final class Scorer: Sendable {
    package let policy: Policy
    private let caps: DomainPoints
    private let held: Held
    // The rules again, as references that nobody counts: `held` keeps them. Counting one for each rule and session costs as much as
    // the rule, and when two threads score, they would wait for each other at every count.
    private let factors: [Unmanaged<HeldFactor>]
    private let flags: [Unmanaged<HeldFlag>]
    private let floors: [Unmanaged<Floor>]

    private final class HeldFactor: Sendable {
        let factor: any RiskFactor

        init(_ factor: any RiskFactor) {
            self.factor = factor
        }
    }

    private final class HeldFlag: Sendable {
        let configured: Policy.ConfiguredFlag

        init(_ configured: Policy.ConfiguredFlag) {
            self.configured = configured
        }
    }

    private struct Held: Sendable {
        let factors: [HeldFactor]
        let flags: [HeldFlag]
        let floors: [Floor]
    }

    /// Why a rule cannot be known to be absent here.
    private let blind: [RuleID: String]

    /// - Parameter blindSpots: what the store cannot tell: there a factor that is not present is unknown.
    package init(policy: Policy, blindSpots: [BlindSpot] = []) {
        self.policy = policy
        caps = DomainPoints(caps: policy.domainCaps)
        held = Held(
            factors: policy.factors.map(HeldFactor.init), flags: policy.flags.map(HeldFlag.init), floors: policy.floors)
        factors = held.factors.map { Unmanaged.passUnretained($0) }
        flags = held.flags.map { Unmanaged.passUnretained($0) }
        floors = held.floors.map { Unmanaged.passUnretained($0) }
        blind = Dictionary(
            blindSpots.flatMap { spot in spot.subject.rules.map { ($0, spot.what) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Assesses the index session of `evidence`. An outcome that nobody recorded or mapped is assessed as a miss of which
    /// `this_miss` is not known, so that it scores up and never silently down (I29).
    package func assess(_ given: Evidence) -> Assessment {
        let evidence = given.assumingMissedIfUnknown
        let calledOff = evidence.index.outcome.isCalledOff
        let findings = findings(evidence, countAttendance: evidence.isScoredMiss)
        let byDomain = points(findings)
        let flags = flags(evidence)
        let floors = floors(evidence, findings, flags)
        let floorTier = floors.isEmpty ? .routine : floors.map(\.tier).max() ?? .routine
        let points = byDomain.total
        let unlowered = max(tier(byPoints: points, byDomain), floorTier)
        let tier = lowered(unlowered, evidence)
        let resolution = resolution(evidence)
        let owed = calledOff && evidence.index.outcome != .inCare && tier >= .next
        var all = findings
        if owed {
            all.append(
                Finding(
                    "continuity_owed", nil, .present, reason: "no session took place, and contact is due all the same"))
        }
        return Assessment(
            tier: resolution == nil ? tier : .routine, tierBeforeResolution: tier, points: points,
            floors: floors.isEmpty ? [] : floors.map(\.finding), findings: all, engagement: flags,
            scored: evidence.isScoredMiss,
            resolution: resolution,
            continuityOwed: owed, incident: hasIncident(evidence), dataProblems: dataProblems(evidence))
    }

    /// Whether any floor holds, as for an unmarked session in its first hours: assessed as the miss that it may be.
    package func hasFloor(_ given: Evidence) -> Bool {
        let evidence = given.assumingMissedIfUnknown
        let findings = findings(evidence, countAttendance: true)
        return !floors(evidence, findings, flags(evidence)).isEmpty
    }

    // MARK: Findings

    private func findings(_ evidence: Evidence, countAttendance: Bool) -> [Finding] {
        var found: [Finding] = []
        // One more than there are factors: `continuity_owed` may be added.
        found.reserveCapacity(factors.count + 1)
        for index in factors.indices {
            factors[index]._withUnsafeGuaranteedRef { found.append($0.factor.finding(in: evidence, after: found)) }
            let last = found.count - 1
            if !blind.isEmpty, found[last].state == .absent, let reason = blind[found[last].rule] {
                found[last].state = .unknown
                found[last].words = FindingWords(reason)
            }
            if countAttendance { continue }
            // Attendance points and U count only on a scored miss (clinical.md section 2).
            if found[last].domain?.isClinical == false, found[last].state == .present {
                found[last].state = .absent
                found[last].points = 0
                found[last].words = "does not count: the session was called off"
            }
        }
        return found
    }

    private func flags(_ evidence: Evidence) -> [Finding] {
        var found: [Finding] = []
        for index in flags.indices {
            flags[index]._withUnsafeGuaranteedRef { held in
                guard let (day, words) = held.configured.flag.reason(in: evidence) else { return }
                found.append(
                    Finding(
                        held.configured.id, nil, .present, day: day, reason: words, basis: held.configured.basis))
            }
        }
        return found
    }

    private func floors(
        _ evidence: Evidence, _ findings: [Finding], _ flags: [Finding]
    ) -> [(tier: Tier, finding: Finding)] {
        var found: [(tier: Tier, finding: Finding)] = []
        for index in self.floors.indices {
            self.floors[index]._withUnsafeGuaranteedRef { floor in
                guard let finding = floor.finding(in: evidence, findings: findings, flags: flags) else { return }
                found.append((floor.tier, finding))
            }
        }
        return found
    }

    // MARK: Points and tiers

    private func points(_ findings: [Finding]) -> DomainPoints {
        var byDomain = DomainPoints()
        for index in findings.indices {
            guard let domain = findings[index].domain else { continue }
            byDomain.count(findings[index].points, in: domain)
        }
        byDomain.limit(to: caps)
        return byDomain
    }

    private func tier(byPoints points: Int, _ byDomain: DomainPoints) -> Tier {
        let tier = policy.tierPoints.tier(of: points)
        guard tier == .now else { return tier }
        let allowed =
            byDomain[.ideation] > 0 || byDomain[.behaviour] > 0
            || byDomain[.transition] > policy.transitionPointsForNow
        return allowed ? .now : .today
    }

    /// The lowerings of clinical.md section 4, by outcome.
    private func lowered(_ tier: Tier, _ evidence: Evidence) -> Tier {
        switch evidence.index.outcome {
        case .lateCancel: min(tier, .today)
        case .cancelledInTime:
            tier >= .today && !evidence.isBooked(withinDays: policy.detection.continuityBookedDays) ? .next : .routine
        case .cancelledByProvider, .excused: tier.lowered
        case .inCare: .next
        // Kept, still to come, moved or entered in error: nothing to follow up.
        case .attended, .attendedWeakly, .future, .rescheduled, .enteredInError: .routine
        default: tier
        }
    }

    // MARK: What else a person must know

    private func resolution(_ evidence: Evidence) -> Assessment.Resolution? {
        let start = evidence.index.record.start
        let limit = start.adding(hours: policy.detection.resolvedWithinHours)
        // Arrived alone is weak: it may still end as "left unseen", so it does not resolve another session's miss.
        let sessions = evidence.sessions
        var kept = false
        for position in sessions.indices where sessions[position].outcome == .attended {
            let other = sessions[position].record.key.start
            // Sessions ascend: none after this one comes in time.
            if other > limit, sessions[position].day > evidence.day { break }
            guard other <= evidence.now,
                sessions[position].day == evidence.day || (other > start && other <= limit),
                sessions[position].record.key != evidence.index.record.key
            else { continue }
            kept = true
            break
        }
        if kept { return .keptSession }
        let reached = evidence.contacts.contains { contact in
            contact.at >= start && contact.at <= evidence.now && contact.outcome == .reached && contact.planDocumented
        }
        return reached ? .reachedWithPlan : nil
    }

    private func hasIncident(_ evidence: Evidence) -> Bool {
        evidence.clinical.attempts.contains { $0.day.value.map { $0 >= evidence.day } ?? false }
    }

    private func dataProblems(_ evidence: Evidence) -> [DataProblem] {
        var problems = evidence.file.dataProblems
        if evidence.index.record.status == .unrecognised { problems.append(.unrecognisedStatus) }
        if evidence.client.standing == .unlisted { problems.append(.unlistedClient) }
        return problems
    }
}
