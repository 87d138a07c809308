/// What time alone does to an open follow-up: nobody is forgotten in a quiet tier (clinical.md section 6).
extension ClientDraft {
    /// `next` without contact, `routine` with nothing booked: raised when the policy's days are over.
    mutating func promote(random: inout some RandomSource) {
        guard !isExcluded, !isClosing else { return }
        if let tier = raisedTo ?? openedTier { return lookAgainFor(tier) }
        guard let followUp = known.followUp, let promotion = policy.protocols[followUp.tier]?.promotion,
            promotion.tier > followUp.tier
        else { return }
        let all = standing + found
        // In psychiatric care the client is seen; what is asked for is the discharge plan.
        guard all.isEmpty || all.contains(where: { $0.session.outcome != .inCare }) else { return }
        var since = followUp.tierSince
        if promotion.condition == .noContact, let contact = lastContact(of: followUp) { since = max(since, contact) }
        let due = since.adding(hours: 24 * promotion.afterDays)
        guard now >= due else {
            plan.lookAgainAt = min(plan.lookAgainAt ?? due, due)
            return
        }
        switch promotion.condition {
        case .noContact:
            raise(followUp, to: promotion.tier, [], because: .noContactInTime, random: &random)
        case .nothingBooked:
            // With something booked there is nothing to wait for: the session's start, or its change, brings the client back.
            if !hasBooked { raise(followUp, to: promotion.tier, [], because: .nothingBookedInTime, random: &random) }
        }
    }

    /// Opened or raised in this plan: from now on its days count, and somebody must look when they are over.
    private mutating func lookAgainFor(_ tier: Tier) {
        guard let promotion = policy.protocols[tier]?.promotion, promotion.tier > tier else { return }
        let due = now.adding(hours: 24 * promotion.afterDays)
        plan.lookAgainAt = min(plan.lookAgainAt ?? due, due)
    }

    private var openedTier: Tier? { opened?.tier }

    private var isClosing: Bool { plan.wouldCloseNow != nil || isClosed }

    private var hasBooked: Bool {
        sessions.contains { $0.record.start > now && $0.record.status == .scheduled }
    }

    /// The later of what staff recorded with vigil and what the practice's own record says.
    private func lastContact(of followUp: FollowUp) -> WallTime? {
        let inStore = snapshot.contacts.filter { $0.outcome == .reached && $0.at >= followUp.openedAt && $0.at <= now }
        return (inStore.map(\.at) + [known.lastContactAt].compactMap(\.self)).max()
    }
}
