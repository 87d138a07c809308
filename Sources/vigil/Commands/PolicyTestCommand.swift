import ArgumentParser
import VigilCore
import VigilPolicy

extension PolicyCommand {
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try the clinic's own examples on the policy.",
            discussion: """
                The examples stand in the file that vigil.yaml names as policy_tests. 'vigil config check', 'vigil config diff' and \
                every reload run them too. Exit 1 when one does not hold, with what was expected and its line.
                """)

        @Option(help: "The policy to try; without it the one that vigil.yaml names.") var policy: String?
        @Option(help: "The examples; without it those that vigil.yaml names.") var tests: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let files = try PolicyAndExamples(policy: policy, tests: tests, config: config)
            let report = PolicyTest.run(files.examples, policy: files.loaded.policy, values: files.values)
            if output.json {
                try Output.json(report)
            } else {
                for failure in report.failures { Output.line(failure.words) }
                let held = report.examples + report.agreed - report.failures.count
                Output.line(
                    "\(held) of \(report.examples + report.agreed) hold: \(report.examples) examples, \(report.agreed) agreed numbers"
                )
            }
            if !report.holds { throw ExitCode(1) }
        }
    }
}

/// A policy and the examples that it is held against, by the options of a command or by `vigil.yaml`.
struct PolicyAndExamples {
    let loaded: LoadedPolicy
    let policyPath: String
    let root: ConfigNode
    let examples: PolicyExamples
    let machine: MachineConfig?

    var values: [String: String] { root.values }

    init(policy: String?, tests: String?, config: ConfigOptions) throws {
        let machine = policy == nil || tests == nil ? try config.load() : nil
        self.machine = machine
        policyPath = policy ?? machine?.policyPath ?? ""
        loaded = try PolicyFile.load(path: policyPath)
        root = try ConfigFile.load(path: policyPath, operation: "read the policy") { $1 }
        guard let tests = tests ?? machine?.policyTestsPath else {
            throw OperationError(
                .configuration, operation: "read the policy's examples", subject: config.config,
                cause: "it names no policy_tests", remedy: "add policy_tests: FILE, or give --tests FILE")
        }
        examples = try ExampleFile.load(path: tests)
    }
}
