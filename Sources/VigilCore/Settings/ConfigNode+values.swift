extension ConfigNode {
    /// What a file says, key by key: `tiers.next_from_points` is `4`, `people[2].id` is `b-silva`. Two files with the same values
    /// mean the same, whatever their comments and their order of keys.
    package var values: [String: String] {
        var values: [String: String] = [:]
        collect(into: &values, path: "")
        return values
    }

    private func collect(into values: inout [String: String], path: String) {
        switch content {
        case .scalar(let text, _): values[path] = text
        case .list(let items):
            for (index, item) in items.enumerated() { item.collect(into: &values, path: "\(path)[\(index + 1)]") }
        case .map(let entries):
            for entry in entries {
                entry.value.collect(into: &values, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
            }
        }
    }
}
