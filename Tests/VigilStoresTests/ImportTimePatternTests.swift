import Testing
import VigilCore
import VigilStores

@Suite("Time patterns of an import")
struct ImportTimePatternTests {
    private let newYork = Zone(identifier: "America/New_York") ?? .utc

    private func time(_ text: String, _ pattern: String) throws -> String? {
        try TimePattern(parsing: pattern).time(text, in: newYork).map { Zone.utc.rfc3339($0) }
    }

    @Test(
        "what each pattern reads",
        arguments: [
            ("2026-01-05 14:30", "yyyy-MM-dd HH:mm", "2026-01-05T19:30:00Z"),
            ("2026-07-05 14:30:09", "yyyy-MM-dd HH:mm:ss", "2026-07-05T18:30:09Z"),
            ("1/5/2026 2:30 PM", "M/d/yyyy h:mm a", "2026-01-05T19:30:00Z"),
            ("01/05/2026 12:00 am", "M/d/yyyy h:mm a", "2026-01-05T05:00:00Z"),
            ("1/5/2026 12:00 p.m.", "M/d/yyyy h:mm a", "2026-01-05T17:00:00Z"),
            ("1/5/2026 2:30\u{202F}PM", "M/d/yyyy h:mm a", "2026-01-05T19:30:00Z"),
            ("Jan 5, 2026", "MMM d, yyyy", "2026-01-05T05:00:00Z"),
            ("05.01.2026 um 9:05", "dd.MM.yyyy 'um' H:mm", "2026-01-05T14:05:00Z"),
            ("2016-04-29T00:00:00Z", "yyyy-MM-dd'T00:00:00Z'", "2016-04-29T04:00:00Z"),
            ("2026-01-05T14:30+0100", "yyyy-MM-dd'T'HH:mmZ", "2026-01-05T13:30:00Z"),
            ("2026-01-05", "iso8601", "2026-01-05T05:00:00Z"),
            ("2026-01-05T14:30", "iso8601", "2026-01-05T19:30:00Z"),
            ("2026-01-05 14:30:15.250", "iso8601", "2026-01-05T19:30:15Z"),
            ("2026-01-05T14:30:15-05:00", "iso8601", "2026-01-05T19:30:15Z"),
            ("2026-01-05T14:30:15Z", "iso8601", "2026-01-05T14:30:15Z"),
            ("1767623400", "epoch", "2026-01-05T14:30:00Z"),
        ])
    func reads(text: String, pattern: String, expected: String) throws {
        #expect(try time(text, pattern) == expected)
    }

    @Test(
        "what no pattern reads",
        arguments: [
            ("", "yyyy-MM-dd"), ("2026-02-30", "yyyy-MM-dd"), ("2026-1-5", "yyyy-MM-dd"), ("26-01-05", "yyyy-MM-dd"),
            ("2026-01-05x", "yyyy-MM-dd"), ("2026-01-05 24:00", "yyyy-MM-dd HH:mm"),
            ("2026-01-05 12:60", "yyyy-MM-dd HH:mm"), ("1/5/2026 13:00 PM", "M/d/yyyy h:mm a"),
            ("1/5/2026 0:00 AM", "M/d/yyyy h:mm a"), ("13/5/2026", "M/d/yyyy"), ("2026-01-05T14", "iso8601"),
            ("2026-01-05T14:30:15+5", "iso8601"), ("1767623400000", "epoch"), ("-", "epoch"),
            ("２０２６-01-05", "yyyy-MM-dd"),
        ])
    func refuses(text: String, pattern: String) throws {
        #expect(try time(text, pattern) == nil)
    }

    @Test(
        "patterns that cannot be used",
        arguments: [
            "yyyy-MM", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm a", "yy-MM-dd", "yyyy-MM-dd HH:mm:SS", "yyyy-MM-dd 'T",
            "yyyy-MM-ddTHH:mm", "yyyy-MM-dd dd", "",
        ])
    func refusedPatterns(pattern: String) {
        #expect(throws: TimePattern.Refusal.self) { try TimePattern(parsing: pattern) }
    }

    @Test("a time in the spring gap moves on, one in the autumn fold is the first")
    func daylightSaving() throws {
        #expect(try time("2026-03-08 02:30", "yyyy-MM-dd HH:mm") == "2026-03-08T07:30:00Z")
        #expect(try time("2026-11-01 01:30", "yyyy-MM-dd HH:mm") == "2026-11-01T05:30:00Z")
    }

    @Test("a day is the one that is written, whatever zone stands beside it")
    func days() throws {
        let pattern = try TimePattern(parsing: "iso8601")
        #expect(pattern.day("1990-04-09T00:00:00Z", in: newYork)?.iso == "1990-04-09")
        #expect(pattern.day("1990-04-09T23:00:00+09:00", in: newYork)?.iso == "1990-04-09")
    }
}
