import Foundation
import Testing

extension InUse {
    /// `vigil explain` as a therapist would want it read to the client: what it is about and what helps first, how it was worked
    /// out after, and no word that labels anybody.
    @Suite struct ExplainTests {
        private static let now = "CAST(strftime('%s', 'now') AS INTEGER)"

        /// Four sessions into CPT, twice not come in the last three weeks, symptoms up, a step planned.
        private static let trauma = """
            INSERT INTO therapist VALUES ('T1', 'Dr One', NULL);
            INSERT INTO client (id, name, therapist_id, first_contact_on) VALUES
                ('c', 'Ana Example', 'T1', date('now', '-120 days'));
            INSERT INTO treatment VALUES ('c', 'CPT', 1, 4);
            INSERT INTO care_plan VALUES ('c', 7, date('now', '-3 days'), 'first written account about Ana');
            INSERT INTO screen VALUES ('c', 'p1', 'PCL-5', date('now', '-90 days'), 41, NULL, NULL, NULL),
                ('c', 'p2', 'PCL-5', date('now', '-35 days'), 54, NULL, NULL, NULL),
                ('c', 'q1', 'PHQ-9', date('now', '-35 days'), 11, 0, NULL, NULL);
            \([(56, "attended"), (49, "attended"), (42, "attended"), (35, "attended"), (28, "missed"), (21, "missed"),
                (14, "provider_cancel"), (2, "missed")].map { days, status in
                "INSERT INTO session (client_id, starts_at, id, therapist_id, status) VALUES "
                    + "('c', \(now) - \(days) * 86400, 's\(days)', 'T1', '\(status)');"
            }.joined(separator: "\n"))
            INSERT INTO session (client_id, starts_at, id, therapist_id) VALUES ('c', \(now) + 5 * 86400, 'next', 'T1');
            """

        /// Words of ux.md that no client should find in their record.
        private static let banned = [
            "patient", "no-show", "no show", "did not attend", "failed", "fails", "non-compliant", "noncompliant",
            "disengaged", "high-risk", "high risk", "low risk", "unreachable", "refus", "resist", "dropout", "drop-out",
            "terminate", "penalt", "warning", "probab", "avoid", "lazy", "unmotivated", "alert",
        ]

        @Test(.timeLimit(.minutes(3))) func aTraumaClientsFollowUp() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(Self.trauma)
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            let row = try #require(try await practice.json("queue", "list")["follow_ups"].items.first)
            let id = try #require(row["id"].text)
            #expect(row["tier"].text == "next")

            let text = try await practice.vigil("explain", id).output
            func place(_ words: String) throws -> String.Index {
                try #require(text.range(of: words), "'\(words)' is not there").lowerBound
            }
            // What it is about, what helps, what to take up: before any point is counted.
            let order = try [
                "It may be getting hard to come", "4 sessions into trauma-focused work",
                "The first sessions of this work are often the hardest to come to", "How the work has been going",
                "has come to 3 of 7 planned sessions in the last 8 weeks", "To pick up when you reach them",
                "Session of", "Points",
            ].map(place)
            #expect(order == order.sorted())
            for words in [
                "the safety plan was to be looked at together", "the PCL-5 was last filled in",
                "PCL-5 rose from 41 to 54",
                "This list orders outreach. It cannot tell who will come to harm.",
            ] { _ = try place(words) }
            // What somebody wrote may name a person: only for those who ask.
            #expect(!text.contains("Ana") && text.contains("a next step stands in the care plan"))
            let revealed = try await practice.vigil("explain", id, "--reveal").output
            #expect(revealed.contains("the next step planned: first written account about Ana"))
            #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE act = 'names_shown'") == 1)

            // Citations name studies in their own terms, and are not what is read to a client.
            let spoken = text.replacing(/\[[^\]]*\]/, with: "").lowercased()
            for word in Self.banned { #expect(!spoken.contains(word), "\(word)") }

            // The same in the queue's JSON.
            let care = row["care"]
            #expect(care["momentum"]["attended"].int == 3 && care["momentum"]["planned"].int == 7)
            #expect(care["momentum"]["lost"].bool == true && care["momentum"]["cadence_from"].text == "plan")
            #expect(care["momentum"]["last_attended_on"].text?.count == 10)
            #expect(care["findings"].items.map { $0["rule"].text } == ["momentum_lost", "talk_about_fit"])
            #expect(care["to_pick_up"].items.count == 4)
            // Lost for longer than three weeks: the return is planned, and the conversation asked for.
            let shown = try await practice.json("queue", "show", id)
            let tasks = shown["tasks"].items.compactMap { $0["kind"].text }
            #expect(shown["conversation_guide"].items.count >= 4)
            #expect(tasks.contains("plan_the_return") && tasks.contains("talk_about_fit"))
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
