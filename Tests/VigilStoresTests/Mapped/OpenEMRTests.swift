import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// OpenEMR's own tables on a real MariaDB, read through config/stores/openemr.yaml.
@Suite(.enabled(if: MariaDBServer.isUsable)) struct OpenEMRTests {
    /// The columns that matter, as OpenEMR 7's `database.sql` defines them.
    private static let schema = """
        SET sql_mode = '';
        CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, fname varchar(255), lname varchar(255),
            authorized tinyint);
        CREATE TABLE patient_data (id bigint AUTO_INCREMENT PRIMARY KEY, pid bigint NOT NULL DEFAULT 0,
            fname varchar(255) NOT NULL DEFAULT '', lname varchar(255) NOT NULL DEFAULT '', DOB date DEFAULT NULL,
            providerID int DEFAULT NULL, phone_cell varchar(255) NOT NULL DEFAULT '',
            hipaa_voice varchar(3) NOT NULL DEFAULT '', deceased_date datetime DEFAULT NULL);
        CREATE TABLE openemr_postcalendar_events (pc_eid int unsigned AUTO_INCREMENT PRIMARY KEY,
            pc_aid varchar(30) DEFAULT NULL, pc_pid varchar(11) DEFAULT NULL, pc_eventDate date NOT NULL DEFAULT '0000-00-00',
            pc_endDate date NOT NULL DEFAULT '0000-00-00', pc_duration bigint NOT NULL DEFAULT 0,
            pc_recurrtype int NOT NULL DEFAULT 0, pc_recurrspec text, pc_startTime time DEFAULT NULL,
            pc_eventstatus int NOT NULL DEFAULT 0, pc_apptstatus varchar(15) NOT NULL DEFAULT '-');
        CREATE TABLE lists (id bigint AUTO_INCREMENT PRIMARY KEY, pid bigint, type varchar(255), diagnosis varchar(255),
            enddate datetime DEFAULT NULL);
        CREATE TABLE form_encounter (id bigint AUTO_INCREMENT PRIMARY KEY, date datetime, pid bigint);
        CREATE TABLE form_clinical_notes (id bigint PRIMARY KEY, description text);
        """

    private static let weekly =
        #"a:6:{s:17:"event_repeat_freq";s:1:"1";s:22:"event_repeat_freq_type";s:1:"1";"#
        + #"s:19:"event_repeat_on_num";s:1:"1";s:19:"event_repeat_on_day";s:1:"0";s:20:"event_repeat_on_freq";"#
        + #"s:1:"0";s:6:"exdate";s:8:"20261110";}"#

    private static let now = Zone(identifier: "America/New_York").map {
        $0.time(on: LocalDay(iso: "2026-11-24") ?? ClientBuilder.tuesday, secondOfDay: 15 * 3_600)
    }

    private final class Bench {
        let database: SQLTestDatabase
        let store: MirroredStore
        private let folder: String
        private var cursor: StoreCursor?

        init(_ script: String) throws {
            database = try SQLTestServers.shared(.mariadb).database()
            folder = FileManager.default.temporaryDirectory.path + "/vigil-openemr-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            var mapping = try MappedStoreFixture.mapping("openemr")
            // The tests' reader may read all tables; what that means has a test of its own.
            mapping.forbiddenColumns = []
            try database.run(OpenEMRTests.schema + "\n" + script)
            let (held, reader) = (mapping, database.reader)
            store = MirroredStore(
                feed: MappedFeed(mapping: held, engine: .mariadb, subject: "openemr") {
                    try SQLServerEngine.mariadb.connect(reader)
                }, path: folder + "/mirror.db", zone: mapping.zone, busyMilliseconds: 100)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: folder)
        }

        func poll(_ now: WallTime) throws {
            switch try store.changes(since: cursor, now: now, limit: 1_000) {
            case .reconcile(let upTo), .clients(_, let upTo): cursor = upTo
            }
        }

        /// `id local start status`, from `day` on.
        func sessions(_ client: String, from day: String = "") throws -> [String] {
            let zone = try #require(Zone(identifier: "America/New_York"))
            return try store.snapshots(of: [ClientRef(client)])[0].sessions.compactMap { session in
                let local = zone.rfc3339(session.start).prefix(16)
                return local >= day ? "\(session.key.id) \(local) \(session.status.rawValue)" : nil
            }
        }
    }

    @Test func everyMark() throws {
        let now = try #require(Self.now)
        let marks = ["-", "*", "+", "#", "^", "@", "~", "<", ">", "$", "?", "!", "x", "%", "DEFERRED"]
        let rows = marks.enumerated().map { number, mark in
            "('7', '2', '2026-11-23', '\(padded(8 + number / 2, 2)):\(number % 2 * 30):00', 3000, 1, '\(mark)')"
        }
        let bench = try Bench(
            """
            INSERT INTO patient_data (pid, fname, lname, DOB, providerID) VALUES (7, 'Ana', 'Example', '1987-04-09', 2);
            INSERT INTO openemr_postcalendar_events
                (pc_pid, pc_aid, pc_eventDate, pc_startTime, pc_duration, pc_eventstatus, pc_apptstatus)
                VALUES \(rows.joined(separator: ", "));
            -- A provider's own block, and one that was taken off the calendar.
            INSERT INTO openemr_postcalendar_events
                (pc_pid, pc_aid, pc_eventDate, pc_startTime, pc_duration, pc_eventstatus, pc_apptstatus) VALUES
                ('', '2', '2026-11-23', '12:00:00', 3600, 1, '-'), ('7', '2', '2026-11-23', '20:00:00', 3600, 0, '-');
            INSERT INTO lists (pid, type, diagnosis) VALUES (7, 'medical_problem', 'ICD10:F43.10'), (7, 'allergy', 'ICD10:Z88');
            """)
        try bench.poll(now)
        let snapshot = try bench.store.snapshots(of: [ClientRef("7")])[0]
        #expect(
            snapshot.sessions.map(\.status) == [
                .scheduled, .scheduled, .scheduled, .scheduled, .scheduled, .arrived, .arrived, .arrived, .attended,
                .attended, .missed, .leftUnseen, .clientCancel, .lateCancel, .unrecognised,
            ])
        #expect(snapshot.sessions.allSatisfy { $0.durationMinutes == 50 && $0.therapist == TherapistRef("2") })
        #expect(snapshot.clinical.diagnoses == ["F43.10"])
        #expect(snapshot.client.bornOn == .value(try #require(LocalDay(iso: "1987-04-09"))))
    }

    /// One row that is many sessions: an occurrence that was changed is a row of its own, and the change of the clock moves no hour.
    @Test func aWeeklySeries() throws {
        let now = try #require(Self.now)
        let bench = try Bench(
            """
            INSERT INTO patient_data (pid) VALUES (7);
            INSERT INTO openemr_postcalendar_events (pc_eid, pc_pid, pc_eventDate, pc_endDate, pc_startTime, pc_duration,
                pc_recurrtype, pc_recurrspec, pc_eventstatus) VALUES
                (1, '7', '2026-10-20', '2026-12-01', '14:00:00', 3000, 1, '\(Self.weekly)', 1);
            INSERT INTO openemr_postcalendar_events (pc_eid, pc_pid, pc_eventDate, pc_startTime, pc_duration,
                pc_eventstatus, pc_apptstatus) VALUES (2, '7', '2026-11-11', '09:30:00', 3000, 1, '?');
            -- They came, says the record of treatment; nobody marked it.
            INSERT INTO form_encounter (date, pid) VALUES ('2026-10-27 00:00:00', 7);
            """)
        try bench.poll(now)
        #expect(
            try bench.sessions("7") == [
                "1/2026-10-20 2026-10-20T14:00 scheduled", "1/2026-10-27 2026-10-27T14:00 arrived",
                "1/2026-11-03 2026-11-03T14:00 scheduled", "2 2026-11-11T09:30 missed",
                "1/2026-11-17 2026-11-17T14:00 scheduled", "1/2026-11-24 2026-11-24T14:00 scheduled",
                "1/2026-12-01 2026-12-01T14:00 scheduled",
            ])
        // The series is ended by staff: what was to come is gone, what has been stays.
        try bench.database.run("UPDATE openemr_postcalendar_events SET pc_endDate = '2026-11-24' WHERE pc_eid = 1;")
        try bench.poll(now.adding(minutes: 1))
        #expect(try bench.sessions("7", from: "2026-11-18") == ["1/2026-11-24 2026-11-24T14:00 scheduled"])
    }

    /// What cannot be understood is named, and the rest of the calendar is read.
    @Test func oddTimesAndRules() throws {
        let now = try #require(Self.now)
        let bench = try Bench(
            """
            INSERT INTO patient_data (pid, deceased_date) VALUES (7, NULL), (8, '2026-11-01 00:00:00');
            INSERT INTO openemr_postcalendar_events (pc_eid, pc_pid, pc_eventDate, pc_startTime, pc_duration,
                pc_recurrtype, pc_recurrspec, pc_eventstatus, pc_apptstatus) VALUES
                (1, '7', '2026-11-23', '25:30:00', 3000, 0, NULL, 1, '?'),
                (2, '7', '2026-11-23', '128:00:00', 3000, 0, NULL, 1, '?'),
                (3, '7', '2026-11-23', '10:00:00', 3000, 1, 'a:1:{broken', 1, '-'),
                (4, '7', '2026-11-23', '11:00:00', 3000, 0, '', 1, '>');
            """)
        try bench.poll(now)
        #expect(try bench.sessions("7") == ["4 2026-11-23T11:00 attended", "1 2026-11-24T01:30 missed"])
        let snapshots = try bench.store.snapshots(of: [ClientRef("7"), ClientRef("8")])
        #expect(Set(snapshots[0].unreadable.map(\.rowID)) == ["2", "3"])
        #expect(snapshots[1].client.standing == .deceased)
    }

    /// Whoever may read the forms' notes is not taken.
    @Test func anAccountThatReadsNotes() throws {
        let database = try SQLTestServers.shared(.mariadb).database()
        try database.run(Self.schema)
        let mapping = try MappedStoreFixture.mapping("openemr")
        let feed = MappedFeed(mapping: mapping, engine: .mariadb, subject: "openemr") { try database.connect() }
        do {
            try feed.check()
            Issue.record("an account that can read notes was taken")
        } catch let error as OperationError {
            #expect(error.kind == .permission && error.cause.contains("form_clinical_notes.description"), "\(error)")
        }
    }
}
