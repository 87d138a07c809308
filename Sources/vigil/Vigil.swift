import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon

/// The one program: daemon and command line.
@main
struct Vigil: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigil",
        abstract: "Finds missed sessions, orders follow-up, and keeps asking until somebody acts.",
        discussion: standingSentence, version: vigilVersion,
        subcommands: [
            DaemonCommand.self, QueueCommand.self, ExplainCommand.self, ReportCommand.self, StatusCommand.self,
            DoctorCommand.self, UserCommand.self,
            ConfigCommand.self,
            PolicyCommand.self, OnCallCommand.self, ChannelCommand.self, AuditCommand.self, ImportCommand.self,
            BackupCommand.self, RestoreCommand.self,
            DemoCommand.self, BenchCommand.self,
        ])

    /// Runs the command. An `OperationError` is one line on standard error and its own exit status (ux.md).
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as OperationError {
            Output.error("vigil: \(error.description)")
            Foundation.exit(error.kind.exitStatus)
        } catch let refusal as DaemonRefusal {
            Output.error("vigil: \(refusal.document.words)")
            Foundation.exit(refusal.document.kind.exitStatus)
        } catch {
            exit(withError: error)
        }
    }
}
