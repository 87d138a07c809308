import Foundation
import Testing
import VigilCore

extension InUse {
    /// The daemon and a real journald: what is in the audit is in the journal, each line once, whatever journald does.
    @Suite(.enabled(if: OwnJournald.isUsable)) struct JournalTests {
        private func practice() throws -> PracticeFolder {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            return practice
        }

        /// Waits until the journal has all of the ledger's lines.
        private func caughtUp(_ practice: PracticeFolder) async throws {
            try await eventually("a journal that is not behind", every: .milliseconds(100)) {
                try await practice.json("status")["journal_behind"].int == 0
            }
        }

        /// The journal against the audit table: the same rows, each once, in order, with the same kind of event.
        private func expectJournalEqualsAudit(
            _ journald: OwnJournald, _ practice: PracticeFolder, upTo last: Int = .max
        ) async throws {
            let lines = try await journald.records().compactMap { record -> String? in
                record["VIGIL_AUDIT_SEQ"].text.map { "\($0) \(record["VIGIL_EVENT"].text ?? "?")" }
            }
            let rows = try practice.ledgerRows(
                """
                SELECT sequence, act FROM audit
                WHERE act <> 'history_recorded' AND sequence <= \(last) ORDER BY sequence
                """,
                columns: 2)
            #expect(lines == rows)
        }

        @Test(.timeLimit(.minutes(3))) func linesAreFoundByTheirFields() async throws {
            let practice = try practice()
            let journald = try await OwnJournald(folder: practice.path)
            let daemon = try practice.startDaemon(through: journald.inside)
            try await daemon.polled()
            try await daemon.ready()
            try await caughtUp(practice)
            let queue = try await practice.json("queue", "list")
            let urgent = try #require(queue["follow_ups"].items.first?["id"].text)

            let opened = try await journald.records("MESSAGE_ID=42c80bc84d7847eda3de6b5590da8ceb")
            #expect(Set(opened.compactMap { $0["VIGIL_FOLLOW_UP"].text }).count == 3)
            #expect(opened.allSatisfy { $0["VIGIL_EVENT"].text == "follow_up_opened" })
            let byID = try await journald.records("VIGIL_EVENT=follow_up_opened", "VIGIL_FOLLOW_UP=\(urgent)")
            let line = try #require(byID.first)
            #expect(byID.count == 1)
            #expect(line["VIGIL_TIER"].text == "now")
            // 2 is what journald writes to the disk at once.
            #expect(line["PRIORITY"].text == "2")
            #expect(line["VIGIL_REASONS"].text?.split(separator: " ").contains("cssrs_4_5_recent") == true)
            #expect(line["VIGIL_POLICY"].text == (try await practice.json("status"))["policy"].text)
            #expect(line["MESSAGE"].text?.contains(urgent) == true)
            let others = opened.filter { $0["VIGIL_TIER"].text != "now" }
            #expect(others.count == 2 && others.allSatisfy { $0["PRIORITY"].text != "2" })
            let finished = try await journald.records("VIGIL_EVENT=reconcile_finished")
            #expect(finished.first?["VIGIL_COUNT_CLIENTS"].text == "4")

            // A person's act is a line as well, found the same way.
            #expect(try await practice.vigil("queue", "take", urgent).exit == .status(0))
            try await caughtUp(practice)
            #expect(try await journald.records("VIGIL_EVENT=follow_up_taken", "VIGIL_FOLLOW_UP=\(urgent)").count == 1)

            #expect(try await daemon.stop() == .status(0))
            // The last row of a run is written when the journal has been left already; the next start sends it.
            let second = try practice.startDaemon(through: journald.inside)
            try await second.polled()
            try await caughtUp(practice)
            let last = try practice.ledgerCount("SELECT max(sequence) FROM audit")
            try await expectJournalEqualsAudit(journald, practice, upTo: last)
            #expect(try await second.stop() == .status(0))
            try await journald.stop()
        }

        @Test(.timeLimit(.minutes(3))) func aJournaldThatHangsHoldsUpNothing() async throws {
            let practice = try practice()
            let journald = try await OwnJournald(folder: practice.path)
            let daemon = try practice.startDaemon(through: journald.inside)
            try await daemon.polled()
            try await daemon.ready()
            try await caughtUp(practice)

            journald.suspend()
            // More lines than the socket takes before its sender waits.
            let added = (0..<30).map { SmallPractice.client("more\($0)", therapist: "T2", missedDaysAgo: 2) }
            try practice.changeStore(added.joined(separator: "\n"))
            try await eventually("the follow-ups of thirty clients") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up") == 33
            }
            try await daemon.polledAfresh()
            #expect(try await practice.json("status")["journal_behind"].int ?? 0 > 30)
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 33)

            journald.resume()
            try await caughtUp(practice)
            try await expectJournalEqualsAudit(journald, practice)
            #expect(try await daemon.stop() == .status(0))
            try await journald.stop()
        }

        @Test(.timeLimit(.minutes(3))) func aStopDoesNotWaitForAJournaldThatHangs() async throws {
            let practice = try practice()
            let journald = try await OwnJournald(folder: practice.path)
            let daemon = try practice.startDaemon(through: journald.inside)
            try await daemon.polled()
            try await daemon.ready()
            try await caughtUp(practice)
            journald.suspend()
            let added = (0..<30).map { SmallPractice.client("more\($0)", therapist: "T2", missedDaysAgo: 2) }
            try practice.changeStore(added.joined(separator: "\n"))
            try await eventually("the follow-ups of thirty clients") {
                try practice.ledgerCount("SELECT count(*) FROM follow_up") == 33
            }
            #expect(try await daemon.stop(within: .seconds(15)) == .status(0))
            journald.resume()

            let second = try practice.startDaemon(through: journald.inside)
            try await second.polled()
            try await second.ready()
            try await caughtUp(practice)
            // A line that was on its way when the daemon stopped may be there twice, and none is missing.
            let sequences = try await journald.records().compactMap { $0["VIGIL_AUDIT_SEQ"].text.flatMap { Int($0) } }
            let rows = try practice.ledgerRows("SELECT sequence FROM audit WHERE act <> 'history_recorded'")
            #expect(Set(sequences) == Set(rows.compactMap { Int($0) }))
            #expect(try await second.stop() == .status(0))
            try await journald.stop()
        }

        @Test(.timeLimit(.minutes(3))) func withoutAJournaldNothingIsLost() async throws {
            let practice = try practice()
            // An empty folder where journald's socket would be: also on a machine that has one.
            let hidden = "if [ -d /run/systemd ]; then mount -t tmpfs tmpfs /run/systemd; fi; exec \"$@\""
            let alone = ["unshare", "--mount", "--propagation", "private", "bash", "-c", hidden, "bash"]
            let daemon = try practice.startDaemon(through: alone)
            try await daemon.polled()
            try await daemon.ready()
            let rows = try practice.ledgerCount("SELECT max(sequence) FROM audit")
            #expect(try await practice.json("status")["journal_behind"].int == rows)
            #expect(try await daemon.stop() == .status(0))
            #expect(rows > 10)

            let journald = try await OwnJournald(folder: practice.path)
            let second = try practice.startDaemon(through: journald.inside)
            try await second.polled()
            try await second.ready()
            try await caughtUp(practice)
            try await expectJournalEqualsAudit(journald, practice)
            #expect(try await second.stop() == .status(0))
            try await journald.stop()
        }
    }
}
