package import VigilCore
package import VigilPolicy

/// The clinic's own examples, held against the policy that these files would run.
extension Setup {
    /// - Returns: nil when `vigil.yaml` names no examples.
    /// - Throws: `OperationError` when they cannot be read.
    package func testReport() throws -> PolicyTestReport? {
        guard let examples = try ExampleFile.load(for: config) else { return nil }
        let values = files.first { $0.name == "policy" }?.values ?? [:]
        return PolicyTest.run(examples, policy: policy, values: values)
    }

    /// Refuses a policy of which the clinic's examples say something else: for a reload, and for whoever asks before one. A start
    /// is not refused: a clinic that is watched by an old mistake is safer than one that nobody watches.
    /// - Parameter quoting: with the names that the clinic gave its examples; never for the journal.
    package func requireExamples(quoting: Bool) throws {
        if let refusal = try testReport()?.refusal(policyPath: config.policyPath, quoting: quoting) { throw refusal }
    }

    /// The same as a line of `vigil doctor`.
    package var examplesCheck: DoctorCheck {
        let why = "an edit of the policy may change what nobody meant to change"
        do {
            guard let report = try testReport() else {
                return DoctorCheck(
                    "examples", .warn, "vigil.yaml names no policy_tests: none are run", why: why,
                    remedy: "write the clinic's own examples; policy.tests.yaml shows how")
            }
            guard let first = report.failures.first else {
                return DoctorCheck(
                    "examples", .ok, "\(report.examples) examples of the clinic hold for the policy on disk")
            }
            return DoctorCheck(
                "examples", .fail,
                "\(report.failures.count) of \(report.examples) do not hold; the first is at \(first.place)",
                why: "a reload is refused", remedy: "vigil policy test")
        } catch {
            return DoctorCheck(
                "examples", .fail, (error as? OperationError)?.description ?? "\(type(of: error))",
                why: "a reload is refused")
        }
    }
}
