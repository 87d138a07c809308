import Glibc
import Synchronization
import VigilCore

/// A program of this machine, with the message as JSON on its standard input: a modem, a siren, a text message gateway.
///
/// No shell. The program has a process group of its own, which is ended as a whole when its time is over; it inherits no
/// descriptor and no blocked signal. Exit status 0 is acceptance.
struct ExecChannel: Channel {
    let settings: ChannelSettings.Exec
    let publicURL: String?

    func send(_ message: Message, at now: WallTime) -> SendOutcome {
        let input = MessageDocument(message, publicURL: publicURL).bytes
        let deadline = ContinuousClock.now + .seconds(settings.timeoutSeconds)
        guard let pipe = Self.starting.withLock({ _ in Self.pipe() }) else {
            return .failed(SendFailure(.commandMissing))
        }
        let started = Self.starting.withLock { _ in start(reading: pipe.reader, key: message.key) }
        guard let child = started else {
            close(pipe.reader)
            close(pipe.writer)
            return .failed(SendFailure(.commandMissing))
        }
        close(pipe.reader)
        // Shorter than a pipe holds (64 KiB): written at once, whether the program reads it or not.
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        Self.write(input, to: pipe.writer)
        close(pipe.writer)
        guard let status = Self.wait(for: child, until: deadline) else { return .failed(SendFailure(.timedOut)) }
        return status == 0 ? .accepted(nil) : .failed(SendFailure(.commandFailed))
    }

    // MARK: Parts

    /// One at a time makes a pipe or starts a program: a program that is started before the new pipe is marked as not to be
    /// inherited would hold its writing end, and the reader of that pipe would wait for a program that is none of its own.
    private static let starting = Mutex(())

    private static func pipe() -> (reader: Int32, writer: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// A program that ends without reading would send SIGPIPE to the daemon: a pipe has no MSG_NOSIGNAL, so the signal is
    /// blocked in this thread and taken away if it came.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        var none = timespec(tv_sec: 0, tv_nsec: 0)
        while sigtimedwait(&pipeSignal, nil, &none) == SIGPIPE {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private func start(reading input: Int32, key: DeliveryKey) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Whatever a library may have opened without asking for it to be closed.
        for descriptor in Self.openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
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
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let variables = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "VIGIL_KEY=\(key.text)"]
        var arguments: [UnsafeMutablePointer<CChar>?] = settings.command.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var child: pid_t = 0
        guard posix_spawn(&child, settings.command[0], &actions, &attributes, &arguments, &environment) == 0 else {
            return nil
        }
        return child
    }

    private static var openDescriptors: [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name) { found.append(descriptor) }
        }
        return found
    }

    /// - Returns: the exit status, 128 and the number for a signal; nil when it had to be ended.
    private static func wait(for child: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
        var status: Int32 = 0
        var pause: UInt32 = 1_000
        while ContinuousClock.now < deadline {
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F }
            if ended < 0, errno != EINTR { return 255 }
            usleep(pause)
            pause = min(pause * 2, 50_000)
        }
        // The whole group, politely and then not: whatever the program started goes with it.
        kill(-child, SIGTERM)
        usleep(200_000)
        kill(-child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return nil
    }
}
