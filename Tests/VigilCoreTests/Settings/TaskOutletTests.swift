import Testing
import VigilCore
import VigilTestKit

/// `fhir_tasks` of `vigil.yaml`.
@Suite struct TaskOutletTests {
    private static let fhir =
        "{kind: fhir, id: p, base: \"https://ehr.example.org/fhir/\", auth: {bearer: {credential: read}}}"

    private func read(_ section: String, store: String = fhir) throws -> (config: MachineConfig, issues: [String]) {
        let reader = try ConfigReader.yaml(
            """
            version: vigil.config/1
            store: \(store)
            ledger: {path: /l/ledger.db}
            policy: /p.yaml
            socket: /s
            \(section)
            """)
        let config = MachineConfig(reading: reader, folder: "")
        return (config, reader.issues.map { "\($0.place.line): \($0.message)" })
    }

    @Test func offUnlessAskedFor() throws {
        let (config, issues) = try read("")
        #expect(config.tasks == nil && issues == [])
    }

    @Test func asItIsWritten() throws {
        let (config, issues) = try read(
            """
            fhir_tasks:
              base: https://ehr.example.org/fhir
              auth: {client_id: vigil-tasks, key: {credential: tasks-key}, key_id: k1}
            """)
        #expect(issues == [])
        #expect(config.tasks?.base == "https://ehr.example.org/fhir" && config.tasks?.timeoutSeconds == 15)
        guard case .smart("vigil-tasks", _, "k1", nil) = config.tasks?.auth else {
            Issue.record("the client is not read")
            return
        }
    }

    @Test(arguments: [
        (
            "{base: \"https://other.example.org/fhir\", auth: {bearer: {credential: t}}}",
            "6: fhir_tasks.base is not store.base"
        ),
        (
            "{base: \"https://ehr.example.org/fhir\", auth: {bearer: {credential: read}}}",
            "6: fhir_tasks.auth: 'read' is the"
        ),
        ("{base: \"https://ehr.example.org/fhir\"}", "fhir_tasks.auth is missing"),
        ("{auth: {bearer: {credential: t}}}", "fhir_tasks.base is missing"),
        ("{base: \"https://ehr.example.org/fhir\", auth: {bearer: {credential: t}}, owner: x}", "unknown key 'owner'"),
        ("{base: \"https://ehr.example.org/fhir\", auth: {bearer: secret}}", "does not belong in a configuration file"),
        (
            "{base: \"https://ehr.example.org/fhir\", auth: {bearer: {credential: t}}, timeout_seconds: 600}",
            "must be from 1 to 60"
        ),
    ])
    func whatIsWrongIsNamed(_ section: String, _ words: String) throws {
        let issues = try read("fhir_tasks: \(section)").issues
        #expect(issues.count == 1 && issues.first?.contains(words) ?? false, "\(issues)")
    }

    @Test func onlyWhereTheClientsComeFromTheServer() throws {
        let section = "fhir_tasks: {base: \"https://ehr.example.org/fhir\", auth: {bearer: {credential: t}}}"
        for store in ["{kind: practice, id: p, path: /x.db}", "{kind: csv, id: p, folder: /x, mapping: /m.yaml}"] {
            let issues = try read(section, store: store).issues
            #expect(issues.count == 1 && issues.first?.contains("store.kind is not fhir") ?? false, "\(issues)")
        }
    }
}
