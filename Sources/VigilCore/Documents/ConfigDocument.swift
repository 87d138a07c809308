/// What a running daemon was told, for `vigil config diff`: `vigil.config/1`. No secret stands in these files.
package struct ConfigDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.running_config/1"
    /// When these files were read.
    package var readAt: String
    package var policy: String
    package var files: [SettingsFile]

    package init(readAt: String, policy: String, files: [SettingsFile]) {
        self.readAt = readAt
        self.policy = policy
        self.files = files
    }

    enum CodingKeys: String, CodingKey {
        case schema, policy, files
        case readAt = "read_at"
    }
}

/// A configuration file as its values.
package struct SettingsFile: Sendable, Hashable, Codable {
    /// `policy`, `vigil`, `oncall` or `practice`.
    package var name: String
    package var path: String
    package var values: [String: String]

    package init(name: String, path: String, values: [String: String]) {
        self.name = name
        self.path = path
        self.values = values
    }

    /// One key that differs: what runs and what the file says, nil where there is none.
    package struct Difference: Sendable, Hashable, Codable {
        package var file: String
        package var key: String
        package var running: String?
        package var onDisk: String?

        enum CodingKeys: String, CodingKey {
            case file, key, running
            case onDisk = "on_disk"
        }
    }

    /// By file and key.
    package static func differences(running: [SettingsFile], onDisk: [SettingsFile]) -> [Difference] {
        let (before, after) = (byName(running), byName(onDisk))
        return Set(before.keys).union(after.keys).sorted().flatMap { name in
            let (old, new) = (before[name] ?? [:], after[name] ?? [:])
            return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { key in
                Difference(file: name, key: key, running: old[key], onDisk: new[key])
            }
        }
    }

    private static func byName(_ files: [SettingsFile]) -> [String: [String: String]] {
        Dictionary(files.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    }
}
