import Foundation
import Testing
import VigilCore
import VigilStores
import VigilTestKit

/// Series of OpenEMR against a reference of other hands, and where they are refused.
@Suite struct OpenEMRSeriesTests {
    private static let iso = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    /// As PHP's `serialize` writes the array.
    private static func php(_ entries: [(String, String)]) -> String {
        "a:\(entries.count):{"
            + entries.map { "s:\($0.utf8.count):\"\($0)\";s:\($1.utf8.count):\"\($1)\";" }.joined() + "}"
    }

    private struct Drawn {
        var series: OpenEMRSeries
        var zone: Zone
        var seconds: Int
        var from: LocalDay
        var until: LocalDay
        var reference: String

        var starts: [Int64] {
            series.days(from: from, until: until).map { zone.time(on: $0, secondOfDay: seconds).seconds }
        }
    }

    private static let zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"]

    /// A series as staff would enter it, and the same as a rule of RFC 5545.
    private static func draw(_ random: inout SeededRandom) throws -> Drawn {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var first = try #require(LocalDay(year: 2024 + pick(0...2), month: pick(1...12), day: pick(1...28)))
        if pick(0...5) == 0 { first = LocalDay(iso: "2024-01-31") ?? first }
        // Half of them at the hours at which clocks change.
        let seconds = (pick(0...1) == 0 ? pick(0...3) * 3_600 : pick(7...19) * 3_600) + pick(0...1) * 1_800
        let zone = try #require(Zone(identifier: zones[pick(0...3)]))
        let every = pick(1...4)
        var (kind, entries, rule): (Int, [(String, String)], String)
        let kinds = pick(0...5)
        switch kinds {
        case 0: (kind, entries, rule) = (1, frequency(every, 0), "FREQ=DAILY;INTERVAL=\(every)")
        case 1: (kind, entries, rule) = (1, frequency(every, 1), "FREQ=WEEKLY;INTERVAL=\(every)")
        case 2: (kind, entries, rule) = (1, frequency(every, 2), "FREQ=MONTHLY;INTERVAL=\(every)")
        case 3:
            while first.weekday > 5 { first = first.adding(days: 1) }
            (kind, entries, rule) = (1, frequency(1, 4), "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR")
        case 4:
            // The nth such weekday of its month, or the last.
            let nth = (first.civil.day - 1) / 7 + 1
            let isLast = first.adding(days: 7).civil.month != first.civil.month
            let ordinal = nth > 4 || (isLast && pick(0...1) == 0) ? 5 : nth
            entries = [
                ("event_repeat_on_num", "\(ordinal)"), ("event_repeat_on_day", "\(first.weekday % 7)"),
                ("event_repeat_on_freq", "\(every)"),
            ]
            kind = 2
            rule = "FREQ=MONTHLY;INTERVAL=\(every);BYDAY=\(ordinal == 5 ? -1 : ordinal)\(iso[first.weekday - 1])"
        default:
            let days = Set([first.weekday, pick(1...7), pick(1...7)]).sorted()
            entries = [
                ("event_repeat_freq", days.map { "\($0 % 7 + 1)" }.joined(separator: ",")),
                ("event_repeat_freq_type", "6"),
            ]
            kind = 3
            rule = "FREQ=WEEKLY;BYDAY=\(days.map { iso[$0 - 1] }.joined(separator: ","))"
        }
        let last: LocalDay? = pick(0...1) == 0 ? first.adding(days: pick(0...500)) : nil
        if let last { rule += ";UNTIL=\(utc(zone.time(on: last, secondOfDay: seconds)))" }
        let gone = (0..<pick(0...4)).map { _ in first.adding(days: 7 * pick(0...30)) }
        entries.append(("exdate", gone.map { $0.iso.replacing("-", with: "") }.joined(separator: ",")))
        let from = first.adding(days: pick(-40...200))
        let until = from.adding(days: pick(1...420))
        let series = try #require(OpenEMRSeries(kind: kind, specification: php(entries), first: first, last: last))
        let start = "\(first.iso)T\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):00"
        let reference = """
            {"zone": "\(zone.identifier)", "start": "\(start)", "rule": "\(rule)", "exdates": \(gone.map(\.iso)), \
            "from": "\(from.iso)", "until": "\(until.iso)"}
            """
        return Drawn(series: series, zone: zone, seconds: seconds, from: from, until: until, reference: reference)
    }

    private static func frequency(_ every: Int, _ unit: Int) -> [(String, String)] {
        [("event_repeat_freq", "\(every)"), ("event_repeat_freq_type", "\(unit)")]
    }

    private static func utc(_ time: WallTime) -> String {
        Zone.utc.rfc3339(time).filter { $0 != "-" && $0 != ":" }.prefix(15) + "Z"
    }

    @Test(.enabled(if: TestPython.path != nil), .timeLimit(.minutes(20))) func thousandSeriesAsCalendarsExpandThem()
        throws
    {
        var random = SeededRandom(seed: Mangler.announcedSeed("OpenEMRSeriesTests"))
        let drawn = try (0..<1_000).map { _ in try Self.draw(&random) }
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-series-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = drawn.map { $0.reference + "\n" }.joined()
        try lines.write(toFile: folder + "/in", atomically: true, encoding: .utf8)
        let script = (#filePath as NSString).deletingLastPathComponent + "/series_reference.py"
        let python = try #require(TestPython.path)
        let run = try ChildProcess.run(
            "/bin/sh", ["-c", "exec \(python) '\(script)' < '\(folder)/in'"])
        try #require(run.status == 0, "\(run.output.suffix(400))")
        let answers = run.output.split(separator: "\n")
        try #require(answers.count == drawn.count)
        var count = 0
        for (one, answer) in zip(drawn, answers) {
            let expected = try JSONDecoder().decode([Int64].self, from: Data(answer.utf8))
            #expect(one.starts == expected, "\(one.reference)")
            count += expected.count
        }
        #expect(count > 20_000, "\(count) occurrences")
    }

    @Test(arguments: [
        "", "a:1:{", "a:1:{s:17:\"event_repeat_freq\";s:1:\"1\";}", "N;", "a:2:{i:0;i:1;}",
        "a:2:{s:17:\"event_repeat_freq\";s:1:\"0\";s:22:\"event_repeat_freq_type\";s:1:\"1\";}",
        "a:2:{s:17:\"event_repeat_freq\";s:1:\"1\";s:22:\"event_repeat_freq_type\";s:1:\"9\";}",
        "a:2:{s:17:\"event_repeat_freq\";s:99:\"1\";s:22:\"event_repeat_freq_type\";s:1:\"1\";}",
        "a:9999999999999999999:{}", "O:8:\"stdClass\":0:{}",
    ])
    func rulesThatNobodyUnderstandsAreRefused(_ text: String) throws {
        let day = try #require(LocalDay(iso: "2026-01-05"))
        #expect(OpenEMRSeries(kind: 1, specification: text, first: day, last: nil) == nil)
    }

    /// Work days are counted without weekends; the reference knows no such rule.
    @Test func everyThirdWorkDay() throws {
        let first = try #require(LocalDay(iso: "2026-01-05"))
        let text = Self.php(Self.frequency(3, 4) + [("exdate", "")])
        let series = try #require(OpenEMRSeries(kind: 1, specification: text, first: first, last: nil))
        let days = series.days(from: first, until: first.adding(days: 15)).map(\.iso)
        #expect(days == ["2026-01-05", "2026-01-08", "2026-01-13", "2026-01-16"])
    }
}
