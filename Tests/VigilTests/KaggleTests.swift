import Foundation
import Testing
import VigilSQL

/// Where the archive is; nil when there is none.
private let archive: String? = {
    let file = (ProcessInfo.processInfo.environment["VIGIL_TEST_DATA"] ?? "") + "/noshow/KaggleV2-May-2016.csv.zip"
    return FileManager.default.isReadableFile(atPath: file) ? file : nil
}()

extension UnderLoad {
    /// A real appointment book of 110,527 rows, from the CSV file to the queue, through the command line alone.
    ///
    /// The data may not be shipped with vigil: without VIGIL_TEST_DATA the suite is skipped.
    @Suite(
        .enabled(
            if: archive != nil
                || LoudLine.skipped(
                    "the Kaggle file: VIGIL_TEST_DATA names no folder with noshow/KaggleV2-May-2016.csv.zip")
        ))
    struct KaggleTests {
        /// Of a debug build; a release build takes less (design.md, "Aims").
        private static let mostKilobytes = 160 * 1_024

        @Test(.timeLimit(.minutes(10))) func everyMissOnceAndOneFollowUpForEachClient() async throws {
            let practice = try PracticeFolder(horizon: "off")
            try await importInto(practice)

            let (peak, whole) = try await readWhole(practice)
            LoudLine.figure("KaggleTests: horizon off: \(whole), peak resident \(peak) kB")
            #expect(peak < Self.mostKilobytes)
            try expectCounts(practice, missed: 22_319, followUps: 17_663)

            // What the store says, asked in other words than vigil's.
            let keys =
                "SELECT client_id || ' ' || id || ' ' || starts_at FROM session WHERE status = 'missed' ORDER BY 1"
            let inStore = try practice.readStore { try $0.all(keys) { $0.text(0) } }
            let recorded = try practice.readLedger { ledger in
                try ledger.all(
                    "SELECT client || ' ' || session_id || ' ' || starts_at FROM missed_session ORDER BY 1"
                ) { $0.text(0) }
            }
            #expect(inStore.count == 22_319)
            #expect(recorded == inStore)
            let clients = try practice.readStore {
                try $0.all("SELECT client_id FROM session WHERE status = 'missed' GROUP BY 1 ORDER BY 1") { $0.text(0) }
            }
            let followedUp = try practice.readLedger {
                try $0.all("SELECT client FROM follow_up ORDER BY 1") { $0.text(0) }
            }
            #expect(clients.count == 17_663)
            #expect(followedUp == clients)

            let verified = try await practice.vigil("audit", "verify")
            #expect(verified.exit == .status(0), "\(verified.output)")
            let before = try LedgerPromises.rowCounts(of: practice)
            _ = try await readWhole(practice)
            #expect(try LedgerPromises.rowCounts(of: practice) == before)
        }

        @Test(.timeLimit(.minutes(10))) func aFirstStartPagesNobodyForThePast() async throws {
            let practice = try PracticeFolder(horizon: "14")
            try await importInto(practice)
            let (peak, whole) = try await readWhole(practice)
            LoudLine.figure("KaggleTests: horizon 14 days: \(whole), peak resident \(peak) kB")
            #expect(peak < Self.mostKilobytes)
            try expectCounts(practice, missed: 22_319, followUps: 0)
            #expect(try practice.ledgerCount("SELECT count(*) FROM missed_session WHERE state <> 'history'") == 0)
            // Nothing that anybody could be called for: no assessment, no task, no line but that of the history.
            #expect(try practice.ledgerCount("SELECT count(*) FROM assessment") == 0)
            #expect(try practice.ledgerCount("SELECT count(*) FROM task") == 0)
            #expect(
                try practice.ledgerCount(
                    """
                    SELECT count(*) FROM audit WHERE act NOT IN
                        ('history_recorded', 'started', 'stopping', 'shadow_mode', 'reconcile_finished',
                        'operator_alert_raised')
                    """) == 0)
        }

        private func importInto(_ practice: PracticeFolder) async throws {
            let csv = practice.path + "/kaggle.csv"
            let unpack = """
                import sys, zipfile
                archive = zipfile.ZipFile(sys.argv[1])
                open(sys.argv[2], 'wb').write(archive.read(archive.namelist()[0]))
                """
            let unpacked = try await VigilProcess.run(["python3", "-c", unpack, try #require(archive), csv])
            try #require(unpacked.exit == .status(0), "\(unpacked.errors)")
            try FileManager.default.removeItem(atPath: practice.storePath)
            let imported = try await VigilProcess.run(
                [
                    VigilProcess.vigil, "import", "csv", "--mapping", Checkout.path("config/stores/kaggle.yaml"), csv,
                    "--into", practice.storePath, "--json",
                ], within: .seconds(300))
            try #require(imported.exit == .status(0), "\(imported.errors)")
            let store = try practice.readStore { store in
                try store.first("SELECT count(*), sum(status = 'missed'), count(DISTINCT client_id) FROM session") {
                    [$0.int64(0), $0.int64(1), $0.int64(2)]
                }
            }
            #expect(store == [110_527, 22_319, 62_299])
        }

        private func expectCounts(_ practice: PracticeFolder, missed: Int, followUps: Int) throws {
            #expect(try practice.ledgerCount("SELECT count(*) FROM missed_session") == missed)
            #expect(try practice.ledgerCount("SELECT count(*) FROM follow_up") == followUps)
        }

        /// Runs the daemon until it has read the whole store.
        /// - Returns: the kernel's high-water mark of its resident memory, in kilobytes, and the time that it took.
        private func readWhole(_ practice: PracticeFolder) async throws -> (peak: Int, length: Duration) {
            let begin = ContinuousClock.now
            let daemon = try practice.startDaemon()
            try await daemon.polled(within: .seconds(300))
            let length = ContinuousClock.now - begin
            let status = try String(contentsOfFile: "/proc/\(daemon.process.processID)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let peak = line?.split(separator: " ").compactMap { Int($0) }.first
            #expect(try await daemon.stop() == .status(0))
            return (try #require(peak), length)
        }
    }
}
