package import VigilCore

/// A policy as read from its file, with its hash and approval state set.
package struct LoadedPolicy: Sendable {
    /// `hash` and `isApproved` are set from the file.
    package let policy: Policy
    package let approval: Approval
}

/// Reads `config/policy.yaml`: YAML, then `Policy`, then hash and approval.
package enum PolicyFile {
    private static let operation = "read the policy"

    /// - Throws: `OperationError` of kind `configuration` with every issue of the file, or `permission`.
    package static func load(path: String) throws -> LoadedPolicy {
        try ConfigFile.load(path: path, operation: operation, read: policy)
    }

    /// The same for a text in memory; `file` is its name in messages.
    package static func parse(text: String, file: String) throws -> LoadedPolicy {
        try ConfigFile.parse(text: text, file: file, operation: operation, read: policy)
    }

    private static func policy(reader: ConfigReader, root: ConfigNode) -> LoadedPolicy {
        var policy = Policy(reading: reader)
        policy.hash = PolicyHash.hexadecimal(of: root)
        let approval = Approval(
            reading: reader.section("approval", required: false), hash: policy.hash,
            textWhenNotReached: policy.protocols[.now]?.whenNotReached ?? "")
        policy.isApproved = approval.isApproved
        return LoadedPolicy(policy: policy, approval: approval)
    }
}
