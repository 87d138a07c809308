import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// Why a session was missed: asked for at the first contact, recorded, and what follows from it.
@Suite struct ReasonTests {
    private let run: PracticeRun
    private let ana: PersonID
    private let steady = ClientBuilder().attended(-28, -21, -14).phq9(on: -10, item9: 0).session(7, .scheduled)

    init() throws {
        run = try PracticeRun()
        ana = try #require(PersonID("ana"))
    }

    private func followUp() throws -> FollowUp { try #require(try run.openFollowUp()) }

    private func carryOut(_ command: Lifecycle.Command, _ id: FollowUpID? = nil) throws {
        let id = try id ?? followUp().id
        _ = try #require(
            try run.ledger.carryOut(command, on: id, by: ana, as: .therapist, at: run.now, policy: run.policy)
        ).get()
    }

    private func reached(_ reason: MissReason?, _ outcome: Attempt.Outcome = .reached) -> Lifecycle.Command {
        .record(Attempt(at: run.now, by: ana, channel: .phone, outcome: outcome, note: "", reason: reason))
    }

    /// A look as the daemon makes it: at the clients whose time has come.
    private func lookWhenDue() throws -> [Act] {
        try run.poll(try run.ledger.clientsDue(at: run.now, limit: 10))
    }

    @Test(arguments: MissReason.allCases) func anInvoluntaryReasonExcuses(_ reason: MissReason) throws {
        try run.poll(steady.missed(-7, 0))
        run.pass(hours: 1)
        try carryOut(reached(reason))
        let before = try followUp()
        #expect(try lookWhenDue().contains(.reasonExcuses) == run.policy.detection.involuntaryReasons.contains(reason))
        let excuses = run.policy.detection.involuntaryReasons.contains(reason)
        #expect(try run.state(ClientBuilder().key()) == (excuses ? .excused : .standing))
        // The latest alone: nobody said why the one before was missed.
        #expect(try run.state(ClientBuilder().key(-7)) == .standing)
        #expect(try run.known().reasons == [ClientBuilder().key(): reason])
        // It lowers and closes nothing by itself.
        #expect(try followUp().tier >= before.tier)
        try run.checkPromises("\(reason)")
    }

    @Test func fromThenOnItCountsNoMore() throws {
        // Two missed before, one excused by what was said: the third finds one and not two.
        try run.poll(steady.missed(-7, 0))
        try carryOut(reached(nil))
        try carryOut(.giveReason(.illness, allSessions: true))
        _ = try lookWhenDue()
        let id = try followUp().id
        try carryOut(.close(.reachedWithPlan, note: "plan"), id)
        run.pass(days: 7)
        try run.poll(steady.missed(-7, 0, 7))
        let third = try followUp().id
        let assessment = try #require(try run.ledger.read { try $0.assessments(of: third) }.first)
        let counted = assessment.assessment.findings.filter {
            $0.rule == "prior_misses" || $0.rule == "missed_in_a_row"
        }
        #expect(counted.map(\.state) == [.absent, .absent])
        try run.checkPromises("the next one")
    }

