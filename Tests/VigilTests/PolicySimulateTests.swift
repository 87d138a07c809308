import Foundation
import Testing
import VigilCore
import VigilTestKit

extension InUse {
    /// `vigil policy simulate` as it is used: text, JSON, another policy, and the page in a real Chromium.
    @Suite struct PolicySimulateTests {
        /// A small practice with a past: clients who miss now and then, one with strong ideation.
        private func practice() throws -> PracticeFolder {
            let folder = try PracticeFolder()
            var script = "INSERT INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');"
            for number in 1...12 {
                script += """
                    INSERT INTO client (id, name, born_on, therapist_id, first_contact_on)
                        VALUES ('secret-\(number)', 'Name \(number)', '1980-01-01', 'T\(number % 2 + 1)', date('now', '-400 days'));
                    """
                for week in 1...26 {
                    let missed = (week * 7 + number * 3) % 9 == 0
                    script += """
                        INSERT INTO session (client_id, starts_at, id, therapist_id, status) VALUES ('secret-\(number)',
                            (strftime('%s', 'now', '-\(week * 7) days', 'start of day') + \(15 + number % 4) * 3600), 'A\(number)-\(week)',
                            'T\(number % 2 + 1)', '\(missed ? "missed" : "attended")');
                        """
                }
                script += """
                    INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
                        VALUES ('secret-\(number)', 'Q\(number)', 'C-SSRS-screener', date('now', '-\(20 + number * 10) days'), \(number % 5));
                    """
            }
            try folder.changeStore(script)
            return folder
        }

        private func days() -> (String, String) {
            let today = WallTime(seconds: Int64(Date().timeIntervalSince1970))
            let day = Zone.utc.day(of: today)
            return (day.adding(days: -120).iso, day.adding(days: -2).iso)
        }

        @Test(.timeLimit(.minutes(5))) func textJSONAndAnotherPolicy() async throws {
            let folder = try practice()
            let (from, to) = days()
            let text = try await folder.vigil("policy", "simulate", "--from", from, "--to", to)
            #expect(text.exit == .status(0), "\(text.errors)")
            for words in [
                "Contact now", "By therapist", "By week", "Floors that held", "What is assumed", "12 clients",
            ] {
                #expect(text.output.contains(words), "\(words)")
            }
            #expect(!text.output.contains("secret-") && BannedWords.found(in: text.output) == [])
            // Two processes: nothing hangs on the order in which this one happens to keep its tables.
            let one = try await folder.vigil("policy", "simulate", "--from", from, "--to", to, "--json")
            let two = try await folder.vigil("policy", "simulate", "--from", from, "--to", to, "--json")
            #expect(one.output == two.output)
            #expect(try JSONTree(one.output)["schema"].text == "vigil.policy_simulation/1")

            let policy = try String(contentsOfFile: folder.policyPath, encoding: .utf8)
            try folder.write(
                policy.replacing("level: 4-5\n    days: 1-30", with: "level: 3-5\n    days: 1-30"), to: "other.yaml")
            let other = try await folder.json(
                "policy", "simulate", "--from", from, "--to", to, "--policy", folder.path + "/other.yaml")
            #expect(!other["comparison"]["changed"].items.isEmpty)
            let named = try await folder.vigil(
                "policy", "simulate", "--from", from, "--to", to, "--policy", folder.path + "/other.yaml", "--store-ids"
            )
            #expect(named.output.contains("secret-"))

            // What has not happened cannot be replayed; and days are days.
            #expect(
                try await folder.vigil("policy", "simulate", "--from", from, "--to", "2999-01-01").exit == .status(64))
            #expect(try await folder.vigil("policy", "simulate", "--from", to, "--to", from).exit == .status(64))
            #expect(try await folder.vigil("policy", "simulate", "--from", "yesterday", "--to", to).exit == .status(64))
            // Neither the store nor a ledger was written.
            #expect(!FileManager.default.fileExists(atPath: folder.ledgerPath))
        }

        @Test(.enabled(if: BrowserPractice.isUsable), .timeLimit(.minutes(5))) func thePageInABrowser() async throws {
            let folder = try practice()
            let (from, to) = days()
            let policy = try String(contentsOfFile: folder.policyPath, encoding: .utf8)
            try folder.write(
                policy.replacing("level: 4-5\n    days: 1-30", with: "level: 3-5\n    days: 1-30"), to: "other.yaml")
            let page = folder.path + "/report.html"
            let made = try await folder.vigil(
                "policy", "simulate", "--from", from, "--to", to, "--policy", folder.path + "/other.yaml", "--html",
                page)
            #expect(made.exit == .status(0), "\(made.errors)")
            let artefacts = Checkout.path(".build/browser")
            try FileManager.default.createDirectory(atPath: artefacts, withIntermediateDirectories: true)
            let python = try #require(TestPython.path)
            let result = try await VigilProcess.run(
                [python, Checkout.path("Tests/Browser/simulation.py"), page, artefacts],
                environment: ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"], within: .seconds(120))
            for line in result.output.split(separator: "\n") where line.hasPrefix("FAULT ") {
                Issue.record("\(line.dropFirst(6))")
            }
            #expect(result.exit == .status(0), "\(result.errors.suffix(2_000))")
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(!text.contains("secret-") && !text.contains("<script"))
        }
    }
}
