import Foundation
import VigilTestKit

/// A systemd of a test's own, as PID 1 of a container, over this machine's root: what happens in it stays in it.
final class SystemdContainer: Sendable {
    private let process: VigilProcess
    private let folder: String
    private let leader: String

    /// - Parameter files: are there inside as `/root/NAME`.
    init(files: [String] = []) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/vigil-unit-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        // The container ends with the standard input of the script; the process is the script itself, to be told to end.
        let process = try VigilProcess(
            [
                "bash", "-c", "exec bash \"$@\" < <(sleep 1800)", "with-systemd", Checkout.path("deploy/with-systemd"),
                folder,
            ] + files)
        self.process = process
        leader = try await eventually("a systemd that is up", within: .seconds(60)) {
            if let exit = process.exit { throw NotUp(exit: exit, errors: process.standardError) }
            let line = process.standardOutput.split(separator: "\n").first { $0.hasPrefix("leader ") }
            return line.map { String($0.dropFirst("leader ".count)) }
        }
    }

    struct NotUp: Error, CustomStringConvertible {
        var exit: VigilProcess.Exit
        var errors: String
        var description: String { "no systemd: \(exit) \(errors)" }
    }

    /// Runs a shell script inside.
    func run(_ script: String, input: String = "", within limit: Duration = .seconds(60)) async throws
        -> VigilProcess.Result
    {
        try await VigilProcess.run(
            [
                "nsenter", "--target", leader, "--all", "--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG=C.UTF-8", "bash", "-c", script,
            ], input: input, within: limit)
    }

    /// The output of a script that must succeed, without its last line end.
    func output(_ script: String, input: String = "") async throws -> String {
        let result = try await run(script, input: input)
        guard result.exit == .status(0) else { throw Failed(script: script, result: result) }
        return result.output.trimmingCharacters(in: .newlines)
    }

    struct Failed: Error, CustomStringConvertible {
        var script: String
        var result: VigilProcess.Result
        var description: String {
            "\(result.exit) of: \(script)\n\(result.output.suffix(2_000))\(result.errors.suffix(2_000))"
        }
    }

    func stop() async throws {
        _ = try await process.stop(within: .seconds(60))
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Whether this machine can boot one and a package was built; said once, loudly, when not.
    static let package: String? = {
        guard let path = ProcessInfo.processInfo.environment["VIGIL_TEST_PACKAGE"] else {
            _ = LoudLine.skipped("tests of the unit: VIGIL_TEST_PACKAGE names no package; 'deploy/test' builds one")
            return nil
        }
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-unit-trial-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard
            let trial = try? VigilProcess(["bash", Checkout.path("deploy/with-systemd"), folder])
        else { return nil }
        while trial.exit == nil { usleep(20_000) }
        guard trial.exit == .status(0) else {
            _ = LoudLine.skipped("tests of the unit: \(trial.standardError)")
            return nil
        }
        return path
    }()
}
