import ArgumentParser
import Foundation
import Synchronization
import VigilCore
import VigilDaemon
import VigilPolicy

extension PolicyCommand {
    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what vigil would have done over a span of the practice's own past.",
            discussion: """
                Replays the store with nothing known before its time: follow-ups by tier, therapist and week, how soon each was \
                found, what fired and what was not known. With --policy also what another policy would change. Nobody is paged, \
                and neither the store nor the ledger is written. The report says what it assumes about what stores do not record.
                """)

        @Option(help: "The first day, such as 2025-11-01.") var from: String
        @Option(help: "The last day.") var to: String
        @Option(help: "Another policy: says what it would change.") var policy: String?
        @Option(help: "Write the report as one page with charts to this file.") var html: String?
        @Flag(help: "Take it that nobody ever acts on a follow-up, in place of a contact when the first one is due.")
        var nobodyActs = false
        @Option(help: "Days before a session from which it stands in the book, where the store does not say.")
        var bookedAheadDays = 42
        @Flag(
            name: .customLong("store-ids"), help: "Name changed sessions by the store's own ids. They are client data.")
        var storeIDs = false
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard let first = LocalDay(iso: from), let last = LocalDay(iso: to) else {
                throw ValidationError("--from and --to must be days such as 2025-11-01")
            }
            guard first <= last else { throw ValidationError("--from must not be after --to") }
            guard (0...366).contains(bookedAheadDays) else {
                throw ValidationError("--booked-ahead-days must be from 0 to 366")
            }
        }

        func run() throws {
            // The page may hold client data when ids are asked for.
            umask(0o077)
            let setup = try Setup.load(path: config.config)
            let other = try policy.map { try PolicyFile.load(path: $0).policy }
            let now = SystemClock().now()
            guard let first = LocalDay(iso: from), let last = LocalDay(iso: to) else { return }
            guard last < setup.policy.zone.day(of: now) else {
                throw ValidationError("--to must be a day that is over: what has not happened cannot be replayed")
            }
            var settings = Replay.Settings(from: first, to: last)
            settings.staffAnswer = !nobodyActs
            settings.bookedAheadDays = bookedAheadDays
            settings.pollSeconds = setup.config.poll.intervalSeconds
            settings.reconcileMinute = setup.config.poll.reconcileMinute
            let snapshots = try setup.history(at: now)
            let record = try replay(setup.policy, settings, snapshots, label: "replaying")
            var report = SimulationReport(record, clients: snapshots.count, policy: setup.policy, settings: settings)
            if let other {
                let compared = try replay(other, settings, snapshots, label: "replaying the other policy")
                report.comparison = SimulationComparison(
                    record, compared, policy: other, zone: setup.policy.zone, showsIDs: storeIDs)
            }
            if let html { try write(SimulationPage(report).html, to: html) }
            if output.json {
                try Output.json(report)
            } else {
                SimulationText.lines(report).forEach { Output.line($0) }
            }
        }

        private func replay(
            _ policy: Policy, _ settings: Replay.Settings, _ snapshots: [ClientSnapshot], label: String
        ) throws -> ReplayRecord {
            let line = Mutex(ProgressLine(label: label))
            defer { line.withLock { $0.finish() } }
            return try Replay(policy: policy, settings: settings).run(snapshots) { done, total in
                line.withLock { $0.show(done: done, total: total) }
            }
        }

        private func write(_ text: String, to path: String) throws {
            do {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw OperationError(
                    .permission, operation: "write the report", subject: path, cause: "it cannot be written",
                    remedy: "choose a folder that you may write to")
            }
        }
    }
}
