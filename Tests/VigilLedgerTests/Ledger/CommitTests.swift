import Testing
import VigilCore
import VigilLedger
import VigilSQL
import VigilTestKit

/// All of a commit or nothing, and what the schema refuses whatever the code above does (I3, I4).
@Suite struct CommitTests {
    private let run: PracticeRun
    private let tables = ["session_record", "assessment", "follow_up", "task", "attempt", "audit", "look_again"]

    init() throws {
        run = try PracticeRun()
    }

    private func commit(_ plans: [ClientPlan], _ move: Ledger.Move = .stay, looked: [ClientRef] = []) throws {
        try run.ledger.commit(
            Ledger.Commit(plans: plans, looked: looked, move: move, at: run.now, policy: run.policy.hash))
    }

    private func counts() throws -> [Int] {
        try tables.map { try run.count("SELECT count(*) FROM \($0)") }
    }

    private func plans(_ ids: String...) throws -> [ClientPlan] {
        for id in ids { run.store.put(ClientBuilder(id).missed(0).attempt(on: -20).snapshot) }
        return try run.plan()
    }

    @Test func oneFailingActLeavesNothingOfThePage() throws {
        _ = try run.ledger.progress(firstHorizon: nil)
        var plans = try plans("a", "b", "c")
        let record = try #require(ClientBuilder("c").missed(0).record(ClientBuilder().key()))
        // The same session twice: the schema refuses the second.
        plans[2].acts.append(
            Act(.recordSession(record, KnownSession(state: .standing, outcome: .missed)), because: .newMiss))
        let cursor = StoreCursor(change: 9, startsUpTo: run.now)
        #expect(throws: OperationError.self) { try commit(plans, .polled(cursor), looked: plans.map(\.client)) }
        #expect(try counts() == tables.map { _ in 0 })
        #expect(try run.ledger.progress(firstHorizon: nil).cursor == nil, "nor has the cursor moved")
        try commit(try run.plan(), .polled(cursor))
        #expect(try run.count("SELECT count(*) FROM follow_up") == 3, "the same page goes through afterwards")
        #expect(try run.ledger.progress(firstHorizon: nil).cursor == cursor)
        try run.checkPromises("committed")
    }

    @Test func anErrorHoldsNoClientData() throws {
        var plans = try plans("Jane Doe 1980")
        plans[0].acts += plans[0].acts
        let error = #expect(throws: OperationError.self) { try commit(plans) }
        let text = try #require(error?.description)
        #expect(!text.contains("Jane") && !text.contains("s0"))
    }

    @Test func aSecondOpenFollowUpOfAClientIsRefused() throws {
        let plans = try plans("a")
        try commit(plans)
        let before = try counts()
        var second = try #require(
            plans[0].acts.compactMap { act in
                if case .openFollowUp(let followUp, _) = act.effect { followUp } else { nil }
            }.first)
        var random = SeededRandom(seed: 99)
        second.id = FollowUpID(from: &random)
        var plan = ClientPlan(client: plans[0].client)
        plan.acts = [Act(.openFollowUp(second, reasons: []), because: .newMiss)]
        #expect(throws: OperationError.self) { try commit([plan]) }
        #expect(try counts() == before)
        // Once the first is closed, another may be opened.
        let id = try #require(try run.openFollowUp(plans[0].client)?.id)
        plan.acts.insert(Act(.close(id, .recordedInError, note: "n"), because: .personDecided), at: 0)
        try commit([plan])
        #expect(try run.openFollowUp(plans[0].client)?.id == second.id)
    }

    @Test func clientsMayShareAGroupSession() throws {
        try commit(plans("a", "b"))
        #expect(try run.count("SELECT count(*) FROM session_record") == 2)
        for id in ["a", "b"] { #expect(try run.openFollowUp(ClientRef(id))?.sessions.count == 1) }
        run.store.put(ClientBuilder("a").session(0, .attended).attempt(on: -20).snapshot)
        try run.poll()
        #expect(try run.known(ClientRef("a")).sessions.values.map(\.state) == [.corrected])
        #expect(try run.known(ClientRef("b")).sessions.values.map(\.state) == [.standing], "the other's is untouched")
    }

    // MARK: Cursor and looks

    @Test func theHorizonIsFixedAtTheFirstStart() throws {
        let first = run.now.adding(hours: -24)
        #expect(try run.ledger.progress(firstHorizon: first).horizon == first)
        #expect(try run.ledger.progress(firstHorizon: run.now).horizon == first)
        #expect(try run.ledger.progress(firstHorizon: nil).horizon == first)
    }

    @Test func aReconcileIsNotedAndAPollLeavesItsTime() throws {
        _ = try run.ledger.progress(firstHorizon: nil)
        let at = run.now
        try commit([], .reconciled(StoreCursor(change: 1, startsUpTo: at)))
        run.pass(hours: 1)
        try commit([], .polled(StoreCursor(change: 2, startsUpTo: run.now)))
        try commit([], .stay)
        let progress = try run.ledger.progress(firstHorizon: nil)
        #expect(progress.reconciledAt == at)
        #expect(progress.cursor == StoreCursor(change: 2, startsUpTo: run.now))
        #expect(progress.horizon == nil)
    }

    @Test func aLookReplacesTheOneBefore() throws {
        let client = ClientRef("a")
        var plan = ClientPlan(client: client)
        plan.lookAgainAt = run.now.adding(minutes: 30)
        try commit([plan], looked: [client])
        plan.lookAgainAt = run.now.adding(minutes: 60)
        try commit([plan], looked: [client])
        #expect(try run.ledger.clientsDue(at: run.now.adding(minutes: 59), limit: 10) == [])
        #expect(try run.ledger.clientsDue(at: run.now.adding(minutes: 60), limit: 10) == [client])
        plan.lookAgainAt = nil
        try commit([plan], looked: [client])
        #expect(try run.ledger.clientsDue(at: run.now.adding(hours: 99), limit: 10) == [])
    }

    @Test func storesInOneLedgerAreApart() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("ledger.db")
        let first = try PracticeRun(path: path)
        try first.poll(ClientBuilder().missed(0))
        let id = try #require(try first.openFollowUp()?.id)
        try first.ledger.close()
        let other = try Ledger(path: path, store: "another")
        #expect(try other.known([PracticeRun.client]).isEmpty)
        #expect(try other.read { try $0.followUp(id) } == nil)
        #expect(try other.read { try $0.queue(at: first.now, limit: 10) }.isEmpty)
        try other.close()
        let again = try Ledger(path: path, store: "practice")
        #expect(try again.read { try $0.followUp(id) } != nil, "and nothing is lost by opening it again")
        try again.close()
    }
}
