import Foundation
import Testing

extension InUse {
    /// Configuration that is wrong, and commands used wrongly: nothing starts, every fault is named with its place.
    @Suite struct BadConfigurationTests {
        @Test func everyErrorOfVigilYAMLAtOnce() async throws {
            let practice = try PracticeFolder()
            try practice.write(
                """
                version: vigil.config/1
                store: {kind: practise, id: test, path: store/practice.db}
                ledgr: {path: state/ledger.db}
                ledger: {path: state/ledger.db}
                policy: policy.yaml
                socket: vigil.sock
                poll: {interval_seconds: 0}
                people:
                  - {id: lead, role: boss, account: root}
                """, to: "vigil.yaml")
            for command in [["daemon"], ["config", "check"], ["queue", "list"], ["status"]] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(78), "\(command)")
                #expect(result.output.isEmpty)
                for (line, word) in [(2, "store.kind"), (3, "ledgr"), (7, "interval_seconds"), (9, "people[1].role")] {
                    let isNamed = result.errors.split(separator: "\n").contains {
                        $0.contains("\(practice.configPath):\(line):") && $0.contains(word)
                    }
                    #expect(isNamed, "\(command): line \(line) is not named: \(result.errors)")
                }
                #expect(result.errors.contains("did you mean 'ledger'"), "\(result.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: practice.ledgerPath))
        }

        @Test func everyErrorOfThePolicyAtOnce() async throws {
            let practice = try PracticeFolder()
            var policy = try String(contentsOfFile: practice.policyPath, encoding: .utf8)
            policy = policy.replacing("  notice_hours: 24", with: "  notice_hors: 24")
            policy = policy.replacing("  zone: America/New_York", with: "  zone: America/Atlantis")
            try practice.write(policy, to: "policy.yaml")
            for command in [["daemon"], ["config", "check"]] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(78))
                #expect(result.errors.contains("notice_hors") && result.errors.contains("did you mean 'notice_hours'"))
                #expect(result.errors.contains("America/Atlantis") || result.errors.contains("zone"))
                #expect(result.errors.matches(of: /policy\.yaml:\d+:\d+/).count >= 2, "\(result.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: practice.ledgerPath))
        }

        @Test func aFileThatIsNotThere() async throws {
            let practice = try PracticeFolder()
            try FileManager.default.removeItem(atPath: practice.policyPath)
            let noPolicy = try await practice.vigil("daemon")
            #expect(noPolicy.exit == .status(78))
            #expect(noPolicy.errors.contains(practice.policyPath))
            try FileManager.default.removeItem(atPath: practice.configPath)
            let nothing = try await practice.vigil("daemon")
            #expect(nothing.exit == .status(78))
            #expect(nothing.errors.contains(practice.configPath))
        }

        @Test func commandsUsedWrongly() async throws {
            let practice = try PracticeFolder()
            for command in [
                ["queue", "lst"], ["queue", "show", "7K3F"], ["explain", "not-an-id"], ["queue", "take"],
                ["queue", "record", "0123456789ABCDEF", "--outcome", "shouted"], ["status", "--colour"],
            ] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(64), "\(command)")
                #expect(result.output.isEmpty && !result.errors.isEmpty, "\(command)")
            }
        }

        @Test func aStatusThatNoMappingNames() async throws {
            let practice = try PracticeFolder()
            try practice.write(
                """
                PatientId,AppointmentID,AppointmentDay,Age,No-show
                1,10,2016-05-02T00:00:00Z,30,Yes
                2,11,2016-05-02T00:00:00Z,31,Perhaps
                """, to: "export.csv")
            let store = practice.path + "/imported.db"
            let result = try await VigilProcess.run([
                VigilProcess.vigil, "import", "csv", "--mapping", Checkout.path("config/stores/kaggle.yaml"),
                practice.path + "/export.csv", "--into", store,
            ])
            #expect(result.exit == .status(65))
            #expect(result.errors.contains("Perhaps") || result.output.contains("Perhaps"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: store))
        }
    }
}
