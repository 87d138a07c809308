import Glibc
internal import VigilCore
internal import VigilSQL

/// Cells as values: what is of its kind and in its range is read, nothing is nothing, and anything else is invalid.
///
/// SQLite stores whatever a program writes, whatever the column says, so each reader looks at the type of the cell first.
extension SQLStatement {
    /// Longer texts are cut: bounded memory under any input (I26). No status, kind or code comes near it.
    static var maxTextBytes: Int { 65_536 }

    /// Text, at most `maxTextBytes` of it; broken bytes are repaired, a NUL byte is a byte like any other.
    func boundedText(_ column: Int) -> String {
        String(decoding: bytes(column).prefix(Self.maxTextBytes), as: UTF8.self)
    }

    /// An id's bytes, and whether they are a blob's; a number's are its text.
    func key(_ column: Int) -> (bytes: UnsafeRawBufferPointer, isBlob: Bool) {
        switch cell(column) {
        case .text(let raw): (raw, false)
        case .blob(let raw): (raw, true)
        default: (bytes(column), false)
        }
    }

    func optionalBoundedText(_ column: Int) -> String? {
        type(column) == .null ? nil : boundedText(column)
    }

    /// Seconds since 1970; nil unless it is a whole number of them in the years 1900 to 9999.
    ///
    /// The range keeps arithmetic on times from overflowing, and catches milliseconds.
    func time(_ column: Int) -> WallTime? {
        cell(column).time
    }

    func integer(_ column: Int) -> Reading<Int> {
        cell(column).integer
    }

    func flag(_ column: Int) -> Reading<Bool> {
        switch integer(column) {
        case .value(0): .value(false)
        case .value(1): .value(true)
        case .absent: .absent
        case .value, .invalid: .invalid
        }
    }

    /// `YYYY-MM-DD`.
    func day(_ column: Int) -> Reading<LocalDay> {
        switch cell(column) {
        case .null: return .absent
        case .text(let raw) where raw.count == 10 && raw[4] == Self.dash && raw[7] == Self.dash:
            guard let year = Self.number(raw, 0..<4), let month = Self.number(raw, 5..<7),
                let day = Self.number(raw, 8..<10)
            else { return .invalid }
            return LocalDay(year: year, month: month, day: day).map(Reading.value) ?? .invalid
        default: return .invalid
        }
    }

    /// `MM-DD`.
    func anniversary(_ column: Int) -> Reading<Anniversary> {
        switch cell(column) {
        case .null: return .absent
        case .text(let raw) where raw.count == 5 && raw[2] == Self.dash:
            guard let month = Self.number(raw, 0..<2), let day = Self.number(raw, 3..<5) else { return .invalid }
            return Anniversary(month: month, day: day).map(Reading.value) ?? .invalid
        default: return .invalid
        }
    }

    private static var dash: UInt8 { UInt8(ascii: "-") }

    /// Nil unless all of them are digits.
    private static func number(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var number = 0
        for index in range {
            let digit = raw[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }

    /// What a column's word means, or nil when the table does not name it.
    @inline(__always)
    func word<Meaning>(_ column: Int, in table: WordTable<Meaning>) -> WordTable<Meaning>.Entry? {
        table.entry(bytes(column))
    }
}

extension SQLCell {
    var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// As `SQLStatement.time`.
    var time: WallTime? {
        guard case .integer(let seconds) = self, Self.seconds.contains(seconds) else { return nil }
        return WallTime(seconds: seconds)
    }

    private static var seconds: ClosedRange<Int64> { -2_208_988_800...253_402_300_799 }

    var integer: Reading<Int> {
        switch self {
        case .null: .absent
        case .integer(let number): .value(Int(number))
        // 27.0 is the number 27; 27.5, infinity and what is too large are not whole numbers.
        case .real(let number): Int(exactly: number).map(Reading.value) ?? .invalid
        case .text, .blob: .invalid
        }
    }
}

extension UnsafeRawBufferPointer {
    var isASCII: Bool {
        var index = 0
        while index + 8 <= count {
            if loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
            index += 8
        }
        while index < count {
            if self[index] >= 0x80 { return false }
            index += 1
        }
        return true
    }

    /// Whether these are the same bytes.
    func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        guard let own = baseAddress else { return true }
        return other.withUnsafeBytes { $0.baseAddress.map { memcmp(own, $0, count) == 0 } ?? true }
    }
}

/// The words that a column may hold, matched as bytes, so that a row with a known word makes no string.
struct WordTable<Meaning: Sendable>: Sendable {
    struct Entry: Sendable {
        var word: String
        var meaning: Meaning
    }
    private let words: WordList
    private let entries: [Entry]

    /// - Parameter words: the most frequent first.
    init(_ words: [(StaticString, Meaning)]) {
        self.words = WordList(words.map(\.0))
        entries = words.map { Entry(word: $0.description, meaning: $1) }
    }

    @inline(__always)
    func entry(_ raw: UnsafeRawBufferPointer) -> Entry? {
        words.position(of: raw).map { entries[$0] }
    }
}

/// The words themselves, apart from what they mean: no generic code runs for each row.
struct WordList: Sendable {
    private let words: [StaticString]

    init(_ words: [StaticString]) {
        self.words = words
    }

    func position(of raw: UnsafeRawBufferPointer) -> Int? {
        guard let start = raw.baseAddress else { return nil }
        var index = 0
        while index < words.count {
            if words[index].utf8CodeUnitCount == raw.count, memcmp(start, words[index].utf8Start, raw.count) == 0 {
                return index
            }
            index += 1
        }
        return nil
    }
}
