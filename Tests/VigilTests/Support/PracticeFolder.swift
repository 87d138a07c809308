import Foundation
import Synchronization
import VigilSQL
import VigilTestKit

/// A practice of a test's own: store, policy, configuration and ledger in a folder that goes with the object.
final class PracticeFolder: Sendable {
    /// A line of `people:`.
    struct Person: Sendable {
        var id: String
        var role: String
        var account: String
        var therapist: String?

        /// The account that runs the tests.
        static let lead = Person(id: "lead", role: "clinical_lead", account: NSUserName())
    }

    let path: String
    private let sockets = Atomic<Int>(0)

    /// Made with an empty store, in the journal mode that SQLite files have at first (DELETE).
    init(horizon: String = "14", interval: Int = 1, people: [Person] = [.lead]) throws {
        path =
            FileManager.default.temporaryDirectory.path + "/vigil-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let files = FileManager.default
        for folder in ["", "/store", "/state"] {
            // Others may pass: tests run commands as other accounts.
            try files.createDirectory(
                atPath: path + folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        }
        try PracticeStoreFixture.make(at: storePath)
        try files.copyItem(atPath: TestPolicy.path, toPath: policyPath)
        try configure(horizon: horizon, interval: interval, people: people)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var storePath: String { path + "/store/practice.db" }
    var ledgerPath: String { path + "/state/ledger.db" }
    var policyPath: String { path + "/policy.yaml" }
    var configPath: String { path + "/vigil.yaml" }
    var socketPath: String { path + "/vigil.sock" }

    func configure(horizon: String = "14", interval: Int = 1, people: [Person] = [.lead]) throws {
        let persons = people.map { person in
            let therapist = person.therapist.map { ", therapist: \($0)" } ?? ""
            return "  - {id: \(person.id), role: \(person.role), account: \(person.account)\(therapist)}\n"
        }
        try write(
            """
            version: vigil.config/1
            store: {kind: practice, id: test, path: store/practice.db}
            ledger: {path: state/ledger.db}
            policy: policy.yaml
            socket: vigil.sock
            poll: {interval_seconds: \(interval), backfill_horizon_days: \(horizon)}
            people:
            \(persons.joined())
            """, to: "vigil.yaml")
    }

    /// Puts another `store:` section in the place of the one that it has.
    func configure(store: String) throws {
        let config = try String(contentsOfFile: configPath, encoding: .utf8)
        let lines = config.split(separator: "\n").map { $0.hasPrefix("store:") ? Substring(store) : $0 }
        try write(lines.joined(separator: "\n") + "\n", to: "vigil.yaml")
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    // MARK: Running vigil

    /// Runs a command with this practice's configuration.
    /// - Parameter account: another account of this machine to run it as.
    func vigil(_ arguments: [String], as account: String? = nil, input: String = "") async throws
        -> VigilProcess.Result
    {
        let command = [VigilProcess.vigil] + arguments + ["--config", configPath]
        guard let account else { return try await VigilProcess.run(command, input: input) }
        return try await VigilProcess.run(
            ["setpriv", "--reuid", account, "--regid", "nogroup", "--clear-groups"] + command,
            environment: ["HOME": "/nonexistent", "USER": account, "LOGNAME": account], input: input)
    }

    func vigil(_ arguments: String..., as account: String? = nil) async throws -> VigilProcess.Result {
        try await vigil(arguments, as: account)
    }

    /// Runs a command and reads the JSON that it prints.
    func json(_ arguments: [String], as account: String? = nil, input: String = "") async throws -> JSONTree {
        let result = try await vigil(arguments + ["--json"], as: account, input: input)
        do {
            return try JSONTree(result.output)
        } catch {
            throw NoJSON(arguments: arguments, result: result)
        }
    }

    func json(_ arguments: String..., as account: String? = nil) async throws -> JSONTree {
        try await json(arguments, as: account)
    }

    private struct NoJSON: Error, CustomStringConvertible {
        var arguments: [String]
        var result: VigilProcess.Result
        var description: String { "no JSON from vigil \(arguments): \(result.exit) \(result.errors)" }
    }

    /// Starts the daemon.
    /// - Parameter wrapper: a program with its arguments that runs the daemon, such as strace.
    func startDaemon(
        through wrapper: [String] = [], environment: [String: String] = [:],
        onMessage: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> RunningDaemon {
        let number = sockets.add(1, ordering: .relaxed).newValue
        let notes = try NotifySocket(path: "\(path)/notify-\(number)", onMessage: onMessage)
        let command = wrapper + [VigilProcess.vigil, "daemon", "--config", configPath]
        let process = try VigilProcess(
            command,
            environment: environment.merging(["NOTIFY_SOCKET": notes.path]) { given, _ in given })
        return RunningDaemon(process: process, notes: notes)
    }

    // MARK: Data

    /// Writes to the store as the practice's program would, in one transaction.
    func changeStore(_ script: String) throws {
        let store = try SQLiteDatabase(path: storePath, mode: .bulk, busyMilliseconds: 20_000)
        try store.write { try $0.execute(script: script) }
        try store.close()
    }

    func readStore<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try Self.read(storePath, body)
    }

    func readLedger<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try Self.read(ledgerPath, body)
    }

    /// The one number that a query of the ledger gives.
    func ledgerCount(_ sql: String) throws -> Int {
        try readLedger { try $0.first(sql) { Int($0.int64(0)) } ?? 0 }
    }

    /// Each row of a query of the ledger as one text, columns separated by a space.
    func ledgerRows(_ sql: String, columns: Int = 1) throws -> [String] {
        try readLedger { ledger in
            try ledger.all(sql) { row in (0..<columns).map { row.text($0) }.joined(separator: " ") }
        }
    }

    func storeCount(_ sql: String) throws -> Int {
        try readStore { try $0.first(sql) { Int($0.int64(0)) } ?? 0 }
    }

    /// Removes the ledger, so that the next start is a first one.
    func removeLedger() throws {
        for suffix in ["", "-wal", "-shm", ".lock"] {
            try? FileManager.default.removeItem(atPath: ledgerPath + suffix)
        }
    }

    private static func read<Value>(_ path: String, _ body: (any SQLConnection) throws -> Value) throws -> Value {
        let database = try SQLiteDatabase(path: path, mode: .readOnly)
        defer { try? database.close() }
        return try database.read(body)
    }
}
