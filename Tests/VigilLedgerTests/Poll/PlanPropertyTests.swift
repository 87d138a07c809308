import Testing
import VigilCore
import VigilLedger
import VigilSQL
import VigilTestKit

/// Promises that hold after every poll, whatever the practice does to its store meanwhile (reliability.md I1 to I8).
@Suite struct PlanPropertyTests {
    private static let practices = 120
    private static let steps = 25
    private static let clients = ["a", "b", "c"]

    @Test func promisesHoldAfterEveryPoll() throws {
        let seed = Seed.announce("promisesHoldAfterEveryPoll", 0xF0110)
        for number in 0..<Self.practices {
            try run(seed &+ UInt64(number))
        }
    }

    private func run(_ seed: UInt64) throws {
        var practice = RandomPractice(seed: seed)
        let run = try PracticeRun(seed: seed)
        if practice.chance(0.5) { run.horizon = run.now.adding(hours: -24 * 14) }
        run.startsQuiet = practice.chance(0.5)
        for id in Self.clients { run.store.put(practice.client(id)) }
        var tiers: [FollowUpID: Tier] = [:]
        var records: Set<String> = []
        for step in 0..<Self.steps {
            let what = "seed \(seed) step \(step)"
            try run.poll()
            try run.checkPromises(what)
            try checkFollowUps(run, &tiers, what)
            try checkRecords(run, &records, what)
            run.startsQuiet = false
            try happen(&practice, run)
        }
    }

    /// What happens until the next poll.
    private func happen(_ practice: inout RandomPractice, _ run: PracticeRun) throws {
        for id in Self.clients {
            let ref = ClientRef(id)
            if practice.chance(0.6) {
                run.store.change(ref) { practice.change(&$0, at: run.now) }
            }
            if practice.chance(0.15), let followUp = try run.openFollowUp(ref) {
                try practice.work(on: followUp, run.ledger, at: run.now, policy: run.policy)
            }
        }
        run.pass(minutes: practice.minutesToPass())
    }

    /// At most one open follow-up of a client, whose tier never falls.
    private func checkFollowUps(_ run: PracticeRun, _ tiers: inout [FollowUpID: Tier], _ what: String) throws {
        let open = try run.ledger.read { try $0.queue(at: run.now, limit: 100) }
        #expect(Set(open.map(\.client)).count == open.count, "\(what): I3")
        for followUp in open {
            #expect(followUp.tier >= tiers[followUp.id] ?? .routine, "\(what): a tier fell")
            tiers[followUp.id] = followUp.tier
        }
    }

    /// One record of a session at most, and none disappears (I3, I8).
    private func checkRecords(_ run: PracticeRun, _ records: inout Set<String>, _ what: String) throws {
        let keys = try run.ledger.database.read { connection in
            try connection.all("SELECT client, session_id, starts_at FROM session_record") { row in
                "\(row.text(0)) \(row.text(1)) \(row.int64(2))"
            }
        }
        #expect(Set(keys).count == keys.count, "\(what): I3")
        #expect(Set(keys).isSuperset(of: records), "\(what): I8")
        records = Set(keys)
    }

    /// Same input, same policy, same clock, same random source: the same plans (I27).
    @Test func theSameRunGivesTheSamePlans() throws {
        func plans(_ seed: UInt64) throws -> [ClientPlan] {
            var practice = RandomPractice(seed: seed)
            let run = try PracticeRun(seed: seed)
            for id in Self.clients { run.store.put(practice.client(id)) }
            return try run.plan()
        }
        for seed in 0..<UInt64(20) { #expect(try plans(seed) == plans(seed)) }
    }
}
