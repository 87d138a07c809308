import Foundation
import Glibc
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilSQL

/// What a running daemon costs: this program started as `vigil daemon` with pages, beside a store of its own.
///
/// Start to READY, memory and wakeups at rest, and the time from a row in the store to a page that a channel has taken: the
/// real poll, escalator and courier, with a command for a channel that notes the time.
///
/// Beside a journald (`deploy/with-journald`): without one the daemon tries again and again to get rid of its lines, and that
/// is what its wakeups then count.
struct DaemonBench {
    /// Rows are written to it.
    let storePath: String
    let sessions: Int
    let folder: String
    /// Of the policy, which is approved in a copy.
    let policyPath: String
    let table: BenchTable

    /// How long a daemon at rest is looked at.
    private static let restSeconds: UInt32 = 60
    private static let starts = 5
    private static let pages = 20
    private static let pollSeconds = 2

    func run() throws {
        try prepare()
        try measureRest()
        try measureStarts()
        try measurePages()
    }

    /// An hour between polls: what wakes it then is everything else.
    private func measureRest() throws {
        let daemon = try start(pollSeconds: 3_600)
        defer { daemon.stop() }
        try waitForReconcile()
        // What the first reconcile leaves behind is given back, and its journal lines are out.
        sleep(5)
        let wakeUps = ProcessStatus.wakeUps(of: daemon.process, in: Self.restSeconds)
        table.row(
            sessions, "daemon at rest, memory", [BenchTable.residentMegabytes(of: daemon.process)], .megabytes,
            peak: BenchTable.peakMegabytes(of: daemon.process))
        table.row(sessions, "daemon at rest, wakeups", [Double(wakeUps) * 60 / Double(Self.restSeconds)], .perMinute)
    }

    private func measureStarts() throws {
        var times: [Duration] = []
        for _ in 0..<Self.starts {
            let clock = ContinuousClock()
            let begun = clock.now
            let daemon = try start(pollSeconds: 3_600)
            times.append(clock.now - begun)
            daemon.stop()
        }
        table.row(sessions, "restart to READY", times)
    }

    private func measurePages() throws {
        let daemon = try start(pollSeconds: Self.pollSeconds)
        defer { daemon.stop() }
        try waitForReconcile()
        var times: [Duration] = []
        for number in 0..<Self.pages {
            let written = Self.wallClock
            try change(
                """
                INSERT INTO session (client_id, starts_at, id, status)
                VALUES ('bench-\(number)', \(Int(written) - 3_600), 'bench-\(number)', 'missed');
                """)
            times.append(.seconds(try waitForPage(number + 1) - written))
            // Another phase of the poll's interval each time.
            usleep(UInt32(number * 97 % 1_000) * 1_000)
        }
        table.row(sessions, "row to page, poll each \(Self.pollSeconds) s", times)
    }

    // MARK: Parts

    private func prepare() throws {
        let clients = (0..<Self.pages).map { number in
            // A C-SSRS level of 4 last week: a missed session is one to make contact about now.
            """
            INSERT INTO client (id, name) VALUES ('bench-\(number)', 'Bench');
            INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
                VALUES ('bench-\(number)', 'bench', 'C-SSRS-screener', date('now', '-7 days'), 4);
            """
        }
        try change(clients.joined())
        let text = try String(contentsOfFile: policyPath, encoding: .utf8).replacing(
            "when_not_reached: \"\"", with: "when_not_reached: The lead decides with the on-call clinician.")
        let approval = PolicyApproval(by: "lead", role: "clinical_lead", on: Zone.utc.day(of: SystemClock().now()))
        try write(try approval.signed(text: text, file: policyPath), "policy.yaml")
        try write(
            """
            version: vigil.oncall/1
            zone: America/New_York
            on_call:
              layers:
                - {id: always, people: [lead]}
            """, "oncall.yaml")
        try write("", "pages")
    }

