import Foundation
import Testing
import VigilCore
import VigilTestKit

extension UnderLoad {
    /// Death at every step between the commit that asks for a page, its sending and its settling: no page is lost, none comes
    /// more than twice, and a duplicate has the same key (I13).
    @Suite(.enabled(if: TraceTool.isUsable)) struct PagingKillTests {
        /// Calls around a page: commits of the ledger, and the steps of the exchange with the channel.
        private static let places: [(call: String, numbers: [Int])] = [
            ("fdatasync", [1, 2, 3, 4]), ("pwrite64", [1, 2, 4, 7, 11, 16, 22, 29, 37]), ("connect", [1]),
            ("sendto", [1]), ("recvfrom", [1]),
        ]

        @Test(.timeLimit(.minutes(8))) func noPageIsLost() async throws {
            var (died, duplicates, tries) = (0, 0, 0)
            for (call, numbers) in Self.places {
                for number in numbers {
                    tries += 1
                    let (hasDied, hasDuplicate) = try await kill(at: number, of: call)
                    if hasDied { died += 1 }
                    if hasDuplicate { duplicates += 1 }
                }
            }
            LoudLine.figure("PagingKillTests: killed at \(died) of \(tries) places; \(duplicates) duplicates, same key")
            #expect(died >= tries / 2, "most of the places were never reached")
        }

        /// Death at any moment, while a server takes its time to answer: one page each, and one kill.
        @Test(.timeLimit(.minutes(8))) func killedAtAnyMoment() async throws {
            var random = SeededRandom.printed(for: "PagingKillTests")
            let practice = try await PagedPractice(.slow(milliseconds: 400))
            let first = try await practice.start()
            try await first.polled()
            #expect(try await first.stop() == .status(0))
            var cutOff = 0
            for number in 0..<16 {
                let daemon = try await practice.start()
                try await daemon.ready()
                try practice.missUrgently("urgent\(number)")
                // A poll comes each second, and takes the page along.
                try await Task.sleep(for: .milliseconds(Int64(random.next() % 1_700)))
                try await daemon.kill()
                let held = try practice.folder.ledgerCount("SELECT count(*) FROM delivery WHERE state = 'leased'")
                if held > 0 { cutOff += 1 }
                // Each page is acknowledged, so that the next kill finds only its own.
                let last = try await practice.start()
                try await last.ready()
                _ = try await eventually("page \(number)") {
                    try practice.folder.ledgerCount(
                        "SELECT count(*) FROM delivery WHERE state = 'sent' AND purpose = 'page'")
                        == number + 1 ? true : nil
                }
                for id in try practice.folder.ledgerRows("SELECT id FROM paging WHERE state = 'paging'") {
                    #expect(try await practice.folder.vigil("oncall", "acknowledge", id).exit == .status(0))
                }
                #expect(try await last.stop() == .status(0))
            }
            let keys = Dictionary(grouping: practice.heard("page").compactMap { $0["key"].text }) { $0 }
            LoudLine.figure(
                "PagingKillTests: \(cutOff) of 16 kills fell into a send; \(keys.values.count { $0.count > 1 }) duplicates"
            )
            #expect(keys.count == 16, "no page is lost")
            #expect(keys.values.allSatisfy { $0.count <= 2 }, "at most one duplicate")
            #expect(cutOff > 0, "no kill fell into a send")
            try await practice.verify("kills")
        }

        private func kill(at number: Int, of call: String) async throws -> (died: Bool, duplicate: Bool) {
            let what: Comment = "\(call), \(number)"
            let practice = try await PagedPractice()
            // A first start pages nobody for the past: it comes before.
            let first = try await practice.start()
            try await first.polled()
            #expect(try await first.stop() == .status(0))
            try practice.missUrgently()
            let doomed = try await practice.start(through: TraceTool.killing(at: number, of: call))
            try await eventually("death or a page that is settled") {
                if doomed.process.exit != nil { return true }
                return (try? practice.folder.ledgerCount("SELECT count(*) FROM delivery WHERE state = 'sent'")) ?? 0 > 0
            }
            // A kill just after the settling still counts.
            try await Task.sleep(for: .milliseconds(150))
            let hasDied = doomed.process.exit == .signal(SIGKILL)
            try await doomed.kill()

            let last = try await practice.start()
            try await last.polled()
            _ = try await eventually("the page") { practice.heard("page").first }
            try await eventually("its settling") {
                try practice.folder.ledgerCount("SELECT count(*) FROM delivery WHERE state IN ('waiting', 'leased')")
                    == 0
            }
            let keys = practice.heard("page").compactMap { $0["key"].text }
            #expect(Set(keys).count == 1, what)
            #expect(keys.count <= 2, what)
            #expect(try practice.folder.ledgerRows("SELECT key FROM page") == Array(Set(keys)), what)
            #expect(
                try practice.folder.ledgerCount(
                    "SELECT count(*) FROM send_attempt WHERE outcome = 'accepted'") >= 1, what)
            try await practice.verify(what)
            #expect(try await last.stop() == .status(0))
            return (hasDied, keys.count > 1)
        }
    }
}
