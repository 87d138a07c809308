import Testing
import VigilCore

/// When a delivery is tried again (ux.md, "Channels").
@Suite struct RetryScheduleTests {
    private func wait(
        _ attempt: Int, _ cause: SendFailure.Cause = .timedOut, asked: Int? = nil, isUrgent: Bool = true,
        jitter: UInt64 = 0
    ) -> Int? {
        let decision = RetrySchedule.decide(
            attempt: attempt, failure: SendFailure(cause, retryAfterSeconds: asked), isUrgent: isUrgent, jitter: jitter)
        guard case .again(let seconds) = decision else { return nil }
        return seconds
    }

    /// 1, 2, 4 … 60 seconds, and never given up, whatever the failure.
    @Test(arguments: SendFailure.Cause.allCases) func aPageIsTriedForEver(cause: SendFailure.Cause) {
        #expect((1...9).map { wait($0, cause) } == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        for attempt in [100, 10_000, Int.max] { #expect(wait(attempt, cause) == 60) }
    }

    @Test func anythingElseIsGivenUpAfterADay() {
        let waits = (1...7).map { wait($0, isUrgent: false) }
        #expect(waits == [5, 300, 1_800, 7_200, 18_000, 36_000, nil])
    }

    @Test(arguments: SendFailure.Cause.allCases) func whatCannotHelpIsNotTriedAgain(cause: SendFailure.Cause) {
        #expect((wait(1, cause, isUrgent: false) == nil) == SendFailure(cause).isPermanent)
        // Not even when the server asks for it.
        #expect((wait(1, cause, asked: 60, isUrgent: false) == nil) == SendFailure(cause).isPermanent)
    }

    /// Retry-After lengthens a wait and never shortens it; it holds a page for a minute at most, anything else for a day.
    @Test(
        arguments: [
            (1, 30, true, 30), (1, 0, true, 1), (1, -5, true, 1), (7, 10, true, 60), (1, 3_600, true, 60),
            (1, Int.max, true, 60), (1, 3, false, 5), (1, 3_600, false, 3_600), (6, 60, false, 36_000),
            (1, Int.max, false, 86_400), (1, Int.min, false, 5),
        ] as [(Int, Int, Bool, Int)])
    func retryAfter(attempt: Int, asked: Int, isUrgent: Bool, expected: Int) {
        #expect(wait(attempt, .busy, asked: asked, isUrgent: isUrgent) == expected)
    }

    @Test(arguments: [true, false]) func jitterAddsUpToAFifth(isUrgent: Bool) throws {
        var random = SeededRandom(seed: Seed.announce("RetryScheduleTests.jitter", 41))
        for attempt in 1...6 {
            let base = try #require(wait(attempt, isUrgent: isUrgent))
            let waits = Set((0..<300).compactMap { _ in wait(attempt, isUrgent: isUrgent, jitter: random.next()) })
            #expect(waits.allSatisfy { $0 >= base && $0 * 5 <= base * 6 })
            #expect(base < 5 || waits.count > 1)
            #expect(wait(attempt, isUrgent: isUrgent, jitter: .max).map { $0 >= base } == true)
        }
        let longest = (0..<500).compactMap { wait(1, .busy, asked: .max, isUrgent: false, jitter: $0 * 97) }.max() ?? 0
        #expect(longest <= RetrySchedule.longestSlowSeconds)
    }
}
