import Foundation
import Testing

extension InUse {
    /// A store that is missing, locked, replaced or odd: vigil says so wherever somebody looks, keeps what it has,
    /// and goes on by itself when the store is back. The queue is never silently empty.
    @Suite struct BadStoreTests {
        private static let missing = "This list may be missing people."

        /// What a person is told while the store cannot be read.
        /// - Parameter followUps: still in the queue.
        private func expectTold(
            _ practice: PracticeFolder, _ daemon: RunningDaemon, exit: Int32, cause: String, remedy: String,
            followUps: Int
        ) async throws {
            #expect(try await daemon.says("Cannot read the appointment store").contains("follow-ups may be missing"))
            let queue = try await practice.json("queue", "list")
            #expect(queue["feed"]["state"].text == "failing")
            #expect(queue["feed"]["words"].text?.contains(Self.missing) == true)
            #expect(queue["follow_ups"].items.count == followUps)
            let text = try await practice.vigil("queue", "list")
            #expect(text.exit == .status(0) && text.output.contains(Self.missing))
            #expect(!text.output.contains("No follow-ups waiting."))
            let status = try await practice.vigil("status")
            #expect(status.exit == .status(1))
            for words in [status.output, daemon.process.standardError] {
                #expect(
                    words.contains(practice.storePath) && words.contains(cause) && words.contains(remedy), "\(words)")
            }
            let check = try await practice.vigil("config", "check")
            #expect(check.exit == .status(exit), "\(check.errors)")
            #expect(check.errors.contains(practice.storePath) && check.errors.contains(cause))
            #expect(check.errors.contains(remedy))
        }

        /// The practice's program in the middle of a transaction; told to stop, it commits.
        private static let holdLock = """
            import signal, sqlite3, sys
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            store = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
            store.execute('BEGIN EXCLUSIVE')
            for statement in sys.argv[2].split(';'):
                store.execute(statement)
            signal.sigwait([signal.SIGTERM])
            store.execute('COMMIT')
            """

