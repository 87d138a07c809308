/// A wall-clock time as a person writes it: `2026-12-24T17:00` or `2026-12-24 17:00`, in a zone that is known beside it.
package enum LocalTimeText {
    /// - Returns: nil when it is not such a time. In a gap and a fold the rule of `Zone` holds.
    package static func time(_ text: String, in zone: Zone) -> WallTime? {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard parts.count == 2, let day = LocalDay(iso: parts[0]) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, clock.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(clock[0]),
            let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return zone.time(on: day, secondOfDay: hour * 3_600 + minute * 60)
    }
}
