import Foundation
import Testing

extension InUse {
    /// A ledger that cannot be had, a daemon that is not there, and questions that have no answer.
    @Suite struct BadLedgerTests {
        @Test func noFolderForTheLedger() async throws {
            let practice = try PracticeFolder()
            try FileManager.default.removeItem(atPath: practice.path + "/state")
            let result = try await practice.vigil("daemon")
            #expect(result.exit == .status(75))
            #expect(
                result.errors.contains(practice.ledgerPath) && result.errors.contains("check that the folder exists"))
        }

        @Test(.enabled(if: OtherAccounts.areUsable)) func aFolderThatMayNotBeWritten() async throws {
            let practice = try PracticeFolder()
            let result = try await practice.vigil("daemon", as: OtherAccounts.stranger)
            #expect(result.exit == .status(77), "\(result.errors)")
            #expect(result.errors.contains(practice.ledgerPath) && result.errors.contains("vigil may write there"))
        }

        @Test func aTextFileInItsPlace() async throws {
            let practice = try PracticeFolder()
            try practice.write(String(repeating: "not a ledger\n", count: 100), to: "state/ledger.db")
            let result = try await practice.vigil("daemon")
            #expect(result.exit == .status(65))
            #expect(
                result.errors.contains(practice.ledgerPath)
                    && result.errors.contains("restore the ledger from a backup"))
        }

        @Test(.timeLimit(.minutes(3))) func aSecondDaemonIsRefused() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let first = try practice.startDaemon()
            try await first.polled()
            try await first.ready()
            let second = try await practice.vigil("daemon")
            #expect(second.exit == .status(75))
            #expect(
                second.errors.contains("another vigil daemon owns this ledger")
                    && second.errors.contains("stop it first"))
            // The first one keeps its socket and its work.
            #expect(try await practice.vigil("status").exit == .status(0))
            try await first.polledAfresh()
            #expect(try await first.stop() == .status(0))
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'started'") == 1)
        }

        @Test(.timeLimit(.minutes(3))) func whileTheDaemonIsDown() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            for command in [
                ["status"], ["queue", "list"], ["queue", "show", "0123456789ABCDEF"], ["audit", "verify"],
            ] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(69), "\(command)")
                #expect(result.errors.contains(practice.socketPath) && result.errors.contains("vigil daemon"))
                #expect(result.output.isEmpty)
            }
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try await daemon.kill()

            // What was in the ledger can be read, and nobody can take it for the state of now.
            let list = try await practice.vigil("queue", "list")
            #expect(list.exit == .status(0) && list.errors.contains("the daemon is down"))
            #expect(list.output.contains("This list may be missing people.") && list.output.contains("3 waiting"))
            let queue = try await practice.json("queue", "list")
            #expect(queue["feed"]["state"].text == "stale" && queue["follow_ups"].items.count == 3)
            let id = try #require(queue["follow_ups"].items.first?["id"].text)
            #expect(try await practice.vigil("explain", id).exit == .status(0))
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
            // Nothing can be changed without the daemon.
            #expect(try await practice.vigil("queue", "take", id).exit == .status(69))
            #expect(try await practice.vigil("status").exit == .status(69))
        }

        @Test(.timeLimit(.minutes(3))) func questionsWithoutAnAnswer() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let unknown = "0123456789ABCDEF"
            for command in [
                ["queue", "show", unknown], ["explain", unknown], ["queue", "take", unknown],
                ["queue", "record", unknown, "--outcome", "no_answer"],
            ] {
                let result = try await practice.vigil(command)
                #expect(result.exit == .status(1), "\(command) \(result.errors)")
                #expect(result.errors.contains("vigil queue list"), "\(command) \(result.errors)")
            }
            let id = try #require(try await practice.json("queue", "list")["follow_ups"].items.first?["id"].text)
            let record = ["queue", "record", id, "--outcome", "reached", "--note"]
            let long = try await practice.vigil(record + ["-"], input: String(repeating: "word ", count: 8_000))
            #expect(long.exit == .status(64) && long.errors.contains("too long") && long.errors.contains("32 KiB"))
            let none = try await practice.vigil(record + [practice.path + "/no-note.txt"])
            #expect(none.exit == .status(64) && none.errors.contains("it cannot be read"))
            #expect(try practice.ledgerCount("SELECT count(*) FROM attempt") == 0)
            // As it is typed on a telephone: in lower case, in groups, with letters for digits.
            let typed = id.lowercased().replacing("1", with: "l").replacing("0", with: "o")
            let grouped = typed.prefix(4) + "-" + typed.dropFirst(4)
            #expect(try await practice.vigil("queue", "show", String(grouped)).exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
