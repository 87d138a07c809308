import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilSQL
import VigilStores

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure full reconciles and polls over generated stores.",
        discussion: """
            Every figure is of this machine and this run; compare the ratios. 'step' reads the same rows in client order and \
            does nothing else. Measure a release build: swift build -c release.
            """)

    @Option(help: "Sizes of the stores, in sessions, separated by commas.") var rows = "100000,1000000"
    @Option(help: "The policy to score by.") var policy = "config/policy.yaml"
    @Option(help: "Runs of each measurement; the median and the range are printed.") var runs = 3
    @Option(help: "Measure the store that this vigil.yaml names, in place of generated ones; it is only read.")
    var store: String?
    @Flag(help: "With --store: wait for rows to be changed, and measure the poll that finds them.") var change = false
    @Option(help: "Folder for the generated stores; removed afterwards.") var folder: String?

    func validate() throws {
        guard !sizes.isEmpty, sizes.count == rows.split(separator: ",").count else {
            throw ValidationError("--rows must be numbers such as 100000,1000000")
        }
        guard (1...100).contains(runs) else { throw ValidationError("--runs must be from 1 to 100") }
    }

    private var sizes: [Int] { rows.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }

    func run() throws {
        let loaded = try PolicyFile.load(path: policy).policy
        let base = folder ?? FileManager.default.temporaryDirectory.path
        #if DEBUG
            Output.error("vigil: this is a debug build; its figures say little.")
        #endif
        if let store { return try measure(store, in: base) }
        Output.line(BenchTable.header)
        for size in sizes {
            let work = "\(base)/vigil-bench-\(ProcessInfo.processInfo.processIdentifier)-\(size)"
            try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: work) }
            try Bench(sessions: size, folder: work, policy: loaded, runs: runs).run()
        }
    }
}

extension BenchCommand {
    fileprivate func measure(_ path: String, in base: String) throws {
        let setup = try Setup.load(path: path)
        guard setup.config.source != nil else {
            throw ValidationError(
                "--store is for a practice's own system; a store of vigil's kind is measured without it")
        }
        let work = "\(base)/vigil-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: work, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: work) }
        try SourceBench(setup: setup, folder: work, awaitsChange: change).run()
    }
}

/// One generated store and what is measured on it.
struct Bench {
    let sessions: Int
    let folder: String
    let policy: Policy
    let runs: Int

    private var storePath: String { "\(folder)/store.db" }
    /// 2026-03-02T15:00:00Z: fixed, so that every run does the same work.
    private let now = WallTime(seconds: 1_772_463_600)

    /// A practice of this many sessions has a client for each 25.
    private var clients: Int { max(1, sessions / 25) }

    func run() throws {
        let generator = StoreGenerator(seed: 1, sessions: sessions, clients: clients, now: now)
        try generator.fill(path: storePath, schema: PracticeSchemaText.sql) { _ in }
        let step = try measure("step through the rows", perRow: true) { try stepThrough() }
        try measure("read clients", perRow: true, against: step) { try readAll(scoring: false) }
        try measure("read, score, plan", perRow: true, against: step) { try readAll(scoring: true) }
        try measureDaemonPolls(against: step)
    }

