import Foundation
import Testing
import VigilCore

@Suite struct LocalDayTests {
    private var utc: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    /// Every day from 1970 to 2100 against Foundation's calendar.
    @Test func everyDayAgreesWithFoundation() throws {
        let calendar = utc
        let last = try #require(LocalDay(iso: "2100-12-31"))
        #expect(last.number == 47_846)
        var wrong: [Int32] = []
        for number in 0...last.number {
            let day = LocalDay(number: number)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(number) * 86_400))
            let (year, month, dayOfMonth) = day.civil
            // Foundation counts Sunday as 1.
            let weekday = ((parts.weekday ?? 0) + 5) % 7 + 1
            if year != parts.year || month != parts.month || dayOfMonth != parts.day || day.weekday != weekday
                || LocalDay(year: year, month: month, day: dayOfMonth) != day || LocalDay(iso: day.iso) != day
            {
                wrong.append(number)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-11-24 ", "2026-1-1", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10",
        "2026-11-00", "2026-04-31", "1900-02-29", "0000-01-01", "24.11.2026", "2026/11/24", "+026-11-24", "2026-11-24T",
        "２０２６-11-24", "2026-11-2٤",
    ])
    func noSuchDay(text: String) {
        #expect(LocalDay(iso: text) == nil)
    }

    @Test(arguments: ["2000-02-29", "2024-02-29", "2096-02-29", "1969-12-31", "0001-01-01", "9999-12-31"])
    func aDayReadIsTheDayWritten(text: String) {
        #expect(LocalDay(iso: text)?.iso == text)
    }

    @Test func daysBetween() throws {
        let day = try #require(LocalDay(iso: "2026-03-08"))
        #expect(day.adding(days: -365).days(since: day) == -365)
        #expect(day.adding(days: 1_826).days(since: day) == 1_826)
        #expect(try #require(LocalDay(iso: "2024-03-01")).days(since: #require(LocalDay(iso: "2024-02-28"))) == 2)
    }

    @Test func words() throws {
        let day = try #require(LocalDay(iso: "2026-11-24"))
        #expect(day.words(seenFrom: day) == "24 November")
        #expect(day.words(seenFrom: day.adding(days: 60)) == "24 November 2026")
        #expect(day.wordsWithWeekday(seenFrom: day) == "Tue 24 November")
    }

    @Test(arguments: [
        ("2008-11-25", 17), ("2008-11-24", 18), ("2008-11-23", 18), ("2008-02-29", 18), ("2027-01-01", -1),
    ])
    func yearsSinceABirth(born: String, age: Int) throws {
        let day = try #require(LocalDay(iso: "2026-11-24"))
        #expect(day.years(since: try #require(LocalDay(iso: born))) == age)
    }
}
