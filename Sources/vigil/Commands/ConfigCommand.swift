import ArgumentParser
import VigilCore
import VigilDaemon
import VigilPolicy
import VigilStores

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self, Diff.self])

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a reload would change: the running daemon against its files.",
            discussion: "Exit 0 when nothing differs, 1 when something does, 78 when the files would be refused.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            // Loaded as a reload would: what it refuses, this refuses.
            let setup = try Setup.load(path: config.config)
            try setup.requireExamples(quoting: true)
            let running = try DaemonClient(socketPath: setup.config.socketPath).get(
                "/v1/config", as: ConfigDocument.self)
            let found = SettingsFile.differences(running: running.files, onDisk: setup.files)
            if output.json {
                try Output.json(found)
            } else if found.isEmpty {
                Output.line("The running daemon, since \(running.readAt), is as its files say.")
            } else {
                for difference in found {
                    func words(_ text: String?) -> String { text.map { "'\(Output.safe($0))'" } ?? "(nothing)" }
                    Output.line(
                        "\(difference.file): \(difference.key): \(words(difference.running)) -> \(words(difference.onDisk))"
                    )
                }
                Output.line("To take it on: systemctl reload vigil")
            }
            if !found.isEmpty { throw ExitCode(1) }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check configuration, policy and store, and say all that is wrong.",
            discussion: "Reads only. Exit 78 when a file is wrong, 75 or 65 when the store is.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let machine = try config.load()
            let loaded = try PolicyFile.load(path: machine.policyPath)
            let mapping = try SourceMapping.load(for: machine)
            let stores = StoreParts(config: machine, zone: loaded.policy.zone, mapping: mapping)
            let feed = stores.feed()
            if let feed { try feed.check() } else { _ = try stores.reader().check() }
            let practice = try PracticeRulesFile.load(for: machine)
            try scheduleGaps(machine)
            let examples = try Setup.load(path: config.config).testReport()
            if let refusal = examples?.refusal(policyPath: machine.policyPath, quoting: true) { throw refusal }
            let approval = loaded.approval.isApproved ? "approved" : "not approved: shadow mode"
            if output.json {
                return try Output.json(
                    Report(
                        policy: loaded.policy.hash, approved: loaded.approval.isApproved, people: machine.people.count,
                        examples: examples?.examples ?? 0))
            }
            Output.line("[ok] \(config.config)")
            Output.line("[ok] \(machine.policyPath) - policy \(loaded.policy.hash), \(approval)")
            if let examples {
                Output.line("[ok] \(examples.file) - \(examples.examples) examples of the clinic hold")
            } else {
                Output.line("[warn] policy_tests is missing - an edit of the policy is tried on nothing")
            }
            if let feed {
                Output.line("[ok] \(feed.subject) - readable")
            } else {
                Output.line("[ok] \(machine.storePath) - readable, schema as expected")
            }
            if let path = machine.practicePath, let practice {
                Output.line(
                    "[ok] \(path) - fees in \(practice.currency)\(practice.cancellation == nil ? ", no cancellation policy" : "")"
                )
            }
            if let paging = machine.notify.paging {
                Output.line("[ok] \(paging.schedulePath) - somebody is on call at every minute of the next 90 days")
            } else {
                Output.line(
                    "[warn] paging is missing - nobody can be paged - add it to \(config.config), and an oncall.yaml")
            }
            if machine.people.isEmpty {
                Output.line("[warn] people is empty - nobody can read the queue - add persons to \(config.config)")
            }
        }

        /// A gap is an error of the configuration (I17): better found by day than met at night.
        private func scheduleGaps(_ machine: MachineConfig) throws {
            guard let schedule = try ScheduleFile.load(for: machine), let paging = machine.notify.paging else { return }
            let gaps = schedule.gaps(.onCall, from: SystemClock().now(), days: 90)
            guard let first = gaps.first else { return }
            throw OperationError(
                .configuration, operation: "check the on-call schedule", subject: paging.schedulePath,
                cause: "nobody is on call at \(gaps.count) \(gaps.count == 1 ? "time" : "times") in the next 90 days,"
                    + " first from \(schedule.zone.rfc3339(first.from)) to \(schedule.zone.rfc3339(first.until))",
                remedy: "add a layer without hours at the end, then 'vigil oncall gaps'")
        }

        struct Report: Encodable {
            var schema = "vigil.config_check/1"
            var policy: String
            var approved: Bool
            var people: Int
            var examples: Int
        }
    }
}
