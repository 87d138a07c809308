import Foundation
import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL
import VigilStores
import VigilTestKit

/// The same practice in another kind of store gives the same follow-ups, byte for byte.
@Suite struct SourceEqualityTests {
    private static let now = WallTime(seconds: 1_795_550_400)
    private static let newYork = Zone(identifier: "America/New_York") ?? .utc

    /// The demo has cells of the wrong kind, which a typed column refuses.
    private static func keepWhatColumnsOfAServerCanHold(_ path: String) throws {
        let numbers: [(String, [String])] = [
            ("client", ["safe_to_call", "voicemail_allowed", "guardian_contact", "emergency_contact", "safety_plan"]),
            ("client", ["pregnant", "clinician_flag", "part2"]),
            ("session", ["starts_at", "duration_minutes", "cancelled_at"]),
            ("contact", ["at", "plan_documented"]), ("screen", ["total", "item9", "ideation", "behaviour"]),
            ("event", ["suicide_related"]), ("treatment", ["trauma_focused", "sessions_attended"]),
            ("care_plan", ["cadence_days"]), ("coverage", ["fee_cents"]),
        ]
        let store = try SQLiteDatabase(path: path, mode: .bulk)
        try store.write { connection in
            for (table, columns) in numbers {
                for column in columns {
                    try connection.run("DELETE FROM \(table) WHERE typeof(\(column)) NOT IN ('integer', 'null')")
                }
            }
        }
        try store.close()
    }

    @Test(.enabled(if: !SQLTestServers.usable.isEmpty), .timeLimit(.minutes(20)), arguments: SQLTestServers.usable)
    func theDemoPractice(on engine: SQLServerEngine) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-equal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/practice.db"
        _ = try DemoPractice(seed: 3, now: Self.now, zone: Self.newYork).fill(
            path: path, schema: PracticeSchemaText.sql)
        try Self.keepWhatColumnsOfAServerCanHold(path)
        let embedded = try PolledLedger.rows(
            of: PracticeStore(path: path, zone: Self.newYork, busyMilliseconds: 1_000), at: Self.now,
            PolledLedger.everything)
        let fixture = try MappedStoreFixture(engine)
        try fixture.load(path)
        let mapped = try PolledLedger.rows(
            of: fixture.mirrored(zone: Self.newYork), at: Self.now, PolledLedger.everything)
        #expect(embedded.count > 500)
        // Counted, not printed: the rows are of clients, if only of the demo's.
        #expect(mapped.count == embedded.count)
        #expect(zip(mapped, embedded).count { $0 != $1 } == 0)
    }

    private static let mapping = """
        schema: vigil-import/1
        zone: America/New_York
        columns:
          session_id: ID
          client_id: Client
          starts_at: {column: Start, format: epoch}
          duration_minutes: Minutes
          therapist: Therapist
          status:
            column: Status
            values: {scheduled: scheduled, arrived: arrived, attended: attended, missed: missed, client_cancel: client_cancel}
        client:
          name: Name
          born_on: {column: Born, format: yyyy-MM-dd}
          standing: {column: Standing, values: {active: active, discharged: discharged, deceased: deceased}}
          therapist: Theirs
        """

    /// As far as an export can carry it: the same follow-ups, and no word of a finding that it cannot know.
    @Test(.timeLimit(.minutes(5))) func throughAnExport() throws {
        let demo = try PlainDemo(seed: 3)
        let exports = demo.folder + "/exports"
        try FileManager.default.createDirectory(atPath: exports, withIntermediateDirectories: false)
        let lines = demo.rows.map { row in
            [
                row.session, row.client, String(row.start.seconds), String(row.minutes), row.therapist ?? "",
                row.status,
                row.name, row.bornOn ?? "", row.standing, row.clientTherapist ?? "",
            ].joined(separator: ",") + "\n"
        }
        try ("ID,Client,Start,Minutes,Therapist,Status,Name,Born,Standing,Theirs\n" + lines.joined())
            .write(toFile: exports + "/all.csv", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(PlainDemo.now.seconds - 600))],
            ofItemAtPath: exports + "/all.csv")
        let reader = try ConfigReader.yaml(Self.mapping)
        let mapping = ImportMapping(reading: reader)
        #expect(reader.issues.isEmpty)
        let mirrored = MirroredStore(
            feed: ExportFolderFeed(
                folder: exports, mapping: mapping, workFolder: demo.folder, staleAfterHours: 26),
            path: demo.folder + "/mirror.db", zone: PlainDemo.zone, busyMilliseconds: 1_000)
        let embedded = try PolledLedger.rows(of: demo.store(), at: PlainDemo.now, PolledLedger.decisions)
        let exported = try PolledLedger.rows(of: mirrored, at: PlainDemo.now, PolledLedger.decisions)
        #expect(embedded.count { $0.hasPrefix("follow_up: ") } > 20)
        #expect(exported.count == embedded.count)
        #expect(zip(exported, embedded).count { $0 != $1 } == 0)
    }
}
