/// Decides when and whom to page, until a person acknowledges (reliability.md I9 to I13).
///
/// Pure: it takes what the ledger holds and `now`, and returns acts for the same door as a poll's plan. A tick that finds
/// nothing due returns nothing, so ticking twice never pages twice; a daemon that was down for hours makes one round of
/// pages and goes on from there.
package struct Pager: Sendable {
    package let escalation: Escalation
    package let route: PageRoute

    /// After a restored backup: nobody is paged before this, since a person may have it in hand (I6).
    package let holdUntil: WallTime?

    package init(escalation: Escalation, route: PageRoute, holdUntil: WallTime? = nil) {
        self.escalation = escalation
        self.route = route
        self.holdUntil = holdUntil
    }

    /// The first pages, in the commit that makes them necessary.
    package func begin(
        _ id: FollowUpID, isTest: Bool = false, because reason: Reason, at now: WallTime,
        random: inout some RandomSource
    ) -> [Act] {
        if let holdUntil, holdUntil > now, !isTest {
            let paging = Paging(id: id, isTest: false, stepBeganAt: holdUntil, begunAt: holdUntil, dueAt: holdUntil)
            return [Act(.beginPaging(paging), because: reason)]
        }
        let paging = Paging(id: id, isTest: isTest, stepBeganAt: now, begunAt: now, dueAt: now)
        return [Act(.beginPaging(paging), because: reason)] + round(paging, because: reason, at: now, random: &random)
    }

    /// Pages again from the first step: the acknowledgement has run out, the follow-up was opened again, or it was found
    /// without a live timer.
    package func resume(
        _ held: Paging, because reason: Reason, at now: WallTime, random: inout some RandomSource
    ) -> [Act] {
        var paging = held
        paging.state = .paging
        paging.step = 0
        paging.stepBeganAt = now
        paging.dueAt = now
        paging.begunAt = now
        paging.alarmedAt = nil
        paging.acknowledgement = nil
        return [Act(.resumePaging(paging), because: reason)] + round(paging, because: reason, at: now, random: &random)
    }

    /// What is due by time alone: the next page, the next step, an acknowledgement that has run out.
    package func advance(_ held: Paging, at now: WallTime, random: inout some RandomSource) -> [Act] {
        switch held.state {
        case .inHand, .ended: return []
        case .acknowledged:
            guard isExpired(held, at: now) else { return [] }
            return resume(held, because: .acknowledgementExpired, at: now, random: &random)
        case .paging:
            guard isDue(held, at: now) else { return [] }
            var paging = held
            let waited = now.seconds(since: held.stepBeganAt)
            // A clock that was set back: the step begins anew rather than wait for the old time to come again (I18).
            if waited < 0 { paging.stepBeganAt = now }
            guard held.pages > 0, waited >= Int64(step(held).acknowledgeWithinMinutes) * 60 else {
                return round(paging, because: .pageRepeated, at: now, random: &random)
            }
            // A test asks the person on call and nobody else; the operator hears that nobody answered.
            if held.isTest { return [Act(.endPaging(held.id), because: .notAcknowledged)] }
            paging.step = min(held.step + 1, escalation.steps.count - 1)
            paging.stepBeganAt = now
            return round(paging, because: .notAcknowledged, at: now, random: &random)
        }
    }

    /// Whether nothing is to be done about this paging yet, since a restored ledger does not know what is in hand.
    package func isHeld(_ paging: Paging, at now: WallTime) -> Bool {
        guard let holdUntil, !paging.isTest else { return false }
        // Never longer than any step waits: a clock that was set back must not hold pages for long (I9).
        return holdUntil > now && holdUntil.seconds(since: now) <= Int64(escalation.longestWaitSeconds)
    }

    // MARK: Timers

    /// Due, or due later than any step waits: then the clock was set back, and waiting for it would break I9.
    package func isDue(_ paging: Paging, at now: WallTime) -> Bool {
        guard let due = paging.dueAt else { return paging.state == .paging }
        return due <= now || due.seconds(since: now) > Int64(escalation.longestWaitSeconds)
    }

    package func isExpired(_ paging: Paging, at now: WallTime) -> Bool {
        guard let held = paging.acknowledgement else { return true }
        let longest = Int64(max(escalation.acknowledgementMinutes * 60, escalation.nextAttemptHours * 3_600))
        return held.expiresAt <= now || held.expiresAt.seconds(since: now) > longest
    }

    /// Whether nothing would ever move this paging again: what the auditor looks for, with a `grace` in which the escalator
    /// may still come to it.
    package func isForgotten(_ paging: Paging, at now: WallTime, graceSeconds: Int) -> Bool {
        let late = now.adding(seconds: -graceSeconds)
        switch paging.state {
        case .paging: return isDue(paging, at: late) && isDue(paging, at: now)
        case .acknowledged: return isExpired(paging, at: late) && isExpired(paging, at: now)
        case .inHand: return false
        case .ended: return true
        }
    }

    // MARK: Rounds

    private func step(_ paging: Paging) -> Escalation.Step {
        escalation.steps[min(paging.step, escalation.steps.count - 1)]
    }

    /// One page to each person of the step, through the first channel of each.
    private func round(
        _ before: Paging, because reason: Reason, at now: WallTime, random: inout some RandomSource
    ) -> [Act] {
        var paging = before
        let step = step(paging)
        let stepEnds = paging.stepBeganAt.adding(minutes: step.acknowledgeWithinMinutes)
        let next = step.repeatEveryMinutes.map { min(now.adding(minutes: $0), stepEnds) } ?? stepEnds
        // A step that is over by now (a daemon that was down) still waits for one round.
        paging.dueAt = next > now ? next : now.adding(minutes: step.acknowledgeWithinMinutes)
        var acts: [Act] = []
        var paged: Set<PersonID> = []
        for target in step.targets {
            for person in route.persons(for: target, at: now) where paged.insert(person).inserted {
                paging.pages += 1
                let page = Page(
                    paging: paging.id, number: paging.pages, step: paging.step, target: target, person: person,
                    madeAt: now, code: AcknowledgementCode(from: &random))
                acts.append(
                    Act(
                        .makePage(page, deliveries(of: page, isTest: paging.isTest, besides: [], at: now), paging),
                        because: reason))
            }
        }
        return acts
    }

    /// The page through the first of the person's channels that has not been used for it.
    private func deliveries(
        of page: Page, isTest: Bool, besides used: Set<ChannelID>, at now: WallTime
    ) -> [Delivery] {
        guard let contact = route.contacts(of: page.person).first(where: { !used.contains($0.channel) }) else {
            return []
        }
        let content: Message.Content = isTest ? .testPage(page.paging, page.code) : .page(page.paging, page.code)
        return [
            Delivery(
                isTest ? .testPage : .page, Message(content, key: page.key), channel: contact.channel,
                tellsSettled: contact.tellsSettled, paging: page.paging, person: page.person, nextAt: now)
        ]
    }

    // MARK: When nobody takes a page

    /// A page that no provider has taken yet: the next channel, when the first has failed or is too slow.
    package func nextChannel(for page: UntakenPage, isTest: Bool, at now: WallTime) -> [Act] {
        let waited = now.seconds(since: page.lastTriedAt)
        guard page.hasFailed || waited >= Int64(escalation.nextChannelSeconds) || waited < 0 else { return [] }
        return deliveries(of: page.page, isTest: isTest, besides: page.used, at: now).map {
            Act(.addDelivery($0), because: .pageNotTaken)
        }
    }

    /// No provider has taken any page of this paging: an alarm through every way there is, once in each step's time.
    package func alarm(_ held: Paging, at now: WallTime) -> [Act] {
        guard held.state == .paging, !held.isTest else { return [] }
        let waited = now.seconds(since: held.begunAt)
        guard waited >= Int64(escalation.alarmSeconds) || waited < 0 else { return [] }
        if let last = held.alarmedAt, last <= now, now.seconds(since: last) < Int64(escalation.longestWaitSeconds) {
            return []
        }
        var paging = held
        paging.alarmedAt = now
        let key = DeliveryKey(alarm: paging.id, at: now)
        return [Act(.raiseAlarm(paging), because: .pageNotTaken)]
            + route.alarm.map { contact in
                Act(
                    .addDelivery(
                        Delivery(
                            .alarm, Message(.notAccepted(paging.id), key: key), channel: contact.channel,
                            paging: paging.id, nextAt: now)), because: .pageNotTaken)
            }
    }
}

/// A page that no provider has taken, with what was tried.
package struct UntakenPage: Sendable, Hashable {
    package var page: Page
    /// Channels that have a delivery of it.
    package var used: Set<ChannelID>
    /// Whether its newest delivery has failed at least once.
    package var hasFailed: Bool
    /// When its newest delivery was made.
    package var lastTriedAt: WallTime

    package init(page: Page, used: Set<ChannelID>, hasFailed: Bool, lastTriedAt: WallTime) {
        self.page = page
        self.used = used
        self.hasFailed = hasFailed
        self.lastTriedAt = lastTriedAt
    }
}
