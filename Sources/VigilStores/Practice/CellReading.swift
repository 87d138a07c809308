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
        withBytes(column) { String(decoding: $0.prefix(Self.maxTextBytes), as: UTF8.self) }
    }

    func optionalBoundedText(_ column: Int) -> String? {
        type(column) == .null ? nil : boundedText(column)
    }

    func holds(_ bytes: [UInt8], in column: Int) -> Bool {
        withBytes(column) { raw in
            raw.count == bytes.count
                && bytes.withUnsafeBytes { own in
                    guard let left = raw.baseAddress, let right = own.baseAddress else { return true }
                    return memcmp(left, right, own.count) == 0
                }
        }
    }

    /// Seconds since 1970; nil unless it is a whole number of them in the years 1900 to 9999.
    ///
    /// The range keeps arithmetic on times from overflowing, and catches milliseconds.
    func time(_ column: Int) -> WallTime? {
        guard type(column) == .integer else { return nil }
        let seconds = int64(column)
        return (-2_208_988_800...253_402_300_799).contains(seconds) ? WallTime(seconds: seconds) : nil
    }

    func integer(_ column: Int) -> Reading<Int> {
        switch type(column) {
        case .null: .absent
        case .integer: .value(Int(int64(column)))
        // 27.0 is the number 27; 27.5, infinity and what is too large are not whole numbers.
        case .real: Int(exactly: double(column)).map(Reading.value) ?? .invalid
        case .text, .blob: .invalid
        }
    }

    func flag(_ column: Int) -> Reading<Bool> {
        integer(column).map { $0 == 0 ? false : $0 == 1 ? true : nil }
    }

    /// `YYYY-MM-DD`.
    func day(_ column: Int) -> Reading<LocalDay> {
        guard let digits = digits(column, pattern: Self.dayPattern) else { return .absent }
        guard digits.count == 8 else { return .invalid }
        let year = digits[0..<4].reduce(0) { $0 * 10 + $1 }
        return LocalDay(year: year, month: digits[4] * 10 + digits[5], day: digits[6] * 10 + digits[7])
            .map(Reading.value) ?? .invalid
    }

    /// `MM-DD`.
    func anniversary(_ column: Int) -> Reading<Anniversary> {
        guard let digits = digits(column, pattern: Self.anniversaryPattern) else { return .absent }
        guard digits.count == 4 else { return .invalid }
        return Anniversary(month: digits[0] * 10 + digits[1], day: digits[2] * 10 + digits[3])
            .map(Reading.value) ?? .invalid
    }

    private static var dayPattern: StaticString { "dddd-dd-dd" }
    private static var anniversaryPattern: StaticString { "dd-dd" }

    /// The digits of a text that has the pattern's form; empty when it has not, nil when there is none.
    private func digits(_ column: Int, pattern: StaticString) -> [Int]? {
        let type = type(column)
        if type == .null { return nil }
        guard type == .text else { return [] }
        return withBytes(column) { raw in
            guard raw.count == pattern.utf8CodeUnitCount else { return [] }
            var digits: [Int] = []
            for (index, byte) in raw.enumerated() {
                if pattern.utf8Start[index] == UInt8(ascii: "d") {
                    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return [] }
                    digits.append(Int(byte - UInt8(ascii: "0")))
                } else if byte != pattern.utf8Start[index] {
                    return []
                }
            }
            return digits
        }
    }

    /// What a column's word means, or nil when the table does not name it.
    func word<Meaning>(_ column: Int, in table: WordTable<Meaning>) -> WordTable<Meaning>.Entry? {
        withBytes(column) { raw in table.entry(raw) }
    }
}

/// The words that a column may hold, matched as bytes, so that a row with a known word makes no string.
struct WordTable<Meaning: Sendable>: Sendable {
    struct Entry: Sendable {
        var word: String
        var bytes: StaticString
        var meaning: Meaning
    }
    private let entries: [Entry]

    /// - Parameter words: the most frequent first.
    init(_ words: [(StaticString, Meaning)]) {
        entries = words.map { Entry(word: $0.description, bytes: $0, meaning: $1) }
    }

    func entry(_ raw: UnsafeRawBufferPointer) -> Entry? {
        guard let start = raw.baseAddress else { return nil }
        for index in entries.indices {
            let bytes = entries[index].bytes
            if bytes.utf8CodeUnitCount == raw.count, memcmp(start, bytes.utf8Start, raw.count) == 0 {
                return entries[index]
            }
        }
        return nil
    }
}
