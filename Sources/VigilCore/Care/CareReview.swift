/// Why a missed session matters to the work, beside safety: shown to the therapist, and no input of any tier or order.
package struct CareReview: Sendable, Hashable, Codable {
    package var momentum: Momentum
    /// `momentum_lost` and `talk_about_fit`, as far as they hold.
    package var findings: [Finding]
    /// What to take up when the client is reached.
    package var toPickUp: [Finding]
}

/// `care` in the policy: momentum, missed opportunity, commitment, regular check-up.
package struct CareRules: Sendable, Hashable {
    package var cadence: CadenceRules
    package var momentum: MomentumRules
    package var opportunity: OpportunityRules
    package var commitment: CommitmentRules
    package var checkUp: CheckUpRules

    init(reading reader: ConfigReader) {
        cadence = CadenceRules(reading: reader.section("cadence"))
        momentum = MomentumRules(reading: reader.section("momentum"))
        opportunity = OpportunityRules(reading: reader.section("to_pick_up"))
        commitment = CommitmentRules(reading: reader.section("commitment"))
        checkUp = CheckUpRules(reading: reader.section("check_up"))
        reader.refuseUnknownKeys()
    }

    package func momentum(of sessions: [ClassifiedSession], plan: CarePlan?, today: LocalDay) -> Momentum {
        momentum.momentum(
            of: sessions, cadence: Cadence.of(sessions, plan: plan, today: today, rules: cadence), today: today)
    }

    /// Kinds of the tasks that the work asks for, beside the tier's protocol.
    package var taskKinds: Set<RuleID> { [momentum.returnTask.id, commitment.task.id, checkUp.task.id] }

    /// Nil for a client who has not drifted away.
    package func drift(
        of client: ClientRecord, sessions: [ClassifiedSession], plan: CarePlan?, now: WallTime, today: LocalDay
    ) -> Drift? {
        // The cadence last: most clients are in the book, and this is asked of every client of the store.
        guard let last = checkUp.lastSession(of: client, sessions, now: now) else { return nil }
        return checkUp.drift(
            since: last, cadence: Cadence.of(sessions, plan: plan, today: today, rules: cadence), today: today)
    }

    /// The same for every session of a client on one day.
    package func review(_ sessions: [ClassifiedSession], _ clinical: ClinicalRecord, today: LocalDay) -> CareReview {
        review(sessions, clinical, momentum(of: sessions, plan: clinical.carePlan, today: today), today: today)
    }

    func review(
        _ sessions: [ClassifiedSession], _ clinical: ClinicalRecord, _ momentum: Momentum, today: LocalDay
    ) -> CareReview {
        var findings: [Finding] = []
        if momentum.isLost {
            findings.append(
                Finding(
                    Self.momentumLost, nil, .present, day: momentum.lastAttendedOn,
                    reason: FindingWords(seenFrom: today) { momentum.words(seenFrom: $0.seenFrom) },
                    basis: self.momentum.basis))
        }
        if let finding = commitment.finding(in: sessions, today: today) { findings.append(finding) }
        return CareReview(
            momentum: momentum, findings: findings,
            toPickUp: opportunity.toPickUp(sessions, clinical, today: today))
    }

    package static let momentumLost: RuleID = "momentum_lost"
    package static let planTheReturn: RuleID = "plan_the_return"
}
