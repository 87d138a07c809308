import VigilCore

/// The days of sessions that a read covers, whole days of the practice's zone.
struct FHIRWindow {
    let from: WallTime
    let until: WallTime

    init(_ settings: FHIRSettings, now: WallTime) {
        let today = settings.zone.day(of: now)
        from = settings.zone.time(on: today.adding(days: -max(0, settings.daysBack)), secondOfDay: 0)
        until = settings.zone.time(on: today.adding(days: max(0, settings.daysAhead) + 1), secondOfDay: 0)
    }

    /// As instants in UTC: a plus sign of an offset is a blank to some servers.
    var query: [(name: String, value: String)] {
        [("date", "ge\(Zone.utc.rfc3339(from))"), ("date", "lt\(Zone.utc.rfc3339(until))")]
    }
}
