/// An amount in hundredths of the practice's currency. Sums are whole numbers, so that cents add up.
package struct Money: Sendable, Hashable, Comparable, Codable {
    package var cents: Int

    package init(cents: Int) {
        self.cents = cents
    }

    /// Reads `160`, `160.5` and `160.00`; nil for anything else and for what is negative or beyond a million.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...7).contains(parts[0].utf8.count),
            parts.allSatisfy({ part in part.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int(parts[0])
        else { return nil }
        var hundredths = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].utf8.count), let number = Int(parts[1]) else { return nil }
            hundredths = parts[1].utf8.count == 1 ? number * 10 : number
        }
        cents = whole * 100 + hundredths
    }

    package init(from decoder: any Decoder) throws {
        cents = try decoder.singleValueContainer().decode(Int.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(cents)
    }

    package static func < (left: Money, right: Money) -> Bool { left.cents < right.cents }

    /// `160.00`, the form for files.
    package var plain: String { "\(cents / 100).\(padded(cents % 100, 2))" }

    /// `1,160.00`, the form for people.
    package var words: String {
        var digits = String(cents / 100)
        var grouped = ""
        while digits.count > 3 {
            grouped = "," + digits.suffix(3) + grouped
            digits.removeLast(3)
        }
        return "\(digits)\(grouped).\(padded(cents % 100, 2))"
    }
}
