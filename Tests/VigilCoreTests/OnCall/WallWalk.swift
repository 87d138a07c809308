import Foundation
import VigilCore

/// 400 days of one zone, walked minute by minute with a clock on the wall beside: the plain reference that the calendar's
/// arithmetic is held against. Its only source is Foundation's offset of each minute; no function of vigil's takes part in it.
///
/// From 20 February 2026 on: gaps and folds of all three zones lie in it, and Berlin's and New York's spring comes twice.
struct WallWalk: Sendable {
    static let zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]
    static let days = 400
    static let begin: Int64 = 1_771_545_600

    /// What the wall shows at each minute: days since 1970-01-01 times 1,440, and the minute of that day.
    let shown: [Int]
    /// Minutes at which the wall jumps.
    let jumps: [Int]
    private let first: Int
    /// When the wall first shows each minute of the calendar; one that it skips happens as long after the last minute before
    /// the gap as if the clock had run on.
    private let moments: [Int]

    private static let walked = zones.map { WallWalk($0) }

    /// Walked once for all tests.
    static func of(_ zone: String) -> WallWalk? {
        zones.firstIndex(of: zone).flatMap { walked[$0] }
    }

    private init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var shown: [Int] = []
        var moments: [Int] = []
        var jumps: [Int] = []
        shown.reserveCapacity(Self.days * 1_440)
        moments.reserveCapacity(Self.days * 1_440 + 120)
        for index in 0..<Self.days * 1_440 {
            let instant = Self.begin + Int64(index) * 60
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
            let minute = Int((instant + Int64(offset)) / 60)
            if let before = shown.last, minute != before + 1 { jumps.append(index) }
            // The newest minute of the calendar that has been. A fold shows older ones again: nothing new happens.
            let newest = (shown.first ?? minute) + moments.count - 1
            if minute > newest {
                for skipped in 0..<(minute - newest - 1) { moments.append(index + skipped) }
                moments.append(index)
            }
            shown.append(minute)
        }
        self.shown = shown
        self.jumps = jumps
        self.moments = moments
        first = shown[0]
    }

    static func time(_ index: Int) -> WallTime { WallTime(seconds: begin + Int64(index) * 60) }

    static func index(_ time: WallTime) -> Int { Int((time.seconds - begin) / 60) }

    func day(_ index: Int) -> Int { shown[index] / 1_440 }

    var firstDay: Int { first / 1_440 }

    /// When the wall first shows `minute` of `day`. Nil outside the walk.
    func moment(_ day: Int, _ minute: Int) -> Int? {
        let place = day * 1_440 + minute - first
        return moments.indices.contains(place) ? moments[place] : nil
    }

    /// Monday 1 to Sunday 7; day 0 was a Thursday.
    static func weekday(_ day: Int) -> Int { (day + 3) % 7 + 1 }

    /// The times of the window: a begin on each of the weekdays, an end after it. Those of the walk's first two days may be short.
    func times(of window: WeeklyWindow) -> [Range<Int>] {
        (firstDay - 1...firstDay + Self.days).compactMap { day in
            guard window.weekdays.contains(Self.weekday(day)) else { return nil }
            let endDay = window.toMinute > window.fromMinute ? day : day + 1
            // Before the walk a window has begun already; after it it never ends.
            let begin = moment(day, window.fromMinute) ?? (day < firstDay + 2 ? 0 : shown.count)
            let end = moment(endDay, window.toMinute) ?? (endDay < firstDay + 2 ? 0 : shown.count)
            return begin < end ? begin..<end : nil
        }
    }

    /// For every minute, whether it lies in one of the windows.
    func covered(by windows: [WeeklyWindow]) -> [Bool] {
        var covered = [Bool](repeating: false, count: shown.count)
        for range in windows.flatMap({ times(of: $0) }) {
            covered.replaceSubrange(range, with: repeatElement(true, count: range.count))
        }
        return covered
    }

    /// For every minute, the newest of the days whose `minute` has been. Not to be trusted on the walk's first two days.
    func newestDay(passing minute: Int) -> [Int] {
        var newest: [Int] = []
        newest.reserveCapacity(shown.count)
        for day in firstDay...firstDay + Self.days + 1 {
            let next = min(moment(day + 1, minute) ?? shown.count, shown.count)
            newest.append(contentsOf: repeatElement(day, count: max(0, next - newest.count)))
        }
        return newest
    }
}
