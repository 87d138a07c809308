/// Reads the values of one mapping and remembers everything that is wrong with it.
///
/// Nothing throws: a bad value gives a placeholder and an issue, so that one pass finds all issues of a file at once. Who
/// reads the outermost mapping must look at `issues` before using anything that was read. Keys that nobody asked for are
/// issues too, with the nearest known key as a suggestion; so a misspelt threshold is never silently a default.
package final class ConfigReader {
    package let path: String
    package let place: ConfigNode.Place
    private let entries: [ConfigNode.Entry]
    private var known: [String] = []
    private let log: IssueLog

    private final class IssueLog {
        var issues: [ConfigIssue] = []
    }

    /// The outermost reader of a file.
    package convenience init(root: ConfigNode) {
        self.init(node: root, path: "", log: IssueLog())
    }

    private init(node: ConfigNode, path: String, log: IssueLog) {
        self.path = path
        self.log = log
        place = node.place
        if case .map(let entries) = node.content {
            self.entries = entries
        } else {
            entries = []
            if !node.isNull {
                log.issues.append(
                    ConfigIssue(place: node.place, message: "\(path.isEmpty ? "the file" : path) must be a mapping"))
            }
        }
    }

    package var issues: [ConfigIssue] {
        log.issues.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
    }

    package func issue(_ message: String, at place: ConfigNode.Place? = nil) {
        log.issues.append(ConfigIssue(place: place ?? self.place, message: message))
    }

    /// The keys of this mapping in file order, for mappings whose keys are data (a status table).
    package var keys: [(key: String, place: ConfigNode.Place)] {
        entries.map { ($0.key, $0.keyPlace) }
    }

    // MARK: Reading

    /// The node under `key`, or nil when the key is missing or null; no issue either way.
    package func node(_ key: String) -> ConfigNode? {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
        return entry.value
    }

    package func has(_ key: String) -> Bool {
        node(key) != nil
    }

    /// - Returns: `fallback` when the key is missing; without a fallback a missing key is an issue.
    package func text(_ key: String, default fallback: String? = nil) -> String {
        guard let node = node(key) else { return missing(key, fallback) ?? "" }
        guard case .scalar(let text, _) = node.content else {
            issue("\(name(key)) must be text", at: node.place)
            return fallback ?? ""
        }
        return text
    }

    package func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) -> Int {
        guard let node = node(key) else { return missing(key, fallback) ?? range.lowerBound }
        guard case .scalar(let text, _) = node.content, let number = Int(text) else {
            issue("\(name(key)) must be a whole number", at: node.place)
            return range.lowerBound
        }
        guard range.contains(number) else {
            issue(
                "\(name(key)) is \(number), and must be from \(range.lowerBound) to \(range.upperBound)", at: node.place
            )
            return range.lowerBound
        }
        return number
    }

    package func flag(_ key: String, default fallback: Bool? = nil) -> Bool {
        guard let node = node(key) else { return missing(key, fallback) ?? false }
        switch node.content {
        case .scalar("true", quoted: false), .scalar("yes", quoted: false): return true
        case .scalar("false", quoted: false), .scalar("no", quoted: false): return false
        default:
            issue("\(name(key)) must be true or false", at: node.place)
            return false
        }
    }

    /// One of a fixed set of words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type, default fallback: Choice? = nil
    ) -> Choice where Choice.RawValue == String {
        let placeholder = fallback ?? Choice.allCases[Choice.allCases.startIndex]
        guard let node = node(key) else { return missing(key, fallback) ?? placeholder }
        return choice(node, name(key), type) ?? placeholder
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: ConfigNode, _ name: String, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard case .scalar(let text, _) = node.content, let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            var message = "\(name) must be one of \(words.joined(separator: ", "))"
            if case .scalar(let text, _) = node.content, let near = nearest(to: text, among: words) {
                message += "; did you mean '\(near)'?"
            }
            issue(message, at: node.place)
            return nil
        }
        return choice
    }

    /// A list of words of a fixed set.
    package func choices<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type, required: Bool = true
    ) -> [Choice] where Choice.RawValue == String {
        items(key, required: required).enumerated().compactMap { index, node in
            choice(node, "\(name(key))[\(index + 1)]", type)
        }
    }

    /// The mapping under `key`; an empty one, and an issue, when it is missing and `required`.
    package func section(_ key: String, required: Bool = true) -> ConfigReader {
        guard let node = node(key) else {
            if required { _ = missing(key, Optional<Int>.none) }
            return ConfigReader(node: ConfigNode(content: .map([]), place: place), path: name(key), log: log)
        }
        return ConfigReader(node: node, path: name(key), log: log)
    }

    /// The mappings of the list under `key`.
    package func sections(_ key: String, required: Bool = true) -> [ConfigReader] {
        items(key, required: required).enumerated().map { index, node in
            ConfigReader(node: node, path: "\(name(key))[\(index + 1)]", log: log)
        }
    }

    /// The scalars of the list under `key`, with their places.
    package func texts(_ key: String, required: Bool = true) -> [(text: String, place: ConfigNode.Place)] {
        items(key, required: required).compactMap { node in
            guard case .scalar(let text, _) = node.content else {
                issue("each item of \(name(key)) must be text", at: node.place)
                return nil
            }
            return (text, node.place)
        }
    }

    private func items(_ key: String, required: Bool) -> [ConfigNode] {
        guard let node = node(key) else {
            if required { _ = missing(key, Optional<Int>.none) }
            return []
        }
        guard case .list(let items) = node.content else {
            issue("\(name(key)) must be a list", at: node.place)
            return []
        }
        return items
    }

    // MARK: Afterwards

    /// Reports every key of this mapping that was not asked for. Call it when all has been read.
    package func refuseUnknownKeys() {
        for entry in entries where !known.contains(entry.key) {
            var message = "unknown key '\(entry.key)'\(path.isEmpty ? "" : " in \(path)")"
            if let near = nearest(to: entry.key, among: known) { message += "; did you mean '\(near)'?" }
            issue(message, at: entry.keyPlace)
        }
    }

    package func name(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    private func missing<Value>(_ key: String, _ fallback: Value?) -> Value? {
        if fallback == nil { issue("\(name(key)) is missing") }
        return fallback
    }
}

/// The known word that a typing slip most likely meant: at most a third of its letters differ.
package func nearest(to word: String, among known: [String]) -> String? {
    let best = known.map { ($0, editDistance(Array(word.utf8), Array($0.utf8))) }.min { $0.1 < $1.1 }
    guard let (near, distance) = best, distance <= max(1, near.utf8.count / 3) else { return nil }
    return near
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in right.enumerated() {
            let substituted = diagonal + (byte == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
