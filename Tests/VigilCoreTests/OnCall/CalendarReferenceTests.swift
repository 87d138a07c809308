import Foundation
import Testing
import VigilCore

/// Shifts, quiet hours and due times, minute by minute over 400 days, against a plain reference (I17).
@Suite struct CalendarReferenceTests {
    private func table(_ name: String) throws -> (WallTable, Zone) {
        (try #require(WallTable.of[name]), try #require(Zone(identifier: name)))
    }

    private func person(_ id: String) throws -> PersonID { try #require(PersonID(id)) }

    /// A schedule whose handovers and hours lie in every zone's gap and fold: 02:15 and 01:45, and at midnight.
    private func schedule(_ zone: Zone) throws -> OnCallSchedule {
        let from = try #require(LocalDay(iso: "2026-09-14"))
        let (a, b, c, d) = (try person("a"), try person("b"), try person("c"), try person("d"))
        return OnCallSchedule(
            zone: zone,
            layers: [
                .onCall: [
                    OnCallLayer(
                        id: "nights", people: [c, d], rotation: .init(days: 1, minute: 105, from: from),
                        hours: [WeeklyWindow(weekdays: [1, 3, 6, 7], fromMinute: 23 * 60 + 30, toMinute: 135)]),
                    OnCallLayer(
                        id: "days", people: [a], rotation: nil,
                        hours: [WeeklyWindow(weekdays: [1, 2, 3, 4, 5], fromMinute: 540, toMinute: 1_020)]),
                    OnCallLayer(
                        id: "weeks", people: [a, b, c], rotation: .init(days: 7, minute: 135, from: from), hours: []),
                ]
            ])
    }

    /// Turns since the first, by walking the handovers: each at its instant of the table.
    private func turns(_ table: WallTable, from: Int, minute: Int, days: Int) -> [Int64] {
        stride(from: from, to: from + WallTable.days, by: days).compactMap { table.instant(day: $0, minute: minute) }
    }

    private func windows(
        _ table: WallTable, _ weekdays: Set<Int>, _ from: Int, _ to: Int
    ) -> [Range<Int64>] {
        let first = table.minutes[0].day
        return (first - 1...first + WallTable.days).compactMap { day in
            guard weekdays.contains(WallTable.weekday(day)), let begin = table.instant(day: day, minute: from),
                let end = table.instant(day: to > from ? day : day + 1, minute: to), begin < end
            else { return nil }
            return begin..<end
        }
    }

    /// A cursor over ascending ranges: whether the instant lies in one.
    private struct Walk {
        let ranges: [Range<Int64>]
        var index = 0

        mutating func contains(_ instant: Int64) -> Bool {
            while index < ranges.count, ranges[index].upperBound <= instant { index += 1 }
            return index < ranges.count && ranges[index].contains(instant)
        }
    }

    private struct Turn {
        let begins: [Int64]
        var index = -1

        mutating func at(_ instant: Int64) -> Int? {
            while index + 1 < begins.count, begins[index + 1] <= instant { index += 1 }
            return index < 0 ? nil : index
        }
    }

    @Test(arguments: WallTable.zones) func shifts(_ name: String) throws {
        let (table, zone) = try table(name)
        let schedule = try schedule(zone)
        let from = Int(try #require(LocalDay(iso: "2026-09-14")).number)
        var nights = Walk(ranges: windows(table, [1, 3, 6, 7], 23 * 60 + 30, 135))
        var days = Walk(ranges: windows(table, [1, 2, 3, 4, 5], 540, 1_020))
        var nightTurn = Turn(begins: turns(table, from: from, minute: 105, days: 1))
        var weekTurn = Turn(begins: turns(table, from: from, minute: 135, days: 7))
        var wrong = 0
        // The last days of the table lack what comes after them.
        for minute in table.minutes.dropLast(3 * 1_440).dropFirst(2 * 1_440) {
            let (isNight, isDay) = (nights.contains(minute.instant), days.contains(minute.instant))
            let (night, week) = (nightTurn.at(minute.instant), weekTurn.at(minute.instant))
            var expected: String?
            if isNight, let night {
                expected = ["c", "d"][night % 2]
            } else if isDay {
                expected = "a"
            } else if let week {
                expected = ["a", "b", "c"][week % 3]
            }
            let said = schedule.layers[.onCall]?.lazy.compactMap {
                $0.person(at: WallTime(seconds: minute.instant), in: zone)
            }.first
            if said?.text != expected {
                wrong += 1
                if wrong == 1 {
                    Issue.record(
                        "\(name), instant \(minute.instant): \(said?.text ?? "nobody"), not \(expected ?? "nobody")")
                }
            }
        }
        #expect(wrong == 0)
    }

    /// From every boundary to the next the answer is one; together they are the whole time.
    @Test(arguments: WallTable.zones) func shiftsAndGapsAreTheWholeTime(_ name: String) throws {
        let (_, zone) = try table(name)
        let schedule = try schedule(zone)
        let from = WallTime(seconds: WallTable.begin)
        let pieces =
            (schedule.shifts(.onCall, from: from, days: 390).map { ($0.from, $0.until, Optional($0.person)) }
            + schedule.gaps(.onCall, from: from, days: 390).map { ($0.from, $0.until, nil) })
            .sorted { $0.0 < $1.0 }
        #expect(pieces.first?.0 == from)
        for (one, next) in zip(pieces, pieces.dropFirst()) { #expect(one.1 == next.0) }
        for (begin, end, person) in pieces {
            #expect(begin < end)
            for time in [begin, end.adding(seconds: -1)] {
                #expect(schedule.who(.onCall, at: time)?.person == person)
            }
        }
        // A day of a clock change is as long as it is: 23, 25, 23.5 or 24.5 hours.
        let lengths = Set(
            (0..<390).map { offset in
                let day = zone.day(of: from).adding(days: offset)
                return zone.time(on: day.adding(days: 1), secondOfDay: 0).seconds(
                    since: zone.time(on: day, secondOfDay: 0))
            })
        let step: Int64 = name == "Australia/Lord_Howe" ? 1_800 : 3_600
        #expect(lengths == [86_400 - step, 86_400, 86_400 + step])
    }

    @Test(arguments: WallTable.zones, [(21 * 60, 7 * 60), (2 * 60 + 5, 2 * 60 + 25), (90, 150), (0, 0)])
    func quietHours(_ name: String, _ hours: (Int, Int)) throws {
        let (table, zone) = try table(name)
        let weekdays: Set<Int> = hours == (0, 0) ? [7] : Set(1...7)
        let quiet = QuietHours(
            window: WeeklyWindow(weekdays: weekdays, fromMinute: hours.0, toMinute: hours.1), holds: [.digest])
        let ranges = windows(table, weekdays, hours.0, hours.1)
        var walk = Walk(ranges: ranges)
        var wrong = 0
        for minute in table.minutes.dropLast(3 * 1_440).dropFirst(2 * 1_440) {
            let expected = walk.contains(minute.instant) ? ranges[walk.index].upperBound : minute.instant
            let said = quiet.release(.digest, at: WallTime(seconds: minute.instant), zone: zone).seconds
            if said != expected { wrong += 1 }
            #expect(
                quiet.release(.operatorAlert, at: WallTime(seconds: minute.instant), zone: zone).seconds
                    == minute.instant)
        }
        #expect(wrong == 0, "\(name) \(hours)")
        let anyTime = WallTime(seconds: WallTable.begin)
        #expect(quiet.release(.operatorAlert, at: anyTime, zone: zone) == anyTime, "what is not named is not held")
    }

    /// Every rule of the policy, from every minute: with holidays, in working hours whose ends lie in gap and fold too.
    @Test(arguments: WallTable.zones, [(540, 1_020), (90, 165)])
    func dueTimes(_ name: String, _ hours: (Int, Int)) throws {
        let (table, zone) = try table(name)
        let holidays = Set([LocalDay(iso: "2026-11-26"), LocalDay(iso: "2026-12-25")].compactMap(\.self))
        // Every day is a working day where the hours are those of the change, which comes on a Sunday.
        let weekdays: Set<Int> = hours.0 == 540 ? [1, 2, 3, 4, 5] : Set(1...7)
        let working = WorkingHours(
            weekdays: weekdays, opensMinute: hours.0, closesMinute: hours.1, holidays: holidays)
        let holidayNumbers = Set(holidays.map { Int($0.number) })
        func isWorking(_ day: Int) -> Bool {
            weekdays.contains(WallTable.weekday(day)) && !holidayNumbers.contains(day)
        }
        // What a day is, looked up once: its own end, its 02:30, and the end of the next working day.
        struct Day {
            var isWorking: Bool
            var end, early, earlyNext, nextEnd: Int64
        }
        func plain(_ day: Int) throws -> Day {
            var next = day + 1
            while !isWorking(next) { next += 1 }
            return Day(
                isWorking: isWorking(day), end: try #require(table.instant(day: day, minute: hours.1)),
                early: try #require(table.instant(day: day, minute: 150)),
                earlyNext: try #require(table.instant(day: day + 1, minute: 150)),
                nextEnd: try #require(table.instant(day: next, minute: hours.1)))
        }
        var (wrongHours, wrongNext, wrongSame) = (0, 0, 0)
        var day = (number: -1, is: Day(isWorking: false, end: 0, early: 0, earlyNext: 0, nextEnd: 0))
        for minute in table.minutes.dropLast(12 * 1_440).dropFirst(2 * 1_440) {
            // The hours of the clock change are held against each minute by the quiet hours too: here every fifth will do.
            if hours.0 == 90, minute.minute % 5 != 0 { continue }
            if day.number != minute.day { day = (minute.day, try plain(minute.day)) }
            let now = WallTime(seconds: minute.instant)
            if minute.minute == 0,
                DueRule.hours(7).due(from: now, zone: zone, hours: working).seconds != minute.instant + 25_200
            {
                wrongHours += 1
            }
            if DueRule.endOfNextWorkingDay.due(from: now, zone: zone, hours: working).seconds != day.is.nextEnd {
                wrongNext += 1
            }
            let isOpen = day.is.isWorking && minute.minute >= hours.0 && minute.minute < hours.1
            let outside = day.is.early > minute.instant ? day.is.early : day.is.earlyNext
            let expected = isOpen ? min(day.is.end, minute.instant + 8 * 3_600) : outside
            let rule = DueRule.sameWorkingDay(hours: 8, outOfHoursMinute: 150)
            if rule.due(from: now, zone: zone, hours: working).seconds != expected { wrongSame += 1 }
        }
        #expect((wrongHours, wrongNext, wrongSame) == (0, 0, 0), "\(name) \(hours)")
    }
}
