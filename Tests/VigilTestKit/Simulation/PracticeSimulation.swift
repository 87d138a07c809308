package import VigilCore
import VigilDaemon
package import VigilLedger
import VigilSQL

/// A practice, its staff, its channels and a daemon, all driven by one seed: weeks of practice life in a second.
///
/// The parts are the real ones: poller, escalator, auditor, courier and ledger. Only store, channels and clock are scripted. A
/// crash throws the daemon's parts away wherever they stand and keeps the ledger; the start makes them anew, as the program does.
/// `SimulationInvariants` says after every step what reliability.md promises. The same seed gives the same run (I27).
package final class PracticeSimulation {
    package let seed: UInt64
    package let store = ScriptedStore()
    package let ledger: Ledger
    package let policy: Policy
    package let clock: ManualClock
    package let channels: [ChannelID: RecordingChannel]
    package let people: [Person]
    let settings: NotifySettings
    let schedule: OnCallSchedule
    var practice: RandomPractice
    var random: SeededRandom

    /// Nil while the daemon is down.
    private(set) var daemon: SimulatedDaemon?
    /// When the daemon was last started: what is due within seconds is due from then.
    private(set) var upSince: WallTime
    /// Whether time has only gone forward at one pace since the last look; a step of the clock moves deadlines by itself (I18).
    var clockSteppedAt: WallTime?
    package internal(set) var faults: [String] = []
    package private(set) var steps = 0
    var invariants = SimulationInvariants()
    private var nextPoll: WallTime
    private var nextAudit: WallTime

    static let clients = ["a", "b", "c", "d"].map { ClientRef($0) }
    static let start = ClientBuilder().time(minutes: 20)
    /// Rarer than in life, where it is a minute: what the poll finds does not depend on it, how long a run takes does.
    static let pollSeconds = 7_200

    package init(seed: UInt64, policy shipped: Policy) throws {
        self.seed = seed
        var policy = shipped
        policy.isApproved = true
        self.policy = policy
        ledger = try Ledger(path: ":memory:", store: "practice")
        clock = ManualClock(Self.start)
        upSince = Self.start
        nextPoll = Self.start
        nextAudit = Self.start
        random = SeededRandom(seed: seed ^ 0x5EED)
        practice = RandomPractice(seed: seed)
        let staff = SimulatedStaff.people
        people = staff
        var channels: [ChannelID: RecordingChannel] = [:]
        for id in SimulatedStaff.channels { channels[id] = RecordingChannel() }
        self.channels = channels
        settings = NotifySettings(
            testPage: TestPageRound(weekday: 3, minute: 600), digest: DigestRound(minute: 480),
            quietHours: QuietHours(
                window: WeeklyWindow(weekdays: Set(1...7), fromMinute: 21 * 60, toMinute: 7 * 60),
                holds: [.digest, .operatorAlert]), operatorChannels: SimulatedStaff.operatorChannels)
        schedule = SimulatedStaff.schedule(hasGaps: seed % 3 == 0)
        for client in Self.clients { store.put(practice.client(client.storeID)) }
        try startDaemon()
    }

    // MARK: The daemon

    private func startDaemon() throws {
        let daemon = SimulatedDaemon(self, random: SeededRandom(seed: random.next()))
        self.daemon = daemon
        upSince = clock.now()
        nextPoll = clock.now()
        try daemon.begin(at: clock.now())
    }

    private func crash() {
        daemon = nil
    }

    func pager() throws -> Pager {
        Pager(
            escalation: policy.escalation,
            route: SimulatedStaff.route(schedule.adding(try ledger.read { try $0.overrides() })))
    }

    // MARK: Running

    /// Runs for so many days of practice life; afterwards `faults` says what did not hold.
    package func run(days: Int) throws {
        let end = clock.now().adding(hours: 24 * days)
        while clock.now() < end, faults.isEmpty {
            steps += 1
            try happen()
            try pass(seconds: pause())
            try invariants.check(self)
        }
    }

    /// What somebody does, or what breaks or mends.
    private func happen() throws {
        switch pick(20) {
        case 0...6: try changeStore()
        case 7...11: try work()
        case 12: try breakOrMendChannels()
        case 13:
            store.failure =
                store.failure == nil && chance(0.5) ? Self.outage : nil
        case 14: daemon == nil ? try startDaemon() : crash()
        case 15: if daemon == nil { try startDaemon() }
        case 16: stepClock()
        case 17: try loseCursor()
        case 18: try swapShifts()
        default: try acknowledgeNewestPage()
        }
        if daemon == nil, chance(0.6) { try startDaemon() }
    }

    private static let outage = OperationError(
        .unavailable, operation: "read the appointment store", subject: "practice", cause: "it is down",
        remedy: "wait", retry: true)

    private func changeStore() throws {
        let client = Self.clients[pick(Self.clients.count)]
        store.change(client) { practice.change(&$0, at: clock.now()) }
    }

    private func work() throws {
        for client in Self.clients {
            guard chance(0.4), let followUp = try ledger.known([client])[client]?.followUp else { continue }
            try practice.work(on: followUp, ledger, at: clock.now(), policy: policy)
        }
    }

    private func breakOrMendChannels() throws {
        for (_, channel) in channels.sorted(by: { $0.key < $1.key }) {
            channel.mood = chance(0.6) ? .well : RecordingChannel.Mood.allCases[pick(6)]
        }
    }

    /// The clock of the machine is set: seconds, an hour, or a year.
    private func stepClock() {
        let step = [-1, 1, -3_600, 3_600, -86_400, 86_400][pick(6)]
        clock.pass(seconds: step)
        clockSteppedAt = clock.now()
        invariants.clockStepped()
        nextPoll = min(nextPoll, clock.now())
        nextAudit = min(nextAudit, clock.now())
    }

    /// The cursor is lost: costs time and nothing else (I7).
    private func loseCursor() throws {
        _ = try ledger.database.write { try $0.run("UPDATE cursor SET change = NULL, starts_up_to = NULL", []) }
    }

    private func swapShifts() throws {
        let from = clock.now().adding(hours: pick(48) - 24)
        let swap = OnCallOverride(
            rota: chance(0.7) ? .onCall : .backup, from: from, until: from.adding(hours: 1 + pick(30)),
            person: people[pick(2)].id)
        try ledger.commit([Act(.addOverride(swap), because: .personDecided)], at: clock.now(), policy: policy.hash)
    }

    /// Somebody's telephone rings and they press the button; now and then an old one, or one that is used up.
    private func acknowledgeNewestPage() throws {
        let codes = channels.sorted(by: { $0.key < $1.key }).flatMap(\.value.arrivals).compactMap { arrival in
            if case .page(_, let code) = arrival.message.content { code } else { nil }
        }
        guard let code = chance(0.8) ? codes.last : codes.isEmpty ? nil : codes[pick(codes.count)],
            let page = try ledger.read({ try $0.page(code: code) }),
            let person = people.first(where: { $0.id == page.person })
        else { return }
        _ = try ledger.carryOut(
            .acknowledge(.code), on: page.paging, by: person.id, as: person.role, at: clock.now(), policy: policy)
    }

    private func pause() -> Int {
        [0, 5, 60, 600, 1_800, 3_600, 6 * 3_600, 86_400][pick(8)]
    }

    // MARK: Time

    /// Lets time pass, and the daemon do what it does meanwhile.
    private func pass(seconds: Int) throws {
        let target = clock.now().adding(seconds: seconds)
        while faults.isEmpty {
            let now = clock.now()
            if let daemon { try turn(daemon, now) }
            guard now < target else { return }
            clock.set(min(target, max(now.adding(seconds: 1), try nextEvent(after: now))))
        }
    }

    private func nextEvent(after now: WallTime) throws -> WallTime {
        guard daemon != nil else { return .init(seconds: .max) }
        var next = min(nextPoll, nextAudit)
        if let due = try ledger.nextDue() { next = min(next, due) }
        // While a page waits for a provider the daemon looks every few seconds.
        if try ledger.read({ try $0.outbox().urgent }) > 0 { next = min(next, now.adding(seconds: 10)) }
        return next
    }

    private func turn(_ daemon: SimulatedDaemon, _ now: WallTime) throws {
        if now >= nextPoll {
            nextPoll = now.adding(seconds: Self.pollSeconds)
            try daemon.poll(at: now)
        }
        try daemon.escalate(at: now)
        if try daemon.sendAll(crashing: chance(0.01)) { crash() }
        try invariants.checkTurn(self, at: now)
        if now >= nextAudit {
            nextAudit = now.adding(seconds: 600)
            let forgotten = try self.daemon?.audit(at: now) ?? 0
            if forgotten > 0, self.daemon != nil { faults.append("I9: \(forgotten) without a live timer") }
        }
    }

    // MARK: Choices

    func chance(_ probability: Double) -> Bool { practice.chance(probability) }

    func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
}
