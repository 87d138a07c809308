import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL
import VigilStores
import VigilTestKit

/// The demo practice, read by one poll into a ledger in memory.
final class DemoUnderWatch {
    let now: WallTime
    let policy: Policy
    let ledger: Ledger
    private let folder: URL
    private let storePath: String

    static let newYork = Zone(identifier: "America/New_York") ?? .utc

    /// - Parameter script: what the practice's own program does to the store before the poll.
    init(seed: UInt64, now: WallTime, script: String = "") throws {
        self.now = now
        policy = try TestPolicy.shared()
        ledger = try Ledger(path: ":memory:", store: "demo")
        folder = FileManager.default.temporaryDirectory.appending(path: "vigil-watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        storePath = folder.appending(path: "practice.db").path
        _ = try DemoPractice(seed: seed, now: now, zone: Self.newYork)
            .fill(path: storePath, schema: PracticeSchemaText.sql)
        if !script.isEmpty {
            let writer = try SQLiteDatabase(path: storePath, mode: .bulk)
            try writer.write { try $0.execute(script: script) }
            try writer.close()
        }
        let poller = Poller(
            store: store(), ledger: ledger, policy: policy,
            settings: PollSettings(
                intervalSeconds: 60, backfillHorizonDays: 14, staleAfterMinutes: 15, reconcileMinute: 210),
            random: SeededRandom(seed: seed))
        _ = try poller.poll(at: now)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func store() -> PracticeStore {
        PracticeStore(path: storePath, zone: Self.newYork, busyMilliseconds: 1_000)
    }

    func reporter(_ practice: PracticeRules?) -> Reporter {
        Reporter(policy: policy, practice: practice, ledger: ledger, books: BookReader(store: store()))
    }

    static let current = FeedDocument(state: .current, lastReadAt: nil, words: "Last read now.")

    func practiceReport(
        _ request: ReportRequest, _ practice: PracticeRules?, feed: FeedDocument = current,
        of scope: Reporter.Scope = .everybody, seesSessions: Bool = true, card: ((ClientRef) -> ContactCard?)? = nil
    ) throws -> PracticeReportDocument {
        try reporter(practice).practice(
            request, of: scope, seesSessions: seesSessions, feed: feed, at: now, card: card)
    }

    /// Rows of a query of the store, as texts.
    func rows(_ sql: String, columns: Int) throws -> [[String]] {
        let database = try SQLiteDatabase(path: storePath, mode: .readOnly)
        let rows = try database.read { try $0.all(sql) { row in (0..<columns).map { row.text($0) } } }
        try database.close()
        return rows
    }

    func ledgerRows(_ sql: String, columns: Int) throws -> [[String]] {
        try ledger.database.read { try $0.all(sql) { row in (0..<columns).map { row.text($0) } } }
    }

    static let practice = """
        version: vigil.practice/1
        currency: USD
        fees: {standard: 160.00, by_kind: {group: 60.00, drop_in: 120.00}}
        cancellation:
          notice_hours: 24
          notice_hours_by_kind: {group: 48}
          grace: {sessions: 1, within_days: 365}
          payers_that_bar_fees: [medicaid]
        """

    static func rules() throws -> PracticeRules {
        PracticeRules(reading: ConfigReader(root: try ConfigNode(yaml: practice)))
    }
}
