/// The places of a statement's parameters in the form that MariaDB knows.
package enum MariaDBPlaces {
    /// The statement with `?` for each `$n`, and which value belongs to which place (from 0).
    ///
    /// Left alone: what stands in quotes, in comments, or within an identifier such as `a$1`. The session knows no backslash
    /// escapes (see `MariaDBSession`), so a quote ends where the same quote stands next; a doubled one ends and begins again.
    package static func rewritten(_ sql: String) -> (text: String, order: [Int]) {
        var text: [UInt8] = []
        var order: [Int] = []
        let bytes = Array(sql.utf8)
        var place = 0
        while place < bytes.count {
            let skipped = skip(bytes, from: place)
            if skipped > place {
                text += bytes[place..<skipped]
                place = skipped
                continue
            }
            let digits = bytes[(place + 1)...].prefix { (48...57).contains($0) }
            let isInName = place > 0 && isName(bytes[place - 1])
            if bytes[place] == UInt8(ascii: "$"), !isInName, !digits.isEmpty,
                let number = Int(String(decoding: digits, as: UTF8.self))
            {
                text.append(UInt8(ascii: "?"))
                order.append(number - 1)
                place += 1 + digits.count
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
        return (String(decoding: text, as: UTF8.self), order)
    }

    /// The end of the quotes or of the comment that begin at `start`; `start` itself when none do.
    private static func skip(_ bytes: [UInt8], from start: Int) -> Int {
        func end(after mark: [UInt8], from place: Int) -> Int {
            var place = place
            while place + mark.count <= bytes.count {
                if bytes[place..<(place + mark.count)].elementsEqual(mark) { return place + mark.count }
                place += 1
            }
            return bytes.count
        }
        let byte = bytes[start]
        let next = start + 1 < bytes.count ? bytes[start + 1] : 0
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): return end(after: [byte], from: start + 1)
        case UInt8(ascii: "#"): return end(after: [10], from: start + 1)
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return end(after: Array("*/".utf8), from: start + 2)
        // Two dashes are a comment only before a blank or at the end: 5--3 is 8.
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
            guard start + 2 >= bytes.count || bytes[start + 2] <= 32 else { return start }
            return end(after: [10], from: start + 2)
        default: return start
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte > 127
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }
}
