import Foundation
import Testing

extension InUse {
    /// What an administrator asks first when something is wrong, and last before going home.
    @Suite struct DoctorTests {
        private func states(_ document: JSONTree) -> [String: String] {
            Dictionary(
                document["checks"].items.compactMap { check in
                    check["name"].text.flatMap { name in check["state"].text.map { (name, $0) } }
                }, uniquingKeysWith: { first, _ in first })
        }

        @Test(.timeLimit(.minutes(3))) func oneLineForEachThing() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let before = try await practice.vigil("doctor")
            #expect(before.exit == .status(1) && before.output.contains("[fail] daemon: it does not answer"))

            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let found = states(try await practice.json("doctor"))
            for (name, state) in [
                ("files", "ok"), ("store", "warn"), ("feed", "ok"), ("disk", "ok"), ("audit", "ok"), ("policy", "warn"),
                ("on call", "warn"), ("backup", "warn"), ("dead man", "warn"), ("sandbox", "warn"), ("ledger", "warn"),
            ] { #expect(found[name] == state, "\(name)") }
            let result = try await practice.vigil("doctor")
            #expect(result.exit == .status(0))
            for line in result.output.split(separator: "\n") {
                #expect(line.wholeMatch(of: /\[(ok|warn|fail)\] [a-z ]+: .+/) != nil, "\(line)")
            }

            // A backup, modes as they should be: that much less to say.
            _ = try await practice.vigil("backup")
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: practice.path + "/state")
            let mended = states(try await practice.json("doctor"))
            #expect(mended["backup"] == "ok" && mended["ledger"] == "ok")

            // The record was changed by hand, and the store is gone.
            let sql = "DROP TRIGGER audit_is_never_changed; UPDATE audit SET actor = 'nobody' WHERE sequence = 2;"
            #expect(try await VigilProcess.run(["sqlite3", practice.ledgerPath, sql]).exit == .status(0))
            try FileManager.default.removeItem(atPath: practice.storePath)
            let broken = try await practice.vigil("doctor")
            #expect(broken.exit == .status(1))
            #expect(broken.output.contains("[fail] audit: I21") && broken.output.contains("[fail] store:"))
            #expect(try await daemon.stop() == .status(0))

            try practice.replace("tiers:", with: "tears:", in: "policy.yaml")
            let files = try await practice.vigil("doctor")
            #expect(files.exit == .status(1) && files.output.contains("[fail] files:"))
        }
    }
}
