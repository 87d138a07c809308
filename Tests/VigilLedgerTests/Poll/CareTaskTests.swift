import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What the work asks for beside safety: a return to plan, a conversation, a client who has drifted away.
@Suite struct CareTaskTests {
    private let run: PracticeRun
    private let ana: PersonID

    init() throws {
        run = try PracticeRun()
        ana = try #require(PersonID("ana"))
    }

    private func lookWhenDue() throws -> [Act] {
        try run.poll(try run.ledger.clientsDue(at: run.now, limit: 10))
    }

    private func has(_ kind: RuleID) throws -> Bool { try run.taskKinds().contains(kind) }

    // MARK: Plan the return

    private static let fading = ClientBuilder().attended(-42, -35).missed(-28, -21, -14).session(9, .scheduled)
        .phq9(on: -35, item9: 0)

    @Test func theReturnIsPlannedOnTheDay() throws {
        // Day -35 was the last one: 21 days later is day -14.
        run.now = ClientBuilder().time(-15, minutes: 60)
        let before = Self.fading.withoutSession(ClientBuilder().key(-14))
        try run.poll(before)
        #expect(try run.openFollowUp() != nil && !has("plan_the_return"))
        run.now = ClientBuilder.newYork.time(on: ClientBuilder().day(-14), secondOfDay: 0).adding(seconds: -1)
        #expect(try lookWhenDue() == [])
        run.now = run.now.adding(seconds: 1)
        #expect(try lookWhenDue().contains(.momentumLost))
        #expect(try has("plan_the_return"))
        #expect(try lookWhenDue() == [], "once")
        try run.checkPromises("planned")
    }

    @Test func aVisitEndsThePlan() throws {
        run.now = ClientBuilder().time(minutes: -60)
        try run.poll(Self.fading)
        #expect(try has("plan_the_return"))
        // Safety keeps the follow-up open: only the plan for a return is over.
        try run.poll(Self.fading.flag(.value(true)))
        run.now = ClientBuilder().time(minutes: 120)
        let acts = try run.poll(Self.fading.flag(.value(true)).session(0, .attended))
        #expect(acts.contains(.noLongerHolds))
        #expect(try run.openFollowUp() != nil && !has("plan_the_return"))
        try run.checkPromises("came")
    }

    @Test func nobodyIsToldToReturnFromHospital() throws {
        run.now = ClientBuilder().time(minutes: 60)
        try run.poll(Self.fading.session(0, .missed, reason: .psychiatricAdmission))
        #expect(try has("coordinate_discharge") && !has("plan_the_return"))
    }

    // MARK: Talk about whether this fits

    private static let often = ClientBuilder().attended(-28, -21, -7).missed(-35, -14, 0).session(7, .scheduled)
        .phq9(on: -21, item9: 0)

    @Test func theConversationIsAskedForAndRaisesNothing() throws {
        try run.poll(Self.often)
        let tier = try run.openFollowUp()?.tier
        #expect(try has("talk_about_fit"))
        let without = try PracticeRun()
        try without.poll(Self.often.session(-14, .missed, reason: .other))
        #expect(try !without.taskKinds().contains("talk_about_fit"))
        #expect(try without.openFollowUp()?.tier == tier)
        try run.checkPromises("asked")
    }

    /// First the client is reached.
    @Test(arguments: [Tier.today, .now]) func notWhileContactIsDue(_ tier: Tier) throws {
        let client = tier == .now ? Self.often.attempt(on: -20) : Self.often.flag(.value(true))
        try run.poll(client)
        #expect(try run.openFollowUp()?.tier == tier && !has("talk_about_fit"))
        try run.checkPromises("not yet")
    }

    @Test func aReasonEndsIt() throws {
        try run.poll(Self.often)
        let id = try #require(try run.openFollowUp()).id
        let reached = Attempt(
            at: run.now, by: ana, channel: .phone, outcome: .reached, note: "", reason: .childcare)
        _ = try run.ledger.carryOut(
            .record(reached), on: id, by: ana, as: .therapist, at: run.now,
            policy: run.policy)?.get()
        #expect(try lookWhenDue().contains(.noLongerHolds))
        #expect(try !has("talk_about_fit") && run.openFollowUp() != nil)
        try run.checkPromises("explained")
    }

    // MARK: Drifted away

    private static let weekly = ClientBuilder().attended(-49, -42, -35, -28, -21)

