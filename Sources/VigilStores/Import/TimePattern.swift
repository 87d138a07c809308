package import VigilCore

/// How an export writes a day or a time, as a small set of letters.
///
/// - `yyyy` year; `MM` `M` month; `MMM` English month name of three letters; `dd` `d` day
/// - `HH` `H` hour 0-23; `hh` `h` hour 1-12, with `a` for AM or PM; `mm` minute; `ss` second
/// - `Z` a zone: `Z`, `+02:00`, `+0200` or `+02`; without it the time is local, in the mapping's zone
/// - text between single quotes stands for itself, `''` for a quote; so does everything that is not a letter
/// - a space stands for one or more spaces, no-break spaces included (some programs write one before AM and PM)
/// - a doubled letter wants exactly two digits, a single one takes one or two; a pattern without an hour means midnight
///
/// Instead of a pattern: `iso8601` (`2026-01-05`, `2026-01-05T14:00`, with seconds, a fraction and a zone or without) or
/// `epoch` (whole seconds since 1970). Two-digit years are not read: for a date of birth nobody can say which is meant.
///
/// Written by hand because Foundation's DateFormatter takes tens of microseconds for one date, more than all the rest of a row.
package struct TimePattern: Sendable, Hashable {
    private enum Element: Sendable, Hashable {
        case year, monthName, half, zone, space
        case number(Part, minDigits: Int)
        case literal(UInt8)
    }

    private enum Part: Sendable, Hashable {
        case month, day, hour, hour12, minute, second
    }

    private enum Form: Sendable, Hashable {
        case iso8601, epoch
        case elements([Element])
    }

    private let form: Form

    package static let iso8601 = TimePattern(form: .iso8601)

    private init(form: Form) {
        self.form = form
    }

    /// Why a pattern cannot be used, in words for the person who wrote it.
    package struct Refusal: Error, Sendable, Hashable {
        package var message: String
    }

    package init(parsing text: String) throws(Refusal) {
        switch text {
        case "iso8601": form = .iso8601
        case "epoch": form = .epoch
        default: form = .elements(try Self.elements(of: text))
        }
    }

    // MARK: The pattern

    private static func elements(of text: String) throws(Refusal) -> [Element] {
        let letters = Array(text.utf8)
        var elements: [Element] = []
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            if letter == UInt8(ascii: "'") {
                index = try quoted(letters, from: index + 1, into: &elements)
            } else if letter == UInt8(ascii: " ") {
                if elements.last != .space { elements.append(.space) }
                index += 1
            } else if letter.isLetter {
                let end = letters[index...].firstIndex { $0 != letter } ?? letters.count
                let run = String(decoding: letters[index..<end], as: UTF8.self)
                guard let element = element(of: run) else {
                    throw Refusal(
                        message: "'\(run)' is not a part of a date; known are yyyy M MM MMM d dd H HH h hh mm ss a Z, "
                            + "and other letters stand between single quotes")
                }
                elements.append(element)
                index = end
            } else {
                elements.append(.literal(letter))
                index += 1
            }
        }
        try check(elements)
        return elements
    }

    private static func element(of run: String) -> Element? {
        switch run {
        case "yyyy": .year
        case "MMM": .monthName
        case "M", "MM": .number(.month, minDigits: run.utf8.count)
        case "d", "dd": .number(.day, minDigits: run.utf8.count)
        case "H", "HH": .number(.hour, minDigits: run.utf8.count)
        case "h", "hh": .number(.hour12, minDigits: run.utf8.count)
        case "mm": .number(.minute, minDigits: 2)
        case "ss": .number(.second, minDigits: 2)
        case "a": .half
        case "Z": .zone
        default: nil
        }
    }

    private static func quoted(
        _ letters: [UInt8], from start: Int, into elements: inout [Element]
    ) throws(Refusal) -> Int {
        let quote = UInt8(ascii: "'")
        guard let end = letters[start...].firstIndex(of: quote) else { throw Refusal(message: "a quote is not closed") }
        elements += letters[start..<end].map(Element.literal)
        // Two quotes in a row stand for one, inside a quoted text and outside of it.
        if end == start { elements.append(.literal(quote)) }
        return end + 1
    }

    private static func check(_ elements: [Element]) throws(Refusal) {
        func count(_ matches: (Element) -> Bool) -> Int { elements.count(where: matches) }
        func count(_ part: Part) -> Int {
            count { if case .number(part, _) = $0 { true } else { false } }
        }
        let months = count(.month) + count { $0 == .monthName }
        guard count({ $0 == .year }) == 1, months == 1, count(.day) == 1 else {
            throw Refusal(message: "it must have a year (yyyy), a month (MM, M or MMM) and a day (dd or d), each once")
        }
        guard count(.hour) + count(.hour12) <= 1, count(.minute) <= 1, count(.second) <= 1,
            count({ $0 == .half }) <= 1, count({ $0 == .zone }) <= 1
        else { throw Refusal(message: "it has a part of the time twice") }
        guard count(.hour12) == count({ $0 == .half }) else {
            throw Refusal(message: "hh or h goes together with a (AM or PM), and HH or H without it")
        }
    }

    // MARK: Reading

    /// The time that `text` means; a time without a zone is local to `zone`, by that zone's gap and fold rule.
    package func time(_ text: String, in zone: Zone) -> WallTime? {
        guard let written = read(text) else { return nil }
        switch written {
        case .instant(let time): return time
        case .local(let day, let second, nil): return zone.time(on: day, secondOfDay: second)
        case .local(let day, let second, let offset?):
            return WallTime(seconds: Int64(day.number) * 86_400 + Int64(second - offset))
        }
    }

    /// The day that `text` names: as it is written, whatever the zone, since a date of birth has no hour.
    package func day(_ text: String, in zone: Zone) -> LocalDay? {
        guard let written = read(text) else { return nil }
        switch written {
        case .instant(let time): return zone.day(of: time)
        case .local(let day, _, _): return day
        }
    }

    private enum Written {
        case instant(WallTime)
        case local(LocalDay, secondOfDay: Int, offset: Int?)
    }

    private func read(_ text: String) -> Written? {
        switch form {
        case .epoch:
            // The year 9999; beyond it the number is milliseconds, or damage.
            guard let seconds = Int64(text), abs(seconds) < 253_402_300_800 else { return nil }
            return .instant(WallTime(seconds: seconds))
        case .iso8601: return Self.readISO(text)
        case .elements(let elements): return Self.read(text, by: elements)
        }
    }

    private static func read(_ text: String, by elements: [Element]) -> Written? {
        var text = text
        return text.withUTF8 { bytes in
            var cursor = TimeCursor(bytes: bytes)
            var parts = TimeParts()
            for element in elements {
                let isRead: Bool =
                    switch element {
                    case .year: cursor.number(digits: 4...4, into: &parts.year)
                    case .monthName: cursor.monthName(into: &parts.month)
                    case .half: cursor.half(into: &parts.isAfternoon)
                    case .zone: cursor.zone(into: &parts.offset)
                    case .space: cursor.spaces()
                    case .literal(let byte): cursor.literal(byte)
                    case .number(.month, let least): cursor.number(digits: least...2, into: &parts.month)
                    case .number(.day, let least): cursor.number(digits: least...2, into: &parts.day)
                    case .number(.hour, let least): cursor.number(digits: least...2, into: &parts.hour)
                    case .number(.hour12, let least): cursor.number(digits: least...2, into: &parts.hour12)
                    case .number(.minute, let least): cursor.number(digits: least...2, into: &parts.minute)
                    case .number(.second, let least): cursor.number(digits: least...2, into: &parts.second)
                    }
                if !isRead { return nil }
            }
            return cursor.isAtEnd ? parts.written : nil
        }
    }

    private static func readISO(_ text: String) -> Written? {
        var text = text
        return text.withUTF8 { bytes in
            var cursor = TimeCursor(bytes: bytes)
            var parts = TimeParts()
            guard cursor.number(digits: 4...4, into: &parts.year), cursor.literal(UInt8(ascii: "-")),
                cursor.number(digits: 2...2, into: &parts.month), cursor.literal(UInt8(ascii: "-")),
                cursor.number(digits: 2...2, into: &parts.day)
            else { return nil }
            if cursor.isAtEnd { return parts.written }
            guard cursor.literal(UInt8(ascii: "T")) || cursor.literal(UInt8(ascii: " ")),
                cursor.number(digits: 2...2, into: &parts.hour), cursor.literal(UInt8(ascii: ":")),
                cursor.number(digits: 2...2, into: &parts.minute)
            else { return nil }
            if cursor.literal(UInt8(ascii: ":")) {
                guard cursor.number(digits: 2...2, into: &parts.second) else { return nil }
                // A fraction of a second is read and dropped.
                var fraction = 0
                if cursor.literal(UInt8(ascii: ".")), !cursor.number(digits: 1...9, into: &fraction) { return nil }
            }
            if !cursor.isAtEnd, !cursor.zone(into: &parts.offset) { return nil }
            return cursor.isAtEnd ? parts.written : nil
        }
    }

    /// What the parts of a date came to.
    private struct TimeParts {
        var year = 0, month = 0, day = 0
        var hour = 0, hour12 = 0, minute = 0, second = 0
        var isAfternoon: Bool?
        var offset: Int?

        var written: Written? {
            guard let day = LocalDay(year: year, month: month, day: day) else { return nil }
            var hour = hour
            if let isAfternoon {
                guard (1...12).contains(hour12) else { return nil }
                hour = hour12 % 12 + (isAfternoon ? 12 : 0)
            }
            guard hour < 24, minute < 60, second < 60 else { return nil }
            return .local(day, secondOfDay: hour * 3_600 + minute * 60 + second, offset: offset)
        }
    }
}
