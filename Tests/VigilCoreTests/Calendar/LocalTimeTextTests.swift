import Testing
import VigilCore

@Suite struct LocalTimeTextTests {
    private let now = WallTime(seconds: 1_000)

    private func time(_ text: String) -> WallTime? { LocalTimeText.time(text, in: .utc, from: now) }

    @Test func fromNow() {
        #expect(time("+90m") == now.adding(minutes: 90))
        #expect(time("+2h") == now.adding(hours: 2))
        #expect(time("+3d") == now.adding(hours: 72))
        #expect(time("1970-01-02T00:00") == WallTime(seconds: 86_400), "a local time as before")
        for text in ["+", "+h", "+2", "+2x", "+-2h", "+2.5h", "+99999h", "2h", "+ 2h", "+2hh", "+２h", ""] {
            #expect(time(text) == nil, "\(text)")
        }
    }
}
