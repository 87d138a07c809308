import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// The words of ux.md: what a clinician, and a client who reads the record, finds in the policy.
@Suite struct PolicyWordsTests {
    private static let sentence = "This list orders outreach. It cannot tell who will come to harm."

    @Test func theShippedPolicyHasNoneOfTheBannedWords() throws {
        let text = try String(contentsOfFile: TestPolicy.path, encoding: .utf8)
        #expect(BannedWords.found(in: text) == [])
        #expect(text.contains(Self.sentence))
    }

    @Test func theTestSeesThem() {
        #expect(BannedWords.found(in: "label: High-risk\n# a no-\nshow; the patient") == ["patient", "high-risk"])
        #expect(BannedWords.found(in: "an operator alert about a safety plan") == [])
    }

    @Test func theReasonsOfAShadowHaveNoneEither() {
        for reason in ShadowReason.allCases {
            #expect(BannedWords.found(in: reason.words.replacingOccurrences(of: "operator alert", with: "")) == [])
        }
    }

    @Test func theLabelsOfTheTiersAreTimes() throws {
        let labels = try TestPolicy.shared().protocols.mapValues(\.label)
        #expect(
            labels == [
                .now: "Contact now", .today: "Contact today", .next: "Contact by next working day",
                .routine: "Routine follow-up",
            ])
    }
}
