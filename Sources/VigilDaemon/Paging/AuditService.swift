@preconcurrency import Dispatch
import Logging
import ServiceLifecycle
import VigilChannels
import VigilCore
import VigilLedger
import VigilSQL

/// Once a minute: does every follow-up to make now have a live timer, is anything wrong that the operator should know, and, if
/// all is well, the ping without which an outside service raises the alarm (I24, I25).
struct AuditService: Service {
    let auditor: Auditor
    let conditions: OperatorConditions
    let deadMan: DeadManPing?
    let ledgerAlarm: LedgerAlarm
    let ledger: Ledger
    let policy: Policy
    let settings: NotifySettings
    let clock: any WallClock
    let health: Health
    let logger: Logger
    let wake: @Sendable () -> Void

    private static let queue = DispatchQueue(label: "vigil.audit")
    private static let intervalSeconds = 60

    func run() async throws {
        let interval = deadMan.map { min($0.everySeconds, Self.intervalSeconds) } ?? Self.intervalSeconds
        let ticks = PollTimer.ticks(everySeconds: interval) {}
        for await _ in ticks.cancelOnGracefulShutdown() {
            await withCheckedContinuation { continuation in
                Self.queue.async {
                    turn()
                    continuation.resume()
                }
            }
        }
    }

    private func turn() {
        let now = clock.now()
        verifyNowAndThen()
        do {
            let repaired = audit(at: now)
            let holding = try conditions.holding(at: now, repaired: repaired)
            let watch = OperatorWatch(
                channels: settings.operatorChannels, repeatHours: settings.operatorRepeatHours)
            var random = SystemRandom()
            let acts = try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
                watch.decide(
                    holding: holding, held: try reader.operatorAlerts(), at: now,
                    hold: { settings.quietHours?.release(.operatorAlert, at: $0, zone: policy.zone) ?? $0 },
                    random: &random)
            }
            if !acts.isEmpty { wake() }
            if !holding.contains(.ledgerFailing) { ledgerAlarm.over(at: now) }
            let isWell = repaired == 0 && holding.isDisjoint(with: Self.silencing)
            if let deadMan, isWell, !deadMan.ping() { logger.warning("the dead-man ping was not taken") }
        } catch {
            // No ping either: what cannot be checked is not well.
            logger.error("the auditor could not look: \(String(describing: error))")
            let failed = ledgerAlarm.tell(at: now)
            if !failed.isEmpty {
                logger.error("not told that the ledger fails: \(failed.map(\.text).joined(separator: ", "))")
            }
        }
    }

    /// - Returns: how many follow-ups had no live timer; one at least when that could not be mended, so that the operator hears
    ///   of it and the ping stops.
    private func audit(at now: WallTime) -> Int {
        do {
            let repaired = try auditor.audit(at: now)
            if repaired > 0 {
                logger.error("\(repaired) follow-ups to make now had no live timer, and were given one")
                wake()
            }
            return repaired
        } catch {
            logger.error("a follow-up to make now has no live timer: \(String(describing: error))")
            return 1
        }
    }

    /// The chain from its beginning, once a day, by a connection of its own: hashing a year of rows must not hold up a page.
    private func verifyNowAndThen() {
        guard health.now.lastVerified.map({ ContinuousClock.now - $0 > .seconds(86_400) }) ?? true else { return }
        health.change { $0.lastVerified = .now }
        do {
            let reading = try Ledger(readingOnly: ledger.database.path, store: ledger.store)
            let faults = try reading.verify().faults
            try reading.close()
            health.change { $0.isAuditBroken = !faults.isEmpty }
            for fault in faults { logger.error("the ledger breaks a promise: \(fault.words)") }
        } catch {
            logger.error("the audit chain could not be checked: \(String(describing: error))")
        }
    }

    /// What stops the outbound ping: an outside service then calls for help (I25).
    private static let silencing: Set<OperatorAlert> = [.storeStale, .ledgerFailing, .timerRepaired, .auditBroken]
}

/// What is wrong now, of the things that the operator is told.
struct OperatorConditions: Sendable {
    let ledger: Ledger
    let policy: Policy
    let pagers: PagerSource
    let courier: Courier
    let health: Health
    let staleAfterMinutes: Int
    let isPagingConfigured: Bool
    /// Nil where no Tasks are written.
    let tasks: TaskCondition?

    /// Days ahead in which nobody may be missing (I17).
    static let scheduleDays = 90
    /// How long a moved clock is told.
    private static let clockSeconds: Int64 = 3_600

    func holding(at now: WallTime, repaired: Int) throws -> Set<OperatorAlert> {
        let state = health.now
        var holding: Set<OperatorAlert> = []
        if state.isStale(at: now, afterMinutes: staleAfterMinutes) { holding.insert(.storeStale) }
        if state.ledgerError != nil || state.hasPagingFailed { holding.insert(.ledgerFailing) }
        if !policy.isApproved { holding.insert(.shadowMode) }
        if policy.isApproved, !isPagingConfigured { holding.insert(.scheduleGap) }
        if let schedule = try pagers.currentSchedule(),
            !schedule.gaps(.onCall, from: now, days: Self.scheduleDays).isEmpty
        {
            holding.insert(.scheduleGap)
        }
        if !courier.failing.isEmpty { holding.insert(.channelFailing) }
        if repaired > 0 { holding.insert(.timerRepaired) }
        if let stepped = state.clockSteppedAt, abs(now.seconds(since: stepped)) < Self.clockSeconds {
            holding.insert(.clockStepped)
        }
        if try ledger.read({ try $0.isLastTestUnanswered() }) { holding.insert(.testPageUnanswered) }
        if let tasks, tasks.hasFailedForLong(try tasks.counts(), at: now) { holding.insert(.tasksNotWritten) }
        if state.hasReloadFailed { holding.insert(.reloadFailed) }
        if state.isAuditBroken { holding.insert(.auditBroken) }
        return holding
    }
}
