import Foundation
import Testing
import VigilTestKit

extension UnderLoad {
    /// The worst day of the Kaggle data: 1,049 misses in one day.
    @Suite(.enabled(if: ShiftedClock.isUsable)) struct CrowdedDayTests {
        private static let misses = 1_049
        private static let urgent = 5

        @Test(.timeLimit(.minutes(4))) func oneFollowUpEachPagesForNowAndOneDigest() async throws {
            let practice = try await PagedPractice()
            let clock = try await ShiftedClock(folder: practice.folder.path)
            let daemon = try await practice.start(environment: clock.environment)
            try await daemon.polled()
            try practice.folder.changeStore(Self.script)
            _ = try await eventually("all follow-ups") {
                try practice.folder.ledgerCount("SELECT count(*) FROM follow_up") == Self.misses ? true : nil
            }
            _ = try await eventually("all pages", within: .seconds(120)) {
                practice.heard("page").count >= Self.urgent ? true : nil
            }
            // Nobody but who is to be contacted now is paged about.
            try await daemon.polledAfresh()
            #expect(practice.heard("page").count == Self.urgent)
            #expect(Set(practice.heard("page").map { $0["follow_up"] }).count == Self.urgent)
            #expect(
                try practice.folder.ledgerCount("SELECT count(*) FROM follow_up WHERE tier = 'now'") == Self.urgent)
            #expect(practice.files("boxes").keys.allSatisfy { !$0.hasPrefix("ana") && !$0.hasPrefix("ben") })

            // The next working day, after the hour of the digest.
            try clock.set(seconds: Self.secondsToNextWorkingDay)
            for person in ["ana", "ben", "lead"] {
                let digest = try await eventually("a digest for \(person)") {
                    practice.files("boxes").first {
                        $0.key.hasPrefix("\(person).") && $0.value["type"].text == "digest"
                    }?.value
                }
                let open = try #require(digest["text"].text)
                #expect(open.contains("follow-ups waiting"))
                #expect(!open.contains("Name of"))
            }
            for _ in 0..<3 { try await daemon.polledAfresh() }
            for person in ["ana", "ben", "lead"] {
                let digests = practice.files("boxes").filter {
                    $0.key.hasPrefix("\(person).") && $0.value["type"].text == "digest"
                }
                #expect(digests.count == 1, "one digest for \(person)")
            }
            try await practice.verify("a crowded day")
            #expect(try await daemon.stop() == .status(0))
        }

        /// To midday of the next day from Monday to Friday, in UTC: morning in New York, whatever the season.
        private static var secondsToNextWorkingDay: Int {
            let now = Int(Date().timeIntervalSince1970)
            var days = 1
            // 1 January 1970 was a Thursday.
            while [2, 3].contains((now / 86_400 + days) % 7) { days += 1 }
            return (now / 86_400 + days) * 86_400 + 15 * 3_600 - now
        }

        private static let script = """
            INSERT INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');
            INSERT INTO client (id, name, therapist_id, first_contact_on, emergency_contact, safety_plan)
                WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(misses - 1))
                SELECT printf('C%06d', i), 'Name of ' || i, CASE i % 2 WHEN 0 THEN 'T1' ELSE 'T2' END,
                    date('now', '-400 days'), 1, 1 FROM n;
            INSERT INTO session (client_id, starts_at, id, therapist_id, status)
                SELECT id, CAST(strftime('%s', 'now') AS INTEGER) - 7200, 'S' || id, therapist_id, 'missed' FROM client;
            INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
                SELECT id, 'Q' || id, 'C-SSRS-screener', date('now', '-9 days'), 4 FROM client
                WHERE CAST(substr(id, 2) AS INTEGER) < \(urgent);
            """
    }
}
