import Glibc
import Synchronization

/// Where log lines go: a file descriptor that is never waited for (I22).
package final class LogOutput: Sendable {
    package static let standardError = LogOutput(descriptor: STDERR_FILENO)

    /// PIPE_BUF: a pipe that is writable takes this much at once and unmixed with other writers' lines.
    static let limitBytes = 4_096

    private let descriptor: Int32
    private let droppedLines = Mutex(0)

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Lines lost because the reader did not keep up.
    package var dropped: Int { droppedLines.withLock { $0 } }

    func write(_ line: [UInt8]) {
        // One lock over both calls: of two threads that saw the same room, the second would wait.
        droppedLines.withLock { dropped in
            // Exactly POLLOUT: a pipe whose reader is gone adds POLLERR, and a write would raise SIGPIPE.
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 0) == 1, ready.revents == Int16(POLLOUT),
                Glibc.write(descriptor, line, line.count) == line.count
            else {
                dropped += 1
                return
            }
        }
    }
}
