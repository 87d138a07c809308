import Foundation
import Testing
import VigilCore
import VigilTestKit

/// A slip in the clinic's policy is an issue with its place, never silently a default.
@Suite struct PolicyReadingTests {
    private func issues(replacing old: String, with new: String) throws -> [String] {
        let text = try String(contentsOfFile: TestPolicy.path, encoding: .utf8)
        #expect(text.contains(old), "the shipped policy holds what the test replaces")
        let reader = try ConfigReader.yaml(text.replacing(old, with: new, maxReplacements: 1))
        _ = Policy(reading: reader)
        return reader.issues.map(\.message)
    }

    @Test func theShippedPolicyHasNoIssue() throws {
        #expect(try issues(replacing: "notice_hours: 24", with: "notice_hours: 24").isEmpty)
    }

    @Test(arguments: [
        ("notice_hours:", "notice_hour:", "did you mean 'notice_hours'?"),
        ("zone: America/New_York", "zone: America/NewYork", "is not a time zone"),
        ("closes: 17:00", "closes: 08:00", "must be later than opens"),
        ("today_from_points: 7", "today_from_points: 4", "points must rise"),
        ("version: vigil.policy/1", "version: vigil.policy/2", "this vigil knows no other"),
        ("working_days: [mon,", "working_days: [monday,", "is not a weekday"),
        ("holidays: []", "holidays: [2026-02-30]", "is not a day such as"),
        ("  F: 4", "  F: 4\n  G: 2", "unknown key 'G'"),
        ("level: 4-5, days: 1-30, points: 6", "level: 4-5, days: 30-1, points: 6", "must be a range such as"),
        ("level: 4-5, days: 1-30, points: 6", "level: 4-5, days: 1-30, points: 7", "must be from 0 to 6"),
        ("  - id: clinician_flag\n    tier: today", "  - id: clinician_flag\n    tier: toda", "did you mean 'today'?"),
        (
            "  - id: clinician_flag\n    tier: today", "  - id: discharge_7d\n    tier: today",
            "stands in the list twice"
        ),
        ("with_attempt_groups: [psychosis", "with_attempt_groups: [psycosis", "did you mean 'psychosis'?"),
        ("instrument: AUDIT-C", "instrument: AUDIT-D", "is not an instrument with a total"),
    ])
    func aSlipIsAnIssue(old: String, new: String, message: String) throws {
        let found = try issues(replacing: old, with: new)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
