import Synchronization
import Testing
import VigilCore
import VigilDaemon
import VigilFHIR
import VigilLedger
import VigilSQL
import VigilTestKit

/// What is written to the practice's FHIR server, and when, with a server of the test's own.
@Suite struct TaskKeeperTests {
    private let ledger: Ledger
    private var policy: Policy
    private let clock = ManualClock(WallTime(seconds: 1_795_550_400))
    private let server = ScriptedTasks()
    private let stopped = Flag()

    /// Holds a value for a closure that outlives the test's copy.
    private final class Flag: Sendable {
        let value = Mutex(false)
    }

    init() throws {
        policy = try TestPolicy.shared()
        policy.isApproved = true
        ledger = try Ledger(path: ":memory:", store: "practice")
    }

    private func keeper(_ policy: Policy? = nil, people: [Person] = []) -> TaskKeeper {
        TaskKeeper(
            ledger: ledger, server: server, policy: policy ?? self.policy, people: people, clock: clock,
            shouldStop: { [stopped] in stopped.value.withLock { $0 } })
    }

    @discardableResult
    private func open(_ number: Int, _ tier: Tier = .today, client: String? = nil) throws -> FollowUpID {
        var random = SeededRandom(seed: UInt64(number))
        let now = clock.now()
        let followUp = FollowUp(
            id: FollowUpID(from: &random), client: ClientRef(client ?? "p\(number)"), therapist: TherapistRef("d1"),
            tier: tier, owner: .therapist, openedAt: now, contactBy: now.adding(hours: number), startsQuiet: false,
            sessions: [], about: "a secret")
        try act(Act(.openFollowUp(followUp, reasons: []), because: .newMiss), followUp.client)
        return followUp.id
    }

    private func act(_ act: Act, _ client: ClientRef) throws {
        var plan = ClientPlan(client: client)
        plan.acts = [act]
        try ledger.commit(
            Ledger.Commit(plans: [plan], looked: [], move: .stay, at: clock.now(), policy: policy.hash))
    }

    private func carryOut(_ command: Lifecycle.Command, _ id: FollowUpID) throws {
        let ana = try #require(PersonID("ana"))
        _ = try ledger.carryOut(command, on: id, by: ana, as: .clinicalLead, at: clock.now(), policy: policy)?.get()
    }

    private func written() throws -> Int {
        try ledger.database.read { connection in
            try connection.first("SELECT count(*) FROM audit WHERE act LIKE 'fhir_task_written%'") { Int($0.int64(0)) }
                ?? 0
        }
    }

    @Test func fromOpenToClosed() throws {
        let id = try open(1)
        let keeper = keeper()
        #expect(try keeper.round().written == 1)
        #expect(server.tasks.map(\.state) == [.requested] && server.tasks.first?.owner == "Practitioner/d1")
        #expect(try keeper.round() == TaskKeeper.Round(), "nothing is owed any more")
        try carryOut(.take, id)
        #expect(try keeper.round().written == 1)
        #expect(server.tasks.map(\.state) == [.inProgress])
        #expect(server.tasks.first?.owner == nil, "who has it is nobody that the server knows")
        // An attempt is nothing that a Task says.
        let ana = try #require(PersonID("ana"))
        let attempt = Attempt(at: clock.now(), by: ana, channel: .phone, outcome: .noAnswer, note: "a secret")
        try carryOut(.record(attempt), id)
        #expect(try keeper.round().written == 0)
        #expect(server.calls.withLock { $0 } == 2)
        try carryOut(.close(.setAside, note: "a secret"), id)
        #expect(try keeper.round().written == 1)
        #expect(server.tasks.map(\.state) == [.cancelled])
        try carryOut(.reopen(note: "n"), id)
        #expect(try keeper.round().written == 1)
        #expect(server.tasks.map(\.state) == [.inProgress], "the same one again")
        #expect(try written() == 4)
    }

    @Test func aRestartMakesNoSecondOne() throws {
        let id = try open(1)
        _ = try keeper().round()
        #expect(try keeper().round().written == 0)
        try carryOut(.take, id)
        _ = try keeper().round()
        #expect(server.tasks.count == 1 && server.made.withLock { $0 } == 1)
    }

