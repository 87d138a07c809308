import Testing
import VigilCore

@testable import VigilWeb

@Suite struct FeedTextTests {
    private func row(_ tier: Tier = .now) -> FeedRow {
        var row = FollowUpRow(
            id: "7K3F0123456789AB", tier: tier, label: "Contact now", symbol: "!!", state: .open, owner: .onCall,
            takenBy: nil, missedAt: "2026-11-24T10:00:00-05:00", missedWords: "", sessions: 1, reasons: ["a reason"],
            contactBy: "2026-11-24T15:30:00-05:00", contactByWords: "", overdue: false, client: nil)
        row.client = ContactCard(name: "Name of somebody")
        return FeedRow(row, origin: "https://vigil.example.org/with/a/long/address/so/that/the/line/is/folded")
    }

    @Test func calendar() {
        let text = FeedText.calendar([row(), row(.routine)], at: WallTime(seconds: 1_795_550_400))
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.last == "" && !text.replacing("\r\n", with: "").contains("\n"))
        #expect(lines.allSatisfy { $0.utf8.count <= 75 })
        #expect(text.contains("DUE:20261124T203000Z\r\nPRIORITY:1\r\n") && text.contains("PRIORITY:9"))
        #expect(text.contains("SUMMARY:Follow-up 7K3F\r\n") && text.contains("CLASS:PRIVATE"))
        #expect(text.replacing("\r\n ", with: "").contains("/is/folded/f/7K3F0123456789AB\r\n"))
    }

    @Test func namesNobody() throws {
        for text in [
            FeedText.calendar([row()], at: WallTime(seconds: 0)), FeedText.csv([row()]), try FeedText.lines([row()]),
        ] {
            #expect(!text.contains("Name of") && !text.contains("a reason") && text.contains("7K3F"))
        }
    }

    @Test func empty() throws {
        #expect(FeedText.csv([]) == "id,tier,state,owner,contact_by,overdue,url\r\n")
        #expect(try FeedText.lines([]).isEmpty)
        #expect(FeedText.calendar([], at: WallTime(seconds: 0)).hasSuffix("END:VCALENDAR\r\n"))
    }
}
