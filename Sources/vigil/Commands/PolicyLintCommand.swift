import ArgumentParser
import Foundation
import Synchronization
import VigilCore
import VigilDaemon
import VigilPolicy

extension PolicyCommand {
    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Look for what no reader refuses: a tier that nothing reaches, a rule without an example, old evidence.",
            discussion: """
                With --mutations every number of the policy is moved by one, up and down, and the clinic's examples are asked: one \
                that nobody notices is named with its line. Exit 1 when something is found.
                """)

        @Flag(help: "Move every number by one, and see whether an example notices.") var mutations = false
        @Option(help: "The policy to look at; without it the one that vigil.yaml names.") var policy: String?
        @Option(help: "The examples; without it those that vigil.yaml names.") var tests: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let files = try PolicyAndExamples(policy: policy, tests: tests, config: config)
            let today = files.loaded.policy.zone.day(of: SystemClock().now())
            let findings = PolicyLint.findings(
                files.root, policy: files.loaded.policy, file: files.policyPath, examples: files.examples, today: today)
            let moved = mutations ? try move(files) : nil
            if output.json {
                try Output.json(Report(findings: findings, mutations: moved))
            } else {
                for finding in findings { Output.line(finding.text) }
                if findings.isEmpty { Output.line("Nothing that no reader refuses.") }
                if let moved { Self.lines(moved, files.policyPath).forEach { Output.line($0) } }
            }
            if !findings.isEmpty || !(moved?.survivors.isEmpty ?? true) { throw ExitCode(1) }
        }

        /// Examples that do not hold as it is would notice everything.
        private func move(_ files: PolicyAndExamples) throws -> MutationReport {
            let report = PolicyTest.run(files.examples, policy: files.loaded.policy, values: files.values)
            if let refusal = report.refusal(policyPath: files.policyPath, quoting: true) { throw refusal }
            let line = Mutex(ProgressLine(label: "moving numbers"))
            let check = MutationCheck(root: files.root, policy: files.loaded.policy, examples: files.examples)
            let moved = check.run { done, total in line.withLock { $0.show(done: Int64(done), total: Int64(total)) } }
            line.withLock { $0.finish() }
            return moved
        }

        private static func lines(_ report: MutationReport, _ file: String) -> [String] {
            report.survivors.map { "\(file):\($0.line): \($0.key): \($0.from) -> \($0.to): no example notices" } + [
                """
                \(report.numbers) numbers moved \(report.moved) times: noticed by an example \(report.noticed), only agreed on \
                \(report.agreed), refused by the policy's own rules \(report.refused), without any effect \(report.changesNothing), \
                noticed by nobody \(report.survivors.count)
                """
            ]
        }

        struct Report: Encodable {
            var schema = "vigil.policy_lint/1"
            var findings: [PolicyLint.Finding]
            var mutations: MutationReport?
        }
    }
}
