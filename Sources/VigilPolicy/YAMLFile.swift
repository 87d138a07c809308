package import VigilCore
import Yams

/// A YAML text as a tree of `ConfigNode`s, with everything that is wrong with it as YAML.
///
/// A subset on purpose: one document of mappings, lists and scalars. Anchors, aliases, merge keys and tags are refused,
/// because a clinician who reads a policy aloud must read every number where it stands. Scalars stay text.
package struct YAMLFile: Sendable {
    /// Larger than any policy by a factor of twenty, and parsed in well under a second.
    package static let maxBytes = 1_048_576
    /// The policy's own depth is 6; libyaml itself stops at 1,000.
    package static let maxDepth = 32

    /// Nil when the text is not YAML or empty; then `issues` says why.
    package let root: ConfigNode?
    package let issues: [ConfigIssue]

    package init(text: String) {
        guard text.utf8.count <= Self.maxBytes else {
            root = nil
            issues = [ConfigIssue(place: .start, message: "the file is larger than \(Self.maxBytes / 1_024) KiB")]
            return
        }
        var composer = Composer(text: text)
        root = composer.compose()
        issues = composer.issues
    }
}

extension ConfigNode.Place {
    static let start = ConfigNode.Place(line: 1, column: 1)
}

/// Makes the tree and collects the issues.
private struct Composer {
    private var source: SourceText
    private(set) var issues: [ConfigIssue] = []
    /// Keys that were renamed in `source`, by their place: their names as written.
    private var renamed: [ConfigNode.Place: String] = [:]
    /// Each duplicate costs one more parse of the file.
    private static let maxRenamed = 64

    init(text: String) {
        source = SourceText(text)
    }

    mutating func compose() -> ConfigNode? {
        while true {
            do {
                let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.nextRoot() else {
                    issues.append(ConfigIssue(place: .start, message: "the file is empty"))
                    return nil
                }
                // The parser holds the anchors that its nodes only refer to weakly.
                let node = withExtendedLifetime(parser) { self.node(root, at: .start, depth: 1) }
                try refuseSecondDocument(parser)
                return node
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let place = ConfigNode.Place(line: context.mark.line, column: context.mark.column)
                guard rename(key: names.first ?? "", at: place) else {
                    issues.append(ConfigIssue(place: place, message: "the same key stands in this mapping twice"))
                    return nil
                }
            } catch {
                issues.append(Self.syntaxIssue(error, source))
                return nil
            }
        }
    }

    private mutating func refuseSecondDocument(_ parser: Parser) throws {
        guard let second = try parser.nextRoot() else { return }
        issues.append(
            ConfigIssue(
                place: second.place ?? .start, message: "a second document begins here; a file holds one, without '---'"
            ))
    }

    /// Yams stops at the first mapping with a duplicate key. So that all issues show at once, one of the two is renamed by
    /// its first letter, which moves no column, and the text is parsed again; the walk below then finds the pair itself.
    private mutating func rename(key: String, at place: ConfigNode.Place) -> Bool {
        guard renamed.count < Self.maxRenamed, renamed[place] == nil, var index = source.index(of: place),
            let letter = Unicode.Scalar(0xE000 + UInt32(renamed.count))
        else { return false }
        var scalars = source.text.unicodeScalars
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        guard index < scalars.endIndex, scalars[index] != "\"", scalars[index] != "'" else { return false }
        scalars.replaceSubrange(index...index, with: CollectionOfOne(letter))
        source = SourceText(String(scalars))
        renamed[place] = key
        return true
    }

    // MARK: Nodes

