import Foundation
import Testing

extension InUse {
    /// What missed sessions cost, as the practice's administrator and its front desk read it.
    @Suite struct ReportTests {
        private static let now = "CAST(strftime('%s', 'now') AS INTEGER)"
        /// On the practice's wall, in New York: in its evening the day of UTC is already the next one. In its last hour of a
        /// summer's day this is a day more.
        private static let thirtyDaysAgo = "date('now', '-5 hours', '-30 days')"

        /// Five clients whose second missed session lies three days back, each another answer. The first one of the year is past
        /// the horizon of 14 days.
        private static let store = """
            INSERT INTO therapist VALUES ('T1', 'Dr One', NULL), ('T2', 'Dr Two', NULL);
            \(["plain", "urgent", "barred", "unpaid", "ill"].map { name in
                """
                INSERT INTO client (id, name, therapist_id, first_contact_on) VALUES
                    ('id-\(name)', 'Name \(name)', 'T1', date('now', '-400 days'));
                INSERT INTO session (client_id, starts_at, id, therapist_id, status) VALUES
                    ('id-\(name)', \(now) - 60 * 86400, 'a-\(name)', 'T1', 'missed'),
                    ('id-\(name)', \(now) - 40 * 86400, 'b-\(name)', 'T1', 'attended'),
                    ('id-\(name)', \(now) - 3 * 86400, 'c-\(name)', 'T1', 'missed'),
                    ('id-\(name)', \(now) + 7 * 86400, 'd-\(name)', 'T1', 'scheduled');
                INSERT INTO screen VALUES ('id-\(name)', 's', 'PHQ-9', date('now', '-40 days'), 3, 0, NULL, NULL);
                """
            }.joined(separator: "\n"))
            INSERT INTO event VALUES ('id-urgent', 'e', 'attempt', date('now', '-30 days'), 'actual', NULL);
            INSERT INTO coverage VALUES ('id-plain', 'self', 12345), ('id-urgent', 'self', NULL),
                ('id-barred', 'Medicaid', NULL), ('id-ill', 'self', NULL);
            INSERT INTO session (client_id, starts_at, id, therapist_id, status, cancelled_at) VALUES
                ('id-plain', \(now) + 5 * 86400, 'free', 'T2', 'client_cancel', \(now) - 3600);
            INSERT INTO waiting_list VALUES ('w1', 'id-ill', \(thirtyDaysAgo), 'T2', NULL),
                ('w2', NULL, date('now', '-3 days'), 'T1', 'group');
            """

        private static let practiceRules = """
            version: vigil.practice/1
            currency: USD
            fees: {standard: 160.00}
            cancellation:
              notice_hours: 24
              grace: {sessions: 1, within_days: 365}
              payers_that_bar_fees: [medicaid]
            """

        private func practice(people: [PracticeFolder.Person] = [.lead]) async throws -> (PracticeFolder, RunningDaemon)
        {
            let practice = try PracticeFolder(people: people)
            try practice.changeStore(Self.store)
            try practice.write(Self.practiceRules, to: "practice.yaml")
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + "practice: practice.yaml\n", to: "vigil.yaml")
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            return (practice, daemon)
        }

        private let report = ["report", "practice", "--by", "therapist"]

        /// The fee lines in every form in which somebody may read them, by the outcome's words.
        private func lines(_ practice: PracticeFolder, reveal: Bool = false) async throws -> [[String]] {
            let flags = reveal ? ["--reveal"] : []
            let json = try await practice.json(report + flags)["fees"]["lines"].items
            let text = try await practice.vigil(report + flags).output.split(separator: "\n").map(String.init)
            let csv = try await practice.vigil(report + flags + ["--csv"]).output.split(separator: "\n").map(
                String.init)
            let speaks = { (line: String) in line.contains("a fee may apply") || line.contains("no fee applies") }
            return [
                json.map { ($0["may_apply"].bool ?? false) ? "may" : $0["because"].text ?? "" },
                text.filter { $0.hasPrefix("  ") && speaks($0) }, csv.filter(speaks),
            ]
        }

