import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilTestKit

extension InUse {
    /// The real program beside a practice's own database, and beside a folder of exports.
    @Suite struct SourceTests {
        private static let missed = """
            INSERT INTO client (id, name, therapist_id) VALUES ('c1', 'Name of c1', 'T1'), ('c2', 'Name of c2', 'T1');
            INSERT INTO session (client_id, starts_at, id, therapist_id, status) VALUES
                ('c1', \(Int(Date().timeIntervalSince1970) - 86_400), 's1', 'T1', 'missed'),
                ('c2', \(Int(Date().timeIntervalSince1970) - 86_400), 's2', 'T1', 'attended');
            """

        @Test(.enabled(if: !SQLTestServers.usable.isEmpty), .timeLimit(.minutes(5)), arguments: SQLTestServers.usable)
        func besideADatabase(_ engine: SQLServerEngine) async throws {
            let server: any SQLTestServer = engine == .postgresql ? try PostgresServer() : try MariaDBServer()
            let fixture = try MappedStoreFixture(server)
            try fixture.database.run(Self.missed)
            let practice = try PracticeFolder()
            let reader = fixture.database.reader
            try practice.write(try MappedStoreFixture.text("practice.yaml"), to: "mapping.yaml")
            try FileManager.default.createDirectory(
                atPath: practice.path + "/credentials", withIntermediateDirectories: false)
            try practice.write(reader.password ?? "", to: "credentials/store")
            try practice.configure(
                store: """
                    store: {kind: sql, id: test, engine: \(engine.rawValue), mapping: mapping.yaml, host: 127.0.0.1, \
                    port: \(reader.port), database: \(reader.database), user: \(reader.user), password: {credential: store}}
                    """)
            let environment = ["CREDENTIALS_DIRECTORY": practice.path + "/credentials"]
            let daemon = try practice.startDaemon(environment: environment)
            try await daemon.readsTheStore()
            let queue = try await practice.json("queue", "list")
            #expect(queue["follow_ups"].items.count == 1 && queue["feed"]["state"].text == "current")
            let id = try #require(queue["follow_ups"].items.first?["id"].text)
            let card = try await practice.vigil("queue", "show", id, "--reveal")
            #expect(card.output.contains("Name of c1"), "\(card.errors)")

            // Somebody marks the other one too, and corrects the first.
            try fixture.database.run(
                """
                UPDATE session SET status = 'missed' WHERE id = 's2';
                UPDATE session SET status = 'attended' WHERE id = 's1';
                """)
            try await eventually("the change") {
                try practice.ledgerRows("SELECT client FROM follow_up WHERE state <> 'closed'") == ["c2"]
            }
            // The server goes: said at once, with what to do, and nothing is concluded.
            server.crash()
            try await daemon.says("Cannot read the appointment store")
            let status = try await practice.vigil("status")
            #expect(status.exit == .status(1) && status.output.contains("the server runs"), "\(status.output)")
            #expect(
                !status.output.contains(reader.password ?? "-") && !daemon.process.standardError.contains("secret-of"))
            let down = try await practice.vigil("queue", "list")
            #expect(down.output.contains("This list may be missing people.") && down.output.contains("1 waiting"))
            try server.start()
            try await daemon.readsTheStore()
            try await eventually("a current feed") {
                try await practice.json("queue", "list")["feed"]["state"].text == "current"
            }
            let mode = try FileManager.default.attributesOfItem(atPath: practice.path + "/state/mirror.db")
            #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            #expect(try await daemon.stop() == .status(0))
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
        }

        private static let mapping = """
            schema: vigil-import/1
            zone: America/New_York
            columns:
              session_id: ID
              client_id: Client
              starts_at: {column: Start, format: yyyy-MM-dd HH:mm}
              status:
                column: Status
                values: {Booked: scheduled, Came: attended, Missed: missed}
            """

