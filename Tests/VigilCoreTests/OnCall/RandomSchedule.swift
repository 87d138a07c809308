import VigilCore

/// Schedules of any shape for tests: layers with and without hours and turns, overrides that overlap. Their times are often
/// those at which clocks change.
struct RandomSchedule {
    var random: SeededRandom

    static let people = ["a", "b", "c", "d"].map { person($0) }

    mutating func next(_ zone: Zone, from day: Int) -> OnCallSchedule {
        let layers = (0..<below(3) + 1).map { layer("layer\($0)", from: day) }
        let overrides = (0..<below(8) + 4).map { _ in
            let from = WallWalk.time(below(WallWalk.days * 1_440))
            return OnCallOverride(
                rota: below(4) == 0 ? .backup : .onCall, from: from, until: from.adding(minutes: below(90_000) + 1),
                person: somebody())
        }
        return OnCallSchedule(zone: zone, layers: [.onCall: layers], overrides: overrides)
    }

    mutating func window() -> WeeklyWindow {
        let days = below(3) == 0 ? Set(1...7) : Set((0...below(4)).map { _ in below(7) + 1 })
        return WeeklyWindow(weekdays: days, fromMinute: minute(), toMinute: minute())
    }

    /// Around the changes of the clock half of the time.
    mutating func minute() -> Int {
        below(2) == 0 ? 60 + below(150) : below(1_440)
    }

    private mutating func layer(_ id: String, from day: Int) -> OnCallLayer {
        let people = (0..<below(4) + 1).map { _ in somebody() }
        let days = [1, 1, 2, 3, 7, 14][below(6)]
        // Some begin before the time that is looked at, some within it.
        let from = LocalDay(number: Int32(day + below(40) - 10))
        let hasTurns = people.count > 1 || below(2) == 0
        return OnCallLayer(
            id: id, people: people,
            rotation: hasTurns ? .init(days: days, minute: minute(), from: from) : nil,
            hours: (0..<below(4)).map { _ in window() })
    }

    private mutating func somebody() -> PersonID { Self.people[below(Self.people.count)] }

    mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
}
