import Dispatch
import Foundation
package import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import VigilChannels
package import VigilCore
import VigilLedger
import VigilPolicy
import VigilSystemd
import VigilWeb

/// Version of this program; part of STATUS and of `vigil --version`.
package let vigilVersion = "0.1.0"

/// The composition root: makes the parts, wires them, runs them in the order of their dependencies.
package struct Daemon: Sendable {
    private let setup: Setup
    private let load: @Sendable () throws -> Setup
    private let clock: any WallClock
    private let logger: Logger

    /// - Parameters:
    ///   - setup: what it starts with.
    ///   - load: reads the files anew, for a reload.
    package init(
        setup: Setup, load: @escaping @Sendable () throws -> Setup, clock: any WallClock, logger: Logger
    ) {
        self.setup = setup
        self.load = load
        self.clock = clock
        self.logger = logger
    }

    /// What outlives a reload.
    private struct Held {
        let ledger: Ledger
        let health: Health
        let notifier: ServiceNotifier
        let signal: ReloadSignal
    }

    /// Runs until SIGTERM or SIGINT. Throws when it cannot start: nothing has been changed then.
    package func run() async throws {
        // First of all: until somebody watches it, SIGHUP ends a process.
        let signal = ReloadSignal()
        let notifier = ServiceNotifier()
        notifier.status(StatusLine(.starting))
        let lock = try DaemonLock(beside: setup.config.ledgerPath)
        defer { lock.release() }
        let ledger = try Ledger(path: setup.config.ledgerPath, store: setup.config.storeID)
        let startedAt = clock.now()
        try ledger.note(PublicEvent(.started, policy: setup.policy.shortHash), at: startedAt)
        let held = Held(
            ledger: ledger, health: Health(startedAt: startedAt), notifier: notifier, signal: signal)
        var isReload = false
        var next: Setup? = setup
        while let setup = next {
            next = try await serve(setup, held, isReload: isReload)
            isReload = true
        }
        try ledger.note(PublicEvent(.stopping), at: clock.now())
        try ledger.close()
        unlink(setup.config.socketPath)
    }

    /// Runs the services by one configuration.
    /// - Returns: the configuration to go on with after a reload; nil at the end.
    private func serve(_ setup: Setup, _ held: Held, isReload: Bool) async throws -> Setup? {
        let (config, policy, ledger, health) = (setup.config, setup.policy, held.ledger, held.health)
        let now = clock.now()
        if isReload { note(PublicEvent(.policyLoaded, policy: policy.shortHash), ledger, now) }
        if !policy.isApproved {
            logger.warning(
                "the policy is not approved: vigil lists follow-ups and pages nobody (shadow mode)")
            note(PublicEvent(.shadowMode, policy: policy.shortHash), ledger, now)
        }
        let stopping = StopFlag()
        let following = Following()
        let (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (pagingWakeUps, pagingWakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (taskWakeUps, taskWakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let committed: @Sendable () -> Void = {
            wakeUp.yield()
            pagingWakeUp.yield()
            taskWakeUp.yield()
        }
        let paging = PagingParts(
            config: config, policy: policy, schedule: setup.schedule, ledger: ledger, clock: clock, logger: logger)
        try paging.begin(at: now, isStart: !isReload)
        let poller = Poller(
            store: setup.stores.pollStore(progressed: { health.progressed() }), ledger: ledger, policy: policy,
            settings: config.poll,
            random: SystemRandom(), pager: paging.pagers.pager,
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
            setup: setup, readAt: now, ledger: ledger, health: health, clock: clock,
            cards: CardReader(store: setup.stores.reader()), books: BookReader(store: setup.stores.reader()),
            pagers: paging.pagers, channels: paging.channels, courier: paging.courier, committed: committed)

        var services: [any Service] = [
            JournalRelay(ledger: ledger, journal: Journal(), logger: logger, wakeUps: wakeUps),
            paging.pagingService(health, pagingWakeUps, wake: { pagingWakeUp.yield() }, committed: committed),
            paging.auditService(health, wake: committed),
            PollService(
                poller: poller, ledger: ledger, health: health, clock: clock, policy: policy, settings: config.poll,
                notifier: held.notifier, logger: logger, isStopping: { stopping.isSet }, committed: committed),
        ]
        if let outlet = config.tasks {
            services.append(
                taskService(
                    outlet, setup, held, wakeUps: taskWakeUps, wake: { taskWakeUp.yield() }, committed: committed))
        }
        if let interval = held.notifier.watchdogInterval {
            services.append(
                WatchdogService(
                    health: health, notifier: held.notifier, pollInterval: .seconds(config.poll.intervalSeconds),
                    watchdogInterval: interval))
        }
        let site = try site(config, control, ledger)
        if let port = config.notify.web?.listenPort {
            let code = AcknowledgeAPI(service: control)
            let logger = logger
            services.append(
                PortService(
                    setting: "web.listen_port",
                    serve: {
                        if let site { try await site.run() } else { try await code.run(port: port, logger: logger) }
                    },
                    logger: logger))
        }
        if let port = config.metricsPort {
            let api = MetricsAPI(service: control, port: port, logger: logger)
            services.append(PortService(setting: "metrics.listen_port", serve: { try await api.run() }, logger: logger))
        }
        services.append(
            ReloadService(
                signal: held.signal, running: setup, load: load, health: health, ledger: ledger, clock: clock,
                notifier: held.notifier, logger: logger, proceed: following.proceed(with:)))
        services.append(
            StopService(
                notifier: held.notifier, stopping: stopping, isReload: { following.setup != nil },
                interrupt: { DispatchQueue.global().async { poller.cancel() } }))
        services.append(
            ControlSocketService(
                api: ControlAPI(service: control, socketPath: config.socketPath, logger: logger, site: site),
                notifier: held.notifier))
        committed()
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        following.end = { await group.triggerGracefulShutdown() }
        try await group.run()
        return following.setup
    }

    private func taskService(
        _ outlet: TaskOutlet, _ setup: Setup, _ held: Held, wakeUps: AsyncStream<Void>,
        wake: @escaping @Sendable () -> Void, committed: @escaping @Sendable () -> Void
    ) -> TaskService {
        let stopping = StopFlag()
        let server = FHIRTaskServer(
            outlet, zone: setup.policy.zone,
            credentials: Credentials(folder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]),
            clock: clock)
        let keeper = TaskKeeper(
            ledger: held.ledger, server: server, policy: setup.policy, people: setup.config.people, clock: clock,
            shouldStop: { stopping.isSet })
        return TaskService(
            keeper: keeper, server: server, stopping: stopping, health: held.health, clock: clock, logger: logger,
            wakeUps: wakeUps, wake: wake, committed: committed)
    }

    /// The pages; nil without an address that people reach them by.
    private func site(_ config: MachineConfig, _ control: Control, _ ledger: Ledger) throws -> Site? {
        guard let web = config.notify.web, let port = web.listenPort, let origin = web.publicURL else { return nil }
        return try Site(
            service: control, store: ledger, clock: clock,
            settings: SiteSettings(origin: origin, proxy: web.proxy, hasFeeds: web.hasFeeds),
            port: port, logger: logger)
    }

    /// A ledger that cannot be written, as on a full disk, ends no daemon that could still page and list.
    private func note(_ event: PublicEvent, _ ledger: Ledger, _ now: WallTime) {
        do {
            try ledger.note(event, at: now)
        } catch {
            logger.error("the audit could not be written: \(String(describing: error))")
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

/// What answers at a port of this machine beside the local socket.
private struct PortService: Service {
    /// The setting that names the port, for the log.
    let setting: String
    let serve: @Sendable () async throws -> Void
    let logger: Logger

    /// A port that another program holds must stop no page: it is said, and tried again.
    func run() async throws {
        let retries = PollTimer.ticks(everySeconds: 30) {}
        for await _ in retries.cancelOnGracefulShutdown() {
            do {
                try await serve()
                return
            } catch {
                logger.error("nothing can be answered at \(setting): \(String(describing: error))")
            }
        }
    }
}

/// The configuration that a reload goes on with, and how the services that run by the old one are ended.
private final class Following: Sendable {
    private let state = Mutex<(setup: Setup?, end: (@Sendable () async -> Void)?)>((nil, nil))

    var setup: Setup? { state.withLock { $0.setup } }

    var end: (@Sendable () async -> Void)? {
        get { state.withLock { $0.end } }
        set { state.withLock { $0.end = newValue } }
    }

    @Sendable func proceed(with setup: Setup) async {
        state.withLock { $0.setup = setup }
        await end?()
    }
}

/// Tells systemd that what follows is a stop, and the poll to end at its next page.
private struct StopService: Service {
    let notifier: ServiceNotifier
    let stopping: StopFlag
    /// After a reload the services end, and the daemon does not.
    let isReload: @Sendable () -> Bool
    /// Ends a read of a system that hangs; returns at once, since a dead line may keep even that waiting.
    let interrupt: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        if !isReload() {
            notifier.stopping()
            notifier.status(StatusLine(.stopping))
        }
        stopping.set()
        interrupt()
    }
}