        private func expectRecovered(_ practice: PracticeFolder, _ daemon: RunningDaemon, followUps: Int) async throws {
            try await daemon.readsTheStore()
            let queue = try await practice.json("queue", "list")
            #expect(queue["feed"]["state"].text == "current")
            #expect(queue["follow_ups"].items.count == followUps)
            #expect(try await practice.vigil("status").exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
            let acts = try practice.ledgerRows(
                "SELECT act FROM audit WHERE act IN ('store_failed', 'store_recovered') ORDER BY sequence")
            #expect(acts == ["store_failed", "store_recovered"])
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        @Test(.timeLimit(.minutes(3))) func aMissingStoreThatTurnsUp() async throws {
            let practice = try PracticeFolder()
            let aside = practice.path + "/aside.db"
            try practice.changeStore(SmallPractice.script())
            try FileManager.default.moveItem(atPath: practice.storePath, toPath: aside)
            let daemon = try practice.startDaemon()
            try await daemon.ready()
            try await expectTold(
                practice, daemon, exit: 75, cause: "the file does not exist", remedy: "Check store.path", followUps: 0)
            // Nothing is made in its place.
            #expect(!FileManager.default.fileExists(atPath: practice.storePath))
            try FileManager.default.moveItem(atPath: aside, toPath: practice.storePath)
            try await expectRecovered(practice, daemon, followUps: 3)
        }

        @Test(.timeLimit(.minutes(3))) func aLockThatIsReleased() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let other = try VigilProcess([
                "python3", "-c", Self.holdLock, practice.storePath,
                SmallPractice.client("late", therapist: "T2", missedDaysAgo: 1),
            ])
            try await expectTold(
                practice, daemon, exit: 75, cause: "another program holds its lock",
                remedy: "End programs that keep a transaction open", followUps: 3)
            #expect(try await other.stop() == .status(0), "\(other.standardError)")
            // What was written under the lock is found.
            try await eventually("the client written under the lock") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up") == 4
            }
            try await expectRecovered(practice, daemon, followUps: 4)
        }

        @Test(.timeLimit(.minutes(3))) func aTextFileInItsPlace() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let kept = practice.path + "/kept.db"
            try FileManager.default.moveItem(atPath: practice.storePath, toPath: kept)
            try practice.write(String(repeating: "Minutes of the meeting\n", count: 100), to: "store/practice.db")
            try await expectTold(
                practice, daemon, exit: 65, cause: "it is not an SQLite database",
                remedy: "Let store.path name the practice's store", followUps: 3)
            try FileManager.default.moveItem(atPath: kept, toPath: practice.path + "/store/new.db")
            // In one step, as an import does it.
            #expect(rename(practice.path + "/store/new.db", practice.storePath) == 0)
            try await expectRecovered(practice, daemon, followUps: 3)
        }

        /// A copy that broke off half-way, as of a disk that filled up.
        @Test(.timeLimit(.minutes(3))) func aTruncatedStore() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let whole = practice.path + "/whole.db"
            try FileManager.default.copyItem(atPath: practice.storePath, toPath: whole)
            let size = try #require(FileManager.default.attributesOfItem(atPath: whole)[.size] as? Int)
            #expect(truncate(practice.storePath, off_t(size / 3 / 4_096 * 4_096)) == 0)
            try await expectTold(
                practice, daemon, exit: 65, cause: "the file is damaged", remedy: "Restore it from a backup",
                followUps: 3)
            #expect(rename(whole, practice.storePath) == 0)
            try await expectRecovered(practice, daemon, followUps: 3)
        }

        /// The store of last month in place of today's: what it does not hold any more is asked about, and stays in the queue.
        @Test(.timeLimit(.minutes(3))) func anOlderCopyInItsPlace() async throws {
            let practice = try PracticeFolder()
            let old = practice.path + "/old.db"
            try practice.changeStore(SmallPractice.client("regular", therapist: "T1", missedDaysAgo: nil))
            try FileManager.default.copyItem(atPath: practice.storePath, toPath: old)
            try practice.changeStore(
                """
                DELETE FROM session; DELETE FROM client;
                \(SmallPractice.script())
                """)
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 3)
            let today = practice.path + "/today.db"
            try FileManager.default.copyItem(atPath: practice.storePath, toPath: today)
            #expect(rename(old, practice.storePath) == 0)
            let questions = "SELECT count(*) FROM task WHERE state = 'open' AND kind = 'ask_vanished'"
            try await eventually("the questions about what is gone") { try practice.ledgerCount(questions) == 3 }
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 3, "nobody is forgotten")
            #expect(rename(today, practice.storePath) == 0)
            try await eventually("the answers") { try practice.ledgerCount(questions) == 0 }
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 3)
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        /// A folder that nobody may write to, as of a mounted snapshot: vigil only reads.
        @Test(.timeLimit(.minutes(3)), .enabled(if: SmallDisk.isUsable)) func aReadOnlyFolder() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let frozen = try FrozenFolder(practice.path + "/store")
            let daemon = try practice.startDaemon()
            try await daemon.readsTheStore()
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 3)
            #expect(try await daemon.stop() == .status(0))
            try frozen.thaw()
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        @Test(
            .timeLimit(.minutes(3)),
            arguments: [
                (
                    "ALTER TABLE session RENAME COLUMN status TO state", "status",
                    "ALTER TABLE session RENAME COLUMN state TO status"
                ),
                ("ALTER TABLE screen RENAME TO screens", "screen", "ALTER TABLE screens RENAME TO screen"),
                (
                    "UPDATE practice SET value = 'other/9' WHERE name = 'schema'", "vigil-practice/1",
                    "UPDATE practice SET value = 'vigil-practice/1' WHERE name = 'schema'"
                ),
            ])
        func anotherSchema(_ change: String, _ named: String, _ undo: String) async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try practice.changeStore(change)
            try await expectTold(
                practice, daemon, exit: 65, cause: named, remedy: "config/stores/practice.sql", followUps: 3)
            try practice.changeStore(undo)
            try await expectRecovered(practice, daemon, followUps: 3)
        }

        @Test(.timeLimit(.minutes(3))) func rowsThatCannotBeReadAndStatusesThatNobodyKnows() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(
                SmallPractice.script() + """

                    \(SmallPractice.client("oddstatus", therapist: "T1", missedDaysAgo: nil))
                    INSERT INTO session (client_id, starts_at, id, status) VALUES
                        ('oddstatus', CAST(strftime('%s', 'now') AS INTEGER) - 7200, 'odd-1', 'DNA?');
                    \(SmallPractice.client("oddrow", therapist: "T1", missedDaysAgo: 2))
                    INSERT INTO session (client_id, starts_at, id, status)
                        VALUES ('oddrow', 'Tuesday', 'odd-2', 'missed');
                    """)
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            // The others go on, and so does the rest of the client with the odd row.
            let queue = try await practice.json("queue", "list")
            #expect(queue["follow_ups"].items.count == 4)
            #expect(queue["questions"]["unreadable_record"].int == 1)
            #expect(queue["questions"]["unrecognised_status"].int == 1)
            let text = try await practice.vigil("queue", "list").output
            #expect(text.contains("1 unreadable record") && text.contains("1 unrecognised status"))
            let status = try await practice.json("status")
            #expect(status["blind_spots"].texts.contains { $0.contains("rows cannot be read") })
            #expect(status["blind_spots"].texts.contains { $0.contains("a status that vigil does not know") })
            let task = try practice.ledgerRows("SELECT say FROM task WHERE kind = 'unreadable_record'")
            #expect(task == ["A row of session cannot be read: starts_at. Correct it in the practice's record."])

            // Corrected, the question ends and the miss counts.
            try practice.changeStore(
                """
                UPDATE session SET starts_at = CAST(strftime('%s', 'now') AS INTEGER) - 86400 WHERE id = 'odd-2';
                UPDATE session SET status = 'missed' WHERE id = 'odd-1';
                """)
            try await eventually("the answers to both questions") {
                try practice.ledgerCount("SELECT count(*) FROM task WHERE state = 'open' AND subject_kind IS NOT NULL")
                    == 0
            }
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        @Test(.timeLimit(.minutes(3))) func anEmptyQueueSaysThatItWasRead() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.client("regular", therapist: "T1", missedDaysAgo: nil))
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let text = try await practice.vigil("queue", "list").output
            #expect(text.contains("Last read ") && text.contains("No follow-ups waiting."))
            #expect(!text.contains(Self.missing))
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
