/// A place in the bytes of a date; each reader moves it, or leaves it and returns false.
struct TimeCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func literal(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func number(digits: ClosedRange<Int>, into number: inout Int) -> Bool {
        var value = 0
        var end = index
        while end < bytes.count, end - index < digits.upperBound, (48...57).contains(bytes[end]) {
            value = value * 10 + Int(bytes[end] - 48)
            end += 1
        }
        guard end - index >= digits.lowerBound else { return false }
        index = end
        number = value
        return true
    }

    /// Spaces, no-break spaces (U+00A0) and narrow ones (U+202F).
    mutating func spaces() -> Bool {
        let start = index
        while index < bytes.count {
            if bytes[index] == 0x20 {
                index += 1
            } else if bytes[index...].starts(with: [0xC2, 0xA0]) {
                index += 2
            } else if bytes[index...].starts(with: [0xE2, 0x80, 0xAF]) {
                index += 3
            } else {
                break
            }
        }
        return index > start
    }

    /// AM or PM in either case; a.m. and p.m. too.
    mutating func half(into isAfternoon: inout Bool?) -> Bool {
        let rest = bytes[index...].prefix(4).map { $0 | 0x20 }
        for (text, length) in [("a.m.", 4), ("p.m.", 4), ("am", 2), ("pm", 2)]
        where rest.starts(with: text.utf8.map { $0 | 0x20 }) {
            isAfternoon = text.utf8.first == UInt8(ascii: "p")
            index += length
            return true
        }
        return false
    }

    mutating func monthName(into month: inout Int) -> Bool {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let name = bytes[index...].prefix(3).map { $0 | 0x20 }
        guard let place = names.firstIndex(where: { name.elementsEqual($0.utf8) }) else { return false }
        month = place + 1
        index += 3
        return true
    }

    /// `Z`, `+02:00`, `+0200`, `+02`: seconds east of Greenwich.
    mutating func zone(into offset: inout Int?) -> Bool {
        if literal(UInt8(ascii: "Z")) {
            offset = 0
            return true
        }
        let isEast = literal(UInt8(ascii: "+"))
        guard isEast || literal(UInt8(ascii: "-")) else { return false }
        var hours = 0
        var minutes = 0
        guard number(digits: 2...2, into: &hours) else { return false }
        let hasColon = literal(UInt8(ascii: ":"))
        let hasMinutes = number(digits: 2...2, into: &minutes)
        guard hasMinutes || !hasColon, hours <= 18, minutes < 60 else { return false }
        offset = (isEast ? 1 : -1) * (hours * 3_600 + minutes * 60)
        return true
    }
}

extension UInt8 {
    var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
}
