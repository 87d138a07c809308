import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores

/// Hours at which somebody may start a demo.
enum DemoMoment: Int64, CaseIterable, CustomTestStringConvertible {
    case tuesdayMorning = 1_795_533_300  // 2026-11-24 10:15 in New York
    case tuesdayEvening = 1_795_559_400  // 17:30
    case sundayNight = 1_795_937_400  // 2026-11-29 02:30
    case mondayEarly = 1_796_043_600  // 2026-11-30 08:00
    case afterTheClockWentBack = 1_793_544_000  // 2026-11-01 09:40, the day of the change

    var time: WallTime { WallTime(seconds: rawValue) }
    var testDescription: String { Zone.newYork.rfc3339(time) }
}

extension Zone {
    static let newYork = Zone(identifier: "America/New_York") ?? .utc
}

/// A folder of a test's own, which goes when the test ends.
final class DemoFolder {
    private let folder: URL
    let path: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vigil-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.appending(path: "practice.db").path
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }
}

/// A demo practice in a file of its own.
struct FilledDemo {
    private let folder: DemoFolder
    let report: DemoReport
    var path: String { folder.path }

    init(seed: UInt64, now: WallTime = DemoMoment.tuesdayMorning.time) throws {
        folder = try DemoFolder()
        report = try DemoPractice(seed: seed, now: now, zone: .newYork)
            .fill(path: folder.path, schema: PracticeSchemaText.sql)
    }

    func each(_ sql: String, _ row: (any SQLStatement) throws -> Void) throws {
        let database = try SQLiteDatabase(path: path, mode: .readOnly)
        try database.read { try $0.each(sql, row: row) }
        try database.close()
    }

    func number(_ sql: String) throws -> Int {
        var number = 0
        try each(sql) { number = Int($0.int64(0)) }
        return number
    }

    func starts(on day: String) throws -> [(client: String, start: WallTime)] {
        let bounds = LocalDay(iso: day).map { day in
            (Zone.newYork.time(on: day, secondOfDay: 0), Zone.newYork.time(on: day.adding(days: 1), secondOfDay: 0))
        }
        let (from, to) = try #require(bounds)
        var starts: [(client: String, start: WallTime)] = []
        try each(
            "SELECT client_id, starts_at FROM session WHERE kind = 'individual' AND starts_at >= \(from.seconds) "
                + "AND starts_at < \(to.seconds)"
        ) { starts.append(($0.text(0), WallTime(seconds: $0.int64(1)))) }
        return starts
    }

    /// Every cell of every table with its type, in the order of the keys; compared, never printed.
    func dump() throws -> [String] {
        var rows: [String] = []
        let tables =
            ["practice", "therapist", "client", "client_change"] + [
                "session", "contact", "diagnosis", "screen", "event", "medication", "treatment",
            ]
        for table in tables {
            var columns: [String] = []
            try each("SELECT name FROM pragma_table_xinfo('\(table)')") { columns.append($0.text(0)) }
            let cells = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
            try each("SELECT \(cells) AS cells FROM \(table) ORDER BY cells") { rows.append(table + $0.text(0)) }
        }
        return rows
    }

    /// All clients as the practice store reads them.
    func snapshots() throws -> [ClientSnapshot] {
        let store = PracticeStore(path: path, zone: .newYork, busyMilliseconds: 1_000)
        _ = try store.check()
        var page = try store.page(after: nil, limit: 200)
        var snapshots = page.snapshots
        while page.hasMore {
            page = try store.page(after: snapshots.last?.client.ref, limit: 200)
            snapshots += page.snapshots
        }
        return snapshots
    }
}
