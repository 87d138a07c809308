import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon
import VigilPolicy
import VigilSQL
import VigilStores

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure full reconciles, polls and the daemon over stores of any size.",
        discussion: """
            Every figure is of this machine and this run; compare the ratios. 'step' reads the same rows in client order and \
            does nothing else. Measure a release build: swift build -c release. Programs of other makers on the same store: \
            Tests/peers/run.
            """)

    @Option(help: "Sizes of the stores to generate, in sessions, separated by commas.") var rows = "100000,1000000"
    @Option(help: "The policy to score by.") var policy = "config/policy.yaml"
    @Option(help: "Runs of each measurement; the median and the range are printed.") var runs = 3
    @Option(help: "What to measure, separated by commas: reconcile, polls, reports, burst, daemon (takes two minutes).")
    var only = "reconcile,polls,reports,burst"
    @Option(help: "Make a store of the first --rows in this new file, and measure nothing.") var make: String?
    @Option(help: "Measure this store of vigil's own kind; it is only read, and copied where rows must be written.")
    var practice: String?
    @Option(
        help:
            "With --practice: write what the rules of attendance see of each missed session to this file, and no more.")
    var features: String?
    @Option(help: "Measure the store that this vigil.yaml names, such as one in PostgreSQL; it is only read.")
    var store: String?
    @Flag(help: "With --store: wait for rows to be changed, and measure the poll that finds them.") var change = false
    @Option(help: "Folder for what is generated; removed afterwards.") var folder: String?
    @Flag(help: "Print JSON.") var json = false

    enum Part: String, CaseIterable {
        case reconcile, polls, reports, burst, daemon
    }

    func validate() throws {
        guard !sizes.isEmpty, sizes.count == rows.split(separator: ",").count else {
            throw ValidationError("--rows must be numbers such as 100000,1000000")
        }
        guard (1...100).contains(runs) else { throw ValidationError("--runs must be from 1 to 100") }
        guard !parts.isEmpty, parts.count == only.split(separator: ",").count else {
            throw ValidationError("--only must be some of \(Part.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard features == nil || practice != nil else { throw ValidationError("--features needs --practice") }
    }

    private var sizes: [Int] { rows.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }
    private var parts: [Part] { only.split(separator: ",").compactMap { Part(rawValue: String($0)) } }

    func run() throws {
        let loaded = try PolicyFile.load(path: policy).policy
        #if DEBUG
            Output.error("vigil: this is a debug build; its figures say little.")
        #endif
        if let make { return try generate(sizes[0], make) }
        if let practice, let features { return try write(features, of: practice, loaded) }
        let base = folder ?? FileManager.default.temporaryDirectory.path
        let table = BenchTable(isJSON: json)
        if let store {
            try inFolder(base) { try measure(store, in: $0, table) }
        } else if let practice {
            let reader = PracticeStore(path: practice, zone: loaded.zone, busyMilliseconds: 2_000)
            let sessions = try reader.sessionCount()
            try inFolder(base) { try measure(practice, sessions, loaded, in: $0, isOwn: false, table) }
        } else {
            for size in sizes {
                try inFolder(base) { work in
                    try generate(size, "\(work)/store.db")
                    try measure("\(work)/store.db", size, loaded, in: work, isOwn: true, table)
                }
            }
        }
        try table.finish()
    }
}

extension BenchCommand {
    private func generate(_ sessions: Int, _ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw OperationError(
                .usage, operation: "make a store", subject: path, cause: "there is such a file already",
                remedy: "name a new one")
        }
        try Bench.generator(sessions: sessions).fill(path: path, schema: PracticeSchemaText.sql) { _ in }
    }

    private func write(_ features: String, of practice: String, _ policy: Policy) throws {
        let store = PracticeStore(path: practice, zone: policy.zone, busyMilliseconds: 2_000)
        _ = try store.check()
        let clock = ContinuousClock()
        let start = clock.now
        let lines = try FeatureFile(store: store, policy: policy, now: Bench.now).write(to: features)
        let seconds = (clock.now - start) / .seconds(1)
        Output.line("\(lines) missed sessions in \((seconds * 1_000).rounded() / 1_000) s")
    }

    private func measure(
        _ path: String, _ sessions: Int, _ policy: Policy, in folder: String, isOwn: Bool, _ table: BenchTable
    ) throws {
        func bench(_ path: String) -> Bench {
            Bench(storePath: path, sessions: sessions, folder: folder, policy: policy, runs: runs, table: table)
        }
        let parts = parts
        if parts.contains(.reconcile) { try bench(path).measureReconcile() }
        if parts.contains(.reports) { try bench(path).measureReports() }
        guard parts.contains(where: { $0 == .polls || $0 == .burst || $0 == .daemon }) else { return }
        var written = path
        if !isOwn {
            written = "\(folder)/copy.db"
            try SQLiteCopy.copy(from: path, to: written)
        }
        if parts.contains(.polls) { try bench(written).measurePolls() }
        if parts.contains(.burst) { try bench(written).measureBurst() }
        if parts.contains(.daemon) {
            try DaemonBench(
                storePath: written, sessions: sessions, folder: folder, policyPath: self.policy, table: table
            ).run()
        }
    }

    /// A practice's own system, which is only read.
    private func measure(_ path: String, in work: String, _ table: BenchTable) throws {
        let setup = try Setup.load(path: path)
        guard setup.config.source != nil else {
            throw ValidationError(
                "--store is for a practice's own system; a store of vigil's kind is measured by --practice")
        }
        try SourceBench(setup: setup, folder: work, awaitsChange: change, table: table).run()
    }

    /// Whoever may read the practice's data may read what is made of it here, and nobody else.
    private func inFolder(_ base: String, _ body: (String) throws -> Void) throws {
        let work = "\(base)/vigil-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: work, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: work) }
        try body(work)
    }
}
