import Testing

@testable import VigilWeb

@Suite struct OneTimeCodeTests {
    private let key = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func asTheStandardSays(seconds: Int64, expected: String) {
        #expect(OneTimeCode.code(key, step: OneTimeCode.step(at: seconds)) == expected)
    }

    @Test func neighboursAreTakenAndOthersNot() {
        let now: Int64 = 1_234_567_890
        let step = OneTimeCode.step(at: now)
        for (offset, isTaken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = OneTimeCode.code(key, step: step + Int64(offset))
            #expect((OneTimeCode.step(of: code, key, at: now, after: 0) != nil) == isTaken, "\(offset)")
        }
    }

    @Test func aCodeIsGoodOnce() {
        let now: Int64 = 1_234_567_890
        let step = OneTimeCode.step(at: now)
        let code = OneTimeCode.code(key, step: step)
        #expect(OneTimeCode.step(of: code, key, at: now, after: step - 1) == step)
        #expect(OneTimeCode.step(of: code, key, at: now, after: step) == nil)
    }

    @Test func blanksBetweenDigitsAndNothingElse() {
        let now: Int64 = 59
        #expect(OneTimeCode.step(of: " 287 082", key, at: now, after: 0) == 1)
        for text in ["", "28708", "2870822", "２８７０８２", "287082;"] {
            #expect(OneTimeCode.step(of: text, key, at: now, after: 0) == nil, "\(text)")
        }
    }

    @Test func theKeyByHand() {
        // RFC 4648 base 32 of the key above.
        #expect(OneTimeCode.words(key) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
        #expect(
            OneTimeCode.link(key, person: "a-morgan").contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=vigil"))
    }
}
