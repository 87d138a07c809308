import Foundation
import Testing

/// A journald of the test's own in a mount namespace (deploy/with-journald), which programs are put into with
/// nsenter(1).
///
/// The machine's own journal is never written.
final class OwnJournald: Sendable {
    private let script: VigilProcess
    /// A process inside, whose namespaces others enter.
    private let inhabitant: pid_t
    private let journald: pid_t

    /// - Parameter folder: where the inhabitant's process id is left for the test; outside of /run and /var/log.
    init(folder: String) async throws {
        let note = folder + "/inhabitant"
        script = try VigilProcess([
            "bash", Checkout.path("deploy/with-journald"), "bash", "-c", "echo $$ >'\(note)'; exec sleep infinity",
        ])
        let script = script
        inhabitant = try await eventually("a journald of the test's own") {
            if let exit = script.exit { throw Refused(exit: exit, errors: script.standardError) }
            return (try? String(contentsOfFile: note, encoding: .utf8)).flatMap {
                pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        journald = try #require(Self.journald(beside: inhabitant))
    }

    private struct Refused: Error {
        var exit: VigilProcess.Exit
        var errors: String
    }

    /// Whether there can be one; said once, loudly, when not.
    static let isUsable: Bool = {
        guard let trial = try? VigilProcess(["bash", Checkout.path("deploy/with-journald"), "true"]) else {
            return false
        }
        while trial.exit == nil { usleep(5_000) }
        return trial.exit == .status(0) || LoudLine.skipped("tests with a journald: \(trial.standardError)")
    }()

    /// The beginning of a command that runs inside.
    var inside: [String] { ["nsenter", "--mount", "--target", String(inhabitant)] }

    /// Stops journald, as if it hung, and lets it go on.
    func suspend() { kill(journald, SIGSTOP) }
    func resume() { kill(journald, SIGCONT) }

    /// Everything that journalctl gives, after a sync.
    func journalctl(_ arguments: String...) async throws -> String {
        let synced = try await VigilProcess.run(inside + ["journalctl", "--sync"])
        let result = try await VigilProcess.run(inside + ["journalctl", "--no-pager", "--all"] + arguments)
        #expect(synced.exit == .status(0) && result.exit == .status(0), "\(synced.errors)\(result.errors)")
        return result.output
    }

    /// The records of vigil that match, oldest first.
    func records(_ matches: String...) async throws -> [JSONTree] {
        let synced = try await VigilProcess.run(inside + ["journalctl", "--sync"])
        let result = try await VigilProcess.run(
            inside + ["journalctl", "--no-pager", "--all", "-o", "json", "SYSLOG_IDENTIFIER=vigil"] + matches)
        #expect(synced.exit == .status(0) && result.exit == .status(0), "\(synced.errors)\(result.errors)")
        return try result.output.split(separator: "\n").map { try JSONTree(String($0)) }
    }

    /// Ends it; what still runs inside loses its journald.
    func stop() async throws {
        resume()
        _ = try await script.stop()
    }

    private static func journald(beside inhabitant: pid_t) -> pid_t? {
        let files = FileManager.default
        let namespace = try? files.destinationOfSymbolicLink(atPath: "/proc/\(inhabitant)/ns/mnt")
        let processes = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.first { process in
            (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) == "systemd-journal\n"
                && (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/mnt")) == namespace
        }
    }
}
