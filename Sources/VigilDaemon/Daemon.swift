import Foundation
package import Logging
import ServiceLifecycle
import UnixSignals
package import VigilCore
import VigilLedger
import VigilPolicy
import VigilStores
import VigilSystemd
import VigilWeb

/// Version of this program; part of STATUS and of `vigil --version`.
package let vigilVersion = "0.1.0"

/// The composition root: makes the parts, wires them, runs them in the order of their dependencies.
package struct Daemon: Sendable {
    private let config: MachineConfig
    private let policy: Policy
    private let schedule: OnCallSchedule?
    private let practice: Result<PracticeRules?, any Error>
    private let clock: any WallClock
    private let logger: Logger

    /// - Parameter schedule: nil when `vigil.yaml` has no `paging` section: then nobody is paged.
    /// - Parameter practice: nil when `vigil.yaml` names no `practice.yaml`; a failure is for the report to say.
    package init(
        config: MachineConfig, policy: Policy, schedule: OnCallSchedule?, practice: Result<PracticeRules?, any Error>,
        clock: any WallClock, logger: Logger
    ) {
        self.config = config
        self.policy = policy
        self.schedule = schedule
        self.practice = practice
        self.clock = clock
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT. Throws when it cannot start: nothing has been changed then.
    package func run() async throws {
        let notifier = ServiceNotifier()
        notifier.status(StatusLine(.starting))
        let lock = try DaemonLock(beside: config.ledgerPath)
        defer { lock.release() }
        let ledger = try Ledger(path: config.ledgerPath, store: config.storeID)
        let startedAt = clock.now()
        try ledger.note(PublicEvent(.started, policy: policy.shortHash), at: startedAt)
        if !policy.isApproved {
            logger.warning(
                "the policy is not approved: vigil lists follow-ups and pages nobody (shadow mode)")
            try ledger.note(PublicEvent(.shadowMode, policy: policy.shortHash), at: startedAt)
        }

        let health = Health(startedAt: startedAt)
        let stopping = StopFlag()
        let (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (pagingWakeUps, pagingWakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let committed: @Sendable () -> Void = {
            wakeUp.yield()
            pagingWakeUp.yield()
        }
        let paging = PagingParts(
            config: config, policy: policy, schedule: schedule, ledger: ledger, clock: clock, logger: logger)
        try paging.begin(at: startedAt)
        let poller = Poller(
            store: makeStore(), ledger: ledger, policy: policy, settings: config.poll, random: SystemRandom(),
            pager: paging.pagers.pager,
            progressed: {
                health.progressed()
                committed()
            }, shouldStop: { stopping.isSet })
        do {
            _ = try poller.check()
        } catch let error as OperationError {
            // The first poll says it; READY needs an answer, not a good one (I23).
            logger.warning("\(error.description)")
        }
        let control = Control(
            config: config, policy: policy, ledger: ledger, health: health, clock: clock,
            cards: CardReader(store: makeStore()), books: BookReader(store: makeStore()), practice: practice,
            pagers: paging.pagers, channels: paging.channels,
            courier: paging.courier, committed: committed)

        var services: [any Service] = [
            JournalRelay(ledger: ledger, journal: Journal(), logger: logger, wakeUps: wakeUps),
            paging.pagingService(health, pagingWakeUps, wake: { pagingWakeUp.yield() }, committed: committed),
            paging.auditService(health, wake: committed),
            PollService(
                poller: poller, ledger: ledger, health: health, clock: clock, policy: policy, settings: config.poll,
                notifier: notifier, logger: logger, committed: committed),
        ]
        if let interval = notifier.watchdogInterval {
            services.append(
                WatchdogService(
                    health: health, notifier: notifier, pollInterval: .seconds(config.poll.intervalSeconds),
                    watchdogInterval: interval))
        }
        if let port = config.notify.web?.listenPort {
            services.append(
                AcknowledgeService(api: AcknowledgeAPI(service: control, port: port, logger: logger), logger: logger))
        }
        services.append(StopService(notifier: notifier, stopping: stopping))
        services.append(
            ControlSocketService(
                api: ControlAPI(service: control, socketPath: config.socketPath, logger: logger), notifier: notifier))
        committed()
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        try await group.run()
        try ledger.note(PublicEvent(.stopping), at: clock.now())
        try ledger.close()
        unlink(config.socketPath)
    }

    /// How long a read waits while the practice's own program holds its lock; then the poll fails and is tried again.
    private static let busyMilliseconds = 2_000

    private func makeStore() -> any AppointmentStore & PracticeBooks {
        switch config.storeKind {
        case .practice:
            PracticeStore(
                path: config.storePath, zone: policy.zone, busyMilliseconds: Self.busyMilliseconds)
        }
    }
}

/// The local socket; says READY once it answers.
private struct ControlSocketService: Service {
    let api: ControlAPI
    let notifier: ServiceNotifier

    func run() async throws {
        try await api.run(onListening: { notifier.ready() })
    }
}

/// Codes of pages, from outside.
private struct AcknowledgeService: Service {
    let api: AcknowledgeAPI
    let logger: Logger

    /// A port that another program holds must not stop the pages: it is said, and tried again.
    func run() async throws {
        let retries = PollTimer.ticks(everySeconds: 30) {}
        for await _ in retries.cancelOnGracefulShutdown() {
            do {
                try await api.run()
                return
            } catch {
                logger.error("one-time codes cannot be taken at web.listen_port: \(String(describing: error))")
            }
        }
    }
}

/// Tells systemd that what follows is a stop, and the poll to end at its next page.
private struct StopService: Service {
    let notifier: ServiceNotifier
    let stopping: StopFlag

    func run() async throws {
        try await gracefulShutdown()
        notifier.stopping()
        notifier.status(StatusLine(.stopping))
        stopping.set()
    }
}
