import Foundation
import Testing
import VigilCore
import VigilTestKit

extension InUse {
    /// The real program beside a FHIR server of other makers: follow-ups as Tasks there.
    @Suite(.enabled(if: TestPython.path != nil)) struct TaskWritingTests {
        private func practice(_ server: FHIRServer, more: String) async throws -> PracticeFolder {
            let practice = try PracticeFolder()
            try FileManager.default.createDirectory(
                atPath: practice.path + "/credentials", withIntermediateDirectories: false)
            try practice.write("seed", to: "credentials/token")
            try practice.write("tasks", to: "credentials/tasks")
            try practice.configure(
                store: """
                    store: {kind: fhir, id: test, base: "\(server.base)", full_every_minutes: 0, \
                    auth: {bearer: {credential: token}}}
                    """)
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + more, to: "vigil.yaml")
            try await practice.approvePolicy()
            return practice
        }

        private func tasks(_ server: FHIRServer) -> String {
            "fhir_tasks: {base: \"\(server.base)\", timeout_seconds: 2, auth: {bearer: {credential: tasks}}}\n"
        }

        private func appointment(_ server: FHIRServer, _ id: String, _ client: String, _ status: String) async throws {
            let start = WallTime(seconds: Int64(Date().timeIntervalSince1970) - 86_400)
            try await server.put(
                "Appointment/\(id)",
                """
                {"resourceType": "Appointment", "id": "\(id)", "status": "\(status)", "minutesDuration": 50,
                 "start": "\(Zone.utc.rfc3339(start))", "end": "\(Zone.utc.rfc3339(start.adding(minutes: 50)))",
                 "participant": [{"actor": {"reference": "Patient/\(client)"}, "status": "accepted"}]}
                """)
        }

