/// A calendar day in the practice's zone, counted from 1970-01-01 (proleptic Gregorian).
///
/// Every age in clinical.md is a difference of two of these: whole calendar days, so that neither the hour of a screen nor
/// a daylight-saving change moves a client over a threshold.
package struct LocalDay: Hashable, Comparable, Sendable, Codable {
    /// Days since 1970-01-01.
    package var number: Int32

    package init(number: Int32) {
        self.number = number
    }

    /// The day of a civil date, or nil when there is no such date (30 February, month 13).
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
            day <= LocalDay.length(ofMonth: month, year: year)
        else { return nil }
        // Days-from-civil with the year starting in March, so that the leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `YYYY-MM-DD`; nil for anything else.
    package init?(iso text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int32.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package static func < (left: LocalDay, right: LocalDay) -> Bool {
        left.number < right.number
    }

    package func adding(days: Int) -> LocalDay {
        LocalDay(number: number + Int32(clamping: days))
    }

    /// Whole days from `earlier` to this day; negative when `earlier` is later.
    package func days(since earlier: LocalDay) -> Int {
        Int(number) - Int(earlier.number)
    }

    package var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Monday is 1, Sunday is 7 (ISO 8601).
    package var weekday: Int {
        let shifted = (Int(number) + 3) % 7
        return (shifted < 0 ? shifted + 7 : shifted) + 1
    }

    /// `2026-11-24`.
    package var iso: String {
        let (year, month, day) = civil
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `19 November`, or `19 November 2024` when that is not the year of `reference`; months are spelled out (ux.md).
    package func words(seenFrom reference: LocalDay) -> String {
        let (year, month, day) = civil
        let base = "\(day) \(LocalDay.monthNames[month - 1])"
        return year == reference.civil.year ? base : "\(base) \(year)"
    }

    /// `Tue 24 November`.
    package func wordsWithWeekday(seenFrom reference: LocalDay) -> String {
        "\(LocalDay.weekdayNames[weekday - 1]) \(words(seenFrom: reference))"
    }

    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}

/// A whole number with leading zeros.
package func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}
