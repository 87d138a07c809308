import Foundation
import Testing

/// Lets system calls on chosen files of a program fail, while it runs: a full disk, a broken one, a lock that is held.
///
/// A small library is put before the C library, as for `ShiftedClock`. strace(1) could inject the same, but it counts for each
/// thread by itself and cannot be changed while the program runs.
final class FailingDisk: Sendable {
    private let folder: String

    /// Whether there is a C compiler, which Swift's toolchain brings.
    static var isUsable: Bool { ShiftedClock.isUsable }

    init(folder: String) async throws {
        self.folder = folder
        try Self.source.write(toFile: folder + "/disk.c", atomically: true, encoding: .utf8)
        let compiled = try await VigilProcess.run([
            "clang", "-shared", "-fPIC", "-O1", "-o", folder + "/disk.so", folder + "/disk.c",
        ])
        try #require(compiled.exit == .status(0), "\(compiled.errors)")
        try works()
    }

    /// What the program has to be started with.
    var environment: [String: String] {
        ["LD_PRELOAD": folder + "/disk.so", "VIGIL_TEST_DISK": folder + "/disk.fault"]
    }

    /// Calls of one kind on one file fail.
    /// - Parameters:
    ///   - call: `pread`, `pwrite`, `sync`, `truncate` or `lock`.
    ///   - file: a part of its path.
    ///   - calls: which of them, counted by the whole process from now, from 1.
    func fail(_ call: String, of file: String, with error: Int32, calls: ClosedRange<Int>) throws {
        try? FileManager.default.removeItem(atPath: folder + "/disk.fault.hit")
        // A number of its own, so that the same fault again counts anew.
        try set("\(call) \(error) \(calls.lowerBound) \(calls.upperBound) \(file) \(UInt32.random(in: 0 ... .max))")
    }

    func works() throws {
        try set("")
    }

    /// Whether the fault set last has been met.
    var hasFailed: Bool { FileManager.default.fileExists(atPath: folder + "/disk.fault.hit") }

    private func set(_ text: String) throws {
        // In one step: a reader sees the old fault or the new one.
        try text.write(toFile: folder + "/disk.fault", atomically: true, encoding: .utf8)
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <pthread.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        static char last[512];
        static long count;
        static int fault(const char *call, int fd) {
            const char *control = getenv("VIGIL_TEST_DISK");
            char text[512] = "", path[512] = "", link[64], kind[16], part[256], hit[600];
            int error = 0, result = 0;
            long from, to;
            if (!control) return 0;
            int file = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
            if (file < 0) return 0;
            ssize_t size = read(file, text, sizeof text - 1);
            close(file);
            if (size <= 0 || sscanf(text, "%15s %d %ld %ld %255s", kind, &error, &from, &to, part) != 5) return 0;
            if (strcmp(kind, call) != 0) return 0;
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            if (readlink(link, path, sizeof path - 1) <= 0 || !strstr(path, part)) return 0;
            pthread_mutex_lock(&lock);
            if (strcmp(text, last) != 0) { strcpy(last, text); count = 0; }
            count++;
            if (count >= from && count <= to) result = error;
            pthread_mutex_unlock(&lock);
            if (!result) return 0;
            snprintf(hit, sizeof hit, "%s.hit", control);
            close(syscall(SYS_openat, AT_FDCWD, hit, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
            errno = result;
            return -1;
        }
        #define TRY(call, fd) do { if (fault(call, fd)) return -1; } while (0)
        ssize_t pread(int fd, void *b, size_t n, off_t o) { TRY("pread", fd); return syscall(SYS_pread64, fd, b, n, o); }
        ssize_t pread64(int fd, void *b, size_t n, off64_t o) { TRY("pread", fd); return syscall(SYS_pread64, fd, b, n, o); }
        ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
            TRY("pwrite", fd); return syscall(SYS_pwrite64, fd, b, n, o);
        }
        ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
            TRY("pwrite", fd); return syscall(SYS_pwrite64, fd, b, n, o);
        }
        int fsync(int fd) { TRY("sync", fd); return syscall(SYS_fsync, fd); }
        int fdatasync(int fd) { TRY("sync", fd); return syscall(SYS_fdatasync, fd); }
        int ftruncate(int fd, off_t n) { TRY("truncate", fd); return syscall(SYS_ftruncate, fd, n); }
        int ftruncate64(int fd, off64_t n) { TRY("truncate", fd); return syscall(SYS_ftruncate, fd, n); }
        static int control(int fd, int command, void *argument) {
            if (command == F_SETLK || command == F_SETLKW) TRY("lock", fd);
            return syscall(SYS_fcntl, fd, command, argument);
        }
        int fcntl(int fd, int command, ...) {
            va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
            return control(fd, command, argument);
        }
        int fcntl64(int fd, int command, ...) {
            va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
            return control(fd, command, argument);
        }
        """
}
