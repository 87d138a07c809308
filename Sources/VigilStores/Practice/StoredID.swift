import Glibc
internal import VigilSQL

/// An id as the store holds it, byte for byte, and the text by which the core knows it.
///
/// The core's ids are Swift strings, which are always valid UTF-8. A store may hold an id that is not: text with a broken
/// byte, or a blob. Repairing such an id would make two clients one, and would move it in the byte order that pages run
/// along, so that clients are skipped or the same page comes for ever. Hence an *odd* id gets a text of its own: a mark
/// that sorts behind every other text, the kind, and the bytes in hexadecimal. It can be turned back, so that an odd client
/// is read like any other; only pages list it behind the others (`PracticeStore.page`).
struct StoredID: Hashable, Sendable {
    /// A blob is another value than a text of the same bytes, and sorts behind all texts.
    var isBlob: Bool
    var bytes: [UInt8]

    /// U+10FFFF, the last code point: a noncharacter, which no real id begins with. One that does is odd itself.
    private static let mark: [UInt8] = [0xF4, 0x8F, 0xBF, 0xBF]

    init(isBlob: Bool, bytes: [UInt8]) {
        self.isBlob = isBlob
        self.bytes = bytes
    }

    /// The id that `text` stands for.
    init(_ text: String) {
        let plain = Array(text.utf8)
        isBlob = false
        bytes = plain
        guard plain.starts(with: Self.mark), plain.count > Self.mark.count,
            let decoded = Self.bytes(hexadecimal: plain[(Self.mark.count + 1)...])
        else { return }
        isBlob = plain[Self.mark.count] == UInt8(ascii: "b")
        bytes = decoded
    }

    /// The id in a column of the current row.
    init(_ row: any SQLStatement, _ column: Int) {
        let key = row.key(column)
        isBlob = key.isBlob
        bytes = [UInt8](key.bytes)
    }

    /// The id as it is, or nil when it is odd.
    var plainText: String? {
        bytes.withUnsafeBytes { Self.plainText($0, isBlob: isBlob) }
    }

    /// The text by which the core knows the id.
    var text: String {
        bytes.withUnsafeBytes { Self.text($0, isBlob: isBlob) }
    }

    static func isOdd(_ text: String) -> Bool {
        text.utf8.starts(with: mark)
    }

    /// What to bind for it: the statements cast a parameter to text, which leaves the bytes as they are.
    var parameter: SQLValue {
        plainText.map(SQLValue.text) ?? .blob(bytes)
    }

    static func text(_ raw: UnsafeRawBufferPointer, isBlob: Bool) -> String {
        if let plain = plainText(raw, isBlob: isBlob) { return plain }
        return String(decoding: mark, as: UTF8.self) + (isBlob ? "b" : "t") + hexadecimal(raw)
    }

    private static func plainText(_ raw: UnsafeRawBufferPointer, isBlob: Bool) -> String? {
        // The first byte decides for nearly every id.
        if isBlob || (raw.first == mark[0] && raw.starts(with: mark)) { return nil }
        // Ids are mostly ASCII, which needs no look at each character.
        return raw.isASCII ? String(decoding: raw, as: UTF8.self) : String(validating: raw, as: UTF8.self)
    }

    private static func hexadecimal(_ raw: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(raw.count * 2)
        for byte in raw {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func bytes(hexadecimal digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var result: [UInt8] = []
        var index = digits.startIndex
        while index < digits.endIndex {
            guard let high = value(ofDigit: digits[index]), let low = value(ofDigit: digits[index + 1]) else {
                return nil
            }
            result.append(high << 4 | low)
            index += 2
        }
        return result
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// Whether it comes behind `other` in SQLite's order.
    func isAfter(_ other: StoredID) -> Bool {
        bytes.withUnsafeBytes { other.order(ofRow: $0, isBlob: isBlob) } > 0
    }

    /// SQLite's own order: texts before blobs, then the bytes. Negative when the row's id comes first, 0 when it is this one.
    func order(ofRow raw: UnsafeRawBufferPointer, isBlob rowIsBlob: Bool) -> Int {
        if rowIsBlob != isBlob { return rowIsBlob ? 1 : -1 }
        let first = bytes.withUnsafeBytes { own in
            guard let left = raw.baseAddress, let right = own.baseAddress else { return 0 }
            return Int(memcmp(left, right, min(raw.count, own.count)))
        }
        return first != 0 ? first : raw.count - bytes.count
    }
}