    private func start(pollSeconds: Int) throws -> ServedProcess {
        try write(
            """
            version: vigil.config/1
            store: {kind: practice, id: bench, path: \(storePath)}
            ledger: {path: \(folder)/daemon.db}
            policy: policy.yaml
            socket: \(folder)/socket
            poll: {interval_seconds: \(pollSeconds)}
            channels:
              - {id: modem, kind: exec, command: [/bin/sh, -c, "date +%s.%N >> \(folder)/pages"]}
            people:
              - {id: lead, role: clinical_lead, account: \(NSUserName()), channels: [modem]}
            paging: {schedule: oncall.yaml, fallback: lead, alarm: [modem]}
            web: {listen_port: \(port), public_url: "http://127.0.0.1:\(port)"}
            """, "vigil.yaml")
        return try ServedProcess(config: "\(folder)/vigil.yaml", folder: folder)
    }

    /// Of the range that nobody is given by name; this process's own.
    private var port: Int { 20_000 + Int(getpid()) % 10_000 }

    private func waitForReconcile() throws {
        let ledger = try Ledger(readingOnly: "\(folder)/daemon.db", store: "bench")
        defer { try? ledger.close() }
        for _ in 0..<6_000 {
            if try ledger.hasReconciled() { return }
            usleep(100_000)
        }
        throw failure("the first reconcile took more than ten minutes")
    }

    /// - Returns: when the page went out, in seconds since 1970.
    private func waitForPage(_ number: Int) throws -> Double {
        for _ in 0..<30_000 {
            let lines = try String(contentsOfFile: "\(folder)/pages", encoding: .utf8).split(separator: "\n")
            if lines.count >= number, let at = Double(lines[number - 1]) { return at }
            usleep(1_000)
        }
        throw failure("no page in half a minute")
    }

    private static var wallClock: Double { Date().timeIntervalSince1970 }

    private func change(_ script: String) throws {
        let database = try SQLiteDatabase(path: storePath, mode: .bulk)
        defer { try? database.close() }
        try database.write { try $0.execute(script: script) }
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func failure(_ cause: String) -> OperationError {
        OperationError(
            .unavailable, operation: "measure a daemon", subject: "bench", cause: cause,
            remedy: "see \(folder)/daemon.log", retry: false)
    }
}

/// This program, started as a daemon; READY is waited for.
private final class ServedProcess {
    private let child: pid_t

    var process: String { String(child) }

    init(config: String, folder: String) throws {
        let notify = try NotifyListener(path: "\(folder)/notify")
        defer { notify.close() }
        let words = ["/proc/self/exe", "daemon", "--config", config]
        let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }.filter {
            !$0.hasPrefix("NOTIFY_SOCKET=") && !$0.hasPrefix("WATCHDOG")
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] =
            (variables + ["NOTIFY_SOCKET=\(folder)/notify"]).map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(1), 2] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, "\(folder)/daemon.log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/proc/self/exe", &actions, nil, &arguments, &environment)
        guard code == 0 else { throw Self.failure("it could not be started, error \(code)", folder) }
        self.child = child
        guard notify.waitForReady() else {
            stop()
            throw Self.failure("it was not ready within half a minute", folder)
        }
    }

    func stop() {
        kill(child, SIGTERM)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }

    private static func failure(_ cause: String, _ folder: String) -> OperationError {
        OperationError(
            .unavailable, operation: "measure a daemon", subject: "vigil daemon", cause: cause,
            remedy: "see \(folder)/daemon.log")
    }
}

/// The service manager's end of sd_notify(3), until READY has come.
private struct NotifyListener {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        guard bytes.count < room else {
            throw OperationError(
                .usage, operation: "measure a daemon", subject: path, cause: "the path is too long for a socket",
                remedy: "name a shorter --folder")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            throw OperationError(
                .unavailable, operation: "measure a daemon", subject: path, cause: "the socket cannot be made",
                remedy: "name another --folder")
        }
    }

    func waitForReady() -> Bool {
        // A timeval: seconds, microseconds.
        var limit = [30, 0]
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<Int>.size * limit.count))
        var bytes = [UInt8](repeating: 0, count: 8_192)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { return false }
            if String(decoding: bytes.prefix(count), as: UTF8.self).contains("READY=1") { return true }
        }
    }

    func close() {
        Glibc.close(descriptor)
        unlink(path)
    }
}
