import Testing
import VigilCore
import VigilTestKit

/// What counts as having tried: so many attempts, over so many channels, apart in time.
@Suite struct EffortTests {
    private func attempts(_ made: [(Int, Attempt.Channel)]) -> [Attempt] {
        made.map { minutes, channel in
            Attempt(
                at: PagerRun.noon.adding(minutes: minutes), by: person("a"), channel: channel, outcome: .noAnswer,
                note: "")
        }
    }

    @Test(
        arguments: [
            ([], 0), ([0], 1), ([0, 0], 1), ([0, 59], 1), ([0, 60], 2), ([60, 0], 2), ([0, 30, 60], 2),
            // Spacing counts from the last that counted, so that calls every half hour do not put off the next for ever.
            ([0, 30, 60, 90, 120, 150], 3), ([0, 59, 118], 2), ([-600, 0, 600], 3),
        ] as [([Int], Int)])
    func attemptsApartInTime(minutes: [Int], expected: Int) {
        let effort = Effort(attempts: 3, channels: 1, spacingMinutes: 60)
        #expect(effort.counted(attempts(minutes.map { ($0, .phone) })) == expected)
    }

    @Test func withoutASpacingEachCounts() {
        #expect(Effort(attempts: 3, channels: 1, spacingMinutes: 0).counted(attempts([(0, .phone), (0, .phone)])) == 2)
    }

    @Test(
        arguments: [
            ([(0, .phone), (120, .phone), (240, .phone)], false),
            ([(0, .phone), (120, .message), (240, .phone)], true),
            ([(0, .phone), (1, .message), (2, .email)], false), ([(0, .phone), (120, .message)], false),
            ([(0, .letter), (120, .visit), (240, .phone), (241, .phone)], true), ([], false),
        ] as [([(Int, Attempt.Channel)], Bool)])
    func met(made: [(Int, Attempt.Channel)], isMet: Bool) {
        #expect(Effort(attempts: 3, channels: 2, spacingMinutes: 60).isMet(by: attempts(made)) == isMet)
    }

    @Test(arguments: Attempt.Outcome.allCases) func contact(outcome: Attempt.Outcome) {
        #expect(outcome.isContact == [.reachedWithPlan, .reached, .declined].contains(outcome))
    }

    /// What the shipped tiers ask for can be met, and by no fewer attempts.
    @Test func theShippedTiersCanBeMet() throws {
        for (tier, protocolOfTier) in try ShippedPolicy.get().protocols {
            let effort = protocolOfTier.effort
            let channels = Attempt.Channel.allCases
            let made = attempts(
                (0..<effort.attempts).map { ($0 * effort.spacingMinutes, channels[$0 % effort.channels]) })
            #expect(effort.isMet(by: made), "\(tier)")
            #expect(!effort.isMet(by: Array(made.dropLast())), "\(tier)")
        }
    }
}