    private mutating func node(_ node: Node, at parent: ConfigNode.Place, depth: Int) -> ConfigNode {
        let place = node.place ?? parent
        let empty = ConfigNode(content: .scalar("", quoted: false), place: place)
        guard depth <= YAMLFile.maxDepth else {
            issue("nested deeper than \(YAMLFile.maxDepth) levels", place)
            return empty
        }
        if node.anchor != nil {
            // An alias shows here as the anchored node again: its contents are not followed, so nothing can multiply.
            issue("anchors ('&') and aliases ('*') are not used here; write the value out in each place", place)
            return empty
        }
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style != .plain && scalar.style != .any
            if isTagged(scalar.tag, besides: quoted ? .str : .implicit) { refuseTag(place) }
            return ConfigNode(content: .scalar(scalar.string, quoted: quoted), place: place)
        case .sequence(let sequence):
            if isTagged(sequence.tag, besides: .seq) { refuseTag(place) }
            return ConfigNode(content: .list(sequence.map { self.node($0, at: place, depth: depth + 1) }), place: place)
        case .mapping(let mapping):
            if isTagged(mapping.tag, besides: .map) { refuseTag(place) }
            return ConfigNode(content: .map(entries(mapping, at: place, depth: depth)), place: place)
        case .alias:
            issue("aliases ('*') are not used here; write the value out", place)
            return empty
        }
    }

    private mutating func entries(
        _ mapping: Node.Mapping, at parent: ConfigNode.Place, depth: Int
    ) -> [ConfigNode.Entry] {
        var entries: [ConfigNode.Entry] = []
        var seen: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let place = keyNode.place ?? parent
            let value = node(valueNode, at: place, depth: depth + 1)
            guard case .scalar(let scalar) = keyNode else {
                issue("a key must be one word, not a list or a mapping", place)
                continue
            }
            if keyNode.anchor != nil { issue("a key has no anchor", place) }
            let key = renamed[place] ?? scalar.string
            if key == "<<", scalar.style == .plain {
                issue("merge keys ('<<') are not used here; write the values out", place)
                continue
            }
            if let line = seen[key] {
                issue("the key '\(key)' stands in this mapping twice; the first is on line \(line)", place)
                continue
            }
            seen[key] = place.line
            entries.append(ConfigNode.Entry(key: key, keyPlace: place, value: value))
        }
        return entries
    }

    private mutating func issue(_ message: String, _ place: ConfigNode.Place) {
        issues.append(ConfigIssue(place: place, message: message))
    }

    private mutating func refuseTag(_ place: ConfigNode.Place) {
        issue("tags ('!') are not used here; every value is read by what its key expects", place)
    }

    private func isTagged(_ tag: Tag, besides expected: Tag.Name) -> Bool {
        tag.description != Tag.Name.implicit.rawValue && tag.description != expected.rawValue
    }

    // MARK: Syntax errors

    private static func syntaxIssue(_ error: any Error, _ source: SourceText) -> ConfigIssue {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let place = ConfigNode.Place(line: mark.line, column: mark.column)
            let isTab = source.index(of: place).map { source.text.unicodeScalars[$0] == "\t" } ?? false
            if isTab { return ConfigIssue(place: place, message: "a tab; indent with spaces") }
            let begun = context.map { " (\($0.text), which began on line \($0.mark.line))" } ?? ""
            return ConfigIssue(place: place, message: "this is not YAML: \(problem)\(begun)")
        case YamlError.reader(let problem, let offset, _, _):
            return ConfigIssue(place: place(ofCharacter: offset ?? 0, source), message: "this is not text: \(problem)")
        default:
            return ConfigIssue(place: .start, message: "the file cannot be read as YAML")
        }
    }

    private static func place(ofCharacter offset: Int, _ source: SourceText) -> ConfigNode.Place {
        let end = source.text.index(source.text.startIndex, offsetBy: offset, limitedBy: source.text.endIndex)
        let before = source.text[..<(end ?? source.text.startIndex)]
        let line = before.lastIndex(where: \.isNewline).map { before[before.index(after: $0)...] } ?? before
        return ConfigNode.Place(line: before.count(where: \.isNewline) + 1, column: line.unicodeScalars.count + 1)
    }
}

extension Node {
    fileprivate var place: ConfigNode.Place? {
        mark.map { ConfigNode.Place(line: $0.line, column: $0.column) }
    }
}
