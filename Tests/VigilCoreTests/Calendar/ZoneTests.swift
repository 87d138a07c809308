import Foundation
import Testing
import VigilCore
import VigilTestKit

/// The table of offsets against Foundation's own answers, and the written rule for gaps and folds.
@Suite struct ZoneTests {
    static let names = [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia",
        "Africa/Casablanca", "Europe/London", "America/Sao_Paulo", "Asia/Kathmandu", "Europe/Moscow", "UTC",
    ]
    private static let end: Int64 = 4_102_444_800

    private func agrees(_ seconds: Int64, _ zone: Zone, _ foundation: TimeZone, _ calendar: Calendar) -> Bool {
        let date = Date(timeIntervalSince1970: Double(seconds))
        let time = WallTime(seconds: seconds)
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let civil = zone.day(of: time).civil
        let second = ((parts.hour ?? 0) * 60 + (parts.minute ?? 0)) * 60 + (parts.second ?? 0)
        return zone.offset(at: time) == foundation.secondsFromGMT(for: date) && civil.year == parts.year
            && civil.month == parts.month && civil.day == parts.day && zone.secondOfDay(of: time) == second
    }

    private func pair(_ name: String) throws -> (Zone, TimeZone, Calendar) {
        let foundation = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = foundation
        return (try #require(Zone(identifier: name)), foundation, calendar)
    }

    @Test(arguments: names) func instantsAgreeWithFoundation(name: String) throws {
        let (zone, foundation, calendar) = try pair(name)
        var random = SeededRandom(seed: Seed.announce("ZoneTests.instants \(name)", 11))
        for _ in 0..<1_500 {
            let seconds = Int64.random(in: 0..<Self.end, using: &random)
            #expect(agrees(seconds, zone, foundation, calendar), "\(name) \(seconds)")
        }
    }

    /// Every change of the clock up to 2100, and the seconds either side of it.
    @Test(arguments: names) func changesOfTheClockAgreeWithFoundation(name: String) throws {
        let (zone, foundation, calendar) = try pair(name)
        for change in changes(of: foundation) {
            for seconds in [change - 1, change, change + 1] {
                #expect(agrees(seconds, zone, foundation, calendar), "\(name) \(seconds)")
            }
            try checkLocalTimes(around: change, zone, name)
        }
    }

    private func changes(of zone: TimeZone) -> [Int64] {
        var result: [Int64] = []
        var at = Date(timeIntervalSince1970: 0)
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at,
            next.timeIntervalSince1970 < Double(Self.end)
        {
            result.append(Int64(next.timeIntervalSince1970))
            at = next
        }
        return result
    }

    /// A gap moves forward by its length; in a fold the first of the two is meant.
    private func checkLocalTimes(around change: Int64, _ zone: Zone, _ name: String) throws {
        let before = Int64(zone.offset(at: WallTime(seconds: change - 1)))
        let after = Int64(zone.offset(at: WallTime(seconds: change)))
        func time(_ local: Int64) -> Int64 {
            zone.time(on: LocalDay(number: Int32(local / 86_400)), secondOfDay: Int(local % 86_400)).seconds
        }
        // Just before the change, by the clock of before; on a day skipped as a whole there is no such time to ask for.
        #expect(time(change - 1 + before) == change - 1, "\(name) \(change)")
        if after > before {
            for local in [change + before, change + before + (after - before) / 2, change + after - 1] {
                #expect(time(local) == local - before, "gap \(name) \(change)")
            }
            #expect(time(change + after) == change, "\(name) \(change)")
        } else if after < before {
            for local in [change + after, change + (before + after) / 2, change + before - 1] {
                #expect(time(local) == local - before, "fold \(name) \(change)")
            }
            #expect(time(change + before) == change + before - after, "\(name) \(change)")
        }
    }

    @Test(arguments: names) func localTimesComeBack(name: String) throws {
        let (zone, _, _) = try pair(name)
        var random = SeededRandom(seed: Seed.announce("ZoneTests.local \(name)", 12))
        for _ in 0..<1_500 {
            let time = WallTime(seconds: .random(in: 86_400..<Self.end, using: &random))
            let back = zone.time(on: zone.day(of: time), secondOfDay: zone.secondOfDay(of: time))
            // The second of two equal clock times gives the first; every other comes back as itself.
            #expect(back <= time && zone.secondOfDay(of: back) == zone.secondOfDay(of: time), "\(name) \(time.seconds)")
            if back != time { #expect(zone.offset(at: back) > zone.offset(at: time), "\(name) \(time.seconds)") }
        }
    }

    @Test(arguments: [
        ("America/New_York", "2026-03-08", 9_000, "2026-03-08T03:30:00-04:00"),
        ("America/New_York", "2026-11-01", 5_400, "2026-11-01T01:30:00-04:00"),
        ("Europe/Berlin", "2026-03-29", 9_000, "2026-03-29T03:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25", 9_000, "2026-10-25T02:30:00+02:00"),
        ("Australia/Lord_Howe", "2026-10-04", 8_100, "2026-10-04T02:45:00+11:00"),
        ("Australia/Lord_Howe", "2026-04-05", 6_300, "2026-04-05T01:45:00+11:00"),
        ("Pacific/Apia", "2011-12-30", 36_000, "2011-12-31T10:00:00+14:00"),
        ("UTC", "2038-01-19", 11_648, "2038-01-19T03:14:08Z"),
        ("America/St_Johns", "2026-11-24", 0, "2026-11-24T00:00:00-03:30"),
    ])
    func gapsAndFoldsByHand(name: String, day: String, second: Int, expected: String) throws {
        let zone = try #require(Zone(identifier: name))
        #expect(zone.rfc3339(zone.time(on: try #require(LocalDay(iso: day)), secondOfDay: second)) == expected)
    }

    @Test func unknownNamesAreRefused() {
        #expect(Zone(identifier: "Europe/Berlim") == nil)
        #expect(Zone(identifier: "America/New_York")?.identifier == "America/New_York")
    }

    @Test(arguments: [
        (0, "midnight"), (43_200, "midday"), (50_400, "2pm"), (55_800, "3:30pm"), (300, "12:05am"), (45_000, "12:30pm"),
        (32_400, "9am"),
    ])
    func clockWords(second: Int, words: String) {
        #expect(Zone.utc.clockWords(WallTime(seconds: Int64(second))) == words)
    }
}
