import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// `vigil policy lint`, and the check that moves every number by one.
@Suite struct PolicyLintTests {
    private static let today = LocalDay(iso: "2026-11-29") ?? LocalDay(number: 0)

    private func shipped() throws -> String { try String(contentsOfFile: TestPolicy.path, encoding: .utf8) }

    private func findings(_ text: String, examples: PolicyExamples? = nil, today: LocalDay = today) throws -> [String] {
        let loaded = try PolicyFile.parse(text: text, file: "policy.yaml")
        let root = try ConfigFile.parse(text: text, file: "policy.yaml", operation: "read") { $1 }
        return PolicyLint.findings(
            root, policy: loaded.policy, file: "policy.yaml", examples: examples, today: today
        ).map(\.text)
    }

    @Test func theShippedPolicyIsClean() throws {
        #expect(try findings(shipped(), examples: ExampleFile.load(path: TestPolicy.examplesPath)) == [])
    }

    @Test func aTierThatNothingReaches() throws {
        let text = try shipped().replacing("now_from_points: 11", with: "now_from_points: 60")
        #expect(
            try findings(text).first?.hasSuffix(
                "tier now is reached by floors alone: all factors together give 27 points at most") == true)
        let bare = text.replacing("    tier: now\n", with: "    tier: today\n")
        #expect(try findings(bare).first?.contains("tier now is reached by nothing") == true)
    }

    @Test func aRowAndAFloorThatNeverHold() throws {
        let row = try shipped().replacing(
            "- {answer: 1, days: 1-90, points: 1, basis: \"Louzon 2016, HR 1.75; Simon 2013\"}",
            with:
                "- {answer: 1, days: 1-90, points: 1, basis: Judgement}\n      - {answer: 2, days: 5-20, points: 1, basis: Judgement}"
        )
        #expect(try findings(row).first?.contains("factors.phq9_item9.bands[7] never decides") == true)
        let floor = try shipped().replacing(
            "    rule: ideation_level\n    level: 3\n", with: "    rule: ideation_level\n    level: 6-9\n")
        #expect(try findings(floor).first?.contains("floor 'cssrs_3_recent' never holds") == true)
    }

    @Test func evidenceThatIsOlderThanThePolicyAllows() throws {
        let later = try #require(LocalDay(iso: "2029-01-01"))
        let found = try findings(shipped(), today: later)
        #expect(found.count == 3 && found.allSatisfy { $0.contains("is of 2013, more than 15 years ago") }, "\(found)")
        let without = try shipped().replacing(/evidence:\n  look_again_after_years: 15\n  basis: Judgement\n/, with: "")
        #expect(try findings(without, today: later) == [])
    }

    @Test func rulesWithoutAnExample() throws {
        let examples = try ExampleFile.parse(
            text: "version: vigil.policy_tests/1\nexamples: [{name: a, expect: {tier: now, factors: {this_miss: 1}}}]",
            file: "t")
        let found = try findings(shipped(), examples: examples)
        #expect(found.contains { $0.hasSuffix("factor 'cssrs_ideation' has no example") })
        #expect(found.contains { $0.hasSuffix("floor 'discharge_7d' has no example") })
        #expect(found.contains { $0.hasSuffix("engagement 'anniversary' has no example") })
        #expect(found.contains { $0.hasSuffix("tier routine has no example") })
        #expect(found.contains { $0.hasSuffix("task 'plan_the_return' has no example") })
        #expect(!found.contains { $0.contains("this_miss") || $0.contains("tier now") })
    }

    // MARK: Every number moved by one

    private func mutations(_ examples: PolicyExamples) throws -> MutationReport {
        let root = try ConfigFile.load(path: TestPolicy.path, operation: "read") { $1 }
        return try MutationCheck(root: root, policy: TestPolicy.shared(), examples: examples).run()
    }

    @Test func anExampleNoticesEveryNumber() throws {
        let report = try mutations(ExampleFile.load(path: TestPolicy.examplesPath))
        #expect(report.survivors == [])
        #expect(report.numbers > 150 && report.noticed > 400 && report.agreed < 20)
        #expect(report.moved == report.noticed + report.agreed + report.refused + report.changesNothing)
    }

    /// Two examples taken out: the numbers that only they knew are named, with their line.
    @Test func withoutItsExampleANumberSurvives() throws {
        var examples = try ExampleFile.load(path: TestPolicy.examplesPath)
        examples.examples.removeAll { $0.name == "cancelled 24 hours before" || $0.name == "cancelled 23 hours before" }
        let report = try mutations(examples)
        #expect(
            report.survivors.map { "\($0.key) \($0.to)" } == ["detection.notice_hours 23", "detection.notice_hours 25"])
        let line = try shipped().split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
            $0.contains("notice_hours: 24")
        }
        #expect(report.survivors.first?.line == line.map { $0 + 1 })
    }
}
