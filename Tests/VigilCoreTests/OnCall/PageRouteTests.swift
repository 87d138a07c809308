import Testing
import VigilCore
import VigilTestKit

/// From a step's target to persons, from a person to channels, and what happens when nobody takes a page (I10).
@Suite struct PageRouteTests {
    private let escalation: Escalation
    private let now = PagerRun.noon

    init() throws {
        escalation = try ShippedPolicy.get().escalation
    }

    @Test func targets() {
        let route = PageRoute.standing()
        #expect(route.persons(for: .onCall, at: now) == [person("a")])
        #expect(route.persons(for: .backup, at: now) == [person("b")])
        #expect(route.persons(for: .clinicalLead, at: now) == [person("c")])
    }

    @Test func withoutABackupTheLeadsArePaged() {
        let route = PageRoute.standing(backup: nil, leads: ["c", "b"])
        #expect(route.persons(for: .backup, at: now) == [person("c"), person("b")])
    }

    @Test(arguments: [nil, "mute", "stranger"] as [String?]) func whenNobodyCanBeReachedTheFallbackIs(onCall: String?) {
        let route = PageRoute.standing(onCall: onCall, leads: ["mute"])
        #expect(route.persons(for: .onCall, at: now) == [person("d")])
        #expect(route.persons(for: .clinicalLead, at: now) == [person("d")])
    }

    /// One of two leads has no channel: the other is paged, and not the fallback.
    @Test func whoHasNoChannelIsLeftOut() {
        #expect(PageRoute.standing(leads: ["mute", "c"]).persons(for: .clinicalLead, at: now) == [person("c")])
    }

    @Test func whoIsMeantTwiceIsPagedOnce() {
        var run = PagerRun(Pager(escalation: escalation, route: .standing(backup: "a", leads: ["a", "c"])))
        #expect(
            run.pass(minutes: 30).filter { !$0.hasSuffix("page_repeated") } == [
                "15 a not_acknowledged", "30 a not_acknowledged", "30 c not_acknowledged",
            ])
    }

    // MARK: The next channel

    private func untaken(used: [String], hasFailed: Bool, secondsAgo: Int) throws -> UntakenPage {
        let page = try #require(PagerRun(Pager(escalation: escalation, route: .standing())).pages.first)
        return UntakenPage(
            page: page, used: Set(used.map { channel($0) }), hasFailed: hasFailed,
            lastTriedAt: now.adding(seconds: -secondsAgo))
    }

    @Test(
        arguments: [
            (["push-a"], false, 0, nil), (["push-a"], false, 29, nil), (["push-a"], false, 30, "mail-a"),
            (["push-a"], true, 0, "mail-a"), (["push-a"], false, -10, "mail-a"),
            (["push-a", "mail-a"], true, 600, nil), (["mail-a"], true, 0, "push-a"),
        ] as [([String], Bool, Int, String?)])
    func theNextChannel(used: [String], hasFailed: Bool, secondsAgo: Int, expected: String?) throws {
        let pager = Pager(escalation: escalation, route: .standing())
        let page = try untaken(used: used, hasFailed: hasFailed, secondsAgo: secondsAgo)
        let acts = pager.nextChannel(for: page, isTest: false, at: now)
        let deliveries = acts.compactMap { act -> Delivery? in
            guard case .addDelivery(let delivery) = act.effect else { return nil }
            return delivery
        }
        #expect(acts.count == deliveries.count && acts.allSatisfy { $0.reason == .pageNotTaken })
        #expect(deliveries.map(\.channel.text) == (expected.map { [$0] } ?? []))
        // The same key, so that who gets it twice can tell (I13); and never later than now (I14).
        #expect(deliveries.allSatisfy { $0.message.key == page.page.key && $0.nextAt == now && $0.purpose == .page })
    }

    // MARK: The alarm

    private var alarming: Pager {
        let ways = ["hook", "siren"].map { PageRoute.Contact(channel: channel($0), tellsSettled: false) }
        return Pager(escalation: escalation, route: .standing(alarm: ways))
    }

    private func alarm(_ paging: Paging, secondsLater: Int) -> (Paging, [String]) {
        var after = paging
        var channels: [String] = []
        for act in alarming.alarm(paging, at: now.adding(seconds: secondsLater)) {
            switch act.effect {
            case .raiseAlarm(let raised): after = raised
            case .addDelivery(let delivery): channels.append(delivery.channel.text)
            default: Issue.record("no part of an alarm")
            }
        }
        return (after, channels)
    }

    /// After 100 seconds, through every way, and again once the longest step has passed.
    @Test func onceInAStepsTime() {
        var paging = PagerRun(alarming).paging
        var raised: [Int] = []
        for second in stride(from: 0, through: 2_000, by: 10) {
            let (after, channels) = alarm(paging, secondsLater: second)
            if after != paging {
                raised.append(second)
                #expect(channels == ["hook", "siren"])
            } else {
                #expect(channels == [])
            }
            paging = after
        }
        #expect(raised == [100, 1_000, 1_900])
    }

    /// A clock that was set back does not hold the alarm; it is raised once.
    @Test func theAlarmOfAClockThatWasSetBack() {
        let paging = PagerRun(alarming).paging
        let (raised, _) = alarm(paging, secondsLater: 100)
        let (again, channels) = alarm(raised, secondsLater: -3_600)
        #expect(channels == ["hook", "siren"] && again.alarmedAt == now.adding(hours: -1))
        #expect(alarm(again, secondsLater: -3_590).1 == [])
    }

    @Test(arguments: [Paging.State.acknowledged, .inHand, .ended]) func noAlarmWhereNobodyIsAsked(state: Paging.State) {
        var paging = PagerRun(alarming).paging
        paging.state = state
        #expect(alarming.alarm(paging, at: now.adding(hours: 5)).isEmpty)
    }

    @Test func noWayIsStillAnAlarm() {
        let pager = Pager(escalation: escalation, route: .standing())
        let acts = pager.alarm(PagerRun(pager).paging, at: now.adding(seconds: 100))
        #expect(acts.count == 1)
        guard case .raiseAlarm? = acts.first?.effect else {
            Issue.record("the journal must say it")
            return
        }
    }
}
