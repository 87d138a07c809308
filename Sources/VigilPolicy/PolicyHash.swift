import Crypto
import Foundation
import VigilCore

/// The fingerprint that an approval names: SHA-256 over what a policy says, not over how its file looks.
///
/// Comments, blank lines, indentation, line folding and the order of keys do not change it: they change no rule. The order of
/// lists does (it is the order in which floors and tasks are shown), and so does every text, the citations included: a
/// clinician approved those words. The `approval` section itself is left out, since it holds the hash.
enum PolicyHash {
    /// 64 digits, lower case.
    static func hexadecimal(of root: ConfigNode) -> String {
        var bytes = Data()
        if case .map(let entries) = root.content {
            append(map: entries.filter { $0.key != "approval" }, to: &bytes)
        } else {
            append(root, to: &bytes)
        }
        return SHA256.hash(data: bytes).map { padded($0) }.joined()
    }

    // Lengths before contents, so that no two trees give the same bytes. Quoting is kept: "no" and no mean different things.
    private static func append(_ node: ConfigNode, to bytes: inout Data) {
        switch node.content {
        case .scalar(let text, let quoted): append(quoted ? "q" : "p", text, to: &bytes)
        case .list(let items):
            bytes.append(contentsOf: Data("l\(items.count)\n".utf8))
            for item in items { append(item, to: &bytes) }
        case .map(let entries): append(map: entries, to: &bytes)
        }
    }

    private static func append(map entries: [ConfigNode.Entry], to bytes: inout Data) {
        bytes.append(contentsOf: Data("m\(entries.count)\n".utf8))
        for entry in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            append("k", entry.key, to: &bytes)
            append(entry.value, to: &bytes)
        }
    }

    private static func append(_ kind: String, _ text: String, to bytes: inout Data) {
        bytes.append(contentsOf: Data("\(kind)\(text.utf8.count)\n".utf8))
        bytes.append(contentsOf: Data(text.utf8))
    }

    private static func padded(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
