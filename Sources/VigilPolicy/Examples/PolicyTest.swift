package import VigilCore

/// Runs a clinic's examples against a policy.
package enum PolicyTest {
    /// - Parameter values: of the policy's file, for the numbers that are only agreed on (`ConfigNode.values`).
    package static func run(
        _ examples: PolicyExamples, policy: Policy, values: [String: String], policyFile: String = ""
    ) -> PolicyTestReport {
        var failures = examples.examples.compactMap { failure($0, policy, examples.file) }
        for agreed in examples.agreed where values[agreed.key] != agreed.value {
            failures.append(
                PolicyTestReport.Failure(
                    name: "agreed: \(agreed.key)", file: examples.file, line: agreed.place.line,
                    differences: [.init(agreed.key, agreed.value, values[agreed.key] ?? "(nothing)")]))
        }
        return PolicyTestReport(
            file: examples.file, policy: policy.hash, examples: examples.examples.count, agreed: examples.agreed.count,
            failures: failures)
    }

    /// One commit of an example, and what is known of the client after it.
    package struct Step: Sendable {
        package var acts: [Act]
        package var at: WallTime
        package var known: KnownClient
    }

    /// Everything that is committed while an example happens; nothing for one that cannot be read.
    package static func steps(of example: PolicyExample, policy: Policy) -> [Step] {
        var run = ExampleRun(example, policy: policy)
        run.isTraced = true
        _ = try? run.answer()
        return run.trace
    }

    /// Nil when the example holds.
    static func failure(_ example: PolicyExample, _ policy: Policy, _ file: String) -> PolicyTestReport.Failure? {
        func failure(_ differences: [PolicyTestReport.Difference]) -> PolicyTestReport.Failure {
            PolicyTestReport.Failure(
                name: example.name, file: file, line: example.place.line, differences: differences)
        }
        do throws(CaseReader.Refusal) {
            var run = ExampleRun(example, policy: policy)
            let answer = try run.answer()
            let differences = ExampleCheck(expected: example.expected, got: answer, zone: policy.zone).differences
            return differences.isEmpty ? nil : failure(differences)
        } catch {
            return failure([.init(error.field, "something that can be read", error.problem)])
        }
    }
}

/// What `vigil policy test` says; its JSON is a stable contract.
package struct PolicyTestReport: Sendable, Hashable, Encodable {
    package struct Difference: Sendable, Hashable, Encodable {
        package var what: String
        package var expected: String
        package var got: String

        init(_ what: String, _ expected: String, _ got: String) {
            self.what = what
            self.expected = expected
            self.got = got
        }
    }

    package struct Failure: Sendable, Hashable, Encodable {
        package var name: String
        package var file: String
        package var line: Int
        package var differences: [Difference]

        /// `policy.tests.yaml:12`: all of it that may stand in a journal, since its name is somebody's own words.
        package var place: String { "\(file):\(line)" }

        /// For whoever asked, at their terminal.
        package var words: String {
            let parts = differences.map { "\($0.what): expected \($0.expected), got \($0.got)" }
            return "\(place): \(name): \(parts.joined(separator: "; "))"
        }
    }

    package var schema = "vigil.policy_test/1"
    package var file: String
    /// Hash of the policy.
    package var policy: String
    package var examples: Int
    package var agreed: Int
    package var failures: [Failure]

    package var holds: Bool { failures.isEmpty }

    /// For `config check`, `config diff` and a reload: such a policy is not used.
    /// - Parameter quoting: with the names that the clinic gave its examples; never for the journal.
    package func refusal(policyPath: String, quoting: Bool) -> OperationError? {
        guard !holds else { return nil }
        let shown = failures.prefix(20).map { quoting ? $0.words : $0.place }.joined(separator: "\n")
        let rest = failures.count > 20 ? "\nand \(failures.count - 20) more" : ""
        return OperationError(
            .configuration, operation: "use the policy", subject: policyPath,
            cause:
                "\(failures.count) of the clinic's examples \(failures.count == 1 ? "does" : "do") not hold\n\(shown)\(rest)\n",
            remedy:
                "Correct the policy, or the examples if the clinic has changed its mind; 'vigil policy test' shows them"
        )
    }
}
