import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL
import VigilTestKit

/// Every statement of a poll, of the pages that come of it, of their sending and of the audit fails once, with each of three
/// errors: nothing is half written, and the next turn makes good what was not done (I4, I6, I13).
@Suite struct StatementFaultTests {
    @Test(arguments: FailingSQL.errors) func eachStatementFailsOnce(_ error: SQLError) throws {
        let undisturbed = try FaultedTurn()
        undisturbed.faults.arm(failingAt: nil)
        #expect(undisturbed.turn() == 0)
        let count = undisturbed.faults.statements
        undisturbed.clock.pass(seconds: 61)
        #expect(undisturbed.turn() == 0)
        let expected = try undisturbed.dump()
        // Not a turn in which nothing happens.
        #expect(undisturbed.arrivals("push").count == 1 && undisturbed.arrivals("admin").count == 1)
        #expect(expected.count > 15 && count > 50, "\(count), \(expected)")

        var silent = 0
        for number in 1...count {
            let run = try FaultedTurn()
            run.faults.arm(failingAt: number, with: error)
            let failures = run.turn()
            if failures == 0 { silent += 1 }
            #expect(run.faults.hasFailed, "statement \(number) was not reached")
            #expect(try run.ledger.verify().faults.map(\.words) == [], "after statement \(number)")
            run.faults.disarm()
            run.clock.pass(seconds: 61)
            #expect(run.turn() == 0, "after statement \(number)")
            #expect(try run.ledger.verify().faults.map(\.words) == [], "in the end, statement \(number)")
            #expect(try run.dump() == expected, "statement \(number)")
            // A send whose settling failed comes again, with the same key (I13); nothing else comes twice.
            for channel in ["push", "admin"] {
                let keys = run.arrivals(channel)
                #expect(Set(keys).count == Set(undisturbed.arrivals(channel)).count, "\(channel), statement \(number)")
                #expect(keys.count <= Set(keys).count + 1, "\(channel), statement \(number)")
            }
        }
        // A failure is never swallowed: whoever called for the statement hears of it.
        #expect(silent == 0)
    }
}

/// One turn of the daemon's parts over a practice in which all kinds of things have happened.
private final class FaultedTurn {
    let faults = FailingSQL()
    let ledger: Ledger
    let clock = ManualClock(ClientBuilder().time(minutes: 20))
    private let store = ScriptedStore()
    private let poller: Poller
    private let escalator: Escalator
    private let auditor: Auditor
    private let courier: Courier
    private let watch: OperatorWatch
    private let policy: Policy
    private let channels: [ChannelID: RecordingChannel]

    init() throws {
        var shipped = try TestPolicy.shared()
        shipped.isApproved = true
        let policy = shipped
        self.policy = policy
        let ledger = try Ledger(path: ":memory:", store: "practice", wrap: faults.wrap)
        self.ledger = ledger
        let ids = ["push", "mail", "admin"].compactMap { ChannelID($0) }
        channels = Dictionary(uniqueKeysWithValues: ids.map { ($0, RecordingChannel()) })
        let ana = try #require(PersonID("ana"))
        let pager = Pager(
            escalation: policy.escalation,
            route: PageRoute(
                schedule: OnCallSchedule(
                    zone: .utc,
                    layers: [.onCall: [OnCallLayer(id: "always", people: [ana], rotation: nil, hours: [])]]),
                contacts: [
                    ana: [.init(channel: ids[0], tellsSettled: true), .init(channel: ids[1], tellsSettled: false)]
                ],
                clinicalLeads: [ana], fallback: ana, alarm: [.init(channel: ids[1], tellsSettled: false)]))
        poller = Poller(
            store: store, ledger: ledger, policy: policy,
            settings: PollSettings(
                intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 15, reconcileMinute: 210),
            random: SeededRandom(seed: 1), pager: { pager })
        escalator = Escalator(
            ledger: ledger, policy: policy, people: [], settings: NotifySettings(operatorChannels: [ids[2]]),
            random: SeededRandom(seed: 2), pager: { pager })
        auditor = Auditor(ledger: ledger, policy: policy, random: SeededRandom(seed: 3), pager: { pager })
        courier = Courier(
            ledger: ledger, channels: channels, policy: policy.hash, clock: clock, random: SeededRandom(seed: 4))
        watch = OperatorWatch(channels: [ids[2]], repeatHours: 4)

        // Found on the first start: known before anything fails.
        let corrected = ClientBuilder("corrected").attended(-21, -14).missed(-7)
        store.put(corrected.snapshot)
        store.put(ClientBuilder("steady").attended(-21, -14, -7).snapshot)
        _ = try poller.poll(at: clock.now())
        // What has happened since.
        store.put(corrected.attended(-7).snapshot)
        store.put(ClientBuilder("urgent").attended(-14, -7).columbia(on: -9, level: 4).missed(0).snapshot)
        store.put(ClientBuilder("missed").attended(-14, -7).missed(0).snapshot)
        store.put(ClientBuilder("odd").session(0, .unrecognised).snapshot)
    }

    /// Each part goes its way, whatever befell the one before, as in the daemon.
    /// - Returns: how many of them failed.
    func turn() -> Int {
        let now = clock.now()
        var failures = 0
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { failures += 1 }
        }
        attempt { _ = try poller.poll(at: now) }
        attempt { _ = try escalator.tick(at: now, mayBeMissing: false) }
        attempt { _ = try auditor.audit(at: now) }
        attempt {
            var random = SeededRandom(seed: 5)
            _ = try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
                watch.decide(
                    holding: [.shadowMode], held: try reader.operatorAlerts(), at: now, hold: { $0 }, random: &random)
            }
        }
        for urgent in [true, false] {
            attempt {
                while let leased = try courier.lease(urgent: urgent, besides: [], limit: 1).first {
                    try courier.deliver(leased)
                }
            }
        }
        return failures
    }

    /// Keys of what reached somebody by a channel.
    func arrivals(_ channel: String) -> [String] {
        ChannelID(channel).flatMap { channels[$0] }?.arrivals.map(\.message.key.text) ?? []
    }

    /// What the ledger holds, without times and keys, which depend on when a turn succeeded, and without what is made because
    /// a page was not taken within a minute: it goes to the person's second channel.
    func dump() throws -> [String] {
        let queries = [
            "SELECT 'session', client, session_id, starts_at, outcome, state, flips FROM session_record",
            "SELECT 'follow-up', client, tier, state, origin, close_reason, '' FROM follow_up",
            "SELECT 'task', client, kind, role, state, subject_kind, subject_id FROM task",
            "SELECT 'assessment', client, session_id, tier, points, '', '' FROM assessment",
            "SELECT 'paging', p.state, p.step, p.pages, p.is_test, '', '' FROM paging p",
            "SELECT 'page', number, step, target, person, '', '' FROM page",
            "SELECT 'delivery', purpose, person, channel, state, urgent, '' FROM delivery WHERE channel <> 'mail'",
            "SELECT 'alert', alert, '', '', '', '', '' FROM operator_alert",
        ]
        return try ledger.database.read { connection in
            try queries.flatMap { query in
                try connection.all(query) { row in (0..<7).map { row.text($0) }.joined(separator: " ") }
            }.sorted()
        }
    }
}
