/// A stretch of the week by the clock on the wall: `{days: [mon, tue], from: 17:00, to: 09:00}`.
///
/// Each of its days gives one interval, from the first time to the second; a second time that is not later lies on the next
/// day. In a gap of the zone a time moves forward by the gap's length, in a fold the first is meant (`Zone`); an interval whose
/// both ends fall together so is empty.
package struct WeeklyWindow: Sendable, Hashable {
    /// ISO weekdays on which it begins, Monday 1 to Sunday 7.
    package var weekdays: Set<Int>
    /// Minutes since local midnight.
    package var fromMinute: Int
    package var toMinute: Int

    package init(weekdays: Set<Int>, fromMinute: Int, toMinute: Int) {
        self.weekdays = weekdays
        self.fromMinute = fromMinute
        self.toMinute = toMinute
    }

    init(reading reader: ConfigReader) {
        weekdays = reader.weekdays("days")
        fromMinute = reader.minuteOfDay("from")
        toMinute = reader.minuteOfDay("to")
        reader.refuseUnknownKeys()
    }

    /// The interval that begins on `day`; nil when none does, or it is empty.
    package func interval(on day: LocalDay, in zone: Zone) -> Range<WallTime>? {
        guard weekdays.contains(day.weekday) else { return nil }
        let from = zone.time(on: day, secondOfDay: fromMinute * 60)
        let until = zone.time(on: toMinute > fromMinute ? day : day.adding(days: 1), secondOfDay: toMinute * 60)
        return from < until ? from..<until : nil
    }

    /// The end of the interval that holds `time`; nil outside.
    package func end(containing time: WallTime, in zone: Zone) -> WallTime? {
        let day = zone.day(of: time)
        // One begun the day before may still run; so may one of two days ago, where the clock skips the end of a day (Nuuk).
        return [-2, -1, 0].compactMap { interval(on: day.adding(days: $0), in: zone) }
            .filter { $0.contains(time) }.map(\.upperBound).max()
    }

    /// The first begin or end after `time`; nil for a window without days.
    package func nextBoundary(after time: WallTime, in zone: Zone) -> WallTime? {
        let day = zone.day(of: time)
        var next: WallTime?
        // A week from now every day of the week has begun once, also when one interval was empty.
        for offset in -2...15 {
            guard let interval = interval(on: day.adding(days: offset), in: zone) else { continue }
            for bound in [interval.lowerBound, interval.upperBound] where bound > time {
                next = min(next ?? bound, bound)
            }
        }
        return next
    }
}

extension ConfigReader {
    /// ISO weekdays from `[mon, tue]`; all of them when the key is missing.
    func weekdays(_ key: String) -> Set<Int> {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        guard has(key) else { return Set(1...7) }
        var days: Set<Int> = []
        let found = texts(key)
        if found.isEmpty { issue("\(name(key)) names no day") }
        for (text, place) in found {
            guard let index = names.firstIndex(of: text.lowercased()) else {
                issue("'\(text)' is not a weekday; write one of \(names.joined(separator: ", "))", at: place)
                continue
            }
            days.insert(index + 1)
        }
        return days
    }
}
