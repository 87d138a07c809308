package import VigilCore

/// A recurring appointment of OpenEMR: one row of `openemr_postcalendar_events` that stands for many sessions.
///
/// Days only: the time of day is the row's, and the zone makes an instant of it on each day, so a weekly session at 14:00 stays at
/// 14:00 over a change of the clock. An occurrence that was changed by itself is an exclusion here and a row of its own.
package struct OpenEMRSeries: Sendable, Hashable {
    private enum Rule: Sendable, Hashable {
        case everyDays(Int)
        /// Monday to Friday, each nth of them.
        case everyWorkDays(Int)
        case everyMonths(Int)
        /// ISO weekdays, Monday 1.
        case weekdays(Set<Int>)
        /// 1 to 4, or 5 for the last, of an ISO weekday, each nth month.
        case ordinal(Int, weekday: Int, everyMonths: Int)
    }

    private let rule: Rule
    private let first: LocalDay
    /// Nil for a series without an end.
    private let last: LocalDay?
    private let excluded: Set<LocalDay>

    /// More occurrences in one window than a session a day for ten years are a slip.
    private static let maxOccurrences = 3_660

    /// - Parameters:
    ///   - kind: `pc_recurrtype`: 1 each so many days, weeks, months, years or work days; 2 a weekday of the month; 3 days of the
    ///     week.
    ///   - specification: `pc_recurrspec`, as PHP serialised it.
    ///   - first: `pc_eventDate`.
    ///   - last: `pc_endDate`; nil for none.
    /// - Returns: nil when the rule cannot be understood: the row is then one that cannot be read.
    package init?(kind: Int, specification: String, first: LocalDay, last: LocalDay?) {
        guard let entries = PHPSerialized(specification)?.entries, let rule = Self.rule(kind, entries) else {
            return nil
        }
        self.rule = rule
        self.first = first
        self.last = last
        var excluded: Set<LocalDay> = []
        for text in (entries["exdate"] ?? "").split(separator: ",") {
            let digits = text.filter { $0.isASCII && $0.isNumber }
            guard digits.count == 8, let day = Self.day(digits) else { return nil }
            excluded.insert(day)
        }
        self.excluded = excluded
    }

    private static func day(_ digits: String) -> LocalDay? {
        let (year, month, day) = (digits.prefix(4), digits.dropFirst(4).prefix(2), digits.suffix(2))
        return LocalDay(iso: "\(year)-\(month)-\(day)")
    }

    private static func rule(_ kind: Int, _ entries: [String: String]) -> Rule? {
        func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
            entries[name].flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
        switch kind {
        case 1:
            guard let unit = number("event_repeat_freq_type", in: 0...4),
                let every = number("event_repeat_freq", in: 1...400)
            else { return nil }
            return switch unit {
            case 0: .everyDays(every)
            case 1: .everyDays(7 * every)
            case 2: .everyMonths(every)
            case 3: .everyMonths(12 * every)
            default: .everyWorkDays(every)
            }
        case 2:
            guard let ordinal = number("event_repeat_on_num", in: 1...5),
                let weekday = number("event_repeat_on_day", in: 0...6),
                let months = number("event_repeat_on_freq", in: 1...120)
            else { return nil }
            return .ordinal(ordinal, weekday: weekday == 0 ? 7 : weekday, everyMonths: months)
        case 3:
            // Sunday 1 to Saturday 7.
            let days = (entries["event_repeat_freq"] ?? "").split(separator: ",").map { Int($0) }
            let numbers = days.compactMap(\.self).filter { (1...7).contains($0) }
            guard !days.isEmpty, numbers.count == days.count else { return nil }
            return .weekdays(Set(numbers.map { $0 == 1 ? 7 : $0 - 1 }))
        default: return nil
        }
    }

    /// The days in `[from, until)` on which it takes place, in order.
    package func days(from: LocalDay, until: LocalDay) -> [LocalDay] {
        let start = max(from, first)
        let end = last.map { min(until, $0.adding(days: 1)) } ?? until
        guard start < end else { return [] }
        let days: [LocalDay] =
            switch rule {
            case .everyDays(let step):
                steps(from: first.adding(days: (start.days(since: first) + step - 1) / step * step), end) {
                    $0.adding(days: step)
                }
            case .everyWorkDays(let step): steps(from: firstWorkDay, end) { Self.workDay(step, after: $0) }
            case .everyMonths(let step):
                months(start, end, step) { LocalDay(year: $0, month: $1, day: first.civil.day) }
            case .weekdays(let held):
                steps(from: start, end) { $0.adding(days: 1) }.filter { held.contains($0.weekday) }
            case .ordinal(let ordinal, let weekday, let step):
                months(start, end, step) { Self.day(ordinal, weekday, year: $0, month: $1) }
            }
        return Array(days.filter { $0 >= start && $0 < end && !excluded.contains($0) }.prefix(Self.maxOccurrences))
    }

    /// A series of work days that begins on a weekend begins on the Monday after it.
    private var firstWorkDay: LocalDay {
        first.weekday <= 5 ? first : first.adding(days: 8 - first.weekday)
    }

    private func steps(from begin: LocalDay, _ end: LocalDay, _ next: (LocalDay) -> LocalDay) -> [LocalDay] {
        var (days, day): ([LocalDay], LocalDay) = ([], begin)
        while day < end {
            days.append(day)
            day = next(day)
        }
        return days
    }

    /// Each nth month from the first one on; a month without such a day has no occurrence.
    private func months(
        _ start: LocalDay, _ end: LocalDay, _ step: Int, _ day: (_ year: Int, _ month: Int) -> LocalDay?
    ) -> [LocalDay] {
        let (year, month, _) = first.civil
        var days: [LocalDay] = []
        var index = year * 12 + month - 1
        let (lastYear, lastMonth, _) = end.civil
        while index <= lastYear * 12 + lastMonth - 1 {
            if let found = day(index / 12, index % 12 + 1) { days.append(found) }
            index += step
        }
        return days
    }

    private static func workDay(_ count: Int, after day: LocalDay) -> LocalDay {
        var (left, next) = (count, day)
        while left > 0 {
            next = next.adding(days: 1)
            if next.weekday <= 5 { left -= 1 }
        }
        return next
    }

    /// - Returns: nil when the month has no fifth such weekday and the fifth is not the last.
    private static func day(_ ordinal: Int, _ weekday: Int, year: Int, month: Int) -> LocalDay? {
        guard let first = LocalDay(year: year, month: month, day: 1) else { return nil }
        let found = first.adding(days: (weekday - first.weekday + 7) % 7 + 7 * (min(ordinal, 4) - 1))
        guard ordinal == 5 else { return found }
        let fifth = found.adding(days: 7)
        return fifth.civil.month == month ? fifth : found
    }
}
