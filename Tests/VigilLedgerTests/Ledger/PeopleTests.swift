import Dispatch
import Foundation
import Testing
import VigilCore
import VigilLedger
import VigilSQL
import VigilTestKit

/// What people do, decided and committed in one transaction.
@Suite struct PeopleTests {
    private let run: PracticeRun
    private let id: FollowUpID
    private let ana: PersonID
    private let ben: PersonID

    init() throws {
        run = try PracticeRun()
        try run.poll(ClientBuilder().missed(0).attempt(on: -20))
        id = try #require(try run.openFollowUp()?.id)
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
    }

    private func carryOut(
        _ command: Lifecycle.Command, by person: PersonID, as role: Role = .onCall, dryRun: Bool = false
    ) throws -> Result<FollowUp, Lifecycle.Refusal>? {
        try run.ledger.carryOut(
            command, on: id, by: person, as: role, at: run.now, policy: run.policy, dryRun: dryRun)
    }

    private func failure(_ result: Result<FollowUp, Lifecycle.Refusal>?) -> Lifecycle.Refusal? {
        if case .failure(let refusal) = result { refusal } else { nil }
    }

    @Test func theSecondWhoTakesIsRefused() throws {
        #expect(try carryOut(.take, by: ana)?.get().takenBy == ana)
        #expect(try failure(carryOut(.take, by: ben)) == .takenByAnother)
        #expect(try failure(carryOut(.take, by: ana)) == .alreadyYours)
        #expect(try run.openFollowUp()?.takenBy == ana)
        #expect(try run.history(id).filter { $0.hasPrefix("follow_up_taken") }.count == 1)
    }

    /// Many at the same moment, on threads of their own: one wins, whoever it is.
    @Test func ofManyWhoTakeAtOnceOneWins() throws {
        let people = (0..<16).compactMap { PersonID("person-\($0)") }
        let ledger = run.ledger
        let (id, now, policy) = (id, run.now, run.policy)
        let winners = Winners()
        DispatchQueue.concurrentPerform(iterations: people.count) { index in
            let result = try? ledger.carryOut(
                .take, on: id, by: people[index], as: .onCall, at: now, policy: policy)
            if case .success = result { winners.add(people[index]) }
        }
        #expect(winners.all.count == 1)
        #expect(try run.openFollowUp()?.takenBy == winners.all.first)
        #expect(try run.ledger.verify().faults.isEmpty)
    }

    private final class Winners: @unchecked Sendable {
        private let lock = NSLock()
        private var people: [PersonID] = []

        func add(_ person: PersonID) { lock.withLock { people.append(person) } }

        var all: [PersonID] { lock.withLock { people } }
    }

    @Test func aRefusedCommandWritesNothing() throws {
        let before = try run.ledger.read { try $0.lastAuditSequence() }
        #expect(try failure(carryOut(.close(.declined, note: "n"), by: ana, as: .careCoordinator)) == .cliniciansOnly)
        #expect(try failure(carryOut(.take, by: ana, as: .auditor)) == .roleMayNot)
        #expect(try carryOut(.take, by: ana, dryRun: true)?.get().takenBy == nil)
        #expect(try run.ledger.read { try $0.lastAuditSequence() } == before)
        #expect(try run.openFollowUp()?.takenBy == nil)
    }

    @Test func anUnknownFollowUpIsNone() throws {
        let unknown = try #require(FollowUpID("0000000000000000"))
        let result = try run.ledger.carryOut(
            .take, on: unknown, by: ana, as: .onCall, at: run.now, policy: run.policy)
        #expect(result == nil)
    }