        @Test(.timeLimit(.minutes(3))) func aFeeIsHeldUntilSomebodyHasSpokenWithThem() async throws {
            let (practice, daemon) = try await practice()
            let queue = try await practice.json("queue", "list")["follow_ups"].items
            let urgent = try #require(queue.first { $0["tier"].text == "now" }?["id"].text)
            #expect(queue.count == 5)

            // Held and barred ones have no line, in any form: of the five the three others have one, each.
            var fees = try await practice.json(report)["fees"]
            #expect(fees["held"].int == 1 && fees["barred_by_payer"].int == 1)
            #expect(fees["may_apply"].int == 2 && fees["does_not_apply"].int == 1)
            for form in try await lines(practice) { #expect(form.count == 3) }

            // Still open: an attempt that did not reach them changes nothing.
            _ = try await practice.vigil("queue", "record", urgent, "--outcome", "no_answer")
            for form in try await lines(practice) { #expect(form.count == 3) }

            // Reached and closed: from then on it may be spoken of.
            let closed = ["queue", "record", urgent, "--outcome", "reached_with_plan", "--note", "-"]
            #expect(try await practice.vigil(closed, input: "We have a plan.").exit == .status(0))
            for form in try await lines(practice) { #expect(form.count == 4) }
            fees = try await practice.json(report)["fees"]
            #expect(fees["held"].int == 0 && fees["may_apply"].int == 3 && fees["barred_by_payer"].int == 1)

            // A reason that is nobody's choice: no fee, and the session is no loss that is counted.
            let before = try await practice.json(report)["totals"]
            let ill = try await followUp(of: "Name ill", practice)
            let spoke = try await practice.vigil("queue", "record", ill, "--outcome", "reached_support_person")
            #expect(spoke.output.contains("Why the session was missed is not on record."))
            let told = ["queue", "record", ill, "--outcome", "reached", "--reason", "illness"]
            #expect(try await practice.vigil(told).exit == .status(0))
            try await daemon.polledAfresh()
            let after = try await practice.json(report)["totals"]
            #expect(before["missed"].int == 5 && after["missed"].int == 4 && after["excused"].int == 1)
            #expect((before["fee_value_cents"].int ?? 0) - (after["fee_value_cents"].int ?? 0) == 16_000)
            let may = try await lines(practice)[0].filter { $0 == "may" }.count
            #expect(may == 2)
            #expect(try await lines(practice)[0].contains("the reason was nobody's choice"))
            #expect(try await daemon.stop() == .status(0))
        }

        private func followUp(of name: String, _ practice: PracticeFolder) async throws -> String {
            let queue = try await practice.json("queue", "list", "--reveal")["follow_ups"].items
            return try #require(queue.first { $0["client"]["name"].text == name }?["id"].text)
        }

        @Test(.timeLimit(.minutes(3))) func namesOnlyForThoseWhoAskAndAreNoted() async throws {
            let (practice, daemon) = try await practice()
            for form in [[], ["--json"], ["--csv"]] {
                let result = try await practice.vigil(report + form)
                #expect(result.exit == .status(0))
                for word in ["Name", "id-", "Medicaid", "self"] {
                    #expect(!result.output.contains(word), "\(form): client data")
                }
                #expect(result.output.contains("Dr One"))
            }
            let shown = "SELECT count(*) FROM audit WHERE act = 'names_shown'"
            #expect(try practice.ledgerCount(shown) == 0)
            let revealed = try await practice.json(report + ["--reveal"])
            #expect(try practice.ledgerCount(shown) == 1)
            #expect(
                Set(revealed["fees"]["lines"].items.compactMap { $0["client"].text })
                    == ["Name plain", "Name unpaid", "Name ill"])
            #expect(revealed["waiting"]["people"].items.map { $0["client"].text } == ["Name ill", nil])
            #expect(try await daemon.stop() == .status(0))
        }

        @Test(.timeLimit(.minutes(3))) func hoursAndFreeHours() async throws {
            let (practice, daemon) = try await practice()
            let whole = try await practice.json(report)
            #expect(whole["schema"].text == "vigil.practice_report/1")
            // Five at one time of one therapist: her fifty minutes.
            #expect(whole["totals"]["missed"].int == 5 && whole["totals"]["minutes_lost"].int == 50)
            #expect(whole["totals"]["fee_value_cents"].int == 4 * 16_000 + 12_345)
            let free = whole["free_hours"].items
            #expect(free.map { $0["therapist"].text } == ["Dr Two"] && free[0]["waiting_for"].int == 1)
            #expect(whole["waiting"]["count"].int == 2)
            let longest = try #require(whole["waiting"]["longest_days"].int)
            #expect(30...31 ~= longest)
            #expect(whole["waiting"]["people"].items.isEmpty)
            let text = try await practice.vigil(report).output
            #expect(text.contains("0:50") && text.contains("763.45") && text.contains("Waiting for a session: 2"))
            let csv = try await practice.vigil(report + ["--csv"]).output.split(separator: "\n")
            #expect(csv[0].hasPrefix("row,name,kept,missed"))
            #expect(csv[1].hasPrefix("total,") && csv[1].hasSuffix(",50,50,0,763.45,USD"))
            #expect(csv.contains { $0.hasPrefix("free_hour,") })
            let refused = try await practice.vigil("report", "practice", "--from", "yesterday")
            #expect(refused.exit == .status(64) && refused.errors.contains("--from"))
            #expect(try await daemon.stop() == .status(0))
        }

        @Test(.timeLimit(.minutes(3))) func loadAndDrifted() async throws {
            let (practice, daemon) = try await practice()
            let load = try await practice.json("report", "load")
            #expect(load["whole"]["follow_ups"].int == 5 && load["missed"].int == 5)
            let now = try #require(load["tiers"].items.first { $0["tier"].text == "now" })
            #expect(now["follow_ups"].int == 1 && now["per_mille_of_misses"].int == 200)
            #expect(now["target_per_mille"].int == 20)
            let text = try await practice.vigil("report", "load").output
            #expect(text.contains("under 2 %") && text.contains("Dr One") && !text.contains("Name "))

            #expect(try await practice.json("queue", "drifted")["clients"].items.isEmpty)
            // Nothing booked any more; the last kept session is 40 days back and no rhythm is known.
            try practice.changeStore("DELETE FROM session WHERE client_id = 'id-plain' AND starts_at > \(Self.now);")
            try await daemon.polledAfresh()
            let drifted = try await practice.json("queue", "drifted")["clients"].items
            #expect(drifted.count == 1 && drifted[0]["days"].int == 40 && drifted[0]["therapist"].text == "Dr One")
            // Merged with the one that is open for the missed session.
            #expect(drifted[0]["follow_up"].text != nil && drifted[0]["client"].isNone)
            #expect(try practice.ledgerCount("SELECT count(*) FROM task WHERE kind = 'check_up'") == 1)
            let named = try await practice.vigil("queue", "drifted", "--reveal").output
            #expect(named.contains("Name plain"))
            #expect(try await daemon.stop() == .status(0))
        }

        /// Which session a question is about, and whose: for those who ask.
        @Test(.timeLimit(.minutes(3))) func questionsCanBeAnswered() async throws {
            let (practice, daemon) = try await practice()
            #expect(try await practice.vigil("queue", "questions").output == "No questions.\n")
            try practice.changeStore(
                """
                INSERT INTO session (client_id, starts_at, id, therapist_id) VALUES
                    ('id-plain', \(Self.now) - 2400, 'unmarked', 'T2');
                """)
            try await daemon.polledAfresh()
            let text = try await practice.vigil("queue", "questions").output
            #expect(text.contains("Did the client come?") && text.contains("with Dr Two") && !text.contains("Name"))
            #expect(try await practice.vigil("queue", "questions", "--reveal").output.contains("Name plain"))
            let rows = try await practice.json("queue", "questions")["questions"].items
            #expect(rows.count == 1 && rows[0]["task"]["kind"].text == "ask_outcome" && rows[0]["client"].isNone)
            try practice.changeStore("UPDATE session SET status = 'attended' WHERE id = 'unmarked';")
            try await daemon.polledAfresh()
            #expect(try await practice.json("queue", "questions")["questions"].items.isEmpty)
            #expect(try await daemon.stop() == .status(0))
        }

        /// A faulty file of fees keeps nobody from being watched.
        @Test(.timeLimit(.minutes(3))) func aFaultyPracticeFileIsSaidAndNoMore() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(Self.store)
            try practice.write(Self.practiceRules.replacing("160.00", with: "lots"), to: "practice.yaml")
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + "practice: practice.yaml\n", to: "vigil.yaml")
            let check = try await practice.vigil("config", "check")
            #expect(check.exit == .status(78) && check.errors.contains("practice.yaml:3:"))
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            #expect(try await practice.json("queue", "list")["follow_ups"].items.count == 5)
            let refused = try await practice.vigil(report)
            #expect(refused.exit == .status(78) && refused.errors.contains("fees.standard"))
            #expect(daemon.process.standardError.contains("fees.standard"))
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