    /// The server has taken it and the answer was lost; then vigil died, and the follow-up was closed.
    @Test func aLostAnswerIsLookedFor() throws {
        let id = try open(1)
        server.fault.withLock { $0 = .answerLost }
        let round = try keeper().round()
        #expect(round.written == 0 && round.failure != nil)
        try carryOut(.close(.setAside, note: "n"), id)
        server.fault.withLock { $0 = .none }
        clock.pass(seconds: 3_600)
        #expect(try keeper().round().written == 1)
        #expect(server.tasks.map(\.state) == [.cancelled] && server.made.withLock { $0 } == 1)
        #expect(try keeper().round() == TaskKeeper.Round())
    }

    @Test func closedBeforeAnythingWasTried() throws {
        try carryOut(.close(.setAside, note: "n"), try open(1))
        #expect(try keeper().round() == TaskKeeper.Round())
        #expect(server.tasks.isEmpty && server.calls.withLock { $0 } == 0)
    }

    /// Away: asked less and less often, and everything is written when it is back. Those to make now come first.
    @Test func aServerThatIsAway() throws {
        for number in 1...5 { try open(number, number == 4 ? .now : .today) }
        server.fault.withLock { $0 = .away }
        let keeper = keeper()
        var calls: [Int] = []
        for _ in 0..<8 {
            let round = try keeper.round()
            calls.append(server.calls.withLock { $0 })
            #expect(round.failure?.kind == .unavailable)
            #expect(try keeper.round().failure == nil, "left alone")
            let next = try #require(round.next)
            clock.pass(seconds: Int(next.seconds(since: clock.now())))
        }
        #expect(calls == (1...8).map { $0 * 2 }, "two tries for all of them")
        #expect(server.asked.withLock { $0.first } == server.asked.withLock { $0.max { $0.tier < $1.tier } })
        let counts = try ledger.read { try $0.taskCounts(of: server.address, begun: false) }
        #expect(counts.owed == 5 && counts.failingSince == WallTime(seconds: 1_795_550_400))
        server.fault.withLock { $0 = .none }
        #expect(try keeper.round().written == 5)
        #expect(server.tasks.count == 5 && server.tasks.first?.tier == .now)
        let after = try ledger.read { try $0.taskCounts(of: server.address, begun: false) }
        #expect(after.owed == 0 && after.failingSince == nil)
    }

    /// One at which the server itself breaks holds up no other either, also when it is to be made now.
    @Test func oneThatBreaksTheServer() throws {
        try open(1, .now, client: "broken")
        for number in 2...4 { try open(number) }
        let keeper = keeper()
        let round = try keeper.round()
        #expect(round.written == 3 && round.failure?.kind == .unavailable)
        try open(5)
        #expect(try keeper.round().written == 1)
    }

    /// One that the server refuses holds up no other, and is tried ever less often.
    @Test func oneThatIsRefused() throws {
        try open(1, .now, client: "poison")
        for number in 2...4 { try open(number) }
        let keeper = keeper()
        let round = try keeper.round()
        #expect(round.written == 3 && round.failure?.kind == .configuration)
        var waits: [Int64] = []
        for _ in 0..<9 {
            let next = try #require(try ledger.read { try $0.taskCounts(of: server.address, begun: false) }.nextAt)
            waits.append(next.seconds(since: clock.now()))
            clock.set(next)
            _ = try keeper.round()
        }
        #expect(waits == [30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800])
        // A clock that was set back by a year keeps nobody waiting for a year.
        clock.pass(seconds: -31_536_000)
        let before = server.calls.withLock { $0 }
        _ = try keeper.round()
        #expect(server.calls.withLock { $0 } == before + 1)
    }

    @Test func severalRefusalsAreTheServers() throws {
        for number in 1...9 { try open(number, client: "poison\(number)") }
        let round = try keeper().round()
        #expect(server.calls.withLock { $0 } == 3 && round.next == clock.now().adding(seconds: 5))
    }

    /// A trial shows nowhere else; what was there before it is kept true.
    @Test func inShadowNoneIsMade() throws {
        let old = try open(1)
        _ = try keeper().round()
        var shadow = policy
        shadow.isApproved = false
        try open(2)
        #expect(try keeper(shadow).round() == TaskKeeper.Round())
        try carryOut(.take, old)
        #expect(try keeper(shadow).round().written == 1)
        #expect(server.tasks.map(\.state) == [.inProgress])
        #expect(try keeper().round().written == 1, "once it is approved")
    }

