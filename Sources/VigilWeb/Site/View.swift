import Mustache

/// The values of a template by name. A name without a value is false, so that a template never finds the value of the same name
/// further out.
struct View: MustacheParent {
    private let values: [String: Any]

    init(_ pairs: KeyValuePairs<String, Any?>) {
        var values: [String: Any] = [:]
        for (name, value) in pairs { values[name] = value ?? false }
        self.values = values
    }

    private init(values: [String: Any]) {
        self.values = values
    }

    func child(named name: String) -> Any? { values[name] }

    /// Adds values, of other names: one that took another's place would be shown, or sent back by a form, in its stead.
    func with(_ pairs: KeyValuePairs<String, Any?>) -> View {
        View(
            values: values.merging(pairs.map { ($0.key, $0.value ?? false as Any) }) { own, _ in
                assertionFailure("two values of one name on a page")
                return own
            })
    }
}

/// Text for HTML, also inside a quoted attribute: byte by byte.
///
/// The library's own goes by `Character`, and so leaves a `"` alone that a combining mark follows.
struct SafeHTML: MustacheContentType {
    static let name = "VIGIL"

    func escapeText(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
