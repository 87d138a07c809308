import Foundation

/// Standard output for data, standard error for messages. The only place that prints.
enum Output {
    static func line(_ text: String = "") {
        print(text)
    }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// The stable contract of `--json`: sorted keys, one document.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Text from a store may hold anything: control characters, line ends and bidirectional overrides become a visible
    /// mark, so that a name cannot rewrite the terminal.
    static func safe(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(200) {
            let isBidirectional = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            result.unicodeScalars.append(isControl || isBidirectional ? "\u{FFFD}" : scalar)
        }
        return result
    }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
