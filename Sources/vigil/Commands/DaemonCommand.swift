import ArgumentParser
import Foundation
import Logging
import VigilCore
import VigilDaemon
import VigilPolicy
import VigilSystemd

struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon", abstract: "Run vigil in the foreground, as its systemd unit does.")

    @OptionGroup var config: ConfigOptions

    func run() async throws {
        // The ledger holds client data: nothing that this process makes is for others to read.
        umask(0o077)
        // Nor is its memory: no core file, whatever the unit says (I20).
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        LoggingSystem.bootstrap { _ in JournalLogHandler() }
        let machine = try config.load()
        let loaded = try PolicyFile.load(path: machine.policyPath)
        // Fees must keep nobody from being watched: a faulty practice.yaml is said, here and by the report.
        let practice = Result { try PracticeRulesFile.load(for: machine) }
        let logger = Logger(label: "vigil")
        if case .failure(let error) = practice { logger.error("\(String(describing: error))") }
        try await Daemon(
            config: machine, policy: loaded.policy, schedule: try ScheduleFile.load(for: machine), practice: practice,
            clock: SystemClock(), logger: logger
        ).run()
    }
}