        private func export(_ practice: PracticeFolder, _ name: String, _ rows: [String], age seconds: Double) throws {
            let text = "ID,Client,Start,Status\n" + rows.map { $0 + "\n" }.joined()
            try practice.write(text, to: "exports/\(name).part")
            let path = "\(practice.path)/exports/\(name)"
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path + ".part")
            #expect(rename(path + ".part", path) == 0)
        }

        /// A folder into which exports are put: the newest counts, says how old it is, and what it has not any more is asked about.
        @Test(.timeLimit(.minutes(4))) func besideAFolderOfExports() async throws {
            let practice = try PracticeFolder()
            try FileManager.default.createDirectory(
                atPath: practice.path + "/exports", withIntermediateDirectories: false)
            try practice.write(Self.mapping, to: "mapping.yaml")
            try practice.configure(store: "store: {kind: csv, id: test, folder: exports, mapping: mapping.yaml}")
            let daemon = try practice.startDaemon()
            try await daemon.says("Cannot read the appointment store")
            let empty = try await practice.vigil("status")
            #expect(empty.output.contains("there is no export in it"), "\(empty.output)")

            let zone = try #require(Zone(identifier: "America/New_York"))
            let now = WallTime(seconds: Int64(Date().timeIntervalSince1970))
            func row(_ id: String, _ client: String, _ daysAgo: Int, _ status: String) -> String {
                let day = zone.day(of: now).adding(days: -daysAgo)
                return "\(id),\(client),\(day.iso) 10:00,\(status)"
            }
            let first = [
                row("1", "c1", 3, "Missed"), row("2", "c2", 3, "Came"), row("3", "c3", 2, "Missed"),
                row("4", "c3", 9, "Came"),
            ]
            try export(practice, "monday.csv", first, age: 7_200)
            try await daemon.readsTheStore()
            try await eventually("two follow-ups") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up WHERE state <> 'closed'") == 2
            }
            try await eventually("how old it is") {
                try await practice.vigil("queue", "list").output.contains("The appointments are as of ")
            }
            // The past of it can be replayed too, from a copy that goes again.
            let (from, to) = (zone.day(of: now).adding(days: -12).iso, zone.day(of: now).adding(days: -1).iso)
            let replayed = try await practice.json("policy", "simulate", "--from", from, "--to", to)
            #expect(replayed["clients"].int == 3 && replayed["missed"].int == 2)
            // The next one corrects the first, and has lost a row.
            try export(
                practice, "tuesday.csv",
                [
                    row("1", "c1", 3, "Came"), row("2", "c2", 3, "Came"), row("5", "c2", 1, "Came"),
                    row("4", "c3", 9, "Came"),
                ],
                age: 600)
            try await eventually("the question about the row that vanished") {
                try practice.ledgerRows("SELECT client FROM task WHERE kind = 'ask_vanished' AND state = 'open'") == [
                    "c3"
                ]
            }
            #expect(try practice.ledgerRows("SELECT client FROM follow_up WHERE state <> 'closed'") == ["c3"])
            // A status that nobody mapped refuses the file by name; what was read before stays.
            try export(practice, "wednesday.csv", [row("1", "c1", 3, "Rescheduled?")], age: 60)
            try await eventually("the word that nobody mapped") {
                try await practice.vigil("status").output.contains("'Rescheduled?'")
            }
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 1)
            try FileManager.default.removeItem(atPath: practice.path + "/exports/wednesday.csv")
            try await daemon.readsTheStore()
            #expect(try await daemon.stop() == .status(0))
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
        }

        /// A FHIR server of other makers: found, corrected, away, back.
        @Test(.enabled(if: TestPython.path != nil), .timeLimit(.minutes(4))) func besideAFHIRServer() async throws {
            let server = try await FHIRServer(python: try #require(TestPython.path))
            let start = WallTime(seconds: Int64(Date().timeIntervalSince1970) - 86_400)
            func appointment(_ id: String, _ client: String, _ status: String) async throws {
                try await server.put(
                    "Appointment/\(id)",
                    """
                    {"resourceType": "Appointment", "id": "\(id)", "status": "\(status)", "minutesDuration": 50,
                     "start": "\(Zone.utc.rfc3339(start))", "end": "\(Zone.utc.rfc3339(start.adding(minutes: 50)))",
                     "participant": [{"actor": {"reference": "Patient/\(client)"}, "status": "accepted"}]}
                    """)
            }
            for client in ["c1", "c2"] {
                try await server.put(
                    "Patient/\(client)",
                    #"{"resourceType": "Patient", "id": "\#(client)", "active": true, "name": [{"family": "Name"}]}"#)
            }
            try await appointment("s1", "c1", "noshow")
            try await appointment("s2", "c2", "fulfilled")
            let practice = try PracticeFolder()
            try FileManager.default.createDirectory(
                atPath: practice.path + "/credentials", withIntermediateDirectories: false)
            try practice.write("seed", to: "credentials/token")
            try practice.configure(
                store: """
                    store: {kind: fhir, id: test, base: "\(server.base)", full_every_minutes: 0, \
                    auth: {bearer: {credential: token}}}
                    """)
            let daemon = try practice.startDaemon(
                environment: ["CREDENTIALS_DIRECTORY": practice.path + "/credentials"])
            try await daemon.readsTheStore()
            #expect(try practice.ledgerRows("SELECT client FROM follow_up WHERE state <> 'closed'") == ["c1"])
            // What cannot be seen is said, with what it means: in status, in doctor, and in the follow-up's own findings.
            let seen = try await practice.vigil("status")
            let events =
                "attempts, discharges and emergency visits cannot be read: vigil reads no FHIR resource for them"
            #expect(
                seen.output.contains("Cannot see: \(events). In every score these are unknown, never zero"),
                "\(seen.output)")
            let spots = try await practice.json("status")["blind_spots"].texts
            #expect(
                spots.contains { $0.hasPrefix(events) } && spots.contains { $0.hasPrefix("no diagnosis is on file") })
            let doctor = try await practice.vigil("doctor")
            #expect(
                doctor.output.contains("[warn] cannot see: \(events) - in every score these are unknown, never zero"))
            #expect(
                try practice.ledgerCount(
                    """
                    SELECT count(*) FROM assessment, json_each(body, '$.findings')
                    WHERE json_each.value ->> 'rule' = 'psychiatric_discharge' AND json_each.value ->> 'state' = 'unknown'
                    """) >= 1)
            try await appointment("s1", "c1", "fulfilled")
            try await appointment("s2", "c2", "noshow")
            try await eventually("the change") {
                try practice.ledgerRows("SELECT client FROM follow_up WHERE state <> 'closed'") == ["c2"]
            }
            try await server.stop()
            try await daemon.says("Cannot read the appointment store")
            let down = try await practice.vigil("queue", "list")
            #expect(down.output.contains("This list may be missing people.") && down.output.contains("1 waiting"))
            let status = try await practice.vigil("status")
            #expect(status.exit == .status(1) && status.output.contains(server.base), "\(status.output)")
            #expect(try await daemon.stop() == .status(0))
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
        }
    }
}
