import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL
import VigilTestKit

/// The outbox and the auditor, step by step (reliability.md I9, I12 to I16).
@Suite struct OutboxTests {
    private let ledger: Ledger
    private let policy: Policy
    private let pager: Pager
    private let clock = ManualClock(WallTime(seconds: 1_795_550_400))
    private let push: ChannelID
    private let mail: ChannelID
    private let ana: PersonID
    private let channels: [ChannelID: RecordingChannel]
    private let courier: Courier
    private let id: FollowUpID

    init() throws {
        var shipped = try TestPolicy.shared()
        shipped.isApproved = true
        policy = shipped
        ledger = try Ledger(path: ":memory:", store: "practice")
        ana = try #require(PersonID("ana"))
        push = try #require(ChannelID("push"))
        mail = try #require(ChannelID("mail"))
        channels = [push: RecordingChannel(), mail: RecordingChannel()]
        pager = Pager(
            escalation: policy.escalation,
            route: PageRoute(
                schedule: OnCallSchedule(
                    zone: .utc,
                    layers: [.onCall: [OnCallLayer(id: "always", people: [ana], rotation: nil, hours: [])]]),
                contacts: [ana: [.init(channel: push, tellsSettled: true), .init(channel: mail, tellsSettled: false)]],
                clinicalLeads: [ana], fallback: ana, alarm: [.init(channel: mail, tellsSettled: false)]))
        courier = Courier(
            ledger: ledger, channels: channels, policy: policy.hash, clock: clock, random: SeededRandom(seed: 1))
        var random = SeededRandom(seed: 2)
        id = FollowUpID(from: &random)
    }

    private func begin(isTest: Bool = false) throws {
        var random = SeededRandom(seed: 3)
        let acts = pager.begin(id, isTest: isTest, because: .contactDueNow, at: clock.now(), random: &random)
        try ledger.commit(acts, at: clock.now(), policy: policy.hash)
    }

    private func lease(urgent: Bool = true) throws -> [LeasedDelivery] {
        try courier.lease(urgent: urgent, besides: [], limit: 10)
    }

    private func states(_ channel: ChannelID? = nil) throws -> [String] {
        try ledger.database.read { connection in
            try connection.all(
                "SELECT purpose, state FROM delivery WHERE channel = $1 ORDER BY id", [.text((channel ?? push).text)]
            ) {
                "\($0.text(0)) \($0.text(1))"
            }
        }
    }

    @Test func aLeaseIsHeldByOne() throws {
        try begin()
        let first = try lease()
        #expect(first.map(\.attempt) == [1])
        #expect(try lease().isEmpty, "held")
        clock.pass(seconds: 59)
        #expect(try lease().isEmpty)
        clock.pass(seconds: 1)
        let second = try lease()
        #expect(second.map(\.attempt) == [2], "the lease ran out: another has it")
        // The late holder's settle changes no row of the delivery (I16).
        #expect(try courier.settle(first[0], .accepted(nil)) == false)
        #expect(try states() == ["page leased"])
        #expect(try courier.settle(second[0], .failed(SendFailure(.refused))))
        #expect(try states() == ["page waiting"])
        #expect(try courier.settle(second[0], .failed(SendFailure(.gone))) == false, "settled once")
    }

    /// A channel that is full holds up no other, however much waits for it (I14).
    @Test func aBusyChannelHoldsUpNoOther() throws {
        var random = SeededRandom(seed: 6)
        func add(_ channel: ChannelID, _ count: Int) throws {
            let acts = (0..<count).map { _ in
                Act(
                    .addDelivery(
                        Delivery(
                            .alarm, Message(.notAccepted(id), key: DeliveryKey(from: &random)), channel: channel,
                            nextAt: clock.now())), because: .pageNotTaken)
            }
            try ledger.commit(acts, at: clock.now(), policy: policy.hash)
        }
        try add(push, 50)
        clock.pass(seconds: 1)
        try add(mail, 1)
        #expect(try courier.lease(urgent: true, besides: [push], limit: 1).map(\.delivery.channel) == [mail])
        #expect(try courier.lease(urgent: true, besides: [push, mail], limit: 1).isEmpty)
        #expect(try courier.lease(urgent: true, besides: [], limit: 3).count == 3)
    }

    /// A row that cannot be read stops no other, and does not come back.
    @Test func aPoisonedRowStopsNoOther() throws {
        try begin()
        try sabotage("UPDATE delivery SET message = 'no JSON'")
        var random = SeededRandom(seed: 6)
        let second = FollowUpID(from: &random)
        let acts = pager.begin(second, because: .contactDueNow, at: clock.now(), random: &random)
        try ledger.commit(acts, at: clock.now(), policy: policy.hash)
        #expect(try lease().map(\.delivery.paging) == [second])
        #expect(try states() == ["page given_up", "page leased"])
        #expect(try ledger.verify().faults.map(\.words) == ["I11: page that was given up (1 rows)"])
    }

    /// Whatever the clock does, a lease is no longer than a minute and a page waits no longer than its step.
    @Test(arguments: [-31_536_000, -3_600, -61]) func aClockSetBackHoldsNoLease(_ step: Int) throws {
        try begin()
        #expect(try lease().count == 1)
        clock.pass(seconds: step)
        #expect(try lease().map(\.attempt) == [2])
    }

    @Test func theNextStartTakesLeasesBackAtOnce() throws {
        try begin()
        _ = try lease()
        #expect(try ledger.takeBackLeases(at: clock.now()) == 1)
        #expect(try lease().map(\.attempt) == [2])
    }

