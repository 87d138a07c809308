import Hummingbird

/// The fields of a posted form (`application/x-www-form-urlencoded`), the first of each name.
struct Form: Sendable {
    private let fields: [String: String]

    /// A note is a few sentences.
    static let maxBytes = 65_536

    init(_ body: String) {
        var fields: [String: String] = [:]
        for pair in body.split(separator: "&", omittingEmptySubsequences: true).prefix(64) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(parts[0])
            if fields[name] == nil { fields[name] = parts.count == 2 ? Self.decoded(parts[1]) : "" }
        }
        self.fields = fields
    }

    init(fields: [(name: String, value: String)]) {
        self.fields = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    init(reading request: Request) async throws {
        var request = request
        self.init(String(buffer: try await request.collectBody(upTo: Self.maxBytes)))
    }

    /// Empty for a field that is not there.
    subscript(_ name: String) -> String { fields[name] ?? "" }

    /// Without blanks around it, lines ended by one character, and no control characters.
    func text(_ name: String) -> String {
        let lines = self[name].replacing("\r\n", with: "\n")
        return String(
            String.UnicodeScalarView(lines.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 })
        )
        .trimmed
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }
}