    @Test(arguments: CloseReason.allCases) func closingSupersedesWhatWasStillToDo(_ reason: CloseReason) throws {
        if reason == .notReachedWithPlan { try makeEffort() }
        let open = try run.known().tasks.count
        #expect(open > 0)
        #expect(try carryOut(.close(reason, note: "why"), by: ana, as: .clinicalLead)?.get().state == .closed)
        #expect(try run.known().tasks.isEmpty)
        #expect(
            try run.count(
                """
                SELECT count(*) FROM task WHERE state = 'superseded' AND ended_by = 'person:ana'
                    AND ended_reason = 'follow_up_closed' AND ended_at = \(run.now.seconds)
                """) == open)
        #expect(try run.closeReason(id) == reason)
        #expect(try failure(carryOut(.take, by: ben)) == .alreadyClosed)
        try run.checkPromises("closed by a person")
    }

    /// "Not reached" may be said once the policy's effort has been made, and not before.
    private func makeEffort() throws {
        #expect(try failure(carryOut(.close(.notReachedWithPlan, note: "why"), by: ana)) == .effortNotMade)
        for channel in [Attempt.Channel.phone, .message, .phone] {
            run.pass(hours: 2)
            let attempt = Attempt(at: run.now, by: ana, channel: channel, outcome: .noAnswer, note: "")
            _ = try carryOut(.record(attempt), by: ana)?.get()
        }
    }

    @Test func aClosedMissIsNotOpenedAgain() throws {
        try makeEffort()
        #expect(try carryOut(.close(.notReachedWithPlan, note: "why"), by: ana)?.get().state == .closed)
        for _ in 0..<3 {
            run.pass(days: 2)
            #expect(try run.poll().allSatisfy { if case .openFollowUp = $0.effect { false } else { true } })
        }
        #expect(try run.openFollowUp() == nil)
    }

    @Test func aFailedAttemptNeverCloses() throws {
        for outcome in Attempt.Outcome.allCases where outcome != .reachedWithPlan {
            let attempt = Attempt(at: run.now, by: ana, channel: .phone, outcome: outcome, note: "")
            #expect(try carryOut(.record(attempt), by: ana)?.get().state == .taken)
        }
        let reached = Attempt(at: run.now, by: ana, channel: .phone, outcome: .reachedWithPlan, note: "plan")
        #expect(try carryOut(.record(reached), by: ana)?.get().state == .closed)
        #expect(try run.closeReason(id) == .reachedWithPlan)
        try run.checkPromises("reached")
    }

    @Test func theQueueShowsNowFirstThenOverdueThenTierThenTime() throws {
        let run = try PracticeRun()
        let clients: [(String, ClientBuilder)] = [
            ("routine", ClientBuilder("routine")), ("next", ClientBuilder("next").flag(.invalid)),
            ("today", ClientBuilder("today").flag(.value(true))), ("now", ClientBuilder("now").attempt(on: -20)),
        ]
        for (_, client) in clients {
            run.store.put(
                client.attended(-21, -14, -7).missed(0).session(7, .scheduled).phq9(on: -5, item9: 0).snapshot)
        }
        try run.poll()
        func order(_ now: WallTime) throws -> [String] {
            try run.ledger.read { try $0.queue(at: now, limit: 10) }.map(\.client.storeID)
        }
        #expect(try order(run.now) == ["now", "today", "next", "routine"])
        let overdue = run.now.adding(hours: 24 * 4)
        #expect(try order(overdue) == ["now", "today", "next", "routine"])
        run.now = run.now.adding(hours: 24 * 4)
        run.store.put(ClientBuilder("late").missed(0).session(3, .missed).attempt(on: -20).snapshot)
        try run.poll()
        #expect(try order(run.now).prefix(2) == ["now", "late"], "among now, the longest overdue")
        let counts = try run.ledger.read { try $0.counts(at: run.now) }
        #expect(counts.open[.now] == 2 && counts.overdue == 4)
    }

    /// A person closes the follow-up while a poll has planned to add a new miss to it: the miss must not go down with it.
    @Test func aPlanThatAPersonOvertakesLosesNoMiss() throws {
        run.now = ClientBuilder().time(7, minutes: 20)
        run.store.put(ClientBuilder().missed(0, 7).attempt(on: -20).snapshot)
        let plans = try run.plan()
        _ = try carryOut(.close(.reachedWithPlan, note: "plan"), by: ana)
        let commit = Ledger.Commit(
            plans: plans, looked: plans.map(\.client), move: .stay, at: run.now, policy: run.policy.hash)
        // Refused whole, so that the poll plans again.
        #expect(throws: PlanOvertaken.self) { try run.ledger.commit(commit) }
        try run.poll()
        let open = try run.openFollowUp()
        #expect(open?.sessions.contains(ClientBuilder().key(7)) == true)
    }

    /// A therapist on call, and one who was handed a colleague's follow-up, may read what they are asked to act on.
    @Test func whoIsAskedMayRead() throws {
        let run = try PracticeRun()
        try run.poll(ClientBuilder().attended(-14, -7).missed(0).attempt(on: -20))
        let followUp = try #require(try run.openFollowUp())
        let ana = try #require(PersonID("ana"))
        let person = Person(id: ana, role: .therapist, account: "ana", therapist: TherapistRef("other"))
        func mayRead(_ person: Person) throws -> Bool {
            try run.ledger.read { try $0.mayRead(try #require(try $0.followUp(followUp.id)), person) }
        }
        #expect(try !mayRead(person))
        let handed = Lifecycle.Command.handOver(to: ana, .therapist)
        let lead = try #require(PersonID("lead"))
        _ = try run.ledger.carryOut(
            handed, on: followUp.id, by: lead, as: .clinicalLead, at: run.now, policy: run.policy)?.get()
        #expect(try mayRead(person))

        // Paged for it, whoever has it now.
        let ben = try #require(PersonID("ben"))
        var paged = Person(id: ben, role: .therapist, account: "ben", therapist: TherapistRef("third"))
        #expect(try !mayRead(paged))
        _ = try run.ledger.database.write { connection in
            try connection.run(
                """
                INSERT INTO paging (id, store, is_test, state, step, step_began_at, pages, begun_at, due_at)
                VALUES ($1, 'practice', 0, 'paging', 0, 0, 1, 0, 1)
                """, [.text(followUp.id.text)])
            try connection.run(
                """
                INSERT INTO page (key, paging, number, step, target, person, made_at, code)
                VALUES ('k', $1, 1, 0, 'on_call', 'ben', 0, 'c')
                """, [.text(followUp.id.text)])
        }
        #expect(try mayRead(paged))
        // An administrator sees no client data, whatever page was sent to them.
        paged.role = .admin
        #expect(try !mayRead(paged))
    }
}
