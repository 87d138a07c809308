/// Applies the policy to one session: findings, points, floors, tier. Pure; the whole of the clinical rules meets here.
package struct Scorer: Sendable {
    package let policy: Policy

    package init(policy: Policy) {
        self.policy = policy
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
        let floorTier = floors.map(\.tier).max() ?? .routine
        let points = byDomain.values.reduce(0, +)
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
            floors: floors.map(\.finding), findings: all, engagement: flags, scored: evidence.isScoredMiss,
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
        found.reserveCapacity(policy.factors.count)
        for factor in policy.factors {
            var finding = factor.finding(in: evidence, after: found)
            // Attendance points and U count only on a scored miss (clinical.md section 2).
            if !countAttendance, finding.domain?.isClinical == false, finding.state == .present {
                finding.state = .absent
                finding.points = 0
                finding.reason = "does not count: the session was called off"
            }
            found.append(finding)
        }
        return found
    }

    private func flags(_ evidence: Evidence) -> [Finding] {
        policy.flags.compactMap { configured in
            configured.flag.reason(in: evidence).map { reason in
                Finding(
                    configured.id, nil, .present, day: reason.day, reason: reason.text, basis: configured.basis)
            }
        }
    }

    private func floors(
        _ evidence: Evidence, _ findings: [Finding], _ flags: [Finding]
    ) -> [(tier: Tier, finding: Finding)] {
        policy.floors.compactMap { floor in
            floor.finding(in: evidence, findings: findings, flags: flags).map { (floor.tier, $0) }
        }
    }

    // MARK: Points and tiers

    private func points(_ findings: [Finding]) -> [Domain: Int] {
        var byDomain: [Domain: Int] = [:]
        for finding in findings {
            guard let domain = finding.domain else { continue }
            let held = byDomain[domain, default: 0]
            byDomain[domain] = domain.addsUp ? held + finding.points : max(held, finding.points)
        }
        for (domain, cap) in policy.domainCaps { byDomain[domain] = min(byDomain[domain, default: 0], cap) }
        return byDomain
    }

    private func tier(byPoints points: Int, _ byDomain: [Domain: Int]) -> Tier {
        let tier = policy.tierPoints.tier(of: points)
        guard tier == .now else { return tier }
        let allowed =
            byDomain[.ideation, default: 0] > 0 || byDomain[.behaviour, default: 0] > 0
            || byDomain[.transition, default: 0] > policy.transitionPointsForNow
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
        let kept = evidence.sessions.contains { session in
            session.record.key != evidence.index.record.key && session.outcome == .attended
                && session.record.start <= evidence.now
                && (session.day == evidence.day || (session.record.start > start && session.record.start <= limit))
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
        let clinical = evidence.clinical
        var problems: [DataProblem] = []
        func note(_ problem: DataProblem, _ holds: Bool) {
            if holds { problems.append(problem) }
        }
        note(.unreadableSafetyField, !UnreadableSafetyFields(clinical).names.isEmpty)
        note(.undatedScreen, clinical.screens.contains { $0.day.value == nil })
        note(.unlistedInstrument, clinical.screens.contains { $0.instrument == .unlisted })
        note(.unlistedAttemptType, clinical.attempts.contains { !$0.hasListedType })
        note(.unlistedMedicationStatus, clinical.medication.contains { $0.status == .unlisted })
        note(.unreadableTotal, clinical.screens.contains { $0.total.isInvalid })
        note(.unrecognisedStatus, evidence.index.record.status == .unrecognised)
        note(.unlistedClient, evidence.client.standing == .unlisted)
        return problems
    }
}
