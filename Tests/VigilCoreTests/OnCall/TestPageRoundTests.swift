import Testing
import VigilCore
import VigilTestKit

/// The weekly test: on its weekday at its time, made up for within the week, and never twice.
@Suite struct TestPageRoundTests {
    private let zone = ClientBuilder.newYork
    /// Wednesdays at ten.
    private let round = TestPageRound(weekday: 3, minute: 600)

    @Test(
        arguments: [
            // The first one comes at its time.
            ("2026-11-24 10:00", nil, nil), ("2026-11-25 09:59", nil, nil), ("2026-11-25 10:00", nil, "2026-11-25"),
            ("2026-11-26 10:00", nil, nil),
            // Once a week.
            ("2026-11-25 10:00", "2026-11-18", "2026-11-25"), ("2026-11-25 10:01", "2026-11-25", nil),
            ("2026-12-02 09:59", "2026-11-25", nil), ("2026-12-02 10:00", "2026-11-25", "2026-12-02"),
            // Made up for.
            ("2026-11-29 03:00", "2026-11-18", "2026-11-25"), ("2026-12-02 09:59", "2026-11-18", "2026-11-25"),
            ("2026-12-02 10:00", "2026-11-18", "2026-12-02"), ("2026-12-31 12:00", "2026-11-18", "2026-12-30"),
            // A clock that was set back.
            ("2026-11-25 10:00", "2026-12-02", nil), ("2026-11-25 10:00", "2027-12-01", "2026-11-25"),
        ] as [(String, String?, String?)])
    func due(now: String, last: String?, expected: String?) throws {
        let now = try #require(LocalTimeText.time(now, in: zone))
        #expect(round.day(dueAt: now, last: last.flatMap { LocalDay(iso: $0) }, zone: zone)?.iso == expected)
    }

    /// A year of minutes, and one test each week at the same time by the clock on the wall.
    @Test(arguments: 1...7) func onceAWeek(weekday: Int) throws {
        let round = TestPageRound(weekday: weekday, minute: 150)
        let begin = try #require(LocalTimeText.time("2026-01-01 00:00", in: zone))
        var (last, made): (LocalDay?, [String]) = (nil, [])
        for quarter in 0..<364 * 96 {
            let now = begin.adding(minutes: quarter * 15)
            guard let due = round.day(dueAt: now, last: last, zone: zone) else { continue }
            last = due
            made.append(String(zone.rfc3339(now).dropFirst(11).prefix(5)))
        }
        #expect(made.count == 52)
        // On the second Sunday of March there is no half past two.
        #expect(made.count { $0 == "02:30" } == (weekday == 7 ? 51 : 52))
    }
}
