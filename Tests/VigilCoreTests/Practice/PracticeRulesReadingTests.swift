import Testing
import VigilCore
import VigilTestKit

@Suite struct PracticeRulesReadingTests {
    private func issues(_ replace: String, _ with: String) throws -> [String] {
        do {
            _ = try PracticeRules(yaml: CancellationPolicyTests.text.replacing(replace, with: with))
            return []
        } catch let error as PracticeRulesIssues {
            return error.messages
        }
    }

    @Test(arguments: [
        ("standard: 160.00", "standard: 160.001", "fees.standard must be an amount such as 160.00"),
        ("standard: 160.00", "standard: -5", "fees.standard must be an amount such as 160.00"),
        ("currency: USD", "currency: usd", "currency must be three capital letters, such as USD"),
        ("notice_hours: 24", "notice_hours: 500", "cancellation.notice_hours is 500, and must be from 0 to 336"),
        ("grace:", "graze:", "unknown key 'graze' in cancellation; did you mean 'grace'?"),
        ("vigil.practice/1", "vigil.practice/2", "version must be 'vigil.practice/1'; this vigil knows no other"),
    ]) func saysWhatIsWrong(_ replace: String, _ with: String, _ message: String) throws {
        #expect(try issues(replace, with).contains(message))
    }

    @Test func withoutACancellationPolicyNoFeeEverApplies() throws {
        let text = CancellationPolicyTests.text
        let begin = try #require(text.firstRange(of: "cancellation:"))
        #expect(try PracticeRules(yaml: String(text[..<begin.lowerBound])).cancellation == nil)
    }
}
