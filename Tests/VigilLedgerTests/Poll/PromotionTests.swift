import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What time alone does: nobody is forgotten in a quiet tier (clinical.md section 6).
@Suite struct PromotionTests {
    private let run: PracticeRun
    private let ana: PersonID

    init() throws {
        run = try PracticeRun()
        ana = try #require(PersonID("ana"))
    }

    /// With a session ahead, so that nothing else asks for contact.
    private var steady: ClientBuilder { ClientBuilder().attended(-28, -21, -14, -7) }

    private func record(_ outcome: Attempt.Outcome) throws {
        let id = try #require(try run.openFollowUp()?.id)
        let attempt = Attempt(at: run.now, by: ana, channel: .phone, outcome: outcome, note: "")
        _ = try run.ledger.carryOut(
            .record(attempt), on: id, by: ana, as: .therapist, at: run.now, policy: run.policy)?.get()
    }

    /// A look as the daemon makes it: at the clients whose time has come.
    private func lookWhenDue() throws -> [Act] {
        try run.poll(try run.ledger.clientsDue(at: run.now, limit: 10))
    }

    private func tier() throws -> Tier? { try run.openFollowUp()?.tier }

    @Test func nextBecomesTodayAfterAWeekWithoutContact() throws {
        try run.poll(steady.missed(0).columbia(on: -9, level: .value(3)).session(9, .scheduled))
        #expect(try tier() == .next)
        let opened = run.now
        run.pass(days: 6, hours: 23, minutes: 59)
        #expect(try lookWhenDue() == [] && tier() == .next)
        run.pass(minutes: 1)
        let acts = try lookWhenDue()
        #expect(acts.contains(.noContactInTime) && acts.contains(.higherTier) && acts.contains(.tierProtocol))
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.tier == .today && followUp.tierSince == run.now && followUp.openedAt == opened)
        #expect(try run.taskKinds().contains("on_call_review"))
        #expect(try lookWhenDue() == [], "once")
        try run.checkPromises("promoted")
    }

    /// A message is no contact; a word with the client is, and the week begins anew.
    @Test(arguments: Attempt.Outcome.allCases.filter { $0 != .reachedWithPlan })
    func onlyAWordWithTheClientIsContact(_ outcome: Attempt.Outcome) throws {
        try run.poll(steady.missed(0).columbia(on: -9, level: .value(3)).session(20, .scheduled))
        run.pass(days: 6)
        try record(outcome)
        run.pass(days: 1)
        _ = try lookWhenDue()
        #expect(try tier() == (outcome.isContact ? .next : .today))
        run.pass(days: 5)
        _ = try lookWhenDue()
        #expect(try tier() == (outcome.isContact ? .next : .today))
        run.pass(days: 1)
        _ = try lookWhenDue()
        #expect(try tier() == .today)
        try run.checkPromises("\(outcome)")
    }

    @Test func routineBecomesNextAfterTwoWeeksWithNothingBooked() throws {
        try run.poll(steady.missed(0).session(7, .scheduled))
        #expect(try tier() == .routine)
        // Booked all the time: it may wait.
        for week in 1...4 {
            run.pass(days: 7)
            try run.poll(steady.missed(0).session(7 * week + 7, .scheduled))
            #expect(try tier() == .routine, "week \(week)")
        }
        // The booking is called off: now nothing is.
        run.pass(hours: 1)
        let acts = try run.poll(steady.missed(0))
        #expect(acts.contains(.nothingBookedInTime))
        #expect(try tier() == .next)
        try run.checkPromises("promoted")
    }

    @Test func withNothingBookedFromTheFirst() throws {
        try run.poll(ClientBuilder().attended(-28, -21).session(40, .scheduled).missed(0))
        let first = try tier()
        try run.poll(ClientBuilder().attended(-28, -21).missed(0))
        guard first == .routine, try tier() == .routine else { return }
        run.pass(days: 13, hours: 23)
        #expect(try lookWhenDue() == [])
        run.pass(hours: 1)
        #expect(try lookWhenDue().contains(.nothingBookedInTime))
        #expect(try tier() == .next)
    }
}
