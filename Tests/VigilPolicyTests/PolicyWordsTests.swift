import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

/// The words of ux.md: what a clinician, and a client who reads the record, finds in the policy.
@Suite struct PolicyWordsTests {
    private static let banned = [
        "patient", "patients", "inpatient", "outpatient", "no-show", "no-shows", "no show", "dna", "did not attend",
        "failed to attend", "fails to attend", "high-risk", "high risk", "low-risk", "low risk", "medium risk",
        "at risk",
        "case", "cases", "job", "alert", "disengaged", "non-compliant", "noncompliant", "unreachable", "safe",
        "cleared",
        "committed suicide", "completed suicide", "probability", "score of risk",
    ]
    private static let sentence = "This list orders outreach. It cannot tell who will come to harm."

    /// The text in lower case with one blank between words, so that a line break hides nothing.
    private func words(_ text: String) -> String {
        let letters = text.lowercased().map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : " " }
        return " " + String(letters).split(separator: " ").joined(separator: " ") + " "
    }

    private func bannedWords(in text: String) -> [String] {
        // "Operator alert" is the one alert there is.
        let words = words(text).replacingOccurrences(of: " operator alert ", with: " ")
        return Self.banned.filter { words.contains(" \($0) ") }
    }

    @Test func theShippedPolicyHasNoneOfTheBannedWords() throws {
        let text = try String(contentsOfFile: TestPolicy.path, encoding: .utf8)
        #expect(bannedWords(in: text) == [])
        #expect(text.contains(Self.sentence))
    }

    @Test func theTestSeesThem() {
        #expect(bannedWords(in: "label: High-risk\n# a no-\nshow; the patient") == ["patient", "high-risk"])
        #expect(bannedWords(in: "an operator alert about a safety plan") == [])
    }

    @Test func theReasonsOfAShadowHaveNoneEither() {
        for reason in ShadowReason.allCases {
            #expect(bannedWords(in: reason.words.replacingOccurrences(of: "operator alert", with: "")) == [])
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
