import Testing
import VigilCore
import VigilTestKit

/// What quiet hours may hold, and what is said of those that ask for more (reliability.md, I14).
@Suite struct QuietHoursReadingTests {
    @Test(arguments: [
        ("hold: [digest, operator]", []),
        ("hold: [now]", ["3:8 quiet hours never hold a page of a follow-up to make now; remove 'now'"]),
        ("hold: [digest, page]", ["3:16 quiet hours never hold a page of a follow-up to make now; remove 'page'"]),
        ("hold: [mail]", ["3:8 'mail' is not one of digest, operator"]),
        ("days: [mon]", ["1:1 hold is missing"]),
        ("hold: [digest]\nhours: 3", ["4:1 unknown key 'hours'"]),
    ])
    func aConfiguration(line: String, issues: [String]) throws {
        let reader = try ConfigReader.yaml("from: \"21:00\"\nto: \"07:00\"\n\(line)\n")
        _ = QuietHours(reading: reader)
        #expect(reader.issues.map { "\($0.place.line):\($0.place.column) \($0.message)" } == issues)
    }

    @Test func whatIsNotHeldGoesAtOnce() throws {
        let night = WeeklyWindow(weekdays: Set(1...7), fromMinute: 1_260, toMinute: 420)
        let quiet = QuietHours(window: night, holds: [.digest])
        let time = try #require(LocalTimeText.time("2026-11-24 23:00", in: .utc))
        #expect(quiet.release(.operatorAlert, at: time, zone: .utc) == time)
        #expect(quiet.release(.digest, at: time, zone: .utc) == time.adding(hours: 8))
    }
}
