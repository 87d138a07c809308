import Foundation
import Testing

/// Moves the wall clock of a program that a test runs, while it runs; its monotonic clock stays as it is.
///
/// A small library is put before the C library and adds to the three calls that tell the wall time. libfaketime will
/// not do: it moves the monotonic clock too, and Dispatch's timers never fire under it.
final class ShiftedClock: Sendable {
    private let folder: String

    /// Whether a library can be put before the program's own, made by the C compiler that Swift's toolchain brings; said once,
    /// loudly, when not.
    static let isUsable: Bool = {
        if ProcessInfo.processInfo.environment["VIGIL_TEST_SANITIZER"] == "address" {
            return LoudLine.skipped("tests with a moved clock: the address sanitizer must be the first library")
        }
        guard let trial = try? VigilProcess(["clang", "--version"]) else {
            return LoudLine.skipped("tests with a moved clock: there is no C compiler (clang)")
        }
        while trial.exit == nil { usleep(5_000) }
        return trial.exit == .status(0)
    }()

    init(folder: String) async throws {
        self.folder = folder
        try Self.source.write(toFile: folder + "/clock.c", atomically: true, encoding: .utf8)
        let compiled = try await VigilProcess.run([
            "clang", "-shared", "-fPIC", "-O1", "-o", folder + "/clock.so", folder + "/clock.c",
        ])
        try #require(compiled.exit == .status(0), "\(compiled.errors)")
        try set(seconds: 0)
    }

    /// What the program has to be started with.
    var environment: [String: String] {
        ["LD_PRELOAD": folder + "/clock.so", "VIGIL_TEST_CLOCK": folder + "/clock.offset"]
    }

    /// Moves the clock so many seconds away from the machine's.
    func set(seconds: Int) throws {
        // In one step: a reader sees the old number or the new one.
        try String(seconds).write(toFile: folder + "/clock.offset", atomically: true, encoding: .utf8)
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static long shift(void) {
            char text[32] = "";
            const char *path = getenv("VIGIL_TEST_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            ssize_t count = read(file, text, sizeof text - 1);
            close(file);
            return count > 0 ? atol(text) : 0;
        }
        int clock_gettime(clockid_t clock, struct timespec *now) {
            int answer = syscall(SYS_clock_gettime, clock, now);
            if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
            return answer;
        }
        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            int answer = syscall(SYS_gettimeofday, now, zone);
            if (answer == 0 && now) now->tv_sec += shift();
            return answer;
        }
        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }
        """
}
