import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// The worked examples of clinical.md section 9: what the shipped policy must say about each.
@Suite struct VignetteTests {
    struct Vignette: Decodable, Sendable, CustomTestStringConvertible {
        struct Expected: Decodable, Sendable {
            var tier: Tier
            var page_on_call: Bool
            var resolved: Bool
            var floors: Set<RuleID>
            var points: Int
            var engagement: Set<RuleID>
            var first_contact_hours: Int?
            var tier_before_resolution: Tier?
            var scored_as_miss: Bool?
        }
        var id: String
        var expected: Expected
        var testDescription: String { id }
    }

    static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/vignettes.json")

    /// The original beside the test data; the copy in Fixtures stands in for it where that is not mounted.
    static let original = ProcessInfo.processInfo.environment["VIGIL_TEST_DATA"].map {
        URL(filePath: $0).deletingLastPathComponent().appending(path: "vignettes.json")
    }

    private func check(_ url: URL) throws {
        let data = try Data(contentsOf: url)
        let vignettes = try JSONDecoder().decode([Vignette].self, from: data)
        #expect(vignettes.count == 15)
        let outcomes = try CaseFile.evaluate(data, file: "vignettes.json", policy: TestPolicy.shared())
        #expect(outcomes.count == vignettes.count)
        for (vignette, outcome) in zip(vignettes, outcomes) {
            guard case .result(let result) = outcome else {
                Issue.record("\(vignette.id) gave \(outcome)")
                continue
            }
            let expected = vignette.expected
            #expect(result.id == vignette.id)
            #expect(result.tier == expected.tier, "\(vignette.id)")
            #expect(result.points == expected.points, "\(vignette.id) \(result.findings.filter { $0.points > 0 })")
            #expect(Set(result.floors) == expected.floors, "\(vignette.id)")
            #expect(Set(result.engagement) == expected.engagement, "\(vignette.id)")
            #expect(result.resolved == expected.resolved, "\(vignette.id)")
            #expect(result.pageOnCall == expected.page_on_call, "\(vignette.id)")
            #expect(result.firstContactHours == expected.first_contact_hours, "\(vignette.id)")
            #expect(result.scored == expected.scored_as_miss ?? true, "\(vignette.id)")
            #expect(result.tierBeforeResolution == expected.tier_before_resolution ?? result.tierBeforeResolution)
            #expect(result.dataProblems.isEmpty, "\(vignette.id)")
        }
    }

    @Test func theCopyOfTheWorkedExamplesHolds() throws {
        try check(Self.fixture)
    }

    // Skipped where the test data is not mounted; the copy above is checked all the same.
    @Test(.enabled(if: originalIsPresent, "VIGIL_TEST_DATA/../vignettes.json is not there"))
    func theOriginalHoldsToo() throws {
        try check(#require(Self.original))
    }

    static let originalIsPresent: Bool = {
        if let original, FileManager.default.fileExists(atPath: original.path()) { return true }
        FileHandle.standardError.write(
            Data("SKIPPED: the original vignettes.json (VIGIL_TEST_DATA/../vignettes.json is not there)\n".utf8))
        return false
    }()
}
