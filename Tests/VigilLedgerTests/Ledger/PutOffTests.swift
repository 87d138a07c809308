import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What was put off stays in the queue, comes last in its tier, and comes back.
@Suite struct PutOffTests {
    private let run: PracticeRun
    private let ana: PersonID
    private let ben: PersonID

    init() throws {
        run = try PracticeRun()
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
        let clients = [
            ClientBuilder("a-next").flag(.invalid), ClientBuilder("b-next").flag(.invalid), ClientBuilder("c-routine"),
            ClientBuilder("d-routine"), ClientBuilder("e-today").flag(.value(true)),
        ]
        for client in clients {
            run.store.put(
                client.attended(-21, -14, -7).missed(0).session(7, .scheduled).phq9(on: -5, item9: 0).snapshot)
        }
        try run.poll()
    }

    private func id(_ client: String) throws -> FollowUpID {
        try #require(try run.openFollowUp(ClientRef(client))?.id)
    }

    @discardableResult
    private func carryOut(
        _ command: Lifecycle.Command, on client: String, by person: PersonID? = nil
    ) throws -> FollowUp? {
        try run.ledger.carryOut(
            command, on: try id(client), by: person ?? ana, as: .clinicalLead, at: run.now, policy: run.policy)?.get()
    }

    private func putOff(_ client: String, hours: Int = 2) throws {
        let until = run.now.adding(hours: hours)
        let held = try carryOut(.remind(at: until, note: "their words"), on: client)
        #expect(held?.reminder == Reminder(at: until, note: "their words"))
        #expect(held?.state == .open && held?.takenBy == nil)
    }

    private func order(afterHours hours: Int = 0) throws -> [String] {
        try run.ledger.read { try $0.queue(at: run.now.adding(hours: hours), limit: 10) }.map(\.client.storeID)
    }

    private var usual: [String] {
        get throws { try order() }
    }

    @Test func afterTheOthersOfItsTierAndNeverHidden() throws {
        let usual = try usual
        let (firstNext, secondNext) = (usual[1], usual[2])
        #expect(usual[0] == "e-today" && firstNext.hasSuffix("next") && secondNext.hasSuffix("next"))
        try putOff(firstNext)
        #expect(try order() == [usual[0], secondNext, firstNext, usual[3], usual[4]])
        #expect(try order(afterHours: 2) == usual, "its time has come")
        try putOff(usual[3])
        #expect(try order() == [usual[0], secondNext, firstNext, usual[4], usual[3]])
        // Overdue rows are never put off.
        #expect(try order(afterHours: 24 * 10) == usual)
        #expect(try run.history(try id(firstNext)).last == "follow_up_put_off person_decided")
        try run.checkPromises("put off")
    }

    /// A store that says nothing new changes nothing about it; a person's act, or what raises it, does.
    @Test(arguments: ["take", "attempt", "hand over", "raise", "miss", "close and reopen"])
    func itEnds(_ how: String) throws {
        let client = try usual[1]
        try putOff(client, hours: 1)
        run.pass(minutes: 30)
        try run.poll()
        #expect(try run.openFollowUp(ClientRef(client))?.reminder != nil, "a poll without news")
        let known = ClientBuilder(client).flag(.invalid).attended(-21, -14, -7).missed(0)
            .session(7, .scheduled).phq9(on: -5, item9: 0)
        switch how {
        case "take": try carryOut(.take, on: client)
        case "attempt":
            try carryOut(
                .record(Attempt(at: run.now, by: ana, channel: .phone, outcome: .noAnswer, note: "")), on: client)
        case "hand over": try carryOut(.handOver(to: ben, .therapist), on: client)
        case "raise": try run.poll(known.attempt(on: -20))
        case "miss": try run.poll(known.session(-1, .missed))
        default:
            let id = try id(client)
            try carryOut(.close(.setAside, note: "n"), on: client)
            _ = try run.ledger.carryOut(
                .reopen(note: "n"), on: id, by: ana, as: .clinicalLead, at: run.now, policy: run.policy)?.get()
        }
        let held = try #require(try run.openFollowUp(ClientRef(client)))
        #expect(held.reminder == nil, "\(how)")
        if how == "raise" { #expect(held.tier > .next) }
        if how == "miss" { #expect(held.sessions.count == 2) }
    }

    /// A task that comes due before the reminder ends it.
    @Test func nothingIsPutOffPastItsEarliestTask() throws {
        let client = try usual[1]
        func add(_ hours: Int) throws {
            let task = FollowUpTask(
                kind: QuestionKind.wrongNumber, role: .therapist, say: "s", due: run.now.adding(hours: hours),
                followUp: try id(client))
            var plan = ClientPlan(client: ClientRef(client))
            plan.acts = [Act(.addTask(task), because: .numberWrong)]
            try run.ledger.commit(
                Ledger.Commit(plans: [plan], looked: [], move: .stay, at: run.now, policy: run.policy.hash))
        }
        try putOff(client, hours: 2)
        try add(3)
        #expect(try run.openFollowUp(ClientRef(client))?.reminder != nil)
        try add(1)
        #expect(try run.openFollowUp(ClientRef(client))?.reminder == nil)
    }
}
