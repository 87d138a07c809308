import VigilCore

/// One number of a policy, moved by one.
package struct PolicyMutation: Sendable, Hashable {
    /// `factors.cssrs_ideation.bands[1].days`.
    package var key: String
    package var line: Int
    package var from: String
    package var to: String
    /// The way to the value: indices of entries and items from the root.
    let path: [Int]

    /// Every number of a policy, one up and one down; ranges by each end, times by a minute. Texts, citations, codes and the
    /// approval hold none.
    static func all(of root: ConfigNode) -> [PolicyMutation] {
        var found: [PolicyMutation] = []
        collect(root, key: "", path: [], into: &found)
        return found
    }

    private static let texts: Set<String> = [
        "approval", "version", "basis", "label", "say", "codes", "mood_codes", "remission_endings", "holidays",
        "when_not_reached", "guide", "id", "zone",
    ]

    private static func collect(_ node: ConfigNode, key: String, path: [Int], into found: inout [PolicyMutation]) {
        switch node.content {
        case .scalar(let text, let quoted):
            guard !quoted || text.contains(":") else { return }
            for other in neighbours(of: text) {
                found.append(PolicyMutation(key: key, line: node.place.line, from: text, to: other, path: path))
            }
        case .list(let items):
            for (index, item) in items.enumerated() {
                collect(item, key: "\(key)[\(index + 1)]", path: path + [index], into: &found)
            }
        case .map(let entries):
            for (index, entry) in entries.enumerated() where !texts.contains(entry.key) {
                collect(
                    entry.value, key: key.isEmpty ? entry.key : "\(key).\(entry.key)", path: path + [index],
                    into: &found)
            }
        }
    }

    private static func neighbours(of text: String) -> [String] {
        if let number = Int(text) { return ["\(number - 1)", "\(number + 1)"] }
        let clock = text.split(separator: ":")
        if clock.count == 2, text.utf8.count == 5, let hour = Int(clock[0]), let minute = Int(clock[1]) {
            return [-1, 1].map { step in
                let moved = (hour * 60 + minute + step + 1_440) % 1_440
                return "\(padded(moved / 60, 2)):\(padded(moved % 60, 2))"
            }
        }
        guard let range = BandTable.range(text) else { return [] }
        let (low, high) = (range.lowerBound, range.upperBound)
        if high == .max { return ["\(low - 1)+", "\(low + 1)+"] }
        return ["\(low - 1)-\(high)", "\(low + 1)-\(high)", "\(low)-\(high - 1)", "\(low)-\(high + 1)"]
    }

    /// The policy with this number moved.
    func applied(to root: ConfigNode) -> ConfigNode {
        Self.replaced(root, path[...], to)
    }

    private static func replaced(_ node: ConfigNode, _ path: ArraySlice<Int>, _ text: String) -> ConfigNode {
        var node = node
        guard let index = path.first else {
            node.content = .scalar(text, quoted: false)
            return node
        }
        switch node.content {
        case .scalar: break
        case .list(var items):
            items[index] = replaced(items[index], path.dropFirst(), text)
            node.content = .list(items)
        case .map(var entries):
            entries[index].value = replaced(entries[index].value, path.dropFirst(), text)
            node.content = .map(entries)
        }
        return node
    }

    /// Whether the two policies give every client the same: an end of a range that another row covers, or a value that no
    /// instrument has.
    func changesNothing(in root: ConfigNode, _ moved: ConfigNode) -> Bool {
        // The deepest list of rows on the way: bands, floors, or the screens of a diagnosis group.
        let isNewClient = key.hasPrefix("factors.new_client")
        if key.hasSuffix(".days"), !isNewClient, !key.hasPrefix("engagement"),
            from.hasPrefix("1-") || from.hasPrefix("1+"),
            to.hasPrefix("0-") || to.hasPrefix("0+")
        {
            return true
        }
        let isBand = key.contains(".bands[")
        let isFloor = key.hasPrefix("floors[")
        guard isBand || isFloor, let depth = depth(of: isBand ? "bands" : "floors", in: root) else { return false }
        func rows(_ root: ConfigNode) -> [ConfigNode] {
            guard case .list(let items) = Self.node(root, path[..<depth]).content else { return [] }
            return isBand ? items : [items[path[depth]]]
        }
        let dayFrom = isNewClient ? 0 : 1
        return BandTable(rows(root), dayFrom: dayFrom).saysTheSame(as: BandTable(rows(moved), dayFrom: dayFrom))
    }

    /// How far down the path the value of `name` lies.
    private func depth(of name: String, in root: ConfigNode) -> Int? {
        var node = root
        for (depth, index) in path.enumerated() {
            if case .map(let entries) = node.content, entries[index].key == name { return depth + 1 }
            node = Self.node(node, [index])
        }
        return nil
    }

    private static func node(_ node: ConfigNode, _ path: ArraySlice<Int>) -> ConfigNode {
        guard let index = path.first else { return node }
        switch node.content {
        case .scalar: return node
        case .list(let items): return self.node(items[index], path.dropFirst())
        case .map(let entries): return self.node(entries[index].value, path.dropFirst())
        }
    }
}
