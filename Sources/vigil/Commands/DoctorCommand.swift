import ArgumentParser
import VigilCore
import VigilDaemon
import VigilSystemd

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything that vigil depends on: one line each, with what to do.",
        discussion: "Asked of the daemon, in its own sandbox. Exit 0 when nothing fails, 1 when something does.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let document = try examine()
        if output.json {
            try Output.json(document)
        } else {
            document.checks.forEach { Output.line($0.line) }
        }
        if document.hasFailed { throw ExitCode(1) }
    }

    /// The files first: with one that cannot be used there is no daemon to ask.
    private func examine() throws -> DoctorDocument {
        let setup: Setup
        do {
            setup = try Setup.load(path: config.config)
        } catch let error as OperationError {
            return DoctorDocument(checks: [
                DoctorCheck(
                    "files", .fail, error.description, why: "vigil cannot start with them, and a reload is refused")
            ])
        }
        let files = DoctorCheck("files", .ok, "all of them can be used")
        do {
            let answer = try DaemonClient(socketPath: setup.config.socketPath)
                .get("/v1/doctor", as: DoctorDocument.self)
            return DoctorDocument(checks: [files, setup.examplesCheck, clock] + answer.checks)
        } catch let error as OperationError where error.kind == .daemonUnreachable {
            return DoctorDocument(checks: [
                files, setup.examplesCheck, clock,
                DoctorCheck(
                    "daemon", .fail, "it does not answer at \(setup.config.socketPath)", why: "nobody is watching",
                    remedy: "systemctl start vigil"),
            ])
        }
    }

    /// Looked at here: the unit's sandbox keeps the daemon from the kernel's clock.
    private var clock: DoctorCheck {
        MachineClock.isSynchronised == true
            ? DoctorCheck("clock", .ok, "synchronised by a time service")
            : DoctorCheck(
                "clock", .warn, "no time service keeps it", why: "deadlines and pages follow it",
                remedy: "enable systemd-timesyncd or chrony")
    }
}
