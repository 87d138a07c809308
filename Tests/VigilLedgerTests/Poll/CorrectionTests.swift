import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What the store says later about a session that counted as missed (clinical.md section 4, I8).
@Suite struct CorrectionTests {
    private let run: PracticeRun
    private let steady = ClientBuilder().attended(-21, -14, -7).session(7, .scheduled).phq9(on: -10, item9: 0)
    private let key = ClientBuilder().key()

    init() throws {
        run = try PracticeRun()
    }

    private func open(_ client: ClientBuilder, sourceLocation: SourceLocation = #_sourceLocation) throws -> FollowUp {
        try run.poll(client)
        try run.checkPromises("opened", sourceLocation: sourceLocation)
        return try #require(try run.openFollowUp(), sourceLocation: sourceLocation)
    }

    /// One client of each tier: `now`, `today`, `next`, `routine`.
    private func missed(_ tier: Tier) -> ClientBuilder {
        let missed = steady.missed(0)
        return switch tier {
        case .now: missed.attempt(on: -20)
        case .today: missed.flag(.value(true))
        case .next: missed.flag(.invalid)
        case .routine: missed
        }
    }

    // MARK: Attended after all

    @Test(arguments: Tier.allCases) func aCorrectionToAttendedCloses(_ tier: Tier) throws {
        let followUp = try open(missed(tier))
        #expect(followUp.tier == tier)
        run.pass(hours: 1)
        let acts = try run.poll(missed(tier).session(0, .attended))
        #expect(acts.contains(.correctedToAttended))
        #expect(try run.openFollowUp() == nil)
        #expect(try run.closeReason(followUp.id) == .recordedInError)
        #expect(try run.state(key) == .corrected)
        #expect(
            try run.known().tasks.allSatisfy { $0.task.followUp == nil || $0.task.kind == QuestionKind.dataQuality })
        #expect(try run.count("SELECT count(*) FROM task") > 0, "nothing is deleted")
        try run.checkPromises("corrected")
    }

    @Test func theOtherWayRoundOpensOne() throws {
        try run.poll(steady.session(0, .attended))
        #expect(try run.openFollowUp() == nil)
        try run.poll(missed(.now))
        #expect(try run.openFollowUp()?.tier == .now)
    }

    @Test func missedAgainOpensAnother() throws {
        let first = try open(missed(.routine))
        run.pass(hours: 1)
        try run.poll(missed(.routine).session(0, .attended))
        run.pass(hours: 1)
        let second = try open(missed(.routine))
        #expect(second.id != first.id)
        #expect(try run.count("SELECT count(*) FROM session_record WHERE starts_at = \(key.start.seconds)") == 1)
    }

    @Test(arguments: Tier.allCases) func flippedTwiceInADayItStaysOpenWithAQuestion(_ tier: Tier) throws {
        _ = try open(missed(tier))
        for hour in 1...2 {
            run.pass(hours: 1)
            try run.poll(missed(tier).session(0, hour == 1 ? .attended : .missed))
        }
        let reopened = try #require(try run.openFollowUp())
        run.pass(hours: 1)
        #expect(try run.poll(missed(tier).session(0, .attended)).contains(.changedTooOften))
        #expect(try run.openFollowUp()?.id == reopened.id)
        #expect(try run.taskKinds().contains(QuestionKind.confirmCorrection))
        try run.checkPromises("flipped")
        run.pass(days: 30)
        try run.poll()
        #expect(try run.openFollowUp()?.id == reopened.id, "only a person ends it")
        try run.checkPromises("a month later")
    }

    @Test func flipsFarApartAreCorrections() throws {
        _ = try open(missed(.routine))
        for status in [SessionStatus.attended, .missed, .attended] {
            run.pass(hours: 24)
            try run.poll(missed(.routine).session(0, status))
        }
        #expect(try run.openFollowUp() == nil)
    }

    @Test func aMarkTakenBackLowersNothing() throws {
        let followUp = try open(missed(.now))
        run.pass(hours: 1)
        for status in [SessionStatus.scheduled, .unrecognised] {
            try run.poll(missed(.now).session(0, status))
            #expect(try run.openFollowUp()?.tier == .now, "\(status)")
            #expect(try run.openFollowUp()?.id == followUp.id)
            #expect(try run.state(key) == .standing)
        }
    }

    @Test func enteredInErrorCloses() throws {
        let followUp = try open(missed(.today))
        #expect(try run.poll(missed(.today).session(0, .enteredInError)).contains(.markedInError))
        #expect(try run.closeReason(followUp.id) == .recordedInError)
        #expect(try run.state(key) == .enteredInError)
        try run.checkPromises("in error")
    }

    // MARK: Many at once

    private func manyMissed(_ count: Int) throws -> [ClientRef] {
        for number in 0..<count {
            run.store.put(ClientBuilder("c\(number)").missed(0).attempt(on: -20).snapshot)
        }
        try run.poll()
        return (0..<count).map { ClientRef("c\($0)") }
    }

    private func correct(_ clients: [ClientRef]) {
        for client in clients {
            run.store.change(client) { snapshot in
                for index in snapshot.sessions.indices { snapshot.sessions[index].status = .attended }
            }
        }
    }

    @Test func fiveCorrectionsOfNowAreBelieved() throws {
        let clients = try manyMissed(5)
        correct(clients)
        try run.poll()
        for client in clients { #expect(try run.openFollowUp(client) == nil) }
        try run.checkPromises("five corrected")
    }

    @Test func sixStayOpenUntilAPersonConfirms() throws {
        let clients = try manyMissed(6)
        correct(clients)
        #expect(try run.poll().filter { $0.reason == .tooManyCorrections }.count == 6)
        try run.checkPromises("six corrected")
        for _ in 0..<3 {
            run.pass(hours: 7)
            try run.poll()
            // A poll that looks at one of them alone must not take it for a single correction.
            try run.poll([clients[0]])
        }
        for client in clients {
            #expect(try run.taskKinds(client).filter { $0 == QuestionKind.confirmCorrection }.count == 1)
        }
        let id = try #require(try run.openFollowUp(clients[0])?.id)
        let lead = try #require(PersonID("lead"))
        _ = try run.ledger.carryOut(
            .close(.recordedInError, note: "confirmed"), on: id, by: lead, as: .clinicalLead, at: run.now,
            policy: run.policy)
        #expect(try run.openFollowUp(clients[0]) == nil)
        try run.checkPromises("confirmed")
    }

    // MARK: Called off after all

    @Test(arguments: [SessionStatus.providerCancel, .excused], Tier.allCases)
    func calledOffAfterwardsNeverLowersAnOpenFollowUp(_ status: SessionStatus, _ tier: Tier) throws {
        let followUp = try open(missed(tier))
        run.pass(hours: 1)
        try run.poll(missed(tier).session(0, status))
        if let now = try run.openFollowUp() {
            #expect(now.id == followUp.id)
            #expect(now.tier == tier)
        } else {
            #expect(tier < .today, "continuity is owed for today and now")
        }
        try run.checkPromises("called off")
    }

    @Test func anAdmissionByItselfLowersNothing() throws {
        let followUp = try open(missed(.now))
        try run.poll(missed(.now).session(0, .excused, reason: .psychiatricAdmission))
        #expect(try run.openFollowUp()?.id == followUp.id)
        #expect(try run.openFollowUp()?.tier == .now)
        #expect(try run.taskKinds().contains("coordinate_discharge"))
        try run.checkPromises("in care")
    }

    // MARK: Moved, gone, back again

    @Test(arguments: Tier.allCases) func movedAfterTheMiss(_ tier: Tier) throws {
        let followUp = try open(missed(tier))
        run.pass(hours: 1)
        let moved = missed(tier).withoutSession(key).session(2, .scheduled, id: key.id)
        #expect(try run.poll(moved).contains(.movedToNewStart))
        #expect(try run.state(key) == .rescheduled)
        if tier >= .today {
            #expect(try run.openFollowUp()?.id == followUp.id, "a dragged appointment is no contact")
            #expect(try run.taskKinds().contains(QuestionKind.confirmReschedule))
        } else {
            #expect(try run.openFollowUp() == nil)
        }
        try run.checkPromises("moved")
        run.pass(days: 2)
        try run.poll(moved.session(2, .missed, id: key.id))
        #expect(try run.openFollowUp() != nil, "the new session is a session of its own")
        #expect(try run.known().sessions.count == 2)
        try run.checkPromises("missed again")
    }

    @Test func markedRescheduledIsNeverMissed() throws {
        _ = try open(missed(.routine))
        #expect(try run.poll(missed(.routine).session(0, .rescheduled)).contains(.markedRescheduled))
        #expect(try run.openFollowUp() == nil)
    }

    @Test(arguments: Tier.allCases) func vanishedIsUnknownAndAsked(_ tier: Tier) throws {
        let followUp = try open(missed(tier))
        run.pass(hours: 1)
        #expect(try run.poll(missed(tier).withoutSession(key)).contains(.vanishedFromStore))
        #expect(try run.openFollowUp()?.id == followUp.id)
        #expect(try run.openFollowUp()?.tier == tier)
        #expect(try run.state(key) == .vanished)
        let asked = try run.known().tasks.filter { $0.task.kind == QuestionKind.vanished }
        #expect(asked.map(\.task.role) == [.careCoordinator])
        try run.checkPromises("vanished")
    }

    @Test func backAsMissedItStandsAgain() throws {
        let followUp = try open(missed(.today))
        try run.poll(missed(.today).withoutSession(key))
        run.pass(hours: 1)
        try run.poll(missed(.today))
        #expect(try run.openFollowUp()?.id == followUp.id)
        #expect(try run.state(key) == .standing)
        #expect(try !run.taskKinds().contains(QuestionKind.vanished), "the question has its answer")
        try run.checkPromises("back")
    }

    @Test func backAsAttendedItCloses() throws {
        let followUp = try open(missed(.today))
        try run.poll(missed(.today).withoutSession(key))
        run.pass(days: 2)
        try run.poll(missed(.today).session(0, .attended))
        #expect(try run.closeReason(followUp.id) == .recordedInError)
        #expect(try run.state(key) == .corrected)
        #expect(try !run.taskKinds().contains(QuestionKind.vanished))
        try run.checkPromises("back")
    }

    @Test func anUnansweredSessionThatVanishesIsAskedAbout() throws {
        run.now = ClientBuilder().time(minutes: 31)
        try run.poll(steady.session(0, .scheduled))
        #expect(try run.taskKinds() == [QuestionKind.outcome])
        run.pass(hours: 1)
        try run.poll(steady)
        #expect(try run.taskKinds() == [QuestionKind.vanished], "vanished is unknown, never an outcome")
        try run.checkPromises("vanished")
        try run.poll(steady.session(0, .attended))
        #expect(try run.taskKinds() == [])
    }

    @Test func whatNoLongerCountsMayGoWithoutAQuestion() throws {
        _ = try open(missed(.routine))
        try run.poll(missed(.routine).session(0, .enteredInError))
        try run.poll(steady)
        #expect(try run.taskKinds() == [])
        try run.checkPromises("gone")
    }
}
