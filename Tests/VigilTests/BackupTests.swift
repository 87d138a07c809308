import Foundation
import Testing
import VigilTestKit

extension InUse {
    /// A ledger copied while vigil works, and put back: nobody is forgotten, found twice, or paged in a storm (I6).
    @Suite struct BackupTests {
        @Test(.timeLimit(.minutes(3))) func madeWhileItWorksAndProved() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            var paths: [String] = []
            for round in 1...3 {
                let made = try await practice.json("backup", "--keep", "2")
                let path = try #require(made["path"].text)
                paths.append(path)
                #expect((made["audit_rows"].int ?? 0) > 10 && made["removed"].int == (round == 3 ? 1 : 0))
                let sum = try await VigilProcess.run(["sha256sum", path])
                #expect(sum.output.hasPrefix(made["sha256"].text ?? "none"))
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
                try await Task.sleep(for: .seconds(1.1))
            }
            #expect(!FileManager.default.fileExists(atPath: paths[0]))
            #expect(FileManager.default.fileExists(atPath: paths[2]))
            // Not while the daemon owns the ledger.
            let refused = try await practice.vigil("restore", paths[2])
            #expect(refused.exit == .status(75) && refused.errors.contains("another vigil daemon owns this ledger"))
            #expect(try await daemon.stop() == .status(0))
            #expect(try await practice.vigil("restore", paths[2], "--dry-run").output.contains("proved"))
        }

        @Test(.timeLimit(.minutes(3))) func whatIsNoBackupChangesNothing() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let path = try #require(try await practice.json("backup")["path"].text)
            #expect(try await daemon.stop() == .status(0))
            let before = try practice.ledgerRows(
                "SELECT hash FROM (SELECT hex(hash) AS hash FROM audit ORDER BY sequence)")

            // A row that somebody changed, a file that was cut short, a text, nothing at all, another practice's.
            func refused(_ name: String, _ words: String) async throws {
                let result = try await practice.vigil("restore", name)
                #expect(result.exit != .status(0) && result.errors.contains(words), "\(name): \(result.errors)")
            }
            let changed = practice.path + "/changed.db"
            try FileManager.default.copyItem(atPath: path, toPath: changed)
            let sql = "DROP TRIGGER audit_is_never_changed; UPDATE audit SET actor = 'nobody' WHERE sequence = 3;"
            #expect(try await VigilProcess.run(["sqlite3", changed, sql]).exit == .status(0))
            try await refused(changed, "I21")
            let data = try Data(contentsOf: URL(filePath: path))
            let cut = practice.path + "/cut.db"
            try data.prefix(data.count / 2).write(to: URL(filePath: cut))
            try await refused(cut, cut)
            try practice.write("not a database", to: "text.db")
            try await refused(practice.path + "/text.db", "text.db")
            try await refused(practice.path + "/missing.db", "No such file")
            try practice.replace("id: test", with: "id: other", in: "vigil.yaml")
            try await refused(path, "it is the ledger of another store")
            try practice.replace("id: other", with: "id: test", in: "vigil.yaml")
            let after = try practice.ledgerRows(
                "SELECT hash FROM (SELECT hex(hash) AS hash FROM audit ORDER BY sequence)")
            #expect(before == after)
        }

        /// A page that waited when the backup was made, and one that became necessary after it: for five minutes nobody is paged,
        /// and then for each once.
        @Test(.timeLimit(.minutes(5)), .enabled(if: ShiftedClock.isUsable)) func noStormAfterARestore() async throws {
            let paged = try await PagedPractice(.answer(status: 503))
            let practice = paged.folder
            let clock = try await ShiftedClock(folder: practice.path)
            try practice.changeStore(SmallPractice.script())
            var daemon = try await paged.start(environment: clock.environment)
            try await daemon.polled()
            try paged.missUrgently("early")
            _ = try await eventually("a paging", within: .seconds(30)) {
                try practice.ledgerCount("SELECT count(*) FROM paging WHERE is_test = 0") == 1 ? true : nil
            }
            let path = try #require(try await practice.json("backup")["path"].text)
            try paged.missUrgently("late")
            _ = try await eventually("a second paging", within: .seconds(30)) {
                try practice.ledgerCount("SELECT count(*) FROM paging WHERE is_test = 0") == 2 ? true : nil
            }
            #expect(try await daemon.stop() == .status(0))
            let keys = Set(try practice.ledgerRows("SELECT key FROM page"))

            let restored = try await practice.vigil("restore", path)
            #expect(restored.exit == .status(0), "\(restored.errors)")
            // What was there is kept whole, and nothing of it lies beside what came in its place.
            let kept = try #require(restored.output.firstMatch(of: /The ledger that was there: (.+)/)?.1)
            let held = try await VigilProcess.run([
                "sqlite3", String(kept), "SELECT count(*) FROM paging WHERE is_test = 0",
            ])
            #expect(held.output == "2\n", "\(held.errors)")
            #expect(!FileManager.default.fileExists(atPath: practice.ledgerPath + "-wal"))
            let pages = paged.files("pages").count
            daemon = try await paged.start(environment: clock.environment)
            try await daemon.polled(3)
            // Found again, each once; and nobody is paged yet.
            #expect(
                try practice.ledgerCount("SELECT count(*) FROM follow_up WHERE tier = 'now' AND state <> 'closed'") == 3
            )
            #expect(
                try practice.ledgerCount("SELECT count(*) FROM session_record WHERE client IN ('early', 'late')") == 2)
            #expect(paged.files("pages").count == pages)
            #expect(paged.files("boxes").keys.filter { $0.hasPrefix("siren") }.isEmpty)
            // Five minutes on: paged, the first one with the key that it had.
            try clock.set(seconds: 310)
            _ = try await eventually("the pages", within: .seconds(60)) {
                paged.files("pages").count > pages ? true : nil
            }
            let now = Set(try practice.ledgerRows("SELECT key FROM page"))
            #expect(!now.isDisjoint(with: keys))
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
