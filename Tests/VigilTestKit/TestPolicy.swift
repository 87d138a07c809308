package import VigilCore
package import VigilPolicy

/// The policy that the project ships, for tests that need one.
package enum TestPolicy {
    /// `config/policy.yaml` of this checkout.
    package static var path: String {
        let tests = #filePath.split(separator: "/").dropLast(3)
        return "/" + tests.joined(separator: "/") + "/config/policy.yaml"
    }

    /// `config/policy.tests.yaml` of this checkout.
    package static var examplesPath: String { path.replacing("policy.yaml", with: "policy.tests.yaml") }

    /// What its file says, key by key.
    package static func values() throws -> [String: String] {
        try ConfigFile.load(path: path, operation: "read the policy") { $1.values }
    }

    /// The shipped policy, unapproved. Every call reads the file: a test may change its copy.
    package static func shared() throws -> Policy {
        try loaded().policy
    }

    package static func loaded() throws -> LoadedPolicy {
        try PolicyFile.load(path: path)
    }
}

extension ConfigNode {
    /// A tree from YAML text.
    /// - Throws: `OperationError` with the issues of the text.
    package init(yaml text: String) throws {
        self = try ConfigFile.parse(text: text, file: "test.yaml", operation: "read the test's YAML") { $1 }
    }
}
