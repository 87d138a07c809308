import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// OpenMRS' own tables on a real MariaDB, read through config/stores/openmrs.yaml.
@Suite(.enabled(if: MariaDBServer.isUsable)) struct OpenMRSTests {
    /// Tables and columns by the names and types that openmrs-core 2.8 (liquibase-schema-only-2.8.x.xml) and
    /// openmrs-module-appointments (liquibase.xml, June 2026) give them; columns that nothing here needs are left out.
    private static let schema = """
        CREATE TABLE person (person_id int AUTO_INCREMENT PRIMARY KEY, gender varchar(50), birthdate date,
            dead tinyint(1) NOT NULL DEFAULT 0, death_date datetime, date_created datetime, date_changed datetime,
            voided tinyint(1) NOT NULL DEFAULT 0, uuid char(38) NOT NULL UNIQUE);
        CREATE TABLE person_name (person_name_id int AUTO_INCREMENT PRIMARY KEY, preferred tinyint(1) NOT NULL DEFAULT 0,
            person_id int NOT NULL, given_name varchar(50), middle_name varchar(50), family_name varchar(50),
            voided tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE person_attribute_type (person_attribute_type_id int AUTO_INCREMENT PRIMARY KEY,
            name varchar(50) NOT NULL);
        CREATE TABLE person_attribute (person_attribute_id int AUTO_INCREMENT PRIMARY KEY, person_id int NOT NULL,
            value varchar(50) NOT NULL DEFAULT '', person_attribute_type_id int NOT NULL,
            voided tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE person_merge_log (person_merge_log_id int AUTO_INCREMENT PRIMARY KEY, winner_person_id int NOT NULL,
            loser_person_id int NOT NULL, merged_data text NOT NULL, voided tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE patient (patient_id int PRIMARY KEY, date_created datetime, date_changed datetime,
            voided tinyint(1) NOT NULL DEFAULT 0, void_reason varchar(255));
        CREATE TABLE provider (provider_id int AUTO_INCREMENT PRIMARY KEY, person_id int, name varchar(255),
            identifier varchar(255), retired tinyint(1) NOT NULL DEFAULT 0, uuid char(38) NOT NULL UNIQUE);
        CREATE TABLE encounter_type (encounter_type_id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL);
        CREATE TABLE encounter (encounter_id int AUTO_INCREMENT PRIMARY KEY, encounter_type int NOT NULL,
            patient_id int NOT NULL, encounter_datetime datetime NOT NULL, date_created datetime, date_changed datetime,
            voided tinyint(1) NOT NULL DEFAULT 0, visit_id int, uuid char(38) NOT NULL UNIQUE);
        CREATE TABLE obs (obs_id int AUTO_INCREMENT PRIMARY KEY, person_id int NOT NULL, concept_id int NOT NULL,
            encounter_id int, value_numeric double, value_text text, value_complex varchar(1000), comments varchar(255));
        CREATE TABLE note (note_id int PRIMARY KEY, note_type varchar(50), patient_id int, text text NOT NULL);
        CREATE TABLE conditions (condition_id int AUTO_INCREMENT PRIMARY KEY, patient_id int NOT NULL,
            condition_coded int, condition_non_coded varchar(255), clinical_status varchar(50) NOT NULL,
            verification_status varchar(50), onset_date datetime, end_date datetime,
            voided tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE encounter_diagnosis (diagnosis_id int AUTO_INCREMENT PRIMARY KEY, diagnosis_coded int,
            encounter_id int NOT NULL, patient_id int NOT NULL, certainty varchar(255) NOT NULL, dx_rank int NOT NULL,
            voided tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE concept_reference_source (concept_source_id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL);
        CREATE TABLE concept_reference_term (concept_reference_term_id int AUTO_INCREMENT PRIMARY KEY,
            concept_source_id int NOT NULL, code varchar(255) NOT NULL, retired tinyint(1) NOT NULL DEFAULT 0);
        CREATE TABLE concept_map_type (concept_map_type_id int AUTO_INCREMENT PRIMARY KEY, name varchar(255) NOT NULL);
        CREATE TABLE concept_reference_map (concept_map_id int AUTO_INCREMENT PRIMARY KEY,
            concept_reference_term_id int NOT NULL, concept_map_type_id int NOT NULL DEFAULT 1,
            concept_id int NOT NULL DEFAULT 0);
        CREATE TABLE appointment_service (appointment_service_id int AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL,
            voided tinyint(1) DEFAULT 0, uuid varchar(38) NOT NULL UNIQUE);
        CREATE TABLE patient_appointment (patient_appointment_id int AUTO_INCREMENT PRIMARY KEY, provider_id int,
            appointment_number varchar(50) NOT NULL, patient_id int NOT NULL, start_date_time datetime,
            end_date_time datetime, appointment_service_id int, appointment_service_type_id int,
            status varchar(45) NOT NULL, location_id int, appointment_kind varchar(45) NOT NULL, comments varchar(255),
            uuid varchar(38) NOT NULL UNIQUE, date_created datetime NOT NULL, date_changed datetime,
            voided tinyint(1) DEFAULT 0, date_voided datetime, void_reason varchar(255), related_appointment_id int,
            date_appointment_scheduled datetime);
        CREATE TABLE patient_appointment_provider (patient_appointment_provider_id int AUTO_INCREMENT PRIMARY KEY,
            patient_appointment_id int NOT NULL, provider_id int NOT NULL, response varchar(32),
            comments varchar(1000), date_created datetime NOT NULL, voided tinyint(1) DEFAULT 0,
            uuid varchar(38) NOT NULL UNIQUE);
        INSERT INTO encounter_type (name) VALUES ('Consultation'), ('REG'), ('Visit Note');
        INSERT INTO appointment_service (name, uuid) VALUES ('Psychotherapy', 'sv1');
        INSERT INTO person (uuid, birthdate) VALUES ('ana', '1987-04-09'), ('ben', NULL), ('dana', NULL), ('eli', NULL);
        INSERT INTO patient (patient_id) VALUES (1), (2);
        INSERT INTO person_name (person_id, given_name, family_name, preferred, voided) VALUES
            (1, 'Old', 'Name', 1, 1), (1, 'Anna', 'Other', 0, 0), (1, 'Ana', 'Example', 1, 0), (3, 'Dana', 'Adler', 0, 0);
        INSERT INTO provider (person_id, name, uuid, retired) VALUES
            (3, NULL, 'pr-dana', 0), (NULL, 'Locum', 'pr-locum', 0), (4, 'Eli', 'pr-eli', 1);
        """

    private static let zone = Zone(identifier: "America/New_York") ?? .utc
    private static let now = zone.time(
        on: LocalDay(iso: "2026-11-24") ?? ClientBuilder.tuesday, secondOfDay: 15 * 3_600)

    fileprivate final class Bench {
        let database: SQLTestDatabase
        let store: MirroredStore
        private let folder: String
        private var cursor: StoreCursor?

        init(_ script: String) throws {
            database = try SQLTestServers.shared(.mariadb).database()
            folder = FileManager.default.temporaryDirectory.path + "/vigil-openmrs-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            var mapping = try MappedStoreFixture.mapping("openmrs")
            // The tests' reader may read all tables; what that means has a test of its own.
            mapping.forbiddenColumns = []
            try database.run(OpenMRSTests.schema + "\n" + script)
            let (held, reader) = (mapping, database.reader)
            store = MirroredStore(
                feed: MappedFeed(mapping: held, engine: .mariadb, subject: "openmrs") {
                    try SQLServerEngine.mariadb.connect(reader)
                }, path: folder + "/mirror.db", zone: mapping.zone, busyMilliseconds: 100)
        }

        var mirrorPath: String { folder + "/mirror.db" }

        deinit {
            try? FileManager.default.removeItem(atPath: folder)
        }

        /// - Returns: who has changed; nil for a full reconcile.
        @discardableResult
        func poll(minutes: Int = 0) throws -> [String]? {
            switch try store.changes(since: cursor, now: OpenMRSTests.now.adding(minutes: minutes), limit: 1_000) {
            case .reconcile(let upTo):
                cursor = upTo
                return nil
            case .clients(let clients, let upTo):
                cursor = upTo
                return clients.map(\.storeID)
            }
        }

        func snapshot(_ client: String) throws -> ClientSnapshot {
            try #require(try store.snapshots(of: [ClientRef(client)]).first)
        }

        /// `id local status`
        func sessions(_ client: String) throws -> [String] {
            try snapshot(client).sessions.map {
                "\($0.key.id) \(OpenMRSTests.zone.rfc3339($0.start).prefix(16)) \($0.status.rawValue)"
            }
        }
    }

    private func appointment(
        _ id: String, _ status: String, _ start: String, client: Int = 1, voided: String = "0", minutes: Int = 50
    ) -> String {
        """
        INSERT INTO patient_appointment (appointment_number, patient_id, start_date_time, end_date_time,
            appointment_service_id, status, appointment_kind, comments, uuid, date_created, voided)
            VALUES ('\(id)', \(client), '\(start)', '\(start)' + INTERVAL \(minutes) MINUTE, 1, '\(status)', 'Scheduled',
            'a secret', '\(id)', '2026-10-01 09:00:00', \(voided));

        """
    }

    /// AppointmentStatus.java, each by its name, and one that a practice has made.
    @Test func everyStatus() throws {
        let words = ["Requested", "Scheduled", "Arrived", "CheckedIn", "Completed", "Cancelled", "Missed", "Deferred"]
        let rows = words.enumerated().map { number, word in
            appointment("a\(number)", word, "2026-11-2\(number / 4) 1\(number % 4):00:00")
        }
        let bench = try Bench(
            rows.joined() + appointment("w", "WaitList", "2026-11-20 09:00:00")
                + "UPDATE patient_appointment SET start_date_time = NULL, end_date_time = NULL WHERE uuid = 'w';")
        try bench.poll()
        let sessions = try bench.snapshot("ana").sessions
        #expect(
            sessions.map(\.status) == [
                .scheduled, .scheduled, .arrived, .arrived, .attended, .clientCancel, .missed, .unrecognised,
            ])
        #expect(sessions.allSatisfy { $0.durationMinutes == 50 && $0.kind == "Psychotherapy" })
        #expect(try bench.sessions("ana").first == "a0 2026-11-20T10:00 scheduled", "the server's own clock")
        // The waiting list is no session, with a time or without.
        let mirror = try bench.mirrorRows("SELECT id || ' ' || client_id || ' ' || since FROM waiting_list")
        #expect(mirror == ["w ana 2026-10-01"])
        #expect(try bench.snapshot("ana").unreadable.isEmpty)
    }

    @Test func voidedRows() throws {
        let bench = try Bench(
            appointment("gone", "Missed", "2026-11-20 10:00:00", voided: "1")
                // Rows of the module's first years have no value there.
                + appointment("old", "Missed", "2026-11-21 10:00:00", voided: "NULL")
                    + """
                    INSERT INTO patient_appointment_provider (patient_appointment_id, provider_id, response, date_created,
                        voided, uuid) VALUES (2, 1, 'ACCEPTED', NOW(), NULL, 'x1');
                    """)
        try bench.poll()
        #expect(
            try bench.sessions("ana") == [
                "gone 2026-11-20T10:00 entered_in_error", "old 2026-11-21T10:00 missed",
            ])
        #expect(try bench.snapshot("ana").sessions.map(\.therapist) == [nil, TherapistRef("pr-dana")])
    }

    /// Merging leaves the appointments with the record that is voided: the person is one all the same.
    @Test func mergedAndDeadClients() throws {
        let bench = try Bench(
            """
            INSERT INTO person (person_id, uuid, dead) VALUES (11, 'twin', 0), (12, 'first', 0), (13, 'error', 0), (14, 'dead', 1);
            INSERT INTO patient (patient_id, voided, void_reason) VALUES (11, 1, 'Merged with patient #1'),
                (12, 1, 'Merged with patient #11'), (13, 1, 'a test'), (14, 0, NULL);
            INSERT INTO person_merge_log (winner_person_id, loser_person_id, merged_data) VALUES (1, 11, 's'), (11, 12, 's');
            -- Taken back: the record is a client's of its own again.
            INSERT INTO person_merge_log (winner_person_id, loser_person_id, merged_data) VALUES (1, 2, 's');
            """ + "\n" + appointment("own", "Completed", "2026-11-10 10:00:00")
                + appointment("twins", "Missed", "2026-11-17 10:00:00", client: 11)
                + appointment("firsts", "Missed", "2026-11-18 10:00:00", client: 12)
                + appointment("tests", "Missed", "2026-11-18 11:00:00", client: 13)
                + appointment("bens", "Missed", "2026-11-19 10:00:00", client: 2)
                + appointment("deads", "Missed", "2026-11-19 11:00:00", client: 14))
        try bench.poll()
        #expect(
            try bench.sessions("ana") == [
                "own 2026-11-10T10:00 attended", "twins 2026-11-17T10:00 missed", "firsts 2026-11-18T10:00 missed",
            ])
        #expect(try bench.sessions("ben") == ["bens 2026-11-19T10:00 missed"])
        #expect(try bench.snapshot("dead").client.standing == .deceased)
        #expect(try bench.mirrorRows("SELECT id FROM client ORDER BY id") == ["ana", "ben", "dead"])
        #expect(try bench.mirrorRows("SELECT id FROM session WHERE client_id = 'error'") == [])
    }

    /// Nobody marked it: an encounter says that they came, and one without them in the room says nothing.
    @Test func unmarkedAndEncounters() throws {
        let bench = try Bench(
            appointment("came", "Scheduled", "2026-11-17 10:00:00")
                + appointment("nothing", "Scheduled", "2026-11-18 10:00:00")
                + appointment("desk", "Scheduled", "2026-11-19 10:00:00")
                + appointment("said", "Missed", "2026-11-20 10:00:00")
                    + """
                    INSERT INTO encounter (encounter_type, patient_id, encounter_datetime, voided, uuid) VALUES
                        (1, 1, '2026-11-17 23:30:00', 0, 'e1'), (1, 1, '2026-11-18 10:00:00', 1, 'e2'),
                        (2, 1, '2026-11-19 10:00:00', 0, 'e3'), (3, 1, '2026-11-20 10:00:00', 0, 'e4');
                    """)
        try bench.poll()
        #expect(
            try bench.sessions("ana") == [
                "came 2026-11-17T10:00 arrived", "nothing 2026-11-18T10:00 scheduled",
                "desk 2026-11-19T10:00 scheduled", "said 2026-11-20T10:00 missed",
            ])
    }

    /// By date_changed as OpenMRS writes it, and also where a program has written past OpenMRS.
    @Test func changedRows() throws {
        let bench = try Bench(
            appointment("a", "Scheduled", "2026-11-20 10:00:00")
                + appointment("b", "Scheduled", "2026-11-20 11:00:00", client: 2))
        try bench.poll()
        #expect(try bench.poll(minutes: 1) == [])
        try bench.database.run(
            "UPDATE patient_appointment SET status = 'Missed', date_changed = '2026-11-24 15:01:30' WHERE uuid = 'a';")
        #expect(try bench.poll(minutes: 2) == ["ana"])
        try bench.database.run("UPDATE patient_appointment SET status = 'Missed' WHERE uuid = 'b';")
        #expect(try bench.poll(minutes: 3) == ["ben"])
        // Somebody dies; everything is read each hour.
        try bench.database.run("UPDATE person SET dead = 1, death_date = NOW() WHERE uuid = 'ben';")
        #expect(try bench.poll(minutes: 70) == ["ben"])
        #expect(try bench.snapshot("ben").client.standing == .deceased)
        try bench.database.run("DELETE FROM patient_appointment WHERE uuid = 'a';")
        #expect(try bench.poll(minutes: 71) == ["ana"] && bench.sessions("ana") == [])
    }

    @Test func therapistsAndNames() throws {
        func provider(_ appointment: Int, _ provider: Int, _ response: String, voided: Int = 0) -> String {
            "(\(appointment), \(provider), \(response), NOW(), \(voided), UUID())"
        }
        let bench = try Bench(
            (1...4).map { appointment("a\($0)", "Missed", "2026-11-2\($0) 10:00:00") }.joined()
                + "INSERT INTO patient_appointment_provider (patient_appointment_id, provider_id, response, date_created, "
                + "voided, uuid) VALUES "
                + [
                    provider(1, 2, "'AWAITING'"), provider(1, 1, "'ACCEPTED'"), provider(1, 3, "'ACCEPTED'"),
                    provider(2, 1, "'REJECTED'"), provider(2, 2, "NULL"), provider(3, 1, "'CANCELLED'"),
                    provider(4, 1, "'ACCEPTED'", voided: 1), provider(4, 3, "'TENTATIVE'"),
                ].joined(separator: ", ")
                    + """
                    ;
                    INSERT INTO person_attribute_type (name) VALUES ('Telephone Number'), ('Race');
                    INSERT INTO person_attribute (person_id, value, person_attribute_type_id, voided) VALUES
                        (1, '555-0100', 1, 1), (1, '555-0101', 1, 0), (1, 'x', 2, 0);
                    """)
        try bench.poll()
        #expect(
            try bench.snapshot("ana").sessions.map { $0.therapist?.storeID } == ["pr-dana", "pr-locum", nil, "pr-eli"])
        let card = try #require(try bench.store.card(of: ClientRef("ana")))
        #expect(card.name == "Ana Example" && card.phone == "555-0101")
        #expect(
            try bench.mirrorRows("SELECT id || ' ' || name FROM therapist ORDER BY id") == [
                "pr-dana Dana Adler", "pr-eli Eli", "pr-locum Locum",
            ])
    }

    /// By the concepts' mappings: of conditions that stand, and of confirmed diagnoses.
    @Test func diagnoses() throws {
        let bench = try Bench(
            """
            INSERT INTO concept_reference_source (name) VALUES ('ICD-10-WHO'), ('SNOMED CT');
            INSERT INTO concept_map_type (name) VALUES ('SAME-AS'), ('NARROWER-THAN'), ('BROADER-THAN');
            INSERT INTO concept_reference_term (concept_source_id, code, retired) VALUES
                (1, 'F43.1', 0), (2, '47505003', 0), (1, 'F33', 0), (1, 'F99', 0), (1, 'F60.3', 0);
            INSERT INTO concept_reference_map (concept_reference_term_id, concept_map_type_id, concept_id) VALUES
                (1, 1, 100), (2, 1, 100), (3, 2, 200), (4, 3, 200), (5, 1, 300), (4, 1, 400);
            INSERT INTO conditions (patient_id, condition_coded, clinical_status, end_date, voided) VALUES
                (1, 100, 'ACTIVE', NULL, 0), (1, 300, 'INACTIVE', NULL, 0), (1, 300, 'ACTIVE', '2026-01-01', 0),
                (1, 300, 'ACTIVE', NULL, 1), (1, NULL, 'ACTIVE', NULL, 0);
            INSERT INTO encounter_diagnosis (diagnosis_coded, encounter_id, patient_id, certainty, dx_rank, voided) VALUES
                (200, 1, 1, 'CONFIRMED', 1, 0), (400, 1, 1, 'PROVISIONAL', 1, 0), (400, 1, 1, 'CONFIRMED', 1, 1);
            """ + "\n" + appointment("a", "Missed", "2026-11-20 10:00:00"))
        try bench.poll()
        #expect(Set(try bench.snapshot("ana").clinical.diagnoses) == ["F43.1", "F33"])
    }

    /// Whoever may read answers and notes is not taken.
    @Test func anAccountThatReadsNotes() throws {
        let database = try SQLTestServers.shared(.mariadb).database()
        try database.run(Self.schema)
        let mapping = try MappedStoreFixture.mapping("openmrs")
        let feed = MappedFeed(mapping: mapping, engine: .mariadb, subject: "openmrs") { try database.connect() }
        do {
            try feed.check()
            Issue.record("an account that can read notes was taken")
        } catch let error as OperationError {
            for column in ["note.text", "obs.value_text", "obs.value_complex", "obs.comments"] {
                #expect(error.kind == .permission && error.cause.contains(column), "\(error)")
            }
        }
    }
}

extension OpenMRSTests.Bench {
    /// One column of the mirror.
    fileprivate func mirrorRows(_ sql: String) throws -> [String] {
        let mirror = try SQLiteDatabase(path: mirrorPath, mode: .readOnly)
        defer { try? mirror.close() }
        return try mirror.read { try $0.all(sql) { $0.text(0) } }
    }
}