        private func client(_ server: FHIRServer, _ id: String) async throws {
            try await server.put(
                "Patient/\(id)",
                #"{"resourceType": "Patient", "id": "\#(id)", "active": true, "name": [{"family": "Secret"}]}"#)
        }

        private func start(_ practice: PracticeFolder) throws -> RunningDaemon {
            try practice.startDaemon(environment: ["CREDENTIALS_DIRECTORY": practice.path + "/credentials"])
        }

        /// `client status`, sorted, of every Task that the server holds.
        private func held(_ server: FHIRServer) async throws -> [String] {
            try await server.get("Task?_count=100")["entry"].items.map { entry in
                "\(entry["resource"]["for"]["reference"].text ?? "") \(entry["resource"]["status"].text ?? "")"
            }.sorted()
        }

        private func shows(_ server: FHIRServer, _ expected: [String]) async throws {
            try await eventually("\(expected)", within: .seconds(90), every: .milliseconds(200)) {
                try await held(server) == expected
            }
        }

        private func id(_ practice: PracticeFolder, of client: String) throws -> String {
            try #require(try practice.ledgerRows("SELECT id FROM follow_up WHERE client = '\(client)'").first)
        }

        @Test(.timeLimit(.minutes(6))) func fromOpenToClosedAcrossRestartsAndOutages() async throws {
            let server = try await FHIRServer(python: try #require(TestPython.path))
            for name in ["c1", "c2", "c3"] { try await client(server, name) }
            try await appointment(server, "s1", "c1", "noshow")
            let practice = try await practice(server, more: tasks(server))
            var daemon = try start(practice)
            try await daemon.readsTheStore()
            try await shows(server, ["Patient/c1 requested"])
            let first = try id(practice, of: "c1")
            let task = try #require(try await server.get("Task?_count=100")["entry"].items.first)["resource"]
            #expect(task["identifier"].items.first?["value"].text == first)
            #expect(task["focus"]["reference"].text == "Appointment/s1" && task["intent"].text == "order")
            #expect(try practice.ledgerCount("SELECT count(*) FROM fhir_task WHERE task_id IS NOT NULL") == 1)

            #expect(try await practice.vigil("queue", "take", first).exit == .status(0))
            try await shows(server, ["Patient/c1 in-progress"])
            // A restart makes no second one, killed or stopped.
            try await daemon.kill()
            daemon = try start(practice)
            try await daemon.readsTheStore()
            #expect(try await daemon.stop() == .status(0))
            daemon = try start(practice)
            try await daemon.readsTheStore()
            try await shows(server, ["Patient/c1 in-progress"])

            // It hangs: the queue and the local socket answer, and a stop does not wait for it.
            server.hang(true)
            let done = try await practice.vigil(
                ["queue", "close", first, "--reason", "set_aside", "--note", "-"], input: "Secret")
            #expect(done.exit == .status(0), "\(done.errors)")
            try await eventually("said by the doctor", within: .seconds(60), every: .milliseconds(300)) {
                try await practice.vigil("doctor").output.contains("] tasks: 1 not up to date at \(server.base), since")
            }
            let status = try await practice.json("status")
            #expect(
                status["tasks"]["owed"].int == 1 && status["tasks"]["last_error"].text?.contains("in time") ?? false)
            #expect(try await daemon.stop(within: .seconds(30)) == .status(0))
            server.hang(false)
            daemon = try start(practice)
            try await daemon.readsTheStore()
            try await shows(server, ["Patient/c1 cancelled"])

            // It is away while two more come; it comes back with what it held.
            try await appointment(server, "s2", "c2", "noshow")
            try await appointment(server, "s3", "c3", "noshow")
            try await eventually("both") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up") == 3
            }
            try await server.stop()
            let second = try id(practice, of: "c2")
            #expect(try await practice.vigil("queue", "take", second).exit == .status(0))
            try await server.start()
            try await shows(server, ["Patient/c1 cancelled", "Patient/c2 in-progress", "Patient/c3 requested"])
            let doctor = try await practice.vigil("doctor")
            #expect(doctor.output.contains("[ok] tasks: all up to date at \(server.base)"), "\(doctor.output)")

            // Nothing of the client's, and nothing beside Tasks.
            let all = try await VigilProcess.run([
                "curl", "-s", "-H", "Authorization: Bearer seed", "\(server.base)/Task?_count=100",
            ]).output
            #expect(!all.contains("Secret") && !all.contains("set_aside"))
            #expect(try await server.get("Flag")["total"].int == 0)
            #expect(try await daemon.stop() == .status(0))
            let verified = try await practice.vigil("audit", "verify")
            #expect(verified.exit == .status(0), "\(verified.output)")
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act LIKE 'fhir_task_written%'") >= 5)
        }

        @Test(.timeLimit(.minutes(3))) func offUnlessAskedForAndInATrial() async throws {
            let server = try await FHIRServer(python: try #require(TestPython.path))
            try await client(server, "c1")
            try await appointment(server, "s1", "c1", "noshow")
            let practice = try await practice(server, more: "")
            var daemon = try start(practice)
            try await daemon.readsTheStore()
            #expect(try practice.ledgerCount("SELECT count(*) FROM follow_up") == 1)
            try await daemon.polledAfresh()
            #expect(try await held(server) == [] && practice.ledgerCount("SELECT count(*) FROM fhir_task") == 0)
            #expect(try await daemon.stop() == .status(0))

            // Asked for, and the policy is not approved any more.
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + tasks(server), to: "vigil.yaml")
            try FileManager.default.removeItem(atPath: practice.policyPath)
            try FileManager.default.copyItem(atPath: TestPolicy.path, toPath: practice.policyPath)
            daemon = try start(practice)
            try await daemon.readsTheStore()
            try await daemon.polledAfresh()
            #expect(try await held(server) == [])
            let doctor = try await practice.vigil("doctor")
            #expect(doctor.output.contains("tasks: none is made while the policy is not approved"), "\(doctor.output)")

            // Approved, and reloaded.
            try await practice.approvePolicy()
            daemon.process.signal(SIGHUP)
            try await shows(server, ["Patient/c1 requested"])
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
