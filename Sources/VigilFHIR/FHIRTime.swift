import VigilCore

/// FHIR's date, dateTime and instant (hl7.org/fhir/R4/datatypes.html#dateTime).
struct FHIRTime {
    /// Nil for a date without a time of day.
    var time: WallTime?
    /// The day in the practice's zone; nil for a year or month alone.
    var day: LocalDay?

    /// - Parameter zone: the zone of a time that names none, and of the day.
    /// - Returns: nil for a text that is none of these.
    init?(_ text: String, zone: Zone) {
        guard text.utf8.count >= 11, text.utf8.dropFirst(10).first == UInt8(ascii: "T") else {
            guard Self.isDate(text) else { return nil }
            day = LocalDay(iso: text)
            if text.utf8.count == 10, day == nil { return nil }
            return
        }
        let clock = text.dropFirst(11)
        guard let day = LocalDay(iso: text.prefix(10)), let second = Self.secondOfDay(clock.prefix(8)) else {
            return nil
        }
        // FHIR asks for seconds; some servers leave them out.
        let hasSeconds = clock.utf8.count >= 8 && clock.dropFirst(5).first == ":"
        var rest = clock.dropFirst(hasSeconds ? 8 : 5)
        if rest.first == "." {
            rest = rest.dropFirst()
            let fraction = rest.prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
        }
        let time: WallTime
        if rest.isEmpty {
            time = zone.time(on: day, secondOfDay: second)
        } else {
            guard let offset = Self.offset(rest) else { return nil }
            time = WallTime(seconds: Int64(day.number) * 86_400 + Int64(second - offset))
        }
        self.time = time
        self.day = zone.day(of: time)
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].utf8.count == 4,
            parts.dropFirst().allSatisfy({ $0.utf8.count == 2 })
        else { return false }
        return parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
    }

    /// `14:00` or `14:00:00`; a leap second counts as the one before.
    private static func secondOfDay(_ text: Substring) -> Int? {
        let hasSeconds = text.utf8.count == 8 && text.dropFirst(5).first == ":"
        let parts = text.prefix(hasSeconds ? 8 : 5).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers[0] < 24, numbers[1] < 60, numbers.count == 2 || numbers[2] <= 60 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? min(numbers[2], 59) : 0)
    }

    /// `Z`, `+05:30`.
    private static func offset(_ text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-",
            let clock = secondOfDay(text.dropFirst())
        else { return nil }
        return sign == "-" ? -clock : clock
    }
}
