import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What one poll makes of sessions that it sees for the first time.
@Suite struct NewMissTests {
    private let run: PracticeRun
    private let steady = ClientBuilder().attended(-21, -14, -7).session(7, .scheduled).phq9(on: -10, item9: 0)

    init() throws {
        run = try PracticeRun()
    }

    // MARK: Statuses

    @Test(arguments: [
        (SessionStatus.missed, Reason.recordedMissed), (.leftUnseen, .recordedMissed), (.lateCancel, .cancelledLate),
    ])
    func aMissOpensAFollowUpWithTheTasksOfItsTier(_ status: SessionStatus, _ reason: Reason) throws {
        #expect(try run.poll(steady.session(0, status)).contains(reason))
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.tier == .routine)
        #expect(followUp.sessions == [ClientBuilder().key()])
        #expect(try run.taskKinds() == run.policy.protocols[.routine]?.tasks.map(\.id) ?? [])
        #expect(followUp.contactBy == run.now.adding(hours: 72))
        try run.checkPromises("\(status)")
    }

    @Test(arguments: [
        SessionStatus.attended, .arrived, .rescheduled, .enteredInError, .providerCancel, .excused, .clientCancel,
    ])
    func theOthersOpenNone(_ status: SessionStatus) throws {
        #expect(try run.poll(steady.session(0, status, cancelledHoursBefore: 30)).isEmpty)
    }

    @Test(arguments: [
        (SessionStatus.providerCancel, SessionReason.none, Tier.today, Reason.continuityOwed),
        (.excused, .none, .today, .continuityOwed), (.excused, .psychiatricAdmission, .next, .inPsychiatricCare),
    ])
    func calledOffWithContinuityOwed(
        _ status: SessionStatus, _ reason: SessionReason, _ tier: Tier, _ named: Reason
    ) throws {
        let acts = try run.poll(steady.session(0, status, reason: reason).attempt(on: -20))
        #expect(acts.contains(named))
        #expect(try run.openFollowUp()?.tier == tier)
        #expect(try run.state(ClientBuilder().key()) == .calledOff)
        #expect(try run.count("SELECT count(*) FROM missed_session") == 0, "never a miss")
        #expect(try run.taskKinds().contains("coordinate_discharge") == (named == .inPsychiatricCare))
        try run.checkPromises("\(status)")
    }

    @Test func nothingIsSaidBeforeTheSession() throws {
        run.now = ClientBuilder().time(minutes: -1)
        for status in SessionStatus.allCases {
            #expect(try run.poll(steady.session(0, status).attempt(on: -20)).isEmpty, "\(status)")
        }
    }

    // MARK: Unmarked

    @Test func unmarkedWithAFloorIsMissedAfterItsTime() throws {
        let client = steady.session(0, .scheduled).attempt(on: -20)
        run.now = client.time(minutes: 64)
        #expect(try run.poll(client).reasons == [.outcomeNotRecorded])
        run.now = client.time(minutes: 65)
        #expect(try run.poll().contains(.unmarkedWithFloor))
        #expect(try run.openFollowUp()?.tier == .now)
        #expect(try run.taskKinds().contains(QuestionKind.outcome), "the question stays")
        try run.checkPromises("unmarked with a floor")
        run.now = client.time(1, minutes: 180)
        #expect(try run.poll().contains(.outcomeRefined), "at the end of the next working day")
        try run.checkPromises("never recorded")
    }

    @Test func unmarkedWithoutAFloorWaitsForTheEndOfTheNextWorkingDay() throws {
        let client = steady.session(0, .scheduled)
        run.now = client.time(1, minutes: 179)
        try run.poll(client)
        #expect(try run.taskKinds() == [QuestionKind.outcome])
        run.now = client.time(1, minutes: 180)
        let acts = try run.poll()
        #expect(acts.contains(.neverRecorded) && acts.contains(.countsAsMissed))
        #expect(try run.openFollowUp() != nil)
        #expect(try !run.taskKinds().contains(QuestionKind.outcome))
        try run.checkPromises("never recorded")
    }

    @Test func theLookIsDueAtEachLimit() throws {
        let client = steady.session(0, .scheduled)
        run.store.put(client.snapshot)
        for (minutes, next) in [(0, 30), (30, 65), (65, 1_620)] {
            run.now = client.time(minutes: minutes)
            try run.poll()
            let due = client.time(minutes: next)
            #expect(try run.ledger.clientsDue(at: due.adding(seconds: -1), limit: 10).isEmpty)
            #expect(try run.ledger.clientsDue(at: due, limit: 10) == [PracticeRun.client])
        }
        run.now = client.time(minutes: 1_620)
        try run.poll()
        // Nothing of the session's own is left; the follow-up's days are: 7 for "next", 14 for "routine"; and the return is
        // planned 21 days after the last session, which was 7 days before.
        let days = try #require(try run.openFollowUp()).tier == .next ? 7 : 14
        let due = min(run.now.adding(hours: 24 * days), client.zone.time(on: client.day(14), secondOfDay: 0))
        #expect(try run.ledger.clientsDue(at: due.adding(seconds: -1), limit: 10).isEmpty)
        #expect(try run.ledger.clientsDue(at: due, limit: 10) == [PracticeRun.client])
    }

    @Test func anAnswerEndsTheQuestion() throws {
        run.now = ClientBuilder().time(minutes: 31)
        try run.poll(steady.session(0, .scheduled))
        #expect(try run.poll(steady.session(0, .attended)).reasons == [.outcomeRecorded])
        #expect(try run.taskKinds() == [])
    }

    @Test func anEarlierUnmarkedSessionCountsForALaterOneInTheSamePoll() throws {
        // Both are first seen in one poll; what the first is taken for must not surface in the next poll only.
        let client = ClientBuilder().session(0, .scheduled, minutes: -180).missed(0).attempt(on: -300)
            .columbia(on: -20, level: 3)
        run.now = client.time(minutes: 20)
        try run.poll(client)
        try run.checkPromises("two sessions of one day")
    }

    @Test func anUnrecognisedStatusIsAskedAndNeverFine() throws {
        run.now = ClientBuilder().time(minutes: 31)
        #expect(try run.poll(steady.session(0, .unrecognised)).reasons == [.statusUnrecognised])
        run.now = ClientBuilder().time(1, minutes: 180)
        try run.poll()
        #expect(try run.openFollowUp() != nil)
    }

    // MARK: One follow-up

    @Test func severalMissesOfADayAreOneFollowUp() throws {
        try run.poll(steady.missed(0).session(0, .missed, minutes: -120).session(0, .lateCancel, minutes: -240))
        #expect(try run.count("SELECT count(*) FROM follow_up") == 1)
        #expect(try run.openFollowUp()?.sessions.count == 3)
        try run.checkPromises("several")
    }

    @Test func aNewMissRaisesAndNeverLowers() throws {
        try run.poll(steady.missed(0))
        let first = try #require(try run.openFollowUp())
        run.now = ClientBuilder().time(7, minutes: 20)
        #expect(try run.poll(steady.missed(0, 7).flag(.value(true))).contains(.higherTier))
        let raised = try #require(try run.openFollowUp())
        #expect(raised.id == first.id && raised.tier == .today && raised.owner == .therapist)
        #expect(raised.contactBy <= first.contactBy)
        #expect(raised.sessions.count == 2)
        #expect(try Set(run.taskKinds()) == Set(run.policy.protocols[.today]?.tasks.map(\.id) ?? []))
        try run.checkPromises("raised")
        run.now = ClientBuilder().time(14, minutes: 20)
        try run.poll(steady.missed(0, 7, 14).flag(.value(false)))
        #expect(try run.openFollowUp()?.tier == .today, "it falls only on closure")
        try run.checkPromises("not lowered")
    }

    @Test func newInformationRaisesOnce() throws {
        try run.poll(steady.missed(0))
        let acts = try run.poll(steady.missed(0).attempt(on: -20))
        #expect(acts.contains(.newInformation))
        #expect(try run.openFollowUp()?.tier == .now)
        try run.checkPromises("raised")
    }

    @Test func aMissAndNewInformationInOnePollRaiseOnce() throws {
        try run.poll(steady.missed(0))
        run.now = ClientBuilder().time(7, minutes: 20)
        let acts = try run.poll(steady.missed(0, 7).flag(.value(true)).columbia(on: 3, level: 5))
        let raises = acts.filter { if case .raise = $0.effect { true } else { false } }
        #expect(raises.count == 1)
        #expect(try Set(run.taskKinds()) == Set(run.policy.protocols[.now]?.tasks.map(\.id) ?? []))
        try run.checkPromises("raised once")
    }

    @Test func aTodayOutOfHoursGoesToTheClinicianOnCall() throws {
        run.now = ClientBuilder().time(minutes: 240)
        try run.poll(steady.missed(0).flag(.value(true)))
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.owner == .onCall)
        #expect(run.policy.zone.rfc3339(followUp.contactBy) == "2026-11-25T09:00:00-05:00")
    }

    // MARK: Settled

    @Test func whatIsSettledAlreadyIsOpenedAndClosed() throws {
        run.now = ClientBuilder().time(1, minutes: 60)
        try run.poll(steady.missed(0).session(1, .attended).attempt(on: -20))
        #expect(try run.openFollowUp() == nil)
        #expect(try run.count("SELECT count(*) FROM follow_up WHERE close_reason = 'kept_session'") == 1)
        try run.checkPromises("settled")
    }

    @Test func aKeptSessionOrAContactClosesAnOpenOne() throws {
        let client = steady.missed(0).attempt(on: -20)
        try run.poll(client)
        let id = try #require(try run.openFollowUp()?.id)
        run.now = client.time(minutes: 300)
        try run.poll(client.contact(hoursAfter: 1, .messageLeft).contact(hoursAfter: 2, .noAnswer))
        #expect(try run.openFollowUp()?.id == id)
        try run.poll(client.contact(hoursAfter: 3, .reached))
        #expect(try run.closeReason(id) == .reachedWithPlan)
        try run.checkPromises("reached")
    }

    @Test(arguments: Tier.allCases) func aLaterVisitClosesOnlyWhatNoClinicianMustClose(_ tier: Tier) throws {
        let base = steady.missed(0)
        let client =
            switch tier {
            case .now: base.attempt(on: -20)
            case .today: base.flag(.value(true))
            case .next: base.flag(.invalid)
            case .routine: base
            }
        try run.poll(client)
        let id = try #require(try run.openFollowUp()?.id)
        run.now = client.time(7, minutes: 60)
        try run.poll(client.session(7, .attended))
        if tier <= .next {
            #expect(try run.closeReason(id) == .keptSession)
        } else {
            #expect(try run.openFollowUp()?.id == id)
            #expect(try run.taskKinds().contains(QuestionKind.confirmKeptSession))
        }
        try run.checkPromises("\(tier)")
    }

    @Test func aNewSettledMissClosesWithTheOthersInOnePoll() throws {
        try run.poll(steady.missed(0))
        let id = try #require(try run.openFollowUp()?.id)
        run.now = ClientBuilder().time(8, minutes: 60)
        try run.poll(steady.missed(0, 7).session(8, .attended))
        #expect(try run.closeReason(id) == .keptSession)
        try run.checkPromises("settled together")
    }
}
