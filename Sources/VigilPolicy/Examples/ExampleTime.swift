import VigilCore

/// Times in examples: `30m`, `1h`, `2d 3h`, `-2h`, counted from the start of the session.
enum ExampleTime {
    /// Four years, as far as any rule looks.
    private static let longestSeconds = 4 * 366 * 86_400

    /// - Returns: seconds; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        var total = 0
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: " ")
        guard !parts.isEmpty else { return nil }
        for part in parts {
            guard let unit = part.last, let count = Int(part.dropLast()), count >= 0, count <= 100_000 else {
                return nil
            }
            switch unit {
            case "s": total += count
            case "m": total += count * 60
            case "h": total += count * 3_600
            case "d": total += count * 86_400
            default: return nil
            }
        }
        return total <= longestSeconds ? (isNegative ? -total : total) : nil
    }

    /// `2026-03-02 17:00`.
    static func clock(_ text: String) -> (day: LocalDay, secondOfDay: Int)? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let day = LocalDay(iso: parts[0]) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, clock.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(clock[0]),
            let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return (day, hour * 3_600 + minute * 60)
    }

    /// `1d 2h`, `30m`, `0m`.
    static func words(_ seconds: Int64) -> String {
        let sign = seconds < 0 ? "-" : ""
        var left = abs(seconds)
        var parts: [String] = []
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60), ("s", 1)] where left >= length {
            parts.append("\(left / length)\(unit)")
            left %= length
        }
        return parts.isEmpty ? "0m" : sign + parts.joined(separator: " ")
    }
}
