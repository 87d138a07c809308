/// The weekly page that nobody needs: it shows that pages arrive and are answered.
package struct TestPageRound: Sendable, Hashable {
    /// Monday 1 to Sunday 7.
    package var weekday: Int
    package var minute: Int

    package init(weekday: Int, minute: Int) {
        self.weekday = weekday
        self.minute = minute
    }

    /// The day of the newest test that should have been made by now. One that was missed is made up for, within the week.
    package func day(dueAt now: WallTime, last: LocalDay?, zone: Zone) -> LocalDay? {
        let today = zone.day(of: now)
        let back = (today.weekday - weekday + 7) % 7
        var day = today.adding(days: -back)
        if now < zone.time(on: day, secondOfDay: minute * 60) { day = day.adding(days: -7) }
        // The first one comes at its time, not at the first start.
        guard let last else { return day == today ? day : nil }
        // One further ahead than a week is of a clock that was wrong.
        return last < day || last > day.adding(days: 7) ? day : nil
    }
}
