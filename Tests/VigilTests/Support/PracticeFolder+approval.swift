import Foundation
import Testing

extension PracticeFolder {
    /// Approves the policy as a clinician does it: the text that only the practice can write, then the approval.
    func approvePolicy() async throws {
        let text = try String(contentsOfFile: policyPath, encoding: .utf8)
        try write(
            text.replacing(
                "when_not_reached: \"\"", with: "when_not_reached: The lead decides with the on-call clinician."),
            to: "policy.yaml")
        let shown = try await vigil("policy", "approve")
        let hash = try #require(shown.output.firstMatch(of: /hash   ([0-9a-f]{64})/)?.1, "\(shown.errors)")
        let done = try await vigil("policy", "approve", "--hash", String(hash.prefix(12)))
        try #require(done.exit == .status(0), "\(done.errors)")
    }
}
