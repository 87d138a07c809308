import Testing
import VigilCore

/// Quiet hours and due times over 400 days, gaps and folds among them, against a plain reference.
///
/// The night's quiet hours and the due times of a practice's day are looked at in every minute; windows and hours whose ends lie in
/// gap and fold in every minute of a day before and after each change of the clock, elsewhere in every seventh.
@Suite struct WaitingReferenceTests {
    private static let checked = 2 * 1_440..<(WallWalk.days - 12) * 1_440

    private func looked(_ walk: WallWalk, every minutes: Int) -> [Int] {
        if minutes == 1 { return Array(Self.checked) }
        var looked = Set(stride(from: Self.checked.lowerBound, to: Self.checked.upperBound, by: minutes))
        for jump in walk.jumps { looked.formUnion(jump - 1_440...jump + 1_440) }
        return looked.filter(Self.checked.contains).sorted()
    }

    private func walk(_ name: String) throws -> (WallWalk, Zone) {
        (try #require(WallWalk.of(name)), try #require(Zone(identifier: name)))
    }

    /// A message waits exactly as long as the minute that it is at is a quiet one, and a page never.
    @Test(arguments: WallWalk.zones) func quietHours(name: String) throws {
        let (walk, zone) = try walk(name)
        var random = RandomSchedule(
            random: SeededRandom(seed: Seed.announce("WaitingReferenceTests.quiet \(name)", 32)))
        let night = WeeklyWindow(weekdays: Set(1...7), fromMinute: 21 * 60, toMinute: 7 * 60)
        for window in [night, random.window()] {
            let quiet = QuietHours(window: window, holds: [.digest])
            let covered = walk.covered(by: [window])
            // From the end back: the release of a quiet minute is that of the one after it.
            var releases = Array(covered.indices)
            for index in covered.indices.dropLast().reversed() where covered[index] {
                releases[index] = releases[index + 1]
            }
            var wrong: [Int] = []
            // Where every day is quiet all day, eight days are the longest wait.
            for index in looked(walk, every: window == night ? 1 : 7) where releases[index] - index < 7 * 1_440 {
                let time = WallWalk.time(index)
                if quiet.release(.digest, at: time, zone: zone) != WallWalk.time(releases[index])
                    || quiet.release(.operatorAlert, at: time, zone: zone) != time
                {
                    wrong.append(index)
                }
            }
            #expect(wrong.isEmpty, "\(name) \(window): \(wrong.count) minutes, first \(wrong.first ?? 0)")
        }
    }

    /// Working hours in the daytime, and such whose ends lie in gap and fold; a task is never due before it is detected.
    @Test(arguments: WallWalk.zones, [[540, 1_020, 540], [90, 105, 105], [30, 165, 150]])
    func dueTimes(name: String, minutes: [Int]) throws {
        let (walk, zone) = try walk(name)
        let (opens, closes, outOfHours) = (minutes[0], minutes[1], minutes[2])
        let weekdays: Set<Int> = opens == 540 ? [1, 2, 3, 4, 5] : [1, 3, 5, 7]
        // A holiday of each kind: alone, two together, at the end of a week.
        let holidays = ["2026-05-25", "2026-12-24", "2026-12-25", "2026-07-03"].compactMap { LocalDay(iso: $0) }
        let hours = WorkingHours(
            weekdays: weekdays, opensMinute: opens, closesMinute: closes, holidays: Set(holidays))
        let free = Set(holidays.map { Int($0.number) })
        func isWorking(_ day: Int) -> Bool { weekdays.contains(WallWalk.weekday(day)) && !free.contains(day) }

        // Walked: the practice opens and closes at moments, and the clock comes to the hour of the morning at moments.
        var isOpen = [Bool](repeating: false, count: walk.shown.count)
        var mornings: [Int] = []
        for day in walk.firstDay...walk.firstDay + WallWalk.days {
            if let morning = walk.moment(day, outOfHours) { mornings.append(morning) }
            guard isWorking(day), let begin = walk.moment(day, opens), let end = walk.moment(day, closes) else {
                continue
            }
            for index in begin..<max(begin, end) { isOpen[index] = true }
        }
        var wrong: [String: Int] = [:]
        var nextMorning = 0
        for index in looked(walk, every: opens == 540 ? 1 : 7) {
            let now = WallWalk.time(index)
            while mornings[nextMorning] <= index { nextMorning += 1 }
            var working = walk.day(index) + 1
            while !isWorking(working) { working += 1 }
            let closing = try #require(walk.moment(walk.day(index), closes))
            let table: [(String, DueRule, Int?)] = [
                ("hours", .hours(7), index + 7 * 60),
                ("next working day", .endOfNextWorkingDay, walk.moment(working, closes)),
                (
                    "same working day", .sameWorkingDay(hours: 3, outOfHoursMinute: outOfHours),
                    isOpen[index] ? min(index + 180, closing) : mornings[nextMorning]
                ),
            ]
            for (what, rule, expected) in table {
                let due = rule.due(from: now, zone: zone, hours: hours)
                if due != expected.map({ WallWalk.time($0) }) { wrong[what, default: 0] += 1 }
                if due < now { wrong["\(what), before its detection", default: 0] += 1 }
            }
        }
        #expect(wrong == [:], "\(name) \(minutes)")
    }
}
