import Testing
import VigilCore
import VigilTestKit

/// Whom a `now` follow-up pages, minute by minute, with the shipped escalation (reliability.md I9, I11, I12, I13).
@Suite struct PagerTests {
    private let pager: Pager

    init() throws {
        pager = Pager(escalation: try ShippedPolicy.get().escalation, route: .standing())
    }

    @Test func theFirstPageIsMadeWithThePaging() {
        let run = PagerRun(pager)
        #expect(run.pages.map(\.person) == [PagerRun.a])
        #expect(run.deliveries.map(\.channel) == [channel("push-a")])
        #expect(run.deliveries.allSatisfy { $0.purpose == .page && $0.nextAt == run.now })
        #expect(run.paging.dueAt == run.now.adding(minutes: 5))
    }

    /// The whole way: step one with its repeats, step two with the same, step three, and step three for ever.
    @Test func stepsFollowEachOtherAndTheLastOneNeverEnds() {
        var run = PagerRun(pager)
        var expected = ["5 a page_repeated", "10 a page_repeated"]
        for (minute, reason) in [(15, "not_acknowledged"), (20, "page_repeated"), (25, "page_repeated")] {
            expected += ["\(minute) b \(reason)", "\(minute) a \(reason)"]
        }
        for minute in stride(from: 30, through: 600, by: 15) {
            expected += [
                "\(minute) c not_acknowledged", "\(minute) b not_acknowledged", "\(minute) a not_acknowledged",
            ]
        }
        #expect(run.pass(minutes: 600) == expected)
        #expect(run.pages.map(\.number) == Array(1...run.pages.count))
        #expect(Set(run.pages.map(\.key)).count == run.pages.count)
        #expect(Set(run.pages.map(\.code)).count == run.pages.count)
        #expect(run.pages.map(\.step) == run.pages.map(\.step).sorted() && run.pages.last?.step == 2)
    }

    /// I9: after every tick the next page is due within one step.
    @Test(arguments: [1, 7, 60, 61, 600]) func aLiveTimerIsAtMostOneStepAhead(every: Int) throws {
        var run = PagerRun(pager)
        for _ in 0..<300 {
            run.now = run.now.adding(seconds: every)
            run.tick()
            let due = try #require(run.paging.dueAt)
            #expect(due > run.now && due.seconds(since: run.now) <= Int64(pager.escalation.longestWaitSeconds))
        }
    }

    @Test func tickingTwicePagesOnce() {
        var run = PagerRun(pager)
        #expect(run.tick() == [])
        run.now = run.now.adding(minutes: 15)
        #expect(run.tick() == ["b not_acknowledged", "a not_acknowledged"])
        #expect(run.tick() == [])
    }

    /// Down for hours, then one round, and on from there.
    @Test(arguments: [16, 31, 180, 3_000]) func aDaemonThatWasDownMakesOneRound(minutes: Int) {
        var run = PagerRun(pager)
        run.now = run.now.adding(minutes: minutes)
        #expect(run.tick() == ["b not_acknowledged", "a not_acknowledged"])
        #expect(run.tick() == [])
        #expect(
            run.pass(minutes: 15, since: run.now) == [
                "5 b page_repeated", "5 a page_repeated", "10 b page_repeated", "10 a page_repeated",
                "15 c not_acknowledged", "15 b not_acknowledged", "15 a not_acknowledged",
            ])
    }

    /// A begin whose pages were never made: the first step is made up for, not skipped.
    @Test func aPagingWithoutPagesBeginsWithTheFirstStep() {
        var run = PagerRun(pager)
        run.change { $0.pages = 0 }
        run.now = run.now.adding(hours: 3)
        #expect(run.tick() == ["a page_repeated"])
        #expect(run.paging.dueAt == run.now.adding(minutes: 15))
    }

    @Test func aRepeatNeverReachesPastItsStep() {
        let escalation = Escalation(
            steps: [
                .init(targets: [.onCall], acknowledgeWithinMinutes: 15, repeatEveryMinutes: 6),
                .init(targets: [.backup], acknowledgeWithinMinutes: 5, repeatEveryMinutes: 30),
            ], acknowledgementMinutes: 60, nextAttemptHours: 8, nextChannelSeconds: 30, alarmSeconds: 100)
        var run = PagerRun(Pager(escalation: escalation, route: .standing()))
        #expect(
            run.pass(minutes: 25) == [
                "6 a page_repeated", "12 a page_repeated", "15 b not_acknowledged", "20 b not_acknowledged",
                "25 b not_acknowledged",
            ])
    }

    /// A new policy with fewer steps: what was on the third is on the last there is.
    @Test func aStepThatIsNoMoreIsTheLastOne() {
        var run = PagerRun(pager)
        run.change { $0.step = 9 }
        run.now = run.now.adding(minutes: 15)
        #expect(run.tick() == ["c not_acknowledged", "b not_acknowledged", "a not_acknowledged"])
        #expect(run.paging.step == 2)
    }

    // MARK: Acknowledgement

    @Test func nobodyIsPagedWhileSomebodyHasIt() {
        var run = PagerRun(pager)
        _ = run.pass(minutes: 20)
        run.acknowledge()
        #expect(run.paging.dueAt == nil)
        #expect(run.pass(minutes: 59) == [])
    }

    /// At the minute at which it ends, with step one, under new numbers and keys.
    @Test func anAcknowledgementThatExpiresResumesAtStepOne() {
        var run = PagerRun(pager)
        _ = run.pass(minutes: 45)
        let before = run.pages.count
        run.acknowledge(by: PagerRun.c)
        #expect(
            run.pass(minutes: 75, since: run.now) == [
                "60 a acknowledgement_expired", "65 a page_repeated", "70 a page_repeated", "75 b not_acknowledged",
                "75 a not_acknowledged",
            ])
        #expect(run.paging.acknowledgement == nil)
        #expect(run.pages.map(\.number) == Array(1...run.pages.count))
        #expect(run.pages[before].step == 0)
    }

    @Test(arguments: [Paging.State.inHand, .ended]) func whatIsSettledPagesNobody(state: Paging.State) {
        var run = PagerRun(pager)
        run.change { $0.state = state }
        #expect(run.pass(minutes: 300) == [])
        #expect(pager.isForgotten(run.paging, at: run.now, graceSeconds: 60) == (state == .ended))
    }

    // MARK: A test

    @Test func aTestEndsInsteadOfEscalating() {
        var run = PagerRun(pager, isTest: true)
        #expect(run.pages.count == 1 && run.deliveries.allSatisfy { $0.purpose == .testPage })
        #expect(run.pass(minutes: 120) == ["5 a page_repeated", "10 a page_repeated", "15 end"])
        #expect(run.pages.allSatisfy { $0.person == PagerRun.a })
        #expect(pager.alarm(run.paging, at: run.now).isEmpty)
    }
}
