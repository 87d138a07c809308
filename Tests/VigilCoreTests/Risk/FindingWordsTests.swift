import Foundation
import Testing
import VigilCore

/// A reason that is written when it is read is the same as one that is written at once.
@Suite struct FindingWordsTests {
    private let today = LocalDay(number: 20_000)
    private var due: FindingWords {
        FindingWords(day: today.adding(days: -400), seenFrom: today, 3, 7) {
            "\($0.number) of \($0.other) \($0.onDay), that is \($0.dayWords)"
        }
    }

    @Test func itIsMadeOfItsFacts() {
        #expect(due.text == "3 of 7 on 31 August 2023, that is 31 August 2023")
        #expect(FindingWords(seenFrom: today) { "none\($0.onDay)\($0.dayWords)" }.text == "none")
    }

    @Test func itIsEqualToItsText() {
        #expect(due == FindingWords(due.text))
        #expect(due.hashValue == FindingWords(due.text).hashValue)
        #expect(due != "another")
    }

    @Test func itIsStoredAsText() throws {
        let finding = Finding("a_rule", .attendance, .present, points: 2, day: today, reason: due, basis: "b")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(finding), as: UTF8.self)
        #expect(text.contains("\"reason\":\"3 of 7 on 31 August 2023, that is 31 August 2023\""))
        let read = try JSONDecoder().decode(Finding.self, from: Data(text.utf8))
        #expect(read == finding)
        #expect(String(decoding: try encoder.encode(read), as: UTF8.self) == text)
    }
}
