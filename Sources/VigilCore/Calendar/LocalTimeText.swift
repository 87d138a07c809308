/// A wall-clock time as a person writes it: `2026-12-24T17:00` or `2026-12-24 17:00`, in a zone that is known beside it.
package enum LocalTimeText {
    /// - Returns: nil when it is not such a time. In a gap and a fold the rule of `Zone` holds.
    package static func time(_ text: String, in zone: Zone) -> WallTime? {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard parts.count == 2, let day = LocalDay(iso: parts[0]) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, clock.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(clock[0]),
            let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return zone.time(on: day, secondOfDay: hour * 3_600 + minute * 60)
    }

    /// Also `+90m`, `+2h`, `+3d`: so much later than `now` by the clock that never changes.
    package static func time(_ text: String, in zone: Zone, from now: WallTime) -> WallTime? {
        guard text.hasPrefix("+") else { return time(text, in: zone) }
        let digits = text.dropFirst().dropLast()
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int(digits)
        else { return nil }
        return switch text.last {
        case "m": now.adding(minutes: count)
        case "h": now.adding(hours: count)
        case "d": now.adding(hours: count * 24)
        default: nil
        }
    }
}

extension WallTime {
    /// Reads what `Zone.rfc3339` wrote: `2026-12-24T17:00:00-05:00` or with `Z`.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), let day = LocalDay(iso: text.prefix(10)) else {
            return nil
        }
        func number(_ from: Int, _ limit: Int) -> Int? {
            guard from + 2 <= bytes.count else { return nil }
            let digits = bytes[from..<from + 2]
            guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            let value = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
            return value < limit ? value : nil
        }
        guard let hour = number(11, 24), let minute = number(14, 60), let second = number(17, 61) else { return nil }
        var offset = 0
        if bytes[19] != UInt8(ascii: "Z") {
            guard bytes.count == 25, let hours = number(20, 24), let minutes = number(23, 60) else { return nil }
            offset = (hours * 60 + minutes) * 60 * (bytes[19] == UInt8(ascii: "-") ? -1 : 1)
        }
        let midnight = Zone.utc.time(on: day, secondOfDay: 0)
        self = midnight.adding(seconds: hour * 3_600 + minute * 60 + second - offset)
    }
}