    @Test func sentOnlyAfterAcceptance() throws {
        for mood in RecordingChannel.Mood.allCases where mood != .well {
            channels[push]?.mood = mood
            if try states().isEmpty { try begin() }
            clock.pass(seconds: 72)
            for leased in try lease() { try courier.deliver(leased) }
            #expect(try states() == ["page waiting"], "\(mood)")
        }
        channels[push]?.mood = .well
        clock.pass(seconds: 72)
        for leased in try lease() { try courier.deliver(leased) }
        #expect(try states() == ["page sent"])
        let keys = Set(channels[push]?.arrivals.map(\.message.key) ?? [])
        #expect(keys.count == 1, "what came twice has one key (I13)")
        #expect(courier.failing.isEmpty)
    }

    /// I12: what somebody has acknowledged between lease and send is not sent; what landed is told that it is settled.
    @Test func anAcknowledgementStopsWhatHasNotBegun() throws {
        try begin()
        let leased = try lease()
        let held = try #require(try ledger.read { try $0.paging(id) })
        let taken = held.acknowledged(by: ana, way: .code, at: clock.now(), forSeconds: 3_600)
        try ledger.commit([Act(.acknowledge(taken), because: .personDecided)], at: clock.now(), policy: policy.hash)
        for delivery in leased { try courier.deliver(delivery) }
        #expect(channels[push]?.tries == 0)
        #expect(try states() == ["page cancelled"])
    }

    @Test func whatLandsAfterTheAcknowledgementIsSettledOverThere() throws {
        try begin()
        let leased = try lease()
        let outcome = courier.send(leased[0])
        let held = try #require(try ledger.read { try $0.paging(id) })
        let taken = held.acknowledged(by: ana, way: .code, at: clock.now(), forSeconds: 3_600)
        try ledger.commit([Act(.acknowledge(taken), because: .personDecided)], at: clock.now(), policy: policy.hash)
        try courier.settle(leased[0], outcome)
        #expect(try states() == ["page sent", "settled waiting"])
    }

    // MARK: The auditor

    private func auditor() -> Auditor {
        Auditor(ledger: ledger, policy: policy, random: SeededRandom(seed: 4)) { pager }
    }

    private func sabotage(_ sql: String) throws {
        _ = try ledger.database.write { try $0.run(sql, []) }
    }

    /// Each way in which a timer can be dead is found, once, and given a page.
    @Test(arguments: [
        "UPDATE paging SET due_at = due_at + 86400", "UPDATE paging SET due_at = due_at - 86400",
        "UPDATE paging SET state = 'acknowledged', due_at = NULL, acknowledged_by = 'ana', acknowledged_at = 0, expires_at = 9999999999",
    ]) func aDeadTimerIsFound(_ sabotage: String) throws {
        try begin()
        #expect(try auditor().audit(at: clock.now()) == 0)
        try self.sabotage(sabotage)
        #expect(try auditor().audit(at: clock.now()) == 1)
        #expect(try auditor().audit(at: clock.now()) == 0, "mended")
        let paging = try #require(try ledger.read { try $0.paging(id) })
        #expect(paging.state == .paging && paging.pages == 2)
        #expect(try #require(paging.dueAt) == clock.now().adding(minutes: 5))
    }

    @Test func inShadowNobodyIsPaged() throws {
        try begin()
        try sabotage("UPDATE paging SET due_at = due_at + 86400")
        let shadow = Auditor(ledger: ledger, policy: policy, random: SeededRandom(seed: 4)) { nil }
        #expect(try shadow.audit(at: clock.now()) == 0)
        #expect(try shadow.adopt(at: clock.now()) == 0)
    }

    /// One paging whose rows do not fit stops the pages of no other follow-up.
    @Test func oneBrokenPagingStopsNoOther() throws {
        try begin()
        try sabotage(
            """
            INSERT INTO page (key, paging, number, step, target, person, made_at, code)
            SELECT key || 'X', paging, 2, 0, 'on_call', 'ana', 0, 'X' FROM page
            """)
        var random = SeededRandom(seed: 9)
        let second = FollowUpID(from: &random)
        let acts = pager.begin(second, because: .contactDueNow, at: clock.now(), random: &random)
        try ledger.commit(acts, at: clock.now(), policy: policy.hash)
        let escalator = Escalator(
            ledger: ledger, policy: policy, people: [], settings: NotifySettings(), random: SeededRandom(seed: 5)
        ) { pager }
        clock.pass(seconds: 300)
        #expect(throws: OperationError.self) { try escalator.tick(at: clock.now(), mayBeMissing: false) }
        #expect(try ledger.read { try $0.paging(second) }?.pages == 2)
        #expect(try ledger.read { try $0.paging(id) }?.pages == 1)
    }

    // MARK: Tests of the operator's

    @Test func anUnansweredTestIsTold() throws {
        try begin(isTest: true)
        let escalator = Escalator(
            ledger: ledger, policy: policy, people: [], settings: NotifySettings(), random: SeededRandom(seed: 5)
        ) { pager }
        for _ in 0..<15 {
            clock.pass(seconds: 60)
            try escalator.tick(at: clock.now(), mayBeMissing: false)
        }
        #expect(try ledger.read { try $0.livePagings() }.isEmpty)
        #expect(try ledger.read { try $0.isLastTestUnanswered() })
    }
}
