/// A text that PHP's `serialize` wrote, as far as calendars use it: an array of scalars under names.
///
/// Lengths count bytes, so the text is read as bytes. Anything else than such an array is refused as a whole: half a rule would
/// make sessions that nobody planned.
struct PHPSerialized {
    /// The entries, each as the text of its value; a null value has no entry.
    private(set) var entries: [String: String] = [:]
    private var bytes: ArraySlice<UInt8>

    /// Deeper arrays are no rule of a calendar.
    private static let maxEntries = 64

    init?(_ text: String) {
        bytes = Array(text.utf8)[...]
        guard let count = header(), count <= Self.maxEntries else { return nil }
        for _ in 0..<count {
            guard let key = scalar(), let key else { return nil }
            guard let value = scalar() else { return nil }
            entries[key] = value
        }
        guard take("}"), bytes.isEmpty else { return nil }
    }

    /// `a:5:{`
    private mutating func header() -> Int? {
        guard take("a:"), let count = number(until: ":"), take("{") else { return nil }
        return Int(count)
    }

    /// Outer nil: not a scalar. Inner nil: PHP's null.
    private mutating func scalar() -> String?? {
        guard let kind = bytes.popFirst() else { return nil }
        switch kind {
        case UInt8(ascii: "N"): return take(";") ? .some(nil) : nil
        case UInt8(ascii: "i"), UInt8(ascii: "b"), UInt8(ascii: "d"):
            guard take(":"), let text = number(until: ";") else { return nil }
            return text
        case UInt8(ascii: "s"):
            guard take(":"), let length = number(until: ":").flatMap({ Int($0) }), length >= 0, take("\""),
                bytes.count >= length
            else { return nil }
            let text = String(decoding: bytes.prefix(length), as: UTF8.self)
            bytes = bytes.dropFirst(length)
            return take("\";") ? text : nil
        default: return nil
        }
    }

    /// The text of a number, and passes over the mark behind it.
    private mutating func number(until mark: Character) -> String? {
        guard let end = bytes.firstIndex(of: mark.asciiValue ?? 0), end - bytes.startIndex <= 24 else { return nil }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        bytes = bytes[(end + 1)...]
        return Double(text) == nil ? nil : text
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes.starts(with: text.utf8) else { return false }
        bytes = bytes.dropFirst(text.utf8.count)
        return true
    }
}
