import Foundation
import Testing
import VigilSQL
import VigilTestKit

extension InUse {
    /// The site in a real Chromium (Tests/Browser): what people do with it, with and without JavaScript; every page of every role
    /// under axe-core; keys, weight and what it asks of other hosts. Pictures are left in .build/browser.
    @Suite(.enabled(if: BrowserPractice.isUsable)) struct BrowserTests {
        /// A practice of a day's size, and everybody who has pages.
        @Test(.timeLimit(.minutes(9))) func everyPageOfEveryRole() async throws {
            let folder = try PracticeFolder()
            let demo = folder.path + "/demo"
            let made = try await VigilProcess.run(
                [VigilProcess.vigil, "demo", "--folder", demo, "--policy", folder.policyPath])
            try #require(made.exit == .status(0), "\(made.errors)")
            try FileManager.default.removeItem(atPath: folder.storePath)
            try FileManager.default.moveItem(atPath: demo + "/practice.db", toPath: folder.storePath)
            try FileManager.default.moveItem(atPath: demo + "/practice.yaml", toPath: folder.path + "/practice.yaml")
            let therapist = try folder.readStore { try $0.first("SELECT min(id) FROM therapist") { $0.text(0) } }
            let practice = try await BrowserPractice(
                folder,
                staff: [
                    .init(id: "lead", role: "clinical_lead"),
                    .init(id: "thea", role: "therapist", therapist: therapist),
                    .init(id: "eve", role: "therapist", therapist: "nobodys"),
                    .init(id: "desk", role: "care_coordinator"), .init(id: "nora", role: "on_call"),
                    .init(id: "priv", role: "privacy_officer"), .init(id: "adam", role: "admin"),
                    .init(id: "audra", role: "auditor"),
                ], extra: "practice: practice.yaml\n", missing: Self.urgent("urgent", try #require(therapist)),
                pages: 1)
            try await practice.walk("pages", comparesStore: false)
        }

        /// Take, record, close, hand over, remind, acknowledge, conflict, a kept draft, break-glass, people, swap, feeds.
        @Test(.timeLimit(.minutes(9))) func whatPeopleDo() async throws {
            let folder = try PracticeFolder()
            try folder.changeStore(
                "INSERT INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');"
                    + Self.clientsOfFlows() + HostileText.clients())
            let practice = try await BrowserPractice(
                folder,
                staff: [
                    .init(id: "lead", role: "clinical_lead"), .init(id: "lea", role: "clinical_lead"),
                    .init(id: "thea", role: "therapist", therapist: "T1"),
                    .init(id: "theo", role: "therapist", therapist: "T2"),
                    .init(id: "tess", role: "therapist", therapist: "T2"),
                    .init(id: "eve", role: "therapist", therapist: "T9"),
                    .init(id: "desk", role: "care_coordinator"), .init(id: "nora", role: "on_call"),
                    .init(id: "priv", role: "privacy_officer"), .init(id: "adam", role: "admin"),
                    .init(id: "audra", role: "auditor"),
                    .init(id: "spare", role: "therapist", therapist: "T1", isInvited: false),
                ], missing: Self.urgent("urgent-script", "T1") + Self.urgent("urgent-plain", "T2"), pages: 2)
            try await practice.walk("flows")
        }

        /// A client for each flow, of the therapist who goes through it: T1 with JavaScript, T2 without.
        private static func clientsOfFlows() -> String {
            [("script", "T1"), ("plain", "T2")].map { mode, therapist in
                let flows = ["take", "conflict", "kept", "later", "over", "close", "keys"].enumerated().map {
                    SmallPractice.client("\($1)-\(mode)", therapist: therapist, missedDaysAgo: 2 + $0 % 3)
                }
                // Somebody else's, for whoever must look behind the limits of their role.
                return flows.joined() + SmallPractice.client("other-\(mode)", therapist: "T1", missedDaysAgo: 3)
            }.joined()
        }

        /// One to contact now: a C-SSRS of 4 nine days before.
        private static func urgent(_ id: String, _ therapist: String) -> String {
            SmallPractice.client(id, therapist: therapist, missedDaysAgo: 2)
                + """
                INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
                    VALUES ('\(id)', 'Q-\(id)', 'C-SSRS-screener', date('now', '-9 days'), 4);
                """
        }
    }
}
