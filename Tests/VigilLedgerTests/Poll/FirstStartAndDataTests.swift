import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// A first start on an old store (I31), clients who are no longer active, rows and fields that cannot be read (I28).
@Suite struct FirstStartAndDataTests {
    private let run: PracticeRun
    private let steady = ClientBuilder().attended(-28, -21).session(7, .scheduled).phq9(on: -40, item9: 0)

    init() throws {
        run = try PracticeRun()
    }

    // MARK: First start

    @Test func olderThanTheHorizonIsHistory() throws {
        run.horizon = ClientBuilder().time(-14)
        run.startsQuiet = true
        #expect(try run.poll(steady.missed(-15).attempt(on: -20)).reasons == [.beforeHorizon])
        #expect(try run.openFollowUp() == nil)
        #expect(try run.state(ClientBuilder().key(-15)) == .history)
        try run.checkPromises("history")
    }

    @Test func theHorizonItselfAndLaterStartQuietly() throws {
        run.horizon = ClientBuilder().time(-14)
        run.startsQuiet = true
        try run.poll(steady.missed(-15, -14).attempt(on: -20))
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.startsQuiet)
        #expect(followUp.tier == .now)
        #expect(followUp.sessions == [ClientBuilder().key(-14)])
        try run.checkPromises("quiet")
    }

    @Test func afterTheFirstReconcileTheyDoNotStartQuietly() throws {
        run.horizon = ClientBuilder().time(-14)
        try run.poll(steady.missed(0))
        #expect(try run.openFollowUp()?.startsQuiet == false)
    }

    @Test func whatWasCalledOffBeforeTheHorizonOpensNothing() throws {
        run.horizon = ClientBuilder().time(-2)
        #expect(try run.poll(steady.session(-5, .providerCancel).attempt(on: -20)).isEmpty)
        try run.poll(steady.session(-1, .providerCancel).attempt(on: -20))
        #expect(try run.openFollowUp() != nil)
    }

    @Test func historyThatIsCorrectedStaysWithoutAFollowUp() throws {
        run.horizon = ClientBuilder().time(-14)
        try run.poll(steady.missed(-20))
        for status in [SessionStatus.attended, .missed] {
            try run.poll(steady.session(-20, status))
            #expect(try run.openFollowUp() == nil)
            try run.checkPromises("\(status)")
        }
        #expect(try run.state(ClientBuilder().key(-20)) == .history)
    }

    // MARK: Excluded

    @Test(arguments: [ClientRecord.Standing.deceased, .discharged, .transferred])
    func aClientWhoLeftIsShownAsExcluded(_ standing: ClientRecord.Standing) throws {
        try run.poll(steady.missed(0).standing(standing).attempt(on: -20))
        #expect(try run.openFollowUp() == nil)
        #expect(try run.state(ClientBuilder().key()) == .excluded)
        #expect(try run.known().tasks.map(\.task.role) == [.clinicalLead])
        #expect(try run.taskKinds() == [QuestionKind.excludedClient])
        try run.checkPromises("excluded")
    }

    @Test func anOpenFollowUpOfAClientWhoLeftGoesToTheClinicalLead() throws {
        try run.poll(steady.missed(0))
        let id = try #require(try run.openFollowUp()?.id)
        let left = steady.missed(0).standing(.deceased)
        try run.poll(left)
        let followUp = try #require(try run.openFollowUp())
        #expect(followUp.id == id, "vigil does not close it")
        #expect(followUp.owner == .clinicalLead)
        #expect(try run.known().tasks.allSatisfy { $0.task.role == .clinicalLead }, "nobody is told to call")
        try run.checkPromises("left")
        try run.poll(left.attempt(on: -20))
        #expect(try run.openFollowUp()?.tier == .routine, "new information asks nobody to call")
        try run.checkPromises("new information")
    }

    @Test func aFollowUpHandedOverHasATaskWhateverWasAskedBefore() throws {
        // A miss while the client counted as gone has asked the same question already, without a follow-up.
        try run.poll(steady.missed(-3).standing(.discharged))
        try run.poll(steady.missed(-3, 0))
        #expect(try run.openFollowUp() != nil)
        try run.poll(steady.missed(-3, 0).standing(.discharged))
        try run.checkPromises("handed over")
    }

    @Test func anUnlistedClientIsFollowedUp() throws {
        try run.poll(steady.missed(0).standing(.unlisted))
        #expect(try run.openFollowUp() != nil)
    }

    // MARK: Rows and fields that cannot be read

    private let row = UnreadableRow(table: "session", rowID: "r", column: "starts_at")

    @Test func anUnreadableRowIsOneTaskUntilItCanBeRead() throws {
        let client = steady.unreadable(row)
        #expect(try run.poll(client.missed(0)).contains(.rowUnreadable))
        #expect(try run.openFollowUp() != nil, "the rest goes on")
        try run.poll(client.missed(0).unreadable(row))
        #expect(try run.taskKinds().filter { $0 == QuestionKind.unreadableRow }.count == 1)
        let other = UnreadableRow(table: "session", rowID: "r", column: "cancelled_at")
        try run.poll(client.missed(0).unreadable(other))
        #expect(try run.taskKinds().filter { $0 == QuestionKind.unreadableRow }.count == 2)
        try run.checkPromises("two")
        #expect(try run.poll(steady.missed(0)).filter { $0.reason == .rowReadable }.count == 2)
        #expect(try !run.taskKinds().contains(QuestionKind.unreadableRow))
        try run.checkPromises("readable")
    }

    @Test func anUnreadableSafetyFieldIsATaskOfItsOwn() throws {
        try run.poll(steady.missed(0).flag(.invalid))
        let id = try #require(try run.openFollowUp()?.id)
        #expect(try run.taskKinds().contains(QuestionKind.dataQuality))
        let lead = try #require(PersonID("lead"))
        _ = try run.ledger.carryOut(
            .close(.reachedWithPlan, note: "plan"), on: id, by: lead, as: .clinicalLead, at: run.now,
            policy: run.policy)
        #expect(try run.taskKinds() == [QuestionKind.dataQuality], "it stays until the record is put right")
        try run.checkPromises("closed")
    }

    @Test func anAttemptAfterTheSessionOpensTheIncidentPath() throws {
        try run.poll(steady.missed(0))
        run.pass(days: 1)
        #expect(try run.poll(steady.missed(0).attempt(on: 1)).contains(.incidentOnFile))
        #expect(try run.known().tasks.first { $0.task.kind == QuestionKind.incident }?.task.role == .clinicalLead)
        try run.checkPromises("incident")
    }
}
