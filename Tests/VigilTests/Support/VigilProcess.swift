import Foundation
import Synchronization

/// A program that a test has started: the built `vigil`, or a tool that runs it.
///
/// Contract: standard output and standard error are collected whole, in files without a name; the child starts with
/// no signal blocked (Swift's worker threads block some, and a child inherits that) and with no descriptor of the
/// test's; the child is killed and reaped with the object, so that a failed test leaves nothing running.
final class VigilProcess: Sendable {
    /// How a process ended.
    enum Exit: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
    }

    /// A process that ended, and what it wrote.
    struct Result: Sendable {
        var exit: Exit
        var output: String
        var errors: String
    }

    let processID: pid_t
    private let output: Int32
    private let errors: Int32
    private let ended = Mutex<Exit?>(nil)

    /// - Parameters:
    ///   - command: a program, by path or by a name on PATH, and its arguments.
    ///   - environment: added to the test's own; a crash of a child needs no report on the console.
    ///   - input: what the program reads from its standard input.
    init(_ command: [String], environment: [String: String] = [:], input: String = "") throws {
        let variables = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
            .merging(environment) { _, new in new }
        let standardInput = try Self.namelessFile(holding: input)
        defer { close(standardInput) }
        output = try Self.namelessFile()
        errors = try Self.namelessFile()
        processID = try Self.spawn(
            command, variables.map { "\($0.key)=\($0.value)" }, [standardInput, output, errors])
    }

    deinit {
        if exit == nil {
            _ = Glibc.kill(processID, SIGKILL)
            var status: Int32 = 0
            waitpid(processID, &status, 0)
        }
        close(output)
        close(errors)
    }

    /// The program that was built with the tests, found beside the test bundle or in this checkout's build folder.
    static let vigil: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let checkout = Checkout.path(".build/debug/vigil")
        let besides = [bundle, CommandLine.arguments[0]].map {
            URL(filePath: $0).deletingLastPathComponent().appending(path: "vigil").path(percentEncoded: false)
        }
        return (besides + [checkout]).first { FileManager.default.isExecutableFile(atPath: $0) } ?? checkout
    }()

    /// Runs a program to its end.
    static func run(
        _ command: [String], environment: [String: String] = [:], input: String = "",
        within limit: Duration = .seconds(60)
    ) async throws -> Result {
        let process = try VigilProcess(command, environment: environment, input: input)
        let exit = try await process.wait(within: limit)
        return Result(exit: exit, output: process.standardOutput, errors: process.standardError)
    }

    /// What it has written so far.
    var standardOutput: String { Self.text(output) }
    var standardError: String { Self.text(errors) }

    /// How it ended; nil while it runs.
    var exit: Exit? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
            // WIFSIGNALED and the others are macros: the low seven bits are the signal, the next byte is the status.
            ended = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
            return ended
        }
    }

    /// Waits for its end.
    func wait(within limit: Duration = .seconds(60)) async throws -> Exit {
        try await eventually("the end of process \(processID)", within: limit, every: .milliseconds(3)) { exit }
    }

    /// Sends a signal; a process that has been reaped gets none.
    func signal(_ number: Int32) {
        if exit == nil { _ = Glibc.kill(processID, number) }
    }

    /// Asks it to stop, as a service manager does.
    func stop(within limit: Duration = .seconds(60)) async throws -> Exit {
        signal(SIGTERM)
        return try await wait(within: limit)
    }

    /// Ends it at once, wherever it is.
    func kill() async throws -> Exit {
        signal(SIGKILL)
        return try await wait()
    }

    // MARK: Parts

    private struct Failure: Error, CustomStringConvertible {
        var what: String
        var number: Int32
        var description: String { "\(what): \(String(cString: strerror(number)))" }
    }

    private static func namelessFile(holding text: String = "") throws -> Int32 {
        var template = Array((FileManager.default.temporaryDirectory.path + "/vigil-out-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failure(what: "make a temporary file", number: errno) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard text.isEmpty || write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw Failure(what: "write a temporary file", number: errno)
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    private static func text(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    private static func spawn(
        _ command: [String], _ environment: [String], _ descriptors: [Int32]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        }
        // Another test's pipe would stay open for as long as this child runs.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let own = Int32(name), own > 2 { posix_spawn_file_actions_addclose(&actions, own) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var child: pid_t = 0
        let number = withCStrings(command) { arguments in
            withCStrings(environment) { posix_spawnp(&child, command[0], &actions, &attributes, arguments, $0) }
        }
        guard number == 0 else { throw Failure(what: "start \(command[0])", number: number) }
        return child
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
