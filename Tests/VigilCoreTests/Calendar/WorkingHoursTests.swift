import Testing
import VigilCore
import VigilTestKit

@Suite struct WorkingHoursTests {
    private let zone = ClientBuilder.newYork
    private let hours = WorkingHours(
        weekdays: [1, 2, 3, 4, 5], opensMinute: 540, closesMinute: 1_020,
        holidays: Set(["2026-11-26", "2026-12-25"].compactMap { LocalDay(iso: $0) }))

    @Test(arguments: [
        ("2026-11-24", "2026-11-25"), ("2026-11-25", "2026-11-27"), ("2026-11-27", "2026-11-30"),
        ("2026-11-28", "2026-11-30"), ("2026-12-24", "2026-12-28"), ("2026-12-31", "2027-01-01"),
    ])
    func nextWorkingDay(day: String, next: String) throws {
        #expect(hours.nextWorkingDay(after: try #require(LocalDay(iso: day))).iso == next)
    }

    @Test func aCalendarWithoutWorkingDaysEnds() throws {
        let never = WorkingHours(weekdays: [], opensMinute: 540, closesMinute: 1_020, holidays: [])
        let day = try #require(LocalDay(iso: "2026-11-24"))
        #expect(never.nextWorkingDay(after: day) > day)
    }

    @Test(arguments: [
        ("2026-11-24", 539, false), ("2026-11-24", 540, true), ("2026-11-24", 1_019, true),
        ("2026-11-24", 1_020, false),
        ("2026-11-28", 600, false), ("2026-11-26", 600, false), ("2026-03-09", 540, true), ("2026-11-02", 540, true),
    ])
    func isOpen(day: String, minute: Int, isOpen: Bool) throws {
        let time = zone.time(on: try #require(LocalDay(iso: day)), secondOfDay: minute * 60)
        #expect(hours.isOpen(at: time, in: zone) == isOpen)
    }

    @Test func theEndIsAWallClockTimeOnBothSidesOfAChange() throws {
        for (day, end) in [("2026-03-06", "2026-03-06T17:00:00-05:00"), ("2026-03-09", "2026-03-09T17:00:00-04:00")] {
            let day = try #require(LocalDay(iso: day))
            #expect(zone.rfc3339(hours.end(of: day, in: zone)) == end)
            #expect(hours.end(of: day, in: zone).seconds(since: hours.start(of: day, in: zone)) == 8 * 3_600)
        }
    }
}
