/// An id that may leave the machine: 80 random bits in Crockford's base 32, never derived from a record number.
package struct FollowUpID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 16 characters of `0123456789ABCDEFGHJKMNPQRSTVWXYZ`.
    package let text: String

    /// Reads an id that a person typed: case is ignored, I and L are 1, O is 0, dashes are skipped.
    /// - Returns: nil when it is not 16 such characters.
    package init?(_ typed: String) {
        var text = ""
        for byte in typed.uppercased().utf8 where byte != UInt8(ascii: "-") {
            switch byte {
            case UInt8(ascii: "O"): text.append("0")
            case UInt8(ascii: "I"), UInt8(ascii: "L"): text.append("1")
            default:
                guard FollowUpID.alphabet.contains(byte) else { return nil }
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        guard text.utf8.count == 16 else { return nil }
        self.text = text
    }

    package init(from source: inout some RandomSource) {
        let high = source.next()
        let low = source.next()
        text = String(unsafeUninitializedCapacity: 16) { bytes in
            for index in 0..<16 {
                let word = index < 8 ? high : low
                bytes[index] = FollowUpID.alphabet[Int((word >> UInt64(index % 8 * 5)) & 31)]
            }
            return 16
        }
    }

    package init(from decoder: any Decoder) throws {
        let typed = try decoder.singleValueContainer().decode(String.self)
        guard let id = FollowUpID(typed) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a follow-up id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
