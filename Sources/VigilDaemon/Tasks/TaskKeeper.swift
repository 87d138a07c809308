package import VigilCore
import VigilFHIR
package import VigilLedger

/// Brings the Tasks on the practice's FHIR server to what the ledger says.
///
/// Level-triggered: what is to be written is asked of the ledger each time, so a wake-up that is lost, a restart and a server that
/// was away cost time and nothing else. The ledger remembers a first try before it is made; with `If-None-Exist` a lost answer leaves
/// no second Task. Synchronous, on one thread; no lock of the ledger is held while the server is asked.
package final class TaskKeeper: @unchecked Sendable {
    private let ledger: Ledger
    private let server: any TaskServer
    private let policy: Policy
    private let people: [Person]
    private let clock: any WallClock
    private let shouldStop: @Sendable () -> Bool
    private var pause = Pause()

    /// The server is left alone for a while.
    private struct Pause {
        var failures = 0
        var until: WallTime?
        /// From when it counts: a clock that was set back must not make it longer.
        var since: WallTime?
    }

    /// Follow-ups in one round: a first start may find hundreds, and a stop must not wait for all of them.
    private static let roundLimit = 50
    /// After so many failures in one round the server is left alone: one alone may be of one follow-up only, which must hold up no
    /// other.
    private static let maxServerFailures = 2
    private static let maxFailures = 3
    private static let firstPauseSeconds = 5
    private static let longestPauseSeconds = 300
    private static let firstRetrySeconds = 30
    package static let longestRetrySeconds = 1_800

    /// - Parameter shouldStop: asked between two writes, and after one that failed: what was called off is no failure.
    package init(
        ledger: Ledger, server: any TaskServer, policy: Policy, people: [Person], clock: any WallClock,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.ledger = ledger
        self.server = server
        self.policy = policy
        self.people = people
        self.clock = clock
        self.shouldStop = shouldStop
    }

    /// What one round did.
    package struct Round: Sendable, Hashable {
        package var written = 0
        /// The last failure; nil when the server took everything that it was given.
        package var failure: OperationError?
        /// When to look again; nil when nothing is owed.
        package var next: WallTime?

        package init() {}
    }

    /// In shadow no Task is made: a trial must not show in the practice's system. Those that there are already are kept up to date.
    private var begunOnly: Bool { !policy.isApproved }

    /// Writes what is owed and due.
    /// - Throws: what the ledger throws; a server that fails is part of the answer.
    package func round() throws -> Round {
        var round = Round()
        if let until = pausedUntil(clock.now()) {
            round.next = until
            return round
        }
        let owed = try ledger.read {
            try $0.owedTasks(
                to: server.address, begun: begunOnly, at: clock.now(), longest: Self.longestRetrySeconds,
                limit: Self.roundLimit)
        }
        var failed: [(followUp: FollowUpID, failures: Int, isServers: Bool)] = []
        for one in owed {
            if shouldStop() { return round }
            do throws(OperationError) {
                if try bring(one) {
                    round.written += 1
                    pause = Pause()
                }
            } catch {
                if shouldStop() { return round }
                round.failure = error
                let isServers = error.kind == .unavailable || error.kind == .permission
                failed.append((one.followUp.id, one.remembered?.failures ?? 0, isServers))
                if isAway(failed, of: owed.count) {
                    beginPause()
                    break
                }
            }
        }
        for one in failed {
            try ledger.failTask(
                one.followUp, on: server.address, at: clock.now(),
                next: one.isServers ? pause.until ?? retry(after: one.failures) : retry(after: one.failures))
        }
        round.next = try next(mayHaveMore: owed.count == Self.roundLimit)
        return round
    }

    // MARK: One follow-up

    /// - Returns: whether something was written.
    private func bring(_ owed: OwedTask) throws(OperationError) -> Bool {
        let decision = TaskDecision(owed, people: people, at: clock.now(), zone: policy.zone)
        switch decision {
        case .unchanged, .gone, .notOfThisServer:
            try settle(owed, held: owed.remembered?.held, said: owed.remembered?.said ?? "", isNew: false)
            return false
        case .make(let task), .update(let task, _):
            var known: FHIRTaskWriter.Written?
            if case .update(_, let held) = decision { known = held } else { try begin(owed) }
            let written = try server.write(task, known: known)
            try settle(owed, held: written?.held, said: task.said, isNew: written != nil)
            return true
        }
    }

    private func begin(_ owed: OwedTask) throws(OperationError) {
        try typed { try ledger.beginTask(owed.followUp.id, on: server.address) }
    }

    private func settle(_ owed: OwedTask, held: HeldTask?, said: String, isNew: Bool) throws(OperationError) {
        try typed {
            try ledger.settleTask(
                owed, on: server.address, held: held, said: said, isNew: isNew, at: clock.now(), policy: policy.hash)
        }
    }

    /// What the ledger throws is an `OperationError`; anything else would be a fault of vigil's own.
    private func typed(_ body: () throws -> Void) throws(OperationError) {
        do {
            try body()
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(
                .unavailable, operation: "write the ledger", subject: "fhir_task", cause: "\(type(of: error))",
                remedy: "report this", retry: true)
        }
    }

    // MARK: Time

    private func pausedUntil(_ now: WallTime) -> WallTime? {
        guard let until = pause.until, let since = pause.since, now < until, now >= since else {
            pause.until = nil
            return nil
        }
        return until
    }

    private func isAway(_ failed: [(followUp: FollowUpID, failures: Int, isServers: Bool)], of owed: Int) -> Bool {
        let servers = failed.count { $0.isServers }
        return servers >= min(Self.maxServerFailures, owed) || failed.count >= Self.maxFailures
    }

    private func beginPause() {
        let seconds = min(Self.longestPauseSeconds, Self.firstPauseSeconds << min(pause.failures, 6))
        pause.failures += 1
        pause.since = clock.now()
        pause.until = clock.now().adding(seconds: seconds)
    }

    private func retry(after failures: Int) -> WallTime {
        clock.now().adding(seconds: min(Self.longestRetrySeconds, Self.firstRetrySeconds << min(failures, 6)))
    }

    private func next(mayHaveMore: Bool) throws -> WallTime? {
        if let until = pause.until { return until }
        if mayHaveMore { return clock.now() }
        return try ledger.read { try $0.taskCounts(of: server.address, begun: begunOnly) }.nextAt
    }
}
