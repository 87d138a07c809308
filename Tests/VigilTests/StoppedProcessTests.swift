import Foundation
import Testing
import VigilCore
import VigilTestKit

extension InUse {
    /// The process stands still, as on a machine that is suspended or starved, and goes on: what was missed meanwhile is made
    /// good, and nothing comes twice.
    @Suite struct StoppedProcessTests {
        /// The long run is longer than a lease (60 s) and than systemd's watchdog would bear.
        private static let stopSeconds = LongRun.isOn ? 300 : 15
        private static let rounds = LongRun.isOn ? 2 : 4

        @Test(.timeLimit(.minutes(15))) func stoppedAndContinued() async throws {
            var random = SeededRandom.printed(for: "StoppedProcessTests")
            let practice = try await PagedPractice(.slow(milliseconds: 400))
            let daemon = try await practice.start()
            try await daemon.polled()
            for round in 0..<Self.rounds {
                try practice.missUrgently("before\(round)")
                // In the middle of a poll, of a send, or of neither.
                try await Task.sleep(for: .milliseconds(Int64(random.next() % 1_700)))
                daemon.process.signal(SIGSTOP)
                try practice.missUrgently("meanwhile\(round)")
                try await Task.sleep(for: .seconds(Self.stopSeconds))
                daemon.process.signal(SIGCONT)
                _ = try await eventually("the pages of round \(round)") {
                    try practice.folder.ledgerCount(
                        "SELECT count(DISTINCT paging) FROM delivery WHERE state = 'sent' AND purpose = 'page'")
                        == 2 * (round + 1) ? true : nil
                }
                for id in try practice.folder.ledgerRows("SELECT id FROM paging WHERE state = 'paging'") {
                    #expect(try await practice.folder.vigil("oncall", "acknowledge", id).exit == .status(0))
                }
            }
            let first = practice.heard("page").compactMap { $0["key"].text }.filter { $0.hasSuffix("-1") }
            #expect(Set(first).count == 2 * Self.rounds, "a first page each")
            // The answer to a send that was under way may have come too late for its lease.
            #expect(Dictionary(grouping: first) { $0 }.values.allSatisfy { $0.count <= 2 })
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice.folder) == [])
            try await practice.verify("stopped and continued")
        }
    }
}
