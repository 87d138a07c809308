import Foundation
import Synchronization
import Testing

extension InUse {
    /// What the service manager hears (sd_notify(3)), and how the daemon ends.
    @Suite struct NotifyTests {
        @Test(.timeLimit(.minutes(3))) func readyOnceWhenTheSocketAnswersAndAQuietEnd() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let path = practice.socketPath
            let answered = Mutex<[Bool]>([])
            let daemon = try practice.startDaemon { message in
                guard message == "READY=1" else { return }
                // Now, and not when a test gets round to it.
                let answers = (try? UnixAddress(path).answers) ?? false
                answered.withLock { $0.append(answers) }
            }
            try await daemon.polled(3)
            #expect(try await daemon.stop() == .status(0))
            try await daemon.says("Stopping")

            let texts = daemon.notes.texts
            #expect(texts.filter { $0 == "READY=1" }.count == 1)
            #expect(answered.withLock { $0 } == [true], "READY=1 came before the socket answered")
            #expect(texts.first == "STATUS=Starting")
            #expect(texts.filter { $0 == "STOPPING=1" }.count == 1)
            #expect(texts.firstIndex(of: "STOPPING=1") ?? 0 > texts.firstIndex(of: "READY=1") ?? .max)
            // Nothing asks for a watchdog here.
            #expect(!texts.contains { $0.hasPrefix("WATCHDOG=") })
            let line = try #require(daemon.notes.polls.last)
            #expect(
                line.hasPrefix("STATUS=Watching; shadow mode, nobody is paged; 3 follow-ups waiting; 1 to contact now"))
            #expect(line.contains("last read "))
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'stopping'") == 1)
        }

        @Test(.timeLimit(.minutes(3))) func aStopInTheMiddleOfAReconcileIsAStop() async throws {
            let practice = try PracticeFolder(horizon: "off")
            try practice.changeStore(CrowdedStore.script(clients: 2_500))
            let daemon = try practice.startDaemon()
            try await daemon.ready()
            // The first pages are committed, the last are not.
            try await eventually("a first page in the ledger") {
                try practice.ledgerCount("SELECT count(*) FROM session_record") > 0
            }
            #expect(try await daemon.stop(within: .seconds(20)) == .status(0))
            #expect(try practice.ledgerCount("SELECT count(*) FROM cursor WHERE reconciled_at IS NOT NULL") == 0)
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))

            let second = try practice.startDaemon()
            try await second.polled()
            #expect(try await second.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        @Test(.timeLimit(.minutes(3))) func watchdogPingsWhilePollsGoOnWithoutTheStore() async throws {
            let practice = try PracticeFolder()
            let daemon = try practice.startDaemon(environment: ["WATCHDOG_USEC": "400000"])
            try await pings(of: daemon, atLeast: 4)
            // Restarting vigil would not bring the store back.
            try FileManager.default.removeItem(atPath: practice.storePath)
            try await daemon.says("Cannot read the appointment store")
            try await pings(of: daemon, atLeast: 4)
            #expect(try await daemon.stop() == .status(0))
        }

        @Test(.timeLimit(.minutes(3)), .enabled(if: TraceTool.isUsable)) func noWatchdogPingWhileTheStoreHangs()
            async throws
        {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let interval = Duration.milliseconds(400)
            let daemon = try practice.startDaemon(environment: ["WATCHDOG_USEC": "400000"])
            try await daemon.polled(2)
            try await pings(of: daemon, atLeast: 2)

            let trace = try TraceTool.hangReads(of: practice.storePath, in: daemon.process)
            let quiet = interval * 4
            try await eventually("silence of the watchdog for \(quiet)") {
                let last = daemon.notes.messages.last { $0.text == "WATCHDOG=1" }
                return last.map { ContinuousClock.now - $0.at > quiet } ?? false
            }
            let polls = daemon.notes.polls.count
            // The rest is alive: it is the poll that hangs, and the manager would now kill the process.
            #expect(try UnixAddress(practice.socketPath).answers)

            _ = try await trace.stop()
            try await daemon.polled(polls + 1)
            try await pings(of: daemon, atLeast: 2)
            #expect(try await daemon.stop() == .status(0))
        }

        private func pings(of daemon: RunningDaemon, atLeast count: Int) async throws {
            let before = daemon.notes.texts.filter { $0 == "WATCHDOG=1" }.count
            try await eventually("\(count) more watchdog pings") {
                daemon.notes.texts.filter { $0 == "WATCHDOG=1" }.count >= before + count
            }
        }
    }
}
