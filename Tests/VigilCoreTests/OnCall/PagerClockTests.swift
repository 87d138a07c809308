import Testing
import VigilCore
import VigilTestKit

/// A clock that is moved fires nothing twice, and delays nothing by more than a step (reliability.md I9, I18).
@Suite struct PagerClockTests {
    private let pager: Pager

    init() throws {
        pager = Pager(escalation: try ShippedPolicy.get().escalation, route: .standing())
    }

    /// Set back by so many seconds, seven minutes into step one: the next page is made within a step of real time.
    @Test(arguments: [1, 60, 300, 420, 900, 3_600, 31_536_000]) func setBack(seconds: Int) throws {
        var run = PagerRun(pager)
        _ = run.pass(minutes: 7)
        let before = run.pages.count
        run.now = run.now.adding(seconds: -seconds)
        let set = run.now
        run.tick()
        let atOnce = run.pages.count - before
        #expect(atOnce <= 1, "nothing fires twice")
        #expect(run.tick() == [])
        while run.pages.count == before, run.now.seconds(since: set) < 86_400 { _ = run.pass(minutes: 1) }
        #expect(run.now.seconds(since: set) <= Int64(pager.escalation.longestWaitSeconds))
        #expect(run.paging.stepBeganAt <= run.now, "the step begins anew rather than wait for the old time")
        // On from there: the next step comes in its time.
        _ = run.pass(minutes: 16)
        #expect(run.paging.step >= 1)
    }

    @Test(arguments: [60, 299, 300, 900, 3_600, 31_536_000]) func setForward(seconds: Int) throws {
        var run = PagerRun(pager)
        let before = run.pages.count
        run.now = run.now.adding(seconds: seconds)
        run.tick()
        #expect(run.tick() == [])
        #expect(run.pages.count - before <= 2, "one round at most")
        let due = try #require(run.paging.dueAt)
        #expect(due > run.now && due.seconds(since: run.now) <= Int64(pager.escalation.longestWaitSeconds))
    }

    @Test(arguments: [1, 3_600, 28_800, 28_801, 31_536_000]) func anAcknowledgementOfAFutureThatIsNoMore(back: Int) {
        var run = PagerRun(pager)
        run.acknowledge(minutes: 480)
        run.now = run.now.adding(seconds: -back)
        let said = run.tick()
        // The longest that any acknowledgement holds is 8 hours: what ends later than that is of another clock.
        #expect(said == ["a acknowledgement_expired"])
        #expect(run.tick() == [])
    }

    @Test func anAcknowledgementOutlivesASmallStep() {
        var run = PagerRun(pager)
        run.acknowledge(minutes: 60)
        run.now = run.now.adding(seconds: -3_600)
        #expect(run.tick() == [])
        run.now = run.now.adding(seconds: 7_199)
        #expect(run.tick() == [])
        run.now = run.now.adding(seconds: 1)
        #expect(run.tick() == ["a acknowledgement_expired"])
    }

    // MARK: Forgotten

    @Test(arguments: [
        (0, false), (299, false), (300, false), (329, false), (330, true), (3_600, true),
    ])
    func forgottenAfterItsGrace(seconds: Int, isForgotten: Bool) {
        let run = PagerRun(pager)
        #expect(
            pager.isForgotten(run.paging, at: run.now.adding(seconds: seconds), graceSeconds: 30) == isForgotten)
    }

    @Test func aPagingWithoutATimerIsForgotten() {
        var run = PagerRun(pager)
        run.change { $0.dueAt = nil }
        #expect(pager.isForgotten(run.paging, at: run.now, graceSeconds: 30))
        #expect(run.tick() == ["a page_repeated"])
        #expect(run.paging.dueAt == run.now.adding(minutes: 5))
    }

    @Test(arguments: [(3_599, false), (3_600, false), (3_629, false), (3_630, true)])
    func anAcknowledgementThatNobodyEnds(seconds: Int, isForgotten: Bool) {
        var run = PagerRun(pager)
        run.acknowledge(minutes: 60)
        #expect(
            pager.isForgotten(run.paging, at: run.now.adding(seconds: seconds), graceSeconds: 30) == isForgotten)
    }

    @Test func anAcknowledgedPagingWithoutAnAcknowledgementGoesOn() {
        var run = PagerRun(pager)
        run.change { $0.state = .acknowledged }
        #expect(pager.isForgotten(run.paging, at: run.now, graceSeconds: 30))
        #expect(run.tick() == ["a acknowledgement_expired"])
    }
}