    @Test func nobodyReachedSaysNothing() throws {
        try run.poll(steady.missed(0))
        for outcome in Attempt.Outcome.allCases where !outcome.tellsReasons {
            #expect(throws: Lifecycle.Refusal.reasonFromNobody) { try carryOut(reached(.illness, outcome)) }
        }
        #expect(throws: Lifecycle.Refusal.reasonFromNobody) {
            try carryOut(.giveReason(.illness, allSessions: false))
        }
        #expect(try run.count("SELECT count(*) FROM session_reason") == 0)
        #expect(try run.count("SELECT count(*) FROM attempt") == 0)
        try carryOut(reached(.illness, .reachedSupportPerson))
        #expect(try run.count("SELECT count(*) FROM session_reason") == 1)
    }

    @Test func aReasonAndAnEndingInOneWord() throws {
        try run.poll(steady.missed(0))
        let id = try followUp().id
        try carryOut(
            .record(
                Attempt(
                    at: run.now, by: ana, channel: .phone, outcome: .reachedWithPlan, note: "plan", reason: .weather)))
        _ = try lookWhenDue()
        #expect(try run.openFollowUp() == nil && run.closeReason(id) == .reachedWithPlan)
        #expect(try run.state(ClientBuilder().key()) == .excused)
        try run.checkPromises("closed")
    }

    /// What was taken for illness was forgotten after all: the last word holds, and the session counts again.
    @Test func theLastWordHolds() throws {
        try run.poll(steady.missed(0))
        try carryOut(reached(.illness))
        _ = try lookWhenDue()
        // Nobody is asked to confirm what a person has just recorded.
        #expect(try !run.taskKinds().contains(QuestionKind.confirmCalledOff))
        try carryOut(.giveReason(.forgot, allSessions: false))
        let acts = try lookWhenDue()
        #expect(acts.contains(.correctedToMissed))
        #expect(try run.state(ClientBuilder().key()) == .standing)
        #expect(try run.count("SELECT count(*) FROM session_reason") == 2, "nothing is deleted")
        try run.checkPromises("forgot")
    }

    @Test func alsoAfterwards() throws {
        try run.poll(steady.missed(0))
        let id = try followUp().id
        try carryOut(.close(.reachedWithPlan, note: "plan"))
        run.pass(days: 1)
        try carryOut(.giveReason(.inCustody, allSessions: false), id)
        _ = try lookWhenDue()
        #expect(try run.state(ClientBuilder().key()) == .excused && run.openFollowUp() == nil)
        try run.checkPromises("afterwards")
    }

    @Test func whoCameCame() throws {
        try run.poll(steady.missed(0))
        try carryOut(reached(.illness))
        _ = try lookWhenDue()
        try run.poll(steady.session(0, .attended))
        #expect(try run.state(ClientBuilder().key()) == .corrected)
        try run.checkPromises("came after all")
    }

    /// Which hospital it was is asked, also when the follow-up ends with the same word, until somebody has found out.
    @Test func hospitalIsAskedAbout() throws {
        try run.poll(steady.missed(0))
        let id = try followUp().id
        try carryOut(reached(.inHospital, .reachedSupportPerson))
        try carryOut(reached(.inHospital))
        func asked() throws -> Int { try run.taskKinds().count { $0 == QuestionKind.whichHospital } }
        #expect(try asked() == 1)
        _ = try lookWhenDue()
        #expect(try run.openFollowUp() != nil)
        try carryOut(.close(.reachedWithPlan, note: "plan"))
        #expect(try asked() == 1)
        try run.checkPromises("hospital")
        try carryOut(.see, id)
        #expect(try asked() == 0)
    }

    // MARK: An excuse is no end

    /// Excused, and what is on file may still make it urgent: an attempt on that day, a flag, a stay in psychiatric care.
    @Test func whatIsOnFileStillRaises() throws {
        try run.poll(steady.missed(0))
        try carryOut(reached(.inHospital, .reachedSupportPerson))
        _ = try lookWhenDue()
        #expect(try followUp().tier == .routine)
        try run.poll(steady.missed(0).attempt(on: 0))
        #expect(try run.taskKinds().contains(QuestionKind.incident))
        // As provider cancelled: `today` by the flag, lowered by one.
        #expect(try run.poll(steady.missed(0).attempt(on: 0).flag(.value(true))).contains(.newInformation))
        #expect(try followUp().tier == .next)
        try run.checkPromises("flag")
    }

    @Test func aPsychiatricStayIsNext() throws {
        try run.poll(steady.missed(0))
        try carryOut(reached(.inHospital, .reachedSupportPerson))
        _ = try lookWhenDue()
        try run.poll(steady.session(0, .missed, reason: .psychiatricAdmission))
        #expect(try followUp().tier == .next)
        #expect(try run.taskKinds().contains("coordinate_discharge"))
        try run.checkPromises("in care")
    }

    /// The one that made it urgent is excused, and another is kept: a person confirms.
    @Test func anotherSessionClosesNothingUrgent() throws {
        let urgent = steady.flag(.value(true)).missed(0)
        try run.poll(urgent)
        #expect(try followUp().tier == .today)
        try carryOut(reached(.illness))
        _ = try lookWhenDue()
        run.now = ClientBuilder().time(9, minutes: 60)
        try run.poll(urgent.missed(7).session(9, .attended))
        #expect(try run.openFollowUp() != nil)
        #expect(try run.taskKinds().contains(QuestionKind.confirmKeptSession))
        try run.checkPromises("confirm")
    }

    /// Corrected to "forgot" long after a person has closed it: a record, and nobody is called for it again.
    @Test func anotherWordOpensNothingThatIsClosed() throws {
        try run.poll(steady.missed(0).attempt(on: -20))
        let id = try followUp().id
        #expect(try followUp().tier == .now)
        try carryOut(reached(.illness))
        try carryOut(.close(.reachedWithPlan, note: "plan"))
        _ = try lookWhenDue()
        run.pass(days: 7)
        try carryOut(.giveReason(.forgot, allSessions: false), id)
        _ = try lookWhenDue()
        #expect(try run.state(ClientBuilder().key()) == .standing && run.openFollowUp() == nil)
        try run.checkPromises("closed stays closed")
    }

    /// Who has told us why did not come: nobody is asked whether they did.
    @Test func anUnmarkedOneIsNotAskedAboutAgain() throws {
        run.now = ClientBuilder().time(1, minutes: 180)
        try run.poll(steady.session(0, .scheduled))
        try carryOut(reached(.illness))
        _ = try lookWhenDue()
        #expect(try run.state(ClientBuilder().key()) == .excused)
        #expect(try !run.taskKinds().contains(QuestionKind.outcome))
        try run.checkPromises("unmarked")
    }

    @Test func aReasonIsOfTheSessionThatCounts() throws {
        // The latest of the follow-up was called off by the practice afterwards: what was said is about the one before.
        try run.poll(steady.missed(-7, 0))
        try run.poll(steady.missed(-7).session(0, .providerCancel))
        try carryOut(reached(.illness))
        #expect(try run.known().reasons == [ClientBuilder().key(-7): .illness])
    }

    /// "Too stressful" in trauma-focused work is a sign of its own, and with it the therapist calls.
    @Test func tooStressfulAsksForTheTherapist() throws {
        let trauma = ClientBuilder().attended(-28, -21, -14, -7).treatment(
            traumaFocused: .value(true), attended: .value(4)
        )
        .phq9(on: -10, item9: 0).session(7, .scheduled).missed(0)
        try run.poll(trauma)
        #expect(try followUp().tier == .routine)
        try carryOut(reached(.tooStressful))
        let acts = try lookWhenDue()
        #expect(acts.contains(.newInformation))
        #expect(try followUp().tier == .next)
        let id = try followUp().id
        let flags = try run.ledger.read { try $0.assessments(of: id) }.first?.assessment.engagement
        #expect(flags?.map(\.rule).contains("too_stressful") == true)
        try run.checkPromises("too stressful")
    }

    /// Who said it is on record; what was said is in the ledger and in nothing that leaves it.
    @Test func theAuditSaysThatAndNotWhat() throws {
        try run.poll(steady.missed(0))
        let id = try followUp().id
        try carryOut(reached(.inCustody))
        let row = try #require(try run.ledger.read { try $0.history(of: id) }.last { $0.act == "reason_recorded" })
        #expect(row.actor == "person:ana" && !row.event.contains("custody") && !row.reason.contains("custody"))
    }
}
