import Foundation
import Logging
import VigilChannels
import VigilCore
import VigilLedger

/// The parts of paging, made and wired.
struct PagingParts: Sendable {
    let config: MachineConfig
    let policy: Policy
    let ledger: Ledger
    let clock: any WallClock
    let logger: Logger
    let pagers: PagerSource
    let channels: [ChannelID: any Channel]
    let escalator: Escalator
    let auditor: Auditor
    let courier: Courier
    let deadMan: DeadManPing?
    let ledgerAlarm: LedgerAlarm

    init(
        config: MachineConfig, policy: Policy, schedule: OnCallSchedule?, ledger: Ledger, clock: any WallClock,
        logger: Logger
    ) {
        self.config = config
        self.policy = policy
        self.ledger = ledger
        self.clock = clock
        self.logger = logger
        let pagers = PagerSource(policy: policy, schedule: schedule, config: config, ledger: ledger)
        self.pagers = pagers
        let credentials = Credentials(folder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
        let publicURL = config.notify.web?.publicURL
        channels = Dictionary(
            config.notify.channels.map {
                ($0.id, ChannelCatalog.make($0, credentials: credentials, publicURL: publicURL))
            }, uniquingKeysWith: { first, _ in first })
        deadMan = config.notify.deadMan.map { DeadManPing(settings: $0, credentials: credentials) }
        ledgerAlarm = LedgerAlarm(channels: channels, settings: config.notify)
        escalator = Escalator(
            ledger: ledger, policy: policy, people: config.people, settings: config.notify, random: SystemRandom(),
            pager: pagers.pager)
        auditor = Auditor(ledger: ledger, policy: policy, random: SystemRandom(), pager: pagers.pager)
        courier = Courier(
            ledger: ledger, channels: channels, policy: policy.hash, clock: clock, random: SystemRandom())
    }

    /// Before anything runs: takes back the leases of a process that died, and pages what was found in shadow.
    ///
    /// - Parameter isStart: false after a reload: what is under way is still under way.
    func begin(at now: WallTime, isStart: Bool) throws {
        let leases = isStart ? try ledger.takeBackLeases(at: now) : 0
        if isStart, try ledger.holdAfterRestore(at: now) {
            logger.notice(
                "the ledger was restored: pages wait for five minutes, say in 'vigil oncall pages' what is in hand")
        }
        if leases > 0 { logger.notice("\(leases) deliveries that were under way are tried again") }
        // One follow-up whose rows do not fit must not keep everybody else from being watched: the auditor tells the operator.
        do {
            let adopted = try auditor.adopt(at: now)
            if adopted > 0 { logger.notice("\(adopted) follow-ups to make now are paged from now on") }
        } catch {
            logger.error("not all follow-ups to make now could be paged: \(String(describing: error))")
        }
        do {
            try escalator.tick(at: now, mayBeMissing: false)
        } catch {
            logger.error("pages could not be looked after: \(String(describing: error))")
        }
        guard policy.isApproved, config.notify.paging == nil else { return }
        logger.error(
            "the policy is approved and nobody is paged: vigil.yaml has no 'paging' section. Add it and oncall.yaml")
    }

    func pagingService(
        _ health: Health, _ wakeUps: AsyncStream<Void>, wake: @escaping @Sendable () -> Void,
        committed: @escaping @Sendable () -> Void
    ) -> PagingService {
        PagingService(
            escalator: escalator, senders: SenderPool(courier: courier, logger: logger, sent: committed),
            ledger: ledger, clock: clock, health: health,
            staleAfterMinutes: config.poll.staleAfterMinutes, logger: logger, wakeUps: wakeUps, wake: wake,
            committed: committed)
    }

    func auditService(_ health: Health, wake: @escaping @Sendable () -> Void) -> AuditService {
        AuditService(
            auditor: auditor,
            conditions: OperatorConditions(
                ledger: ledger, policy: policy, pagers: pagers, courier: courier, health: health,
                staleAfterMinutes: config.poll.staleAfterMinutes,
                isPagingConfigured: config.notify.paging != nil,
                tasks: config.tasks.map {
                    TaskCondition(outlet: $0, ledger: ledger, isApproved: policy.isApproved)
                }),
            deadMan: deadMan, ledgerAlarm: ledgerAlarm, ledger: ledger, policy: policy, settings: config.notify,
            clock: clock, health: health,
            logger: logger, wake: wake)
    }
}
