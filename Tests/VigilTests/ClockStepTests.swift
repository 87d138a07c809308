import Foundation
import Testing
import VigilCore
import VigilTestKit

extension InUse {
    /// The machine's clock is set again and again while somebody is paged: seconds, hours, days and years, forward and back.
    /// Nobody is forgotten for longer than the step, and no step fires a page twice (I9, I18).
    @Suite(.enabled(if: ShiftedClock.isUsable)) struct ClockStepTests {
        private static let hour = 3_600
        private static let year = 365 * 86_400
        private static let steps = [1, -1, hour, -hour, 86_400, -86_400, year, -year]

        @Test(.timeLimit(.minutes(10))) func twoDaysOfSteps() async throws {
            var random = SeededRandom.printed(for: "ClockStepTests")
            let practice = try await PagedPractice()
            let clock = try await ShiftedClock(folder: practice.folder.path)
            let daemon = try await practice.start(environment: clock.environment)
            try await daemon.polled()
            try practice.missUrgently()
            // What a wrong clock puts into the past is missed then, and stays so until the store says otherwise: not asked here.
            try practice.folder.changeStore("DELETE FROM session WHERE starts_at > strftime('%s', 'now') + 0")
            _ = try await eventually("the first page") { practice.heard("page").first }
            let longest = 16 * 60

            // Two days go by in steps of two to six hours; between them the clock is set wrong and right again.
            var (offset, passed) = (0, 0)
            while passed < 2 * 86_400 {
                let wrong = Self.steps[Int(random.next() % UInt64(Self.steps.count))]
                let forward = 7_200 + Int(random.next() % 14_400)
                for change in [wrong, forward - wrong] {
                    offset += change
                    let before = practice.heard("page").count
                    try clock.set(seconds: offset)
                    try await daemon.polledAfresh()
                    let now = Int(Date().timeIntervalSince1970) + offset
                    // A step of the clock is seen at the next look, at most half a minute later.
                    try await eventually("a live timer after a step of \(change) s", within: .seconds(50)) {
                        let ahead = try practice.folder.ledgerCount(
                            "SELECT coalesce(max(due_at), 0) - \(now) FROM paging WHERE state = 'paging'")
                        return ahead > -60 && ahead <= longest
                    }
                    #expect(practice.heard("page").count - before <= 3, "a step of \(change) s")
                }
                passed += forward
            }
            // Back to the true time: the records are those of the store.
            try clock.set(seconds: 0)
            try await daemon.polledAfresh()
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice.folder) == [])
            #expect(
                try practice.folder.ledgerCount("SELECT count(*) FROM session_record WHERE state = 'standing'") == 1)
            #expect(
                try practice.folder.ledgerCount("SELECT count(*) FROM page p GROUP BY p.number ORDER BY 1 DESC") <= 3)
            let keys = Dictionary(grouping: practice.heard("page").compactMap { $0["key"].text }) { $0 }
            #expect(keys.values.allSatisfy { $0.count == 1 }, "each page once")
            LoudLine.figure("ClockStepTests: \(keys.count) pages in two days of steps")
            try await practice.verify("clock steps")
        }
    }
}
