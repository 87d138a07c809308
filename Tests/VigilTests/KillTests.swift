import Foundation
import Testing
import VigilCore
import VigilSQL

extension UnderLoad {
    /// `kill -9` in the middle of a poll, fifty times and more; afterwards nothing is missing and nothing is there
    /// twice.
    @Suite struct KillTests {
        private static let wantedKills = 50
        private static let killsInARound = 17

        @Test(.timeLimit(.minutes(10))) func fiftyKillsInTheMiddleOfAPoll() async throws {
            var random = SeededRandom.printed(for: "KillTests")
            let practice = try PracticeFolder(horizon: "off")
            try practice.changeStore(CrowdedStore.script(clients: 2_500))
            let whole = try await lengthOfAReconcile(practice)

            var batch = 0
            var (cutOff, cutOffAfterWriting, rounds) = (0, 0, 0)
            while cutOff < Self.wantedKills, rounds < 15 {
                rounds += 1
                try practice.removeLedger()
                for _ in 0..<Self.killsInARound {
                    let daemon = try practice.startDaemon()
                    // Not quite its whole length: a run that finds most of it recorded ends sooner.
                    try await Task.sleep(for: .milliseconds(Int64(random.next() % (whole * 3 / 4))))
                    try await daemon.kill()
                    // The practice goes on working, so that the next poll has something to write on every page.
                    batch += 1
                    try practice.changeStore(CrowdedStore.lateEntries(batch: batch, every: 40))
                }
                try await finish(practice)
                let runs = try Self.runs(of: practice)
                cutOff += runs.filter { !$0.finished }.count
                cutOffAfterWriting += runs.filter { !$0.finished && $0.acts > 0 }.count
                try await checkAll(practice, "round \(rounds)")
            }
            LoudLine.figure(
                "KillTests: a whole start and reconcile takes \(whole) ms; \(cutOff) kills fell into a poll, "
                    + "\(cutOffAfterWriting) of them after it had committed something; \(rounds) ledgers")
            #expect(cutOff >= Self.wantedKills)
            #expect(cutOffAfterWriting >= Self.wantedKills / 5, "the kills came too early to prove anything")
        }

        /// From the start of the process to the end of the first full reconcile, in milliseconds.
        private func lengthOfAReconcile(_ practice: PracticeFolder) async throws -> UInt64 {
            let begin = ContinuousClock.now
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let length = ContinuousClock.now - begin
            try await checkAll(practice, after: daemon, "undisturbed")
            return UInt64(max(100, length / .milliseconds(1)))
        }

        private func finish(_ practice: PracticeFolder) async throws {
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            #expect(try await daemon.stop() == .status(0))
        }

        private func checkAll(
            _ practice: PracticeFolder, after running: RunningDaemon? = nil, _ what: Comment
        ) async throws {
            if let running { #expect(try await running.stop() == .status(0)) }
            #expect(try LedgerPromises.faults(of: practice) == [], what)
            #expect(try Self.clientsWithoutFollowUp(practice) == 0, what)
            let verified = try await practice.vigil("audit", "verify")
            #expect(verified.exit == .status(0), "\(what): \(verified.output)")
            let before = try LedgerPromises.rowCounts(of: practice)
            try await finish(practice)
            #expect(try LedgerPromises.rowCounts(of: practice) == before, what)
        }

        /// Active clients with a missed session, by the store, of whom the ledger has no follow-up.
        private static func clientsWithoutFollowUp(_ practice: PracticeFolder) throws -> Int {
            let owed = try practice.readStore { store in
                try store.all(
                    """
                    SELECT DISTINCT client_id \(LedgerPromises.missedInStore)
                        AND client_id IN (SELECT id FROM client WHERE standing = 'active')
                    """
                ) { $0.text(0) }
            }
            let held = try practice.readLedger { try $0.all("SELECT client FROM follow_up") { $0.text(0) } }
            return Set(owed).subtracting(held).count
        }

        private struct Run {
            var acts = 0
            var finished = false
        }

        /// What each start of the daemon came to, by the audit: a run that was killed before it noted its start is in
        /// none.
        private static func runs(of practice: PracticeFolder) throws -> [Run] {
            var runs: [Run] = []
            try practice.readLedger { ledger in
                try ledger.each("SELECT act FROM audit ORDER BY sequence") { row in
                    switch row.text(0) {
                    case "started": runs.append(Run())
                    case "reconcile_finished": runs[runs.count - 1].finished = true
                    case "stopping", "shadow_mode": break
                    default: runs[runs.count - 1].acts += 1
                    }
                }
            }
            return runs
        }
    }
}
