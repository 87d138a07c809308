import Glibc

/// strace(1), which makes a system call fail, wait or kill at a place of the test's choice.
enum TraceTool {
    /// Whether strace is there and the kernel permits it; said once, loudly, when not.
    static let isUsable: Bool = {
        guard let trial = try? VigilProcess(["strace", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]) else {
            return LoudLine.skipped("tests with strace: it is not installed")
        }
        while trial.exit == nil { usleep(5_000) }
        return trial.exit == .status(0)
            || LoudLine.skipped("tests with strace: the kernel permits no ptrace here: \(trial.standardError)")
    }()

    /// Runs what follows and kills it at the `number`th call of `call`, before the call is made.
    ///
    /// The count is each thread's own. The program stays the test's child (-D), so that what the test kills is the
    /// program.
    static func killing(at number: Int, of call: String) -> [String] {
        [
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
            "inject=\(call):signal=SIGKILL:when=\(number)",
        ]
    }

    /// Attaches to a running process and lets each of its reads of `file` wait, practically for ever.
    static func hangReads(of file: String, in process: VigilProcess) throws -> VigilProcess {
        try VigilProcess([
            "strace", "-f", "-qq", "-o", "/dev/null", "-P", file, "-e", "trace=pread64", "-e",
            "inject=pread64:delay_enter=600000000", "-p", String(process.processID),
        ])
    }
}
