import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilStores

/// What reading a practice's own system costs, measured on that system: `vigil bench --store vigil.yaml`.
///
/// A mirror and a ledger of its own in a temporary folder; the system itself is only read.
struct SourceBench {
    let setup: Setup
    let folder: String
    /// Waits for a person, or a program, to change rows, and measures the poll that finds them.
    let awaitsChange: Bool
    let table: BenchTable

    private var now: WallTime { SystemClock().now() }

    func run() throws {
        var config = setup.config
        config.storePath = folder + "/mirror.db"
        let stores = StoreParts(config: config, zone: setup.policy.zone, mapping: setup.mapping)
        let ledger = try Ledger(path: folder + "/ledger.db", store: config.storeID)
        let store = stores.pollStore(progressed: {})
        let poller = Poller(
            store: store, ledger: ledger, policy: setup.policy, settings: config.poll, random: SystemRandom())
        BenchTable.resetPeak()
        let first = try time { try store.changes(since: nil, now: now, limit: 0) }
        let sessions = try stores.reader().sessionCount()
        table.row(sessions, "read it all into the mirror", [first], rows: sessions)
        BenchTable.resetPeak()
        let reconcile = try time { try poller.poll(at: now) }
        table.row(sessions, "first poll, with ledger", [reconcile], rows: sessions)
        BenchTable.resetPeak()
        let idle = try (0..<100).map { _ in try time { try poller.poll(at: now) } }
        table.row(sessions, "idle poll", idle)
        guard awaitsChange else { return try ledger.close() }
        Output.error("vigil: change rows in the practice's system now, then press Return")
        _ = readLine()
        BenchTable.resetPeak()
        var clients = 0
        let changed = try time { clients = try poller.poll(at: now).clients }
        table.row(sessions, "poll after \(clients) clients changed", [changed])
        try ledger.close()
    }

    private func time(_ body: () throws -> some Any) throws -> Duration {
        try ContinuousClock().measure { _ = try body() }
    }
}
