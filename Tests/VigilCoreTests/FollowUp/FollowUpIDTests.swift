import Foundation
import Testing
import VigilCore

@Suite struct FollowUpIDTests {
    @Test func idsComeFromTheRandomSourceAlone() {
        var first = SeededRandom(seed: 5)
        var again = SeededRandom(seed: 5)
        var ids: Set<FollowUpID> = []
        for _ in 0..<2_000 {
            let id = FollowUpID(from: &first)
            #expect(id == FollowUpID(from: &again))
            #expect(FollowUpID(id.text) == id && id.text.utf8.count == 16)
            ids.insert(id)
        }
        #expect(ids.count == 2_000)
    }

    @Test(arguments: ["0123-4567-89ab-cdef", "O123456789ABCDEF", "0L23456789abcdef"])
    func slipsOfTheHandAreRead(typed: String) {
        #expect(FollowUpID(typed)?.text == "0123456789ABCDEF")
    }

    @Test(arguments: [
        "", "0123456789ABCDE", "0123456789ABCDEF0", "0123456789ABCDEU", "0123456789ABCDÉF", "0123 456789ABCDEF",
    ])
    func anythingElseIsNone(typed: String) {
        #expect(FollowUpID(typed) == nil)
    }

    @Test func itIsCodedAsText() throws {
        let id = try #require(FollowUpID("0123456789ABCDEF"))
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == "[\"0123456789ABCDEF\"]")
        #expect(try JSONDecoder().decode([FollowUpID].self, from: data) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([FollowUpID].self, from: Data("[\"x\"]".utf8)) }
    }
}
