import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// The clinic's own examples: those that are shipped hold, and one that does not says where and why.
@Suite struct PolicyTestTests {
    private func report(_ examples: String, policy: Policy? = nil) throws -> PolicyTestReport {
        try PolicyTest.run(
            ExampleFile.parse(text: "version: vigil.policy_tests/1\n" + examples, file: "policy.tests.yaml"),
            policy: policy ?? TestPolicy.shared(), values: TestPolicy.values())
    }

    @Test func theShippedExamplesHold() throws {
        let examples = try ExampleFile.load(path: TestPolicy.examplesPath)
        let report = try PolicyTest.run(examples, policy: TestPolicy.shared(), values: TestPolicy.values())
        #expect(report.failures.map(\.words) == [])
        #expect(report.examples > 200)
    }

    /// One number moved: the example names itself, its line, what was expected and what came.
    @Test func aFailureSaysWhereAndWhy() throws {
        let text = """
            examples:
              - name: four points
                given: {client: {diagnoses: [F60.3], age: 40}, attended: [-7], screens: [{day: -9, instrument: PHQ-9, item9: 0}]}
                expect: {tier: today, points: 5, factors: {this_miss: 0, cssrs_ideation: absent}, tasks: {first_call: 1h, lunch: 2h}}
            """
        let failure = try #require(report(text).failures.first)
        #expect(failure.line == 3)
        #expect(
            failure.differences.map { "\($0.what) \($0.expected) \($0.got)" } == [
                "tier today next", "points 5 4", "factors.cssrs_ideation absent unknown",
                "factors.this_miss 0 points 1 point",
                "tasks.first_call 1h (2026-03-02 16:00) 1d 2h (2026-03-03 17:00)", "tasks.lunch there not there",
            ])
        #expect(failure.words.hasPrefix("policy.tests.yaml:3: four points: tier: expected today, got next"))
    }

    @Test func anEmptyExpectationMeansThatNothingHappens() throws {
        #expect(
            try report("examples: [{name: a, given: {session: {status: attended}, booked: [7]}, expect: {}}]").holds)
        let missed = try report("examples: [{name: a, given: {}, expect: {}}]")
        #expect(missed.failures.first?.differences.first?.what == "what happens")
        let asked = try report("examples: [{name: a, given: {session: {status: scheduled}}, at: 30m, expect: {}}]")
        #expect(asked.failures.first?.differences.first?.got == "tasks ask_outcome")
    }

    /// A slip of the pen is an error with its place, and never a key that is passed over.
    @Test(arguments: [
        (
            "examples: [{name: a, given: {screns: []}, expect: {}}]",
            "unknown key 'screns' in given; did you mean 'screens'?"
        ),
        (
            "examples: [{name: a, given: {client: {aged: 3}}, expect: {}}]",
            "unknown key 'aged' in given.client; did you mean 'age'?"
        ),
        ("examples: [{name: a, expect: {teir: now}}]", "unknown key 'teir'"),
        (
            "examples: [{name: a, expect: {factors: {this_mis: 1}}}]",
            "there is no factor 'this_mis'; did you mean 'this_miss'?"
        ),
        ("examples: [{name: a, from: wekly, expect: {}}]", "there is no background 'wekly'"),
        ("examples: [{name: a, at: soon, expect: {}}]", "at must be a time"),
        ("examples: [{name: a, expect: {}}, {name: a, expect: {}}]", "'a' is the name of 2 of them"),
        ("examples: [{name: a, expect: {tier: high}}]", "tier must be one of"),
    ]) func slipsAreRefused(_ text: String, _ words: String) throws {
        let error = #expect(throws: OperationError.self) { try report(text) }
        #expect(error?.kind == .configuration && error?.cause.contains(words) == true, "\(error?.cause ?? "")")
    }

    @Test func whatCannotBeReadIsAFailureAndNotAnEnd() throws {
        let found = try report(
            """
            examples:
              - {name: a, given: {looks: [soon]}, expect: {}}
              - {name: b, given: {acts: [{after: 1m, does: call, outcome: no_answer}]}, expect: {}}
              - {name: c, given: {starts: noon}, expect: {}}
              - {name: d, at: 1h, given: {looks: [2h]}, expect: {}}
            """)
        #expect(found.failures.map(\.name) == ["a", "b", "c", "d"])
    }

    @Test func agreedNumbersAreCompared() throws {
        let found = try report("agreed: {tiers.next_from_points: 5, tiers.nothing: 1}\nexamples: []")
        #expect(found.failures.flatMap(\.differences).map(\.got) == ["4", "(nothing)"])
    }

    @Test func nothingThatPeopleReadHasABannedWord() throws {
        let text = try String(contentsOfFile: TestPolicy.examplesPath, encoding: .utf8)
        #expect(BannedWords.found(in: text) == [])
    }
}
