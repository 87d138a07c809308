import Foundation
import VigilCore

/// Every minute of 400 days with what a clock on the wall shows, from Foundation's time zone alone: the plain reference that
/// the calendar's arithmetic is held against. No function of vigil's takes part in it.
struct WallTable: Sendable {
    struct Minute: Sendable {
        var instant: Int64
        /// Days since 1970-01-01 of the date that the wall shows, and minutes since its midnight.
        var day: Int
        var minute: Int
    }

    let minutes: [Minute]
    /// First instant at which the wall shows a date and minute.
    private let first: [Int: Int64]

    /// Made once: half a million questions to Foundation each.
    static let of: [String: WallTable] = {
        let made = zones.compactMap { name in WallTable(zone: name).map { (name, $0) } }
        return Dictionary(made, uniquingKeysWith: { first, _ in first })
    }()

    static let zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]
    /// From 1 September 2026, 00:00 UTC: two changes of each zone in each direction.
    static let begin: Int64 = 1_788_220_800
    static let days = 400

    init?(zone name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var minutes: [Minute] = []
        var first: [Int: Int64] = [:]
        minutes.reserveCapacity(Self.days * 1_440)
        for index in 0..<(Self.days * 1_440) {
            let instant = Self.begin + Int64(index) * 60
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
            let local = instant + Int64(offset)
            let (day, minute) = (Int(local / 86_400), Int(local % 86_400 / 60))
            let key = day * 1_440 + minute
            if first[key] == nil { first[key] = instant }
            minutes.append(Minute(instant: instant, day: day, minute: minute))
        }
        self.minutes = minutes
        self.first = first
    }

    /// The written rule: the first instant that shows it; in a gap, as far after the gap as it is into it, which is the first
    /// shown minute moved by the length of the gap. Nil outside the table.
    func instant(day: Int, minute: Int) -> Int64? {
        let key = day * 1_440 + minute
        if let shown = first[key] { return shown }
        // The last shown minute before the gap: the clock runs on from there.
        for back in 1...180 {
            if let before = first[key - back] { return before + Int64(back) * 60 }
        }
        return nil
    }

    static func weekday(_ day: Int) -> Int { (day + 3) % 7 + 1 }
}
