/// The practice's working days and hours, for deadlines such as "the end of the next working day".
package struct WorkingHours: Sendable, Hashable {
    /// ISO weekdays, Monday 1 to Sunday 7.
    package var weekdays: Set<Int>
    /// Minutes since local midnight at which work begins and ends.
    package var opensMinute: Int
    package var closesMinute: Int
    package var holidays: Set<LocalDay>

    package init(weekdays: Set<Int>, opensMinute: Int, closesMinute: Int, holidays: Set<LocalDay>) {
        self.weekdays = weekdays
        self.opensMinute = opensMinute
        self.closesMinute = closesMinute
        self.holidays = holidays
    }

    package func isWorkingDay(_ day: LocalDay) -> Bool {
        weekdays.contains(day.weekday) && !holidays.contains(day)
    }

    /// The first working day after `day`.
    package func nextWorkingDay(after day: LocalDay) -> LocalDay {
        var next = day.adding(days: 1)
        // A calendar that names every day a holiday must still end: after a year any day counts as working.
        for _ in 0..<366 where !isWorkingDay(next) { next = next.adding(days: 1) }
        return next
    }

    package func end(of day: LocalDay, in zone: Zone) -> WallTime {
        zone.time(on: day, secondOfDay: closesMinute * 60)
    }

    package func start(of day: LocalDay, in zone: Zone) -> WallTime {
        zone.time(on: day, secondOfDay: opensMinute * 60)
    }

    /// From opening to closing of that day. Not by what the clock shows: a closing time that comes twice would open the
    /// practice again, and a deadline at its end would lie before the moment that it is counted from.
    package func isOpen(at time: WallTime, in zone: Zone) -> Bool {
        let day = zone.day(of: time)
        return isWorkingDay(day) && start(of: day, in: zone) <= time && time < end(of: day, in: zone)
    }
}
