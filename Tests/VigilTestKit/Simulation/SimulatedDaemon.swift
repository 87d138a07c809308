import VigilCore
import VigilDaemon
import VigilLedger

/// The daemon's parts for as long as one process lives.
final class SimulatedDaemon {
    private let poller: Poller
    private let escalator: Escalator
    private let auditor: Auditor
    private let courier: Courier
    private unowned let simulation: PracticeSimulation
    private var random: SeededRandom
    private(set) var lastRead: WallTime?

    init(_ simulation: PracticeSimulation, random: SeededRandom) {
        self.simulation = simulation
        var random = random
        let pager: () throws -> Pager? = { [unowned simulation] in try simulation.pager() }
        let settings = PollSettings(
            intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 120, reconcileMinute: 210)
        func next() -> SeededRandom { SeededRandom(seed: random.next()) }
        poller = Poller(
            store: simulation.store, ledger: simulation.ledger, policy: simulation.policy, settings: settings,
            random: next(), pager: pager)
        escalator = Escalator(
            ledger: simulation.ledger, policy: simulation.policy, people: simulation.people,
            settings: simulation.settings, random: next(), pager: pager)
        auditor = Auditor(
            ledger: simulation.ledger, policy: simulation.policy, random: next(), pager: pager)
        courier = Courier(
            ledger: simulation.ledger, channels: simulation.channels, policy: simulation.policy.hash,
            clock: simulation.clock, random: next())
        self.random = random
    }

    /// As the program begins: leases of the dead are taken back, what nobody pages is adopted.
    func begin(at now: WallTime) throws {
        _ = try simulation.ledger.takeBackLeases(at: now)
        try auditor.adopt(at: now)
        try escalator.tick(at: now, mayBeMissing: false)
    }

    func poll(at now: WallTime) throws {
        do {
            _ = try poller.poll(at: now)
            lastRead = now
        } catch let error as OperationError where error.operation == "read the appointment store" {
            // The store is down; the next poll tries again.
        }
    }

    func escalate(at now: WallTime) throws {
        let stale = lastRead.map { now.seconds(since: $0) > 7_200 } ?? true
        try escalator.tick(at: now, mayBeMissing: stale)
    }

    /// The operator's route: a store that cannot be read, a gap in the schedule (I24).
    private func watch(_ now: WallTime) throws {
        let isStale = lastRead.map { now.seconds(since: $0) > 7_200 } ?? true
        let watch = OperatorWatch(channels: SimulatedStaff.operatorChannels, repeatHours: 4)
        var holding: Set<OperatorAlert> = []
        if isStale { holding.insert(.storeStale) }
        if !courier.failing.isEmpty { holding.insert(.channelFailing) }
        _ = try simulation.ledger.decideAndCommit(at: now, policy: simulation.policy.hash) { reader in
            watch.decide(
                holding: holding, held: try reader.operatorAlerts(), at: now, hold: { $0 }, random: &random)
        }
    }

    func audit(at now: WallTime) throws -> Int {
        try watch(now)
        return try auditor.audit(at: now)
    }

    /// Sends all that is due.
    /// - Parameter crashing: die at one of the points between lease, send and settle.
    /// - Returns: whether it died.
    func sendAll(crashing: Bool) throws -> Bool {
        for urgent in [true, false] {
            var busy: Set<ChannelID> = []
            while let leased = try courier.lease(urgent: urgent, besides: busy, limit: 1).first {
                // Each delivery once in a turn: one that fails comes back by its own time.
                if leased.attempt > 1 { busy.insert(leased.delivery.channel) }
                let point = crashing ? Int(random.next() % 3) : 3
                if point == 0 { return true }
                simulation.invariants.willSend(leased, simulation)
                let outcome = courier.send(leased)
                if point == 1 { return true }
                try courier.settle(leased, outcome)
                if point == 2 { return true }
                try simulation.invariants.checkLateHolder(leased, courier, simulation)
            }
        }
        return false
    }
}
