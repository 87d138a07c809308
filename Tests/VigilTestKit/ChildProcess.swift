import Foundation

/// A program run to its end, without Foundation's `Process`: its `waitUntilExit` needs a run loop of its own thread and has
/// been seen to wait for ever when several tests run at once.
package enum ChildProcess {
    package struct Result: Sendable {
        /// Exit status, or 128 and the signal's number.
        package var status: Int32
        /// Both streams in one, in the order in which they were written.
        package var output: String
    }

    /// - Parameter environment: added to this process's own.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Result {
        // A file, not a pipe: a pipe ends only when the last grandchild has closed it.
        let path = FileManager.default.temporaryDirectory.appending(path: "vigil-test-\(UUID().uuidString).out").path
        defer { unlink(path) }
        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let pid = try spawn(program, arguments, merged.map { "\($0)=\($1)" }.sorted(), output: path)
        return Result(
            status: wait(pid), output: String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }

    /// Starts a program that goes on; the caller waits for it with `wait`.
    /// - Parameters:
    ///   - input: a descriptor that the program reads as its standard input.
    ///   - output: a file for both of its streams.
    /// - Returns: its process id.
    package static func start(
        _ program: String, _ arguments: [String], input: Int32, output: String
    ) throws -> Int32 {
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        return try spawn(program, arguments, environment, input: input, output: output)
    }

    /// - Returns: the exit status, or 128 and the signal's number.
    @discardableResult
    package static func wait(_ pid: Int32) -> Int32 {
        var state: Int32 = 0
        while waitpid(pid, &state, 0) < 0, errno == EINTR {}
        let signal = state & 0x7F
        return signal == 0 ? (state >> 8) & 0xFF : 128 + signal
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String], input: Int32? = nil, output: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Swift's worker threads block signals, and a child inherits the mask of the thread that starts it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer {
            for pointer in argv + envp { free(pointer) }
        }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        return pid
    }
}