    @Test func aRoutineFollowUpOfTheirOwn() throws {
        run.now = ClientBuilder().time(-7)
        #expect(try run.poll(Self.weekly) == [])
        run.now = ClientBuilder().time(-6)
        let acts = try run.poll()
        #expect(acts.contains(.driftedAway))
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.tier == .routine && followUp.origin == .checkUp && followUp.sessions.isEmpty)
        #expect(followUp.about == "nothing is booked, and no session since 3 November; sessions were every week")
        #expect(try run.taskKinds() == ["first_message", "second_message"])
        try run.checkPromises("drifted")
    }

    @Test func againAWeekAfterItWasClosed() throws {
        run.now = ClientBuilder().time(-6)
        try run.poll(Self.weekly)
        let first = try #require(try run.openFollowUp()).id
        _ = try run.ledger.carryOut(
            .close(.setAside, note: "on holiday"), on: first, by: ana, as: .clinicalLead, at: run.now,
            policy: run.policy)?.get()
        run.pass(days: 6, hours: 23)
        #expect(try run.poll() == [])
        run.pass(hours: 1)
        #expect(try run.poll().contains(.driftedAway))
        #expect(try run.openFollowUp()?.id != first)
        try run.checkPromises("again")
    }

    @Test func aBookingEndsTheAskingAndAVisitTheFollowUp() throws {
        run.now = ClientBuilder().time(-6)
        try run.poll(Self.weekly)
        let id = try #require(try run.openFollowUp()).id
        // A booking may be missed too.
        #expect(try run.poll(Self.weekly.session(1, .scheduled)) == [])
        run.now = ClientBuilder().time(1, minutes: 60)
        try run.poll(Self.weekly.session(1, .attended))
        #expect(try run.openFollowUp() == nil && run.closeReason(id) == .keptSession)
        try run.checkPromises("came")
    }

    @Test func mergedWithAnOpenOne() throws {
        try run.poll(Self.weekly.missed(-14))
        #expect(try run.openFollowUp()?.origin == .missedSession)
        #expect(try run.taskKinds().filter { $0 == "check_up" }.count == 1)
        #expect(try run.count("SELECT count(*) FROM follow_up") == 1)
        try run.checkPromises("merged")
        // And a miss joins a check-up that is open.
        let other = try PracticeRun()
        other.now = ClientBuilder().time(-6)
        try other.poll(Self.weekly)
        let id = try #require(try other.openFollowUp()).id
        other.now = ClientBuilder().time(minutes: 60)
        try other.poll(Self.weekly.missed(0).flag(.value(true)))
        let followUp = try #require(try other.openFollowUp())
        #expect(followUp.id == id && followUp.tier == .today && followUp.sessions == [ClientBuilder().key()])
        try other.checkPromises("joined")
        // Corrected: what opened it still holds.
        try other.poll(Self.weekly.session(0, .clientCancel, cancelledHoursBefore: 50).flag(.value(true)))
        #expect(try other.openFollowUp()?.id == id)
        try other.checkPromises("corrected")
    }

    @Test func beforeTheHorizonTheyAreListedOnly() throws {
        run.horizon = ClientBuilder().time(-3)
        run.now = ClientBuilder().time()
        #expect(try run.poll(Self.weekly) == [])
        run.horizon = ClientBuilder().time(-7)
        #expect(try run.poll().contains(.driftedAway))
    }

    @Test func whoHasLeftIsLeftAlone() throws {
        #expect(try run.poll(Self.weekly.changed { $0.client.standing = .discharged }) == [])
        run.now = ClientBuilder().time(-21).adding(hours: 24 * 181)
        #expect(try run.poll(Self.weekly) == [], "away for half a year")
    }

    /// Risen by time or by what joined it: a clinician closes it, not a visit and not a correction.
    @Test func anUrgentCheckUpIsNotClosedByItself() throws {
        run.now = ClientBuilder().time(-6)
        try run.poll(Self.weekly)
        run.pass(days: 14)
        try run.poll()
        #expect(try run.openFollowUp()?.tier == .next)
        run.pass(days: 7)
        try run.poll()
        #expect(try run.openFollowUp()?.tier == .today)
        run.pass(days: 1)
        let came = SessionRecord(
            key: SessionKey(id: "came", start: run.now.adding(hours: -2)), therapist: nil, durationMinutes: 50,
            status: .attended, rawStatus: "attended")
        try run.poll(Self.weekly.putting(came))
        #expect(try run.openFollowUp() != nil && has(QuestionKind.confirmKeptSession))
        try run.checkPromises("came to a today")

        let joined = try PracticeRun()
        joined.now = ClientBuilder().time(-6)
        try joined.poll(Self.weekly)
        joined.now = ClientBuilder().time(minutes: 60)
        try joined.poll(Self.weekly.missed(0).attempt(on: -20))
        #expect(try joined.openFollowUp()?.tier == .now)
        try joined.poll(Self.weekly.session(0, .attended).attempt(on: -20))
        #expect(try joined.openFollowUp()?.tier == .now)
        #expect(try joined.taskKinds().contains(QuestionKind.confirmCorrection))
        try joined.checkPromises("corrected to attended")
    }

    @Test func nobodyWritesToThoseWhoHaveLeft() throws {
        try run.poll(Self.weekly.missed(-14, -7, 0))
        #expect(try has("check_up") && has("talk_about_fit"))
        try run.poll(Self.weekly.missed(-14, -7, 0).changed { $0.client.standing = .deceased })
        #expect(try run.taskKinds() == [QuestionKind.excludedClient])
        try run.checkPromises("left")
    }

    /// Raised, by information or by time: the clinician who calls first asks, and not the front desk.
    @Test func whoAsksFollowsTheTier() throws {
        try run.poll(Self.weekly.missed(-14))
        func role() throws -> Role? { try run.known().tasks.first { $0.task.kind == "check_up" }?.task.role }
        #expect(try role() == .careCoordinator)
        try run.poll(Self.weekly.missed(-14).flag(.value(true)))
        #expect(try run.openFollowUp()?.tier == .today && role() == .therapist)
        try run.checkPromises("raised")
    }

    @Test func noDriftInHospitalNorWhileAnOutcomeIsAwaited() throws {
        run.now = ClientBuilder().time(minutes: 60)
        let inCare = Self.weekly.session(-7, .missed, reason: .psychiatricAdmission)
        try run.poll(inCare)
        #expect(try !has("check_up"))
        let unmarked = try PracticeRun()
        unmarked.now = ClientBuilder().time(minutes: 120)
        #expect(try !unmarked.poll(Self.weekly.session(0, .scheduled)).contains(.driftedAway))
    }
}
