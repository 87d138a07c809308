import Foundation
import Testing

extension InUse {
    /// I20: no name, telephone, store id, reason, code or note of a client is in anything that leaves the machine or
    /// that is read by others than those who asked to see it.
    @Suite struct PrivacyTests {
        /// Reports where a mark was found: the place, and never the text.
        private func expectClean(
            _ text: String, _ place: String, of marks: [String] = [CanaryStore.mark, CanaryStore.noteMark]
        ) {
            for mark in marks where text.contains(mark) {
                let count = text.split(separator: "\n").filter { $0.contains(mark) }.count
                Issue.record("\(place): client data in \(count) lines")
            }
        }

        @Test(.timeLimit(.minutes(5)), .enabled(if: OwnJournald.isUsable && ShiftedClock.isUsable))
        func aDaysWork() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(CanaryStore.script())
            let clock = try await ShiftedClock(folder: practice.path)
            let journald = try await OwnJournald(folder: practice.path)
            let daemon = try practice.startDaemon(
                through: journald.inside, environment: clock.environment.merging(["WATCHDOG_USEC": "1000000"]) { $1 })
            try await daemon.polled()
            try await daemon.ready()
            for hour in 1...24 {
                if hour % 3 == 0 { try practice.changeStore(CanaryStore.hours[hour / 3 - 1]) }
                try await daemon.noticed { try clock.set(seconds: hour * 3_600) }
                if hour == 9 { try await peopleWork(practice) }
                if hour == 16 { try await storeFails(practice, daemon) }
            }
            try await commandsSayNothing(practice)
            let commandLine = try String(contentsOfFile: "/proc/\(daemon.process.processID)/cmdline", encoding: .utf8)
            #expect(try await daemon.stop() == .status(0))

            let second = try practice.startDaemon(through: journald.inside, environment: clock.environment)
            try await second.polled()
            try await eventually("a journal that is not behind", every: .milliseconds(100)) {
                try await practice.json("status")["journal_behind"].int == 0
            }
            #expect(try await second.stop() == .status(0))
            let journal = try await journald.journalctl("-o", "export")
            try await journald.stop()

