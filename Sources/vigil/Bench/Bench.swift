import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilSQL
import VigilStores

/// One store of vigil's kind, and what reading, scoring, planning and polling it costs.
struct Bench {
    let storePath: String
    let sessions: Int
    /// For ledgers and copies; its own.
    let folder: String
    let policy: Policy
    let runs: Int
    let table: BenchTable

    /// 2026-03-02T15:00:00Z, a Monday: fixed, so that every run does the same work.
    static let now = WallTime(seconds: 1_772_463_600)
    var now: WallTime { Self.now }

    /// A generated practice has a client for each 25 sessions.
    static func generator(sessions: Int) -> StoreGenerator {
        StoreGenerator(seed: 1, sessions: sessions, clients: max(1, sessions / 25), now: now)
    }

    // MARK: Full reconcile

    func measureReconcile() throws {
        let step = try measure("step through the rows") { try stepThrough() }
        try measure("read clients, one reader", against: step) { try readAll(scoring: false, readers: 1) }
        try measure("read clients, two readers", against: step) { try readAll(scoring: false, readers: 2) }
        try measure("read, score, plan, one thread", against: step) { try readAll(scoring: true, readers: 1) }
        try measure("read, score, plan, both cores", against: step) { try readAll(scoring: true, readers: 2) }
    }

    private func stepThrough() throws -> Int {
        let database = try SQLiteDatabase(path: storePath, mode: .readOnly)
        defer { try? database.close() }
        return try database.read { connection in
            var rows = 0
            try connection.each(
                """
                SELECT client_id, starts_at, id, therapist_id, duration_minutes, kind, status, reason, cancelled_at
                FROM session ORDER BY client_id, starts_at, id
                """
            ) { row in
                rows += Int(row.int64(1) & 1) | 1
            }
            return rows
        }
    }

    /// Every missed session of the store is scored, as on a first start that looks back without limit.
    private func readAll(scoring: Bool, readers: Int) throws -> Int {
        let store = store()
        _ = try store.check()
        let planner = PollPlanner(policy: policy, now: now, horizon: nil, startsQuiet: true)
        let plans = PagePlanner(planner)
        var random: any RandomSource = SeededRandom(seed: 1)
        let reader = RangeReader(store: store, clients: Poller.pageClients, readers: readers)
        defer { reader.finish() }
        var count = 0
        while let range = try reader.next() {
            if !scoring {
                count += range.snapshots.count
            } else if readers > 1 {
                for plan in plans.plans(for: range.snapshots, known: [:], random: &random) { count += plan.acts.count }
            } else {
                for snapshot in range.snapshots {
                    count += planner.plan(snapshot, known: KnownClient(), random: &random).acts.count
                }
            }
        }
        return count
    }

    // MARK: Polls

    /// The daemon's own polls on one ledger: first start, nothing new, idle, a thousand changes.
    func measurePolls() throws {
        var first: [Duration] = []
        var again: [Duration] = []
        var idle: [Duration] = []
        var changed: [Duration] = []
        BenchTable.resetPeak()
        for _ in 0..<runs {
            let ledger = try newLedger()
            first.append(try time { try poller(ledger).poll(at: now) })
            let running = poller(ledger)
            again.append(try time { try running.poll(at: now) })
            for _ in 0..<20 { idle.append(try time { try running.poll(at: now) }) }
            try touchThousand()
            changed.append(try time { try running.poll(at: now) })
            try ledger.close()
        }
        table.row(sessions, "first start, with ledger", first, rows: sessions)
        table.row(sessions, "full reconcile, nothing new", again, rows: sessions)
        table.row(sessions, "idle poll", idle)
        table.row(sessions, "poll after 1,000 changes", changed)
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

    // MARK: Reports

    func measureReports() throws {
        let ledger = try newLedger()
        defer { try? ledger.close() }
        _ = try poller(ledger).poll(at: now)
        let reporter = Reporter(policy: policy, practice: nil, ledger: ledger, books: BookReader(store: store()))
        let feed = FeedDocument(state: .current, lastReadAt: nil, words: "")
        BenchTable.resetPeak()
        let reported = try (0..<runs).map { _ in
            try time {
                try reporter.practice(
                    ReportRequest(by: .therapist), of: .everybody, seesSessions: true, feed: feed, at: now, card: nil)
            }
        }
        table.row(sessions, "practice report, 28 days", reported)
        let drifted = try (0..<runs).map { _ in
            try time { try reporter.drifted(of: .everybody, feed: feed, at: now, card: nil) }
        }
        table.row(sessions, "who has drifted away", drifted, rows: sessions)
    }

    // MARK: Parts

    func store() -> PracticeStore {
        PracticeStore(path: storePath, zone: policy.zone, busyMilliseconds: 2_000)
    }

    func poller(_ ledger: Ledger, pager: @escaping () throws -> Pager? = { nil }) -> Poller {
        Poller(
            store: store(), ledger: ledger, policy: policy, settings: Self.settings, random: SeededRandom(seed: 1),
            pager: pager)
    }

    /// An empty one, in the place of the last.
    func newLedger() throws -> Ledger {
        let path = "\(folder)/ledger.db"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        return try Ledger(path: path, store: "bench")
    }

    private static let settings = PollSettings(
        intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 15, reconcileMinute: 210)

    @discardableResult
    private func measure(
        _ name: String, against other: BenchTable.Result? = nil, _ body: () throws -> Int
    ) throws -> BenchTable.Result {
        BenchTable.resetPeak()
        let times = try (0..<runs).map { _ in try time { _ = try body() } }
        return table.row(sessions, name, times, rows: sessions, against: other)
    }

    func time(_ body: () throws -> some Any) throws -> Duration {
        try ContinuousClock().measure { _ = try body() }
    }
}
