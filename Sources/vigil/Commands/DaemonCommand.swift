import ArgumentParser
import Foundation
import Logging
import VigilCore
import VigilDaemon
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
        let path = config.config
        let setup = try Setup.load(path: path)
        let logger = Logger(label: "vigil")
        if case .failure(let error) = setup.practice { logger.error("\(String(describing: error))") }
        // Said, and no reason not to watch: a reload is what it stops.
        let examples = setup.examplesCheck
        if examples.state == .fail { logger.error("\(examples.line)") }
        try await Daemon(setup: setup, load: { try Setup.load(path: path) }, clock: SystemClock(), logger: logger).run()
    }
}
