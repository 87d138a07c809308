/// A client's id in the appointment store: opaque text, compared as bytes.
///
/// It is client data. Its description is a fixed word, so that it cannot reach a log line by interpolation (I20).
package struct ClientRef: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let storeID: String

    package init(_ storeID: String) {
        self.storeID = storeID
    }

    package init(from decoder: any Decoder) throws {
        storeID = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(storeID)
    }

    /// By bytes: `String ==` takes "é" and "e" with an accent for the same, and two clients would become one.
    package static func == (left: ClientRef, right: ClientRef) -> Bool {
        left.storeID.utf8.elementsEqual(right.storeID.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: storeID)
    }

    /// Byte order, the order in which every store and the ledger list clients.
    package static func < (left: ClientRef, right: ClientRef) -> Bool {
        left.storeID.utf8.lexicographicallyPrecedes(right.storeID.utf8)
    }

    package var description: String { "(client)" }
}

extension Hasher {
    /// Hashes a text as its bytes, to go with an equality of bytes.
    mutating func combine(bytesOf text: String) {
        var text = text
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
        combine(text.utf8.count)
    }
}