    /// The daemon's own polls on one ledger: first start, nothing new, idle, a thousand changes.
    private func measureDaemonPolls(against step: BenchTable.Result) throws {
        let ledgerPath = "\(folder)/ledger.db"
        let settings = try settings(horizon: "14")
        var first: [Duration] = []
        var again: [Duration] = []
        var idle: [Duration] = []
        var changed: [Duration] = []
        var reported: [Duration] = []
        var listed: [Duration] = []
        for _ in 0..<runs {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: ledgerPath + suffix) }
            let ledger = try Ledger(path: ledgerPath, store: "bench")
            first.append(try time { try poller(ledger, settings).poll(at: now) })
            let running = poller(ledger, settings)
            again.append(try time { try running.poll(at: now) })
            for _ in 0..<20 { idle.append(try time { try running.poll(at: now) }) }
            try touchThousand()
            changed.append(try time { try running.poll(at: now) })
            let reporter = Reporter(policy: policy, practice: nil, ledger: ledger, books: BookReader(store: store()))
            reported.append(try time { try report(reporter) })
            listed.append(try time { try drifted(reporter) })
            try ledger.close()
        }
        BenchTable.row(sessions, "first start, with ledger", first, rows: sessions, against: step)
        BenchTable.row(sessions, "full reconcile, nothing new", again, rows: sessions, against: step)
        BenchTable.row(sessions, "idle poll", idle, rows: nil, against: nil)
        BenchTable.row(sessions, "poll after 1,000 changes", changed, rows: nil, against: nil)
        BenchTable.row(sessions, "practice report, 28 days", reported, rows: nil, against: nil)
        BenchTable.row(sessions, "who has drifted away", listed, rows: sessions, against: step)
    }

    private static let feed = FeedDocument(state: .current, lastReadAt: nil, words: "")

    private func report(_ reporter: Reporter) throws -> PracticeReportDocument {
        try reporter.practice(
            ReportRequest(by: .therapist), of: .everybody, seesSessions: true, feed: Self.feed, at: now, card: nil)
    }

    private func drifted(_ reporter: Reporter) throws -> DriftedDocument {
        try reporter.drifted(of: .everybody, feed: Self.feed, at: now, card: nil)
    }

    private func poller(_ ledger: Ledger, _ settings: PollSettings) -> Poller {
        Poller(store: store(), ledger: ledger, policy: policy, settings: settings, random: SeededRandom(seed: 1))
    }

    private func store() -> PracticeStore {
        PracticeStore(path: storePath, zone: policy.zone, busyMilliseconds: 2_000)
    }

    private func settings(horizon: String) throws -> PollSettings {
        let text = """
            version: vigil.config/1
            store: {kind: practice, path: s}
            ledger: {path: l}
            policy: p
            socket: s
            poll: {backfill_horizon_days: \(horizon)}
            """
        return try ConfigFile.parse(text: text, file: "bench", operation: "make the settings") { reader, _ in
            MachineConfig(reading: reader, folder: "")
        }.poll
    }

    // MARK: What is measured

    private func stepThrough() throws -> Int {
        let database = try SQLiteDatabase(path: storePath, mode: .readOnly)
        defer { try? database.close() }
        return try database.read { connection in
            var rows = 0
            try connection.each(
                "SELECT client_id, starts_at, id, therapist_id, duration_minutes, kind, status, reason, cancelled_at FROM session ORDER BY client_id, starts_at, id"
            ) { row in
                rows += Int(row.int64(1) & 1) | 1
            }
            return rows
        }
    }

    private func readAll(scoring: Bool) throws -> Int {
        let store = store()
        _ = try store.check()
        let planner = PollPlanner(policy: policy, now: now, horizon: nil, startsQuiet: true)
        var random = SeededRandom(seed: 1)
        var last: ClientRef?
        var count = 0
        while true {
            let page = try store.page(after: last, limit: 512)
            for snapshot in page.snapshots {
                count += scoring ? planner.plan(snapshot, known: KnownClient(), random: &random).acts.count : 1
            }
            last = page.snapshots.last?.client.ref
            if !page.hasMore || last == nil { return count }
        }
    }

    private func touchThousand() throws {
        let database = try SQLiteDatabase(path: storePath, mode: .bulk)
        try database.write { connection in
            _ = try connection.run(
                """
                UPDATE session SET kind = kind || '' WHERE (client_id, starts_at, id) IN (
                    SELECT client_id, starts_at, id FROM session WHERE starts_at < $1 ORDER BY starts_at DESC LIMIT 1000)
                """, [.integer(now.seconds)])
        }
        try database.close()
    }

    // MARK: Measuring

    @discardableResult
    private func measure(
        _ name: String, perRow: Bool, against other: BenchTable.Result? = nil, _ body: () throws -> Int
    ) throws -> BenchTable.Result {
        BenchTable.resetPeak()
        let times = try (0..<runs).map { _ in try time { _ = try body() } }
        return BenchTable.row(sessions, name, times, rows: perRow ? sessions : nil, against: other)
    }

    private func time(_ body: () throws -> some Any) throws -> Duration {
        let clock = ContinuousClock()
        return try clock.measure { _ = try body() }
    }
}