            expectClean(commandLine, "the arguments of the daemon")
            for (name, running) in [("first", daemon), ("second", second)] {
                expectClean(running.process.standardError, "standard error of the \(name) daemon")
                expectClean(
                    running.notes.texts.joined(separator: "\n"), "what the \(name) daemon told the service manager")
            }
            expectClean(journal, "the journal")
            // All of it was there to be leaked: otherwise the test says nothing.
            #expect(journal.split(separator: "\n").filter { $0.hasPrefix("VIGIL_EVENT=") }.count > 150)
            #expect(daemon.process.standardError.contains("cannot read the appointment store"))
            #expect(daemon.notes.texts.contains("WATCHDOG=1"))
            let held = "FROM session_record WHERE client LIKE '%\(CanaryStore.mark)%'"
            #expect(try practice.ledgerCount("SELECT count(*) \(held)") > 15)
            #expect(
                try practice.ledgerCount("SELECT count(*) FROM attempt WHERE note LIKE '%\(CanaryStore.noteMark)%'")
                    == 1)
            #expect(
                try practice.ledgerCount("SELECT count(DISTINCT kind) FROM task WHERE subject_kind IS NOT NULL") > 3)
            #expect(try practice.ledgerCount("SELECT count(DISTINCT act) FROM audit") > 12)
            #expect(try await practice.vigil("audit", "verify").exit == .status(0))
        }

        private func peopleWork(_ practice: PracticeFolder) async throws {
            let ids = try await practice.json("queue", "list")["follow_ups"].items.compactMap { $0["id"].text }
            try #require(ids.count > 5)
            let note = "Said \(CanaryStore.noteMark)."
            let tried = ["queue", "record", ids[0], "--outcome", "message_left", "--note", "-"]
            #expect(try await practice.vigil(tried, input: note).exit == .status(0))
            let closed = ["queue", "close", ids[1], "--reason", "in_urgent_care", "--note", "-"]
            #expect(try await practice.vigil(closed, input: note).exit == .status(0))
        }

        /// The store is locked, replaced and spoiled, each with client data in reach of an error message.
        private func storeFails(_ practice: PracticeFolder, _ daemon: RunningDaemon) async throws {
            let kept = practice.path + "/kept.db"
            try FileManager.default.moveItem(atPath: practice.storePath, toPath: kept)
            try practice.write(String(repeating: "\(CanaryStore.mark) Name\n", count: 500), to: "store/practice.db")
            try await daemon.says("Cannot read the appointment store")
            try await commandsSayNothing(practice)
            #expect(rename(kept, practice.storePath) == 0)
            try practice.changeStore("ALTER TABLE session RENAME COLUMN status TO state;")
            try await daemon.polledAfresh()
            try await commandsSayNothing(practice)
            try practice.changeStore("ALTER TABLE session RENAME COLUMN state TO status;")
            try await daemon.readsTheStore()
        }

        /// What anybody may type, and what then appears without --reveal.
        private func commandsSayNothing(_ practice: PracticeFolder) async throws {
            for command in [
                ["status"], ["status", "--json"], ["queue", "list"], ["queue", "list", "--json"], ["audit", "verify"],
                ["audit", "verify", "--json"], ["config", "check"], ["queue", "show", "0123456789ABCDEF"],
                ["queue", "questions"], ["queue", "drifted"], ["queue", "considered"], ["queue", "print"],
                ["report", "practice"], ["report", "load"], ["oncall", "who"], ["oncall", "pages"], ["audit", "show"],
                ["user", "list"], ["user", "add", "lead"], ["doctor"], ["config", "diff"],
                ["queue", "close", "0123456789ABCDEF", "--reason", "declined", "--note", "-"], ["explain", "7K3F"],
            ] {
                let result = try await practice.vigil(command, input: "Note \(CanaryStore.noteMark)")
                // A therapist's name is no client data; whose client it is is not said.
                let said = (result.output + result.errors).replacing("\(CanaryStore.mark) Therapist", with: "")
                expectClean(said, "vigil \(command.joined(separator: " "))")
            }
            let ids = try await practice.json("queue", "list")["follow_ups"].items.compactMap { $0["id"].text }
            for id in ids.prefix(12) {
                // People's notes are for the people who may read the follow-up; the store's ids and names are not in
                // it.
                for verb in [["queue", "show", id], ["explain", id], ["explain", id, "--json"]] {
                    let result = try await practice.vigil(verb)
                    expectClean(result.output + result.errors, "vigil \(verb[0])", of: [CanaryStore.mark])
                }
            }
        }

        @Test(.timeLimit(.minutes(3))) func namesForThoseWhoAskAndAreNoted() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(CanaryStore.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let shown = "SELECT count(*) FROM audit WHERE act = 'names_shown' AND actor = 'person:lead'"
            _ = try await practice.vigil("queue", "list")
            #expect(try practice.ledgerCount(shown) == 0)

            let revealed = try await practice.json("queue", "list", "--reveal")
            #expect(try practice.ledgerCount(shown) == 1)
            let cards = revealed["follow_ups"].items.map { $0["client"] }
            let named = cards.filter { $0["name"].text?.hasPrefix("\(CanaryStore.mark) Name") == true }
            #expect(named.count > 10)
            #expect(
                named.allSatisfy {
                    $0["phone"].text?.contains(CanaryStore.mark) == true && $0["safe_to_call"].bool == false
                })

            let text = try await practice.vigil("queue", "list", "--reveal")
            #expect(try practice.ledgerCount(shown) == 2)
            #expect(text.output.contains("\(CanaryStore.mark) Name"))
            #expect(text.output.contains("DO NOT CALL"))
            // A name cannot write lines of its own.
            #expect(!text.output.split(separator: "\n").contains { $0.hasPrefix("PRIORITY=0") })

            let id = try #require(revealed["follow_ups"].items.first?["id"].text)
            #expect(try await practice.vigil("queue", "show", id, "--reveal").output.contains(CanaryStore.mark))
            #expect(try await practice.vigil("explain", id, "--reveal").output.contains(CanaryStore.mark))
            let noted = "SELECT count(*) FROM audit WHERE act = 'names_shown' AND subject = '\(id)'"
            #expect(try practice.ledgerCount(noted) == 2)
            #expect(try await daemon.stop() == .status(0))
            expectClean(daemon.process.standardError, "standard error")
        }
    }
}
