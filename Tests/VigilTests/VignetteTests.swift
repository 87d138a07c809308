import Foundation
import Testing

extension InUse {
    /// `vigil policy evaluate` over the worked examples of clinical.md section 9, as another program would call it.
    @Suite struct VignetteTests {
        /// The original beside the test data, where there is one; else the copy that the policy tests keep.
        private static let file: String = {
            let data = ProcessInfo.processInfo.environment["VIGIL_TEST_DATA"] ?? ""
            let original = data + "/../vignettes.json"
            if !data.isEmpty, FileManager.default.isReadableFile(atPath: original) { return original }
            return Checkout.path("Tests/VigilPolicyTests/Fixtures/vignettes.json")
        }()

        @Test func eachGivesWhatIsExpectedOfIt() async throws {
            let result = try await evaluate(Self.file)
            #expect(result.exit == .status(0), "\(result.errors)")
            #expect(result.errors.isEmpty)
            let vignettes = try JSONTree(String(contentsOfFile: Self.file, encoding: .utf8)).items
            let answers = try JSONTree(result.output).items
            #expect(vignettes.count == 15)
            #expect(answers.map { $0["id"] } == vignettes.map { $0["id"] })
            for (vignette, answer) in zip(vignettes, answers) {
                let expected = vignette["expected"]
                let id = Comment(rawValue: vignette["id"].text ?? "?")
                for key in ["tier", "points", "resolved"] { #expect(answer[key] == expected[key], "\(id) \(key)") }
                for key in ["floors", "engagement"] {
                    #expect(Set(answer[key].texts) == Set(expected[key].texts), "\(id) \(key)")
                }
                #expect(!answer["findings"].items.isEmpty, id)
            }
        }

        @Test func oneThatCannotBeReadIsNamedAndTheOthersAreEvaluated() async throws {
            let practice = try PracticeFolder()
            try practice.write(#"[{"id": "X1", "client": {"age": "old"}}]"#, to: "cases.json")
            let result = try await evaluate(practice.path + "/cases.json")
            #expect(result.exit == .status(3))
            #expect(try JSONTree(result.output).items.count == 1)
            try practice.write("not json", to: "cases.json")
            #expect(try await evaluate(practice.path + "/cases.json").exit == .status(65))
            #expect(try await evaluate(practice.path + "/none.json").exit == .status(65))
        }

        private func evaluate(_ file: String) async throws -> VigilProcess.Result {
            try await VigilProcess.run([
                VigilProcess.vigil, "policy", "evaluate", file, "--json", "--policy",
                Checkout.path("config/policy.yaml"),
            ])
        }
    }
}
