import ArgumentParser
import VigilCore
import VigilPolicy
import VigilStores

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check configuration, policy and store, and say all that is wrong.",
            discussion: "Reads only. Exit 78 when a file is wrong, 75 or 65 when the store is.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let machine = try config.load()
            let loaded = try PolicyFile.load(path: machine.policyPath)
            let store = PracticeStore(path: machine.storePath, zone: loaded.policy.zone, busyMilliseconds: 2_000)
            _ = try store.check()
            let approval = loaded.approval.isApproved ? "approved" : "not approved: shadow mode"
            if output.json {
                return try Output.json(
                    Report(
                        policy: loaded.policy.hash, approved: loaded.approval.isApproved, people: machine.people.count))
            }
            Output.line("[ok] \(config.config)")
            Output.line("[ok] \(machine.policyPath) - policy \(loaded.policy.hash), \(approval)")
            Output.line("[ok] \(machine.storePath) - readable, schema as expected")
            if machine.people.isEmpty {
                Output.line("[warn] people is empty - nobody can read the queue - add persons to \(config.config)")
            }
        }

        struct Report: Encodable {
            var schema = "vigil.config_check/1"
            var policy: String
            var approved: Bool
            var people: Int
        }
    }
}