    /// Clients and sessions that no FHIR server can have named.
    @Test func onesOfElsewhere() throws {
        try open(1, client: "https://other.example.org/fhir/Patient/7")
        try open(2, client: "(unreadable)")
        try open(3)
        #expect(try keeper().round().written == 1)
        #expect(try keeper().round() == TaskKeeper.Round(), "and nobody is told of a failure")
        #expect(server.tasks.map(\.client.storeID) == ["p3"])
    }

    @Test func whoHasIt() throws {
        let ana = try #require(PersonID("ana"))
        let people = [Person(id: ana, role: .therapist, account: "ana", therapist: TherapistRef("d9"))]
        try carryOut(.take, try open(1))
        _ = try keeper(people: people).round()
        #expect(server.tasks.first?.owner == "Practitioner/d9")
    }

    @Test func aDeletedOne() throws {
        let id = try open(1)
        let keeper = keeper()
        _ = try keeper.round()
        server.deleteAll()
        try carryOut(.take, id)
        _ = try keeper.round()
        #expect(server.tasks.map(\.state) == [.inProgress], "made anew while there is something to do")
        server.deleteAll()
        try carryOut(.close(.setAside, note: "n"), id)
        _ = try keeper.round()
        #expect(server.tasks.isEmpty)
        #expect(try keeper.round() == TaskKeeper.Round())
    }

    /// What was called off is no failure of the server's.
    @Test func aStopInTheMiddle() throws {
        for number in 1...3 { try open(number) }
        server.fault.withLock { $0 = .away }
        server.onCall.withLock { [stopped] in $0 = { stopped.value.withLock { $0 = true } } }
        #expect(try keeper().round() == TaskKeeper.Round())
        let counts = try ledger.read { try $0.taskCounts(of: server.address, begun: false) }
        #expect(counts.failingSince == nil && counts.owed == 3 && server.calls.withLock { $0 } == 1)
    }

    @Test func manyAtAFirstStart() throws {
        for number in 1...120 { try open(number) }
        let keeper = keeper()
        var rounds = 0
        while let next = try keeper.round().next, next <= clock.now() { rounds += 1 }
        #expect(server.tasks.count == 120 && rounds == 2)
    }
}

/// A server that keeps Tasks by their identifier, as If-None-Exist has it.
private final class ScriptedTasks: TaskServer {
    enum Fault: Sendable { case none, away, answerLost }

    let address = "https://ehr.example.org/fhir"
    let fault = Mutex(Fault.none)
    let calls = Mutex(0)
    let made = Mutex(0)
    let asked = Mutex<[FHIRTask]>([])
    let onCall = Mutex<@Sendable () -> Void>({})
    private let held = Mutex<[(task: FHIRTask, id: String, version: Int)]>([])

    var tasks: [FHIRTask] { held.withLock { $0.map(\.task) } }

    func deleteAll() { held.withLock { $0 = [] } }

    func write(_ task: FHIRTask, known: FHIRTaskWriter.Written?) throws(OperationError) -> FHIRTaskWriter.Written? {
        calls.withLock { $0 += 1 }
        asked.withLock { $0.append(task) }
        onCall.withLock { $0 }()
        let fault = fault.withLock { $0 }
        func failure(_ kind: OperationError.Kind) -> OperationError {
            OperationError(kind, operation: "write", subject: "Task", cause: "a fault", remedy: "none", retry: true)
        }
        if fault == .away { throw failure(.unavailable) }
        if task.client.storeID == "broken" { throw failure(.unavailable) }
        if task.client.storeID.hasPrefix("poison") { throw failure(.configuration) }
        let written = held.withLock { held -> FHIRTaskWriter.Written? in
            if let index = held.firstIndex(where: { $0.task.followUp == task.followUp }) {
                held[index].task = task
                held[index].version += 1
                return FHIRTaskWriter.Written(id: held[index].id, version: "\(held[index].version)")
            }
            if known != nil, task.state.isOver { return nil }
            let count = made.withLock { made in
                made += 1
                return made
            }
            held.append((task, "t\(count)", 1))
            return FHIRTaskWriter.Written(id: "t\(count)", version: "1")
        }
        if fault == .answerLost { throw failure(.unavailable) }
        return written
    }

    func cancel() {}
}
