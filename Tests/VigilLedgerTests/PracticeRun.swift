import Foundation
import Testing
import VigilCore
import VigilLedger
import VigilSQL
import VigilTestKit

/// A store, a ledger in memory and a clock that the test moves: polls are planned and committed as the daemon does it.
final class PracticeRun {
    let store = ScriptedStore()
    let ledger: Ledger
    let policy: Policy
    var now: WallTime
    var horizon: WallTime?
    var startsQuiet = false
    private(set) var random: SeededRandom

    static let client = ClientRef("client")
    private static let shipped = Result { try TestPolicy.shared() }

    /// Begins 20 minutes after the session of day 0.
    init(path: String = ":memory:", seed: UInt64 = 1) throws {
        ledger = try Ledger(path: path, store: "practice")
        policy = try Self.shipped.get()
        now = ClientBuilder().time(minutes: 20)
        random = SeededRandom(seed: seed)
    }

    private var planner: PollPlanner {
        PollPlanner(policy: policy, now: now, horizon: horizon, startsQuiet: startsQuiet)
    }

    /// Plans all clients of the store, or the named ones, and commits nothing.
    func plan(_ named: [ClientRef]? = nil) throws -> [ClientPlan] {
        let snapshots = try named.map { try store.snapshots(of: $0) } ?? store.page(after: nil, limit: .max).snapshots
        let known = try ledger.known(snapshots.map(\.client.ref))
        var corrected: [(ClientRef, FollowUpID)] = []
        let plans = snapshots.map { snapshot in
            let plan = planner.plan(snapshot, known: known[snapshot.client.ref] ?? KnownClient(), random: &random)
            if let id = plan.wouldCloseNow { corrected.append((snapshot.client.ref, id)) }
            return plan
        }
        return plans + planner.settleCorrections(corrected)
    }

    /// One poll.
    /// - Returns: the acts that it wrote.
    @discardableResult
    func poll(_ named: [ClientRef]? = nil) throws -> [Act] {
        let plans = try plan(named)
        let looked = Set(plans.map(\.client)).sorted()
        try ledger.commit(
            Ledger.Commit(plans: plans, looked: looked, move: .stay, at: now, policy: policy.hash))
        return plans.flatMap(\.acts)
    }

    /// Puts the client into the store and polls.
    @discardableResult
    func poll(_ client: ClientBuilder) throws -> [Act] {
        store.put(client.snapshot)
        return try poll()
    }

    func known(_ client: ClientRef = PracticeRun.client) throws -> KnownClient {
        try ledger.known([client])[client] ?? KnownClient()
    }

    func openFollowUp(_ client: ClientRef = PracticeRun.client) throws -> FollowUp? {
        try known(client).followUp
    }

    func state(_ key: SessionKey) throws -> KnownSession.State? {
        try known().sessions[key]?.state
    }

    func taskKinds(_ client: ClientRef = PracticeRun.client) throws -> [RuleID] {
        try known(client).tasks.map(\.task.kind)
    }

    func closeReason(_ id: FollowUpID) throws -> CloseReason? {
        try ledger.read { try $0.closeReason(of: id) }
    }

    /// Reasons of the acts on a follow-up, oldest first.
    func history(_ id: FollowUpID) throws -> [String] {
        try ledger.read { try $0.history(of: id) }.map { "\($0.act) \($0.reason)" }
    }

    func count(_ sql: String) throws -> Int {
        try ledger.database.read { connection in Int(try connection.first(sql) { $0.int64(0) } ?? 0) }
    }

    func pass(days: Int = 0, hours: Int = 0, minutes: Int = 0) {
        now = now.adding(hours: days * 24 + hours).adding(minutes: minutes)
    }

    // MARK: What always holds

    /// Looking again finds nothing to write, and the ledger keeps its promises.
    func checkPromises(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        // Names of reasons and invariants only: whole plans would bury them.
        let again = try plan().flatMap(\.acts).map(\.reason.rawValue)
        #expect(again == [], "\(what): I6", sourceLocation: sourceLocation)
        let faults = try ledger.verify().faults.map(\.words)
        #expect(faults == [], "\(what)", sourceLocation: sourceLocation)
        for snapshot in try store.page(after: nil, limit: .max).snapshots {
            let known = try known(snapshot.client.ref)
            for record in snapshot.sessions where record.start <= now {
                guard planner.policy.detector.classify(record, at: now).outcome.isMiss else { continue }
                #expect(known.sessions[record.key] != nil, "\(what): I1", sourceLocation: sourceLocation)
            }
            for (_, session) in known.sessions where session.state == .standing {
                #expect(session.followUp != nil, "\(what): I4", sourceLocation: sourceLocation)
            }
        }
    }
}

extension [Act] {
    var reasons: [Reason] { map(\.reason) }

    func contains(_ reason: Reason) -> Bool { reasons.contains(reason) }
}

/// The seed of a randomised test: a fixed one, or `VIGIL_TEST_SEED` to try another. Printed, so that a failure can be run again.
enum Seed {
    static func announce(_ test: String, _ standard: UInt64) -> UInt64 {
        let seed = ProcessInfo.processInfo.environment["VIGIL_TEST_SEED"].flatMap { UInt64($0) } ?? standard
        FileHandle.standardError.write(Data("\(test): VIGIL_TEST_SEED=\(seed)\n".utf8))
        return seed
    }
}
