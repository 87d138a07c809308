import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon
import VigilPolicy
import VigilStores

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a synthetic practice to try vigil on: 12 therapists, 600 clients, two years.",
        discussion: "Everybody in it is invented. The same seed at the same time gives the same practice.")

    @Option(help: "Folder for the practice, its configuration and the ledger; made when it does not exist.")
    var folder: String
    @Option(help: "The policy that the practice uses; copied into the folder.") var policy = "/etc/vigil/policy.yaml"
    @Option(help: "Seed of the invented practice.") var seed: UInt64 = 1
    @Option(help: "The time that it is made for, RFC 3339; without it now.") var at: String?
    @Option(help: "Where its pages answer, on this machine alone.") var webPort = 8471

    func validate() throws {
        guard 1...65_535 ~= webPort else { throw ValidationError("--web-port must be 1 to 65535") }
    }

    func run() throws {
        umask(0o077)
        let loaded = try PolicyFile.load(path: policy)
        let now = try time()
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw OperationError(
                .permission, operation: "make the demo folder", subject: folder, cause: "it cannot be made",
                remedy: "choose a folder that you may write to")
        }
        let store = "\(folder)/practice.db"
        let demo = DemoPractice(seed: seed, now: now, zone: loaded.policy.zone)
        let report = try demo.fill(path: store, schema: PracticeSchemaText.sql)
        try write(try String(contentsOfFile: policy, encoding: .utf8), to: "policy.yaml")
        let tests = (policy as NSString).deletingLastPathComponent + "/policy.tests.yaml"
        let examples = try? String(contentsOfFile: tests, encoding: .utf8)
        if let examples { try write(examples, to: "policy.tests.yaml") }
        try write(practice, to: "practice.yaml")
        try write(configuration(hasExamples: examples != nil), to: "vigil.yaml")
        Output.line(
            "\(report.clients) clients, \(report.therapists) therapists, \(report.sessions) sessions in \(store) (seed \(seed))"
        )
        Output.line("Next: vigil daemon --config \(folder)/vigil.yaml")
        Output.line(
            "      vigil user add demo --config \(folder)/vigil.yaml   # a link to the pages, while the daemon runs")
    }

    private func time() throws -> WallTime {
        guard let at else { return SystemClock().now() }
        guard let date = try? Date(at, strategy: .iso8601) else {
            throw ValidationError("--at must be a time such as 2026-03-02T15:00:00Z")
        }
        return WallTime(seconds: Int64(date.timeIntervalSince1970))
    }

    private func write(_ text: String, to name: String) throws {
        do {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        } catch {
            throw OperationError(
                .permission, operation: "write the demo's configuration", subject: "\(folder)/\(name)",
                cause: "it cannot be written", remedy: "choose a folder that you may write to")
        }
    }

    private var practice: String {
        """
        # Written by 'vigil demo'. A real one is config/practice.yaml, with a comment for each setting.
        version: vigil.practice/1
        currency: USD
        fees: {standard: 160.00, by_kind: {group: 60.00, drop_in: 120.00}}
        cancellation:
          notice_hours: 24
          notice_hours_by_kind: {group: 48}
          grace: {sessions: 1, within_days: 365}
          payers_that_bar_fees: [medicaid]

        """
    }

    /// - Parameter hasExamples: whether examples lay beside the policy.
    private func configuration(hasExamples: Bool) -> String {
        """
        # Written by 'vigil demo'. A real one is config/vigil.yaml, with a comment for each setting.
        version: vigil.config/1
        store: {kind: practice, id: demo, path: practice.db}
        ledger: {path: ledger.db}
        policy: policy.yaml\(hasExamples ? "\npolicy_tests: policy.tests.yaml" : "")
        practice: practice.yaml
        socket: vigil.sock
        poll: {interval_seconds: 10, backfill_horizon_days: 14}
        web: {listen_port: \(webPort), public_url: "http://127.0.0.1:\(webPort)"}
        people:
          - {id: demo, role: clinical_lead, account: \(NSUserName())}

        """
    }
}
