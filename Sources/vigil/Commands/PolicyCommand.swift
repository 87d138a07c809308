import ArgumentParser
import Foundation
import VigilCore
import VigilPolicy

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The clinic's rules.",
        subcommands: [Evaluate.self, Test.self, Lint.self, Simulate.self, Approve.self])

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply the policy to worked cases and print what it says of each.",
            discussion:
                "Exit 3 when some objects could not be read; each is named in the output, and the others are evaluated."
        )

        @Argument(help: "A JSON file: one case or an array of cases.") var file: String
        @Option(help: "The policy to apply; without it the one that vigil.yaml names.") var policy: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let loaded = try PolicyFile.load(path: try policy ?? config.load().policyPath)
            let outcomes = try CaseFile.evaluate(try data(), file: file, policy: loaded.policy)
            if output.json {
                try Output.json(outcomes)
            } else {
                outcomes.forEach { Output.line(line($0)) }
            }
            let isPartial = outcomes.contains { if case .error = $0 { true } else { false } }
            if isPartial { throw ExitCode(3) }
        }

        private func data() throws -> Data {
            do {
                let handle = try FileHandle(forReadingFrom: URL(filePath: file))
                return try handle.read(upToCount: CaseFile.maxBytes + 1) ?? Data()
            } catch {
                throw OperationError(
                    .badData, operation: "read the cases", subject: file, cause: "it cannot be opened",
                    remedy: "check the path")
            }
        }

        private func line(_ outcome: CaseOutcome) -> String {
            switch outcome {
            case .error(let error): return "object \(error.position): \(error.field): \(error.problem)"
            case .result(let result):
                let floors = result.floors.map(\.text).joined(separator: ", ")
                return "\(Output.safe(result.id)): \(result.tier.rawValue), \(result.points) points"
                    + (floors.isEmpty ? "" : ", floors \(floors)") + (result.resolved ? ", resolved" : "")
            }
        }
    }
}
