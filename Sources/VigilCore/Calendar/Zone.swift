import Foundation

/// The practice's time zone as a table of offsets, so that a day of a session costs one search and no allocation.
///
/// The rules come from Foundation (its own copy of the IANA database), asked once. A calendar call per session would make
/// the full reconcile several times slower than reading the rows.
///
/// Written rule for local times that do not exist or exist twice: in a **gap** the time moves forward by the length of the
/// gap (02:30 becomes 03:30); in a **fold** the first of the two is meant.
package struct Zone: Sendable, Hashable {
    /// IANA name, for example `America/New_York`.
    package let identifier: String
    /// Ascending seconds since the epoch; `offsets[i]` holds from `starts[i]` on, `offsets[0]` from the beginning.
    private let starts: [Int64]
    private let offsets: [Int32]

    /// - Returns: nil when the name is not in the IANA database that this program was built with.
    package init?(identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        var starts: [Int64] = [.min]
        var offsets = [Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(Zone.tableFrom))))]
        var at = Date(timeIntervalSince1970: Double(Zone.tableFrom))
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at,
            next.timeIntervalSince1970 < Double(Zone.tableTo)
        {
            let offset = Int32(zone.secondsFromGMT(for: next))
            if offset != offsets[offsets.count - 1] {
                starts.append(Int64(next.timeIntervalSince1970.rounded()))
                offsets.append(offset)
            }
            at = next
        }
        self.identifier = identifier
        self.starts = starts
        self.offsets = offsets
    }

    package static let utc = Zone(fixedOffset: 0, identifier: "UTC")

    private init(fixedOffset: Int32, identifier: String) {
        self.identifier = identifier
        starts = [.min]
        offsets = [fixedOffset]
    }

    // 1970 to 2100: outside it the nearest rule holds; sessions lie within a working life.
    private static let tableFrom: Int64 = 0
    private static let tableTo: Int64 = 4_102_444_800

    /// Seconds east of Greenwich at `time`.
    package func offset(at time: WallTime) -> Int {
        Int(offsets[index(at: time.seconds)])
    }

    private func index(at seconds: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return low
    }

    package func day(of time: WallTime) -> LocalDay {
        let local = time.seconds + Int64(offset(at: time))
        return LocalDay(number: Int32(clamping: local >= 0 ? local / 86_400 : (local - 86_399) / 86_400))
    }

    /// Seconds since local midnight as a clock on the wall shows them, 0..<86,400.
    package func secondOfDay(of time: WallTime) -> Int {
        let local = (time.seconds + Int64(offset(at: time))) % 86_400
        return Int(local < 0 ? local + 86_400 : local)
    }

    /// The instant at which a clock on the wall of `day` shows `secondOfDay`, by the gap and fold rule above.
    package func time(on day: LocalDay, secondOfDay: Int) -> WallTime {
        let local = Int64(day.number) * 86_400 + Int64(secondOfDay)
        // The offsets in force a day either side are the only candidates: no zone changes twice within two days.
        let before = Int64(offsets[index(at: local - 86_400 - Int64(offsets[index(at: local - 86_400)]))])
        let after = Int64(offsets[index(at: local + 86_400 - Int64(offsets[index(at: local + 86_400)]))])
        let first = WallTime(seconds: local - max(before, after))
        let second = WallTime(seconds: local - min(before, after))
        if Int64(offset(at: first)) == local - first.seconds { return first }
        if Int64(offset(at: second)) == local - second.seconds { return second }
        // Neither holds: a gap. With the offset of before it the clock runs on past the gap.
        return WallTime(seconds: local - before)
    }

    /// `2026-11-24T14:00:00-05:00`.
    package func rfc3339(_ time: WallTime) -> String {
        let second = secondOfDay(of: time)
        let offset = offset(at: time)
        let clock = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        let sign = offset < 0 ? "-" : "+"
        let distance = "\(padded(abs(offset) / 3_600, 2)):\(padded(abs(offset) / 60 % 60, 2))"
        return "\(day(of: time).iso)T\(clock)\(offset == 0 ? "Z" : sign + distance)"
    }

    /// `2pm`, `3:30pm`, `midday`, `midnight` (ux.md).
    package func clockWords(_ time: WallTime) -> String {
        let minute = secondOfDay(of: time) / 60
        if minute == 0 { return "midnight" }
        if minute == 720 { return "midday" }
        let hour = minute / 60 % 12 == 0 ? 12 : minute / 60 % 12
        let half = minute < 720 ? "am" : "pm"
        return minute % 60 == 0 ? "\(hour)\(half)" : "\(hour):\(padded(minute % 60, 2))\(half)"
    }
}
