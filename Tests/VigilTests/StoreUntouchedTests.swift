import Foundation
import Testing
import VigilSQL

extension InUse {
    /// I19: the practice's store is read and never written, byte for byte.
    @Suite struct StoreUntouchedTests {
        /// The hash of the file, and the names of all that lies beside it.
        private func imprint(_ practice: PracticeFolder) async throws -> [String] {
            let hashed = try await VigilProcess.run(["sha256sum", practice.storePath])
            let files = try FileManager.default.contentsOfDirectory(atPath: practice.path + "/store").sorted()
            return [String(hashed.output.prefix(64))] + files
        }

        private func useDemoStore(_ practice: PracticeFolder) async throws {
            let made = try await VigilProcess.run([
                VigilProcess.vigil, "demo", "--folder", practice.path + "/demo", "--policy", practice.policyPath,
            ])
            try #require(made.exit == .status(0), "\(made.errors)")
            #expect(rename(practice.path + "/demo/practice.db", practice.storePath) == 0)
        }

        @Test(.timeLimit(.minutes(3))) func byOneRunWithPeopleAtWork() async throws {
            let practice = try PracticeFolder()
            try await useDemoStore(practice)
            let before = try await imprint(practice)
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let queue = try await practice.json("queue", "list", "--reveal")
            let id = try #require(queue["follow_ups"].items.first?["id"].text)
            #expect(try await practice.vigil("queue", "take", id).exit == .status(0))
            #expect(try await practice.vigil("queue", "show", id, "--reveal").exit == .status(0))
            try await daemon.polledAfresh()
            #expect(try await imprint(practice) == before)
            try await daemon.kill()
            #expect(try await imprint(practice) == before)
            let second = try practice.startDaemon()
            try await second.polled()
            #expect(try await second.stop() == .status(0))
            #expect(try await practice.vigil("config", "check").exit == .status(0))
            #expect(try await imprint(practice) == before)
        }

        @Test(.timeLimit(.minutes(5)), .enabled(if: ShiftedClock.isUsable)) func byASimulatedDay() async throws {
            let practice = try PracticeFolder()
            try await useDemoStore(practice)
            let clock = try await ShiftedClock(folder: practice.path)
            let daemon = try practice.startDaemon(environment: clock.environment)
            try await daemon.polled()
            let records = try practice.ledgerCount("SELECT count(*) FROM session_record")
            var imprint = try await imprint(practice)
            for step in 1...48 {
                // The practice works too: every other half-hour somebody enters what happened.
                if step % 2 == 0 {
                    try practice.changeStore(Self.edits[step / 2 % Self.edits.count])
                    imprint = try await self.imprint(practice)
                }
                try await daemon.noticed { try clock.set(seconds: step * 1_800) }
                #expect(try await self.imprint(practice) == imprint, "step \(step)")
            }
            #expect(try await daemon.stop() == .status(0))
            #expect(try await self.imprint(practice) == imprint)
            // It was a day's work and not a day's sleep: the nightly reconcile, and sessions that passed unmarked.
            let found = try practice.ledgerCount("SELECT count(*) FROM session_record") - records
            let reconciles = try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'reconcile_finished'")
            LoudLine.figure("StoreUntouchedTests: a day in 48 steps: \(found) new records, \(reconciles) reconciles")
            #expect(found > 5)
            #expect(reconciles == 2)
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
        }

        private static let edits = [
            """
            UPDATE session SET status = 'attended' WHERE status = 'scheduled'
                AND starts_at BETWEEN \(now) - 86400 AND \(now) AND substr(id, -1) IN ('1', '3', '5');
            """,
            """
            UPDATE session SET status = 'missed' WHERE (client_id, starts_at, id) IN (
                SELECT client_id, starts_at, id FROM session WHERE status = 'attended'
                    AND starts_at > \(now) - 5 * 86400 LIMIT 2);
            """,
            """
            INSERT INTO session (client_id, starts_at, id, therapist_id)
                SELECT id, \(now) + 3600, 'added-' || (SELECT count(*) FROM session), therapist_id FROM client LIMIT 1;
            """,
            """
            DELETE FROM session WHERE (client_id, starts_at, id) IN (
                SELECT client_id, starts_at, id FROM session WHERE status = 'missed' ORDER BY starts_at DESC LIMIT 1);
            """,
            """
            UPDATE session SET starts_at = starts_at + 86400 WHERE (client_id, starts_at, id) IN (
                SELECT client_id, starts_at, id FROM session WHERE status = 'missed' ORDER BY starts_at DESC LIMIT 1);
            """,
        ]
        private static let now = "CAST(strftime('%s', 'now') AS INTEGER)"

        /// A store in WAL mode has SQLite's own files beside it; the main file is the practice's alone.
        @Test(.timeLimit(.minutes(3))) func inWALMode() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let writer = try SQLiteDatabase(path: practice.storePath, mode: .ledger)
            let before = try await imprint(practice).first
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try writer.write {
                try $0.execute(script: SmallPractice.client("late", therapist: "T2", missedDaysAgo: 1))
            }
            try await eventually("what lies in the WAL") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up") == 4
            }
            // Not even a checkpoint: that is a write, and the writer's to make.
            #expect(try await imprint(practice).first == before)
            #expect(try await daemon.stop() == .status(0))
            #expect(try await imprint(practice).first == before)
            try writer.close()
        }
    }
}
