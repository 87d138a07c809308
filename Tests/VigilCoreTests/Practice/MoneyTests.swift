import Testing
import VigilCore

@Suite struct MoneyTests {
    @Test(arguments: [
        ("160", 16_000), ("160.5", 16_050), ("160.05", 16_005), ("0", 0), ("0.99", 99), ("9999999.99", 999_999_999),
    ])
    func reads(_ text: String, _ cents: Int) {
        #expect(Money(text)?.cents == cents)
    }

    @Test(arguments: ["", "-1", "1.", ".5", "1.234", "1,000", "1e3", " 1", "99999999", "١", "1.٠"])
    func refuses(_ text: String) {
        #expect(Money(text) == nil)
    }

    @Test func writes() {
        #expect(Money(cents: 123_456_789).words == "1,234,567.89")
        #expect(Money(cents: 100_005).words == "1,000.05")
        #expect(Money(cents: 7).words == "0.07")
        #expect(Money(cents: 100_005).plain == "1000.05")
    }
}
