/// Who is on call, at every second: `oncall.yaml`, and the swaps that were made since.
///
/// In a rota the newest override that covers a time decides; then the first layer in the list that names somebody. Handovers
/// and hours are times of the clock on the wall, so a shift on the day of a clock change is an hour shorter or longer (in Lord
/// Howe half an hour), and no minute belongs to nobody because of it. A time in a gap moves forward by the gap's length, in a
/// fold the first of the two is meant (`Zone`).
package struct OnCallSchedule: Sendable, Hashable {
    package enum Rota: String, Sendable, Hashable, Codable, CaseIterable {
        case onCall = "on_call"
        case backup
    }

    package var zone: Zone
    package var layers: [Rota: [OnCallLayer]]
    /// Oldest first.
    package var overrides: [OnCallOverride]

    package init(zone: Zone, layers: [Rota: [OnCallLayer]], overrides: [OnCallOverride] = []) {
        self.zone = zone
        self.layers = layers
        self.overrides = overrides
    }

    package static let version = "vigil.oncall/1"

    /// With swaps that were made later than those it has.
    package func adding(_ more: [OnCallOverride]) -> OnCallSchedule {
        var schedule = self
        schedule.overrides += more
        return schedule
    }

    /// Everybody whom it may name.
    package var people: Set<PersonID> {
        Set(layers.values.flatMap { $0.flatMap(\.people) } + overrides.map(\.person))
    }

    // MARK: Asking

    /// - Returns: nil when nobody is on call: a gap.
    package func person(_ rota: Rota, at time: WallTime) -> PersonID? {
        decide(rota, at: time)?.person
    }

    /// Who, why, and until when: for people to read. It looks ahead, so what only pages asks for the `person`.
    ///
    /// - Returns: nil when nobody is on call: a gap.
    package func who(_ rota: Rota, at time: WallTime) -> OnCallDuty? {
        guard let (person, source) = decide(rota, at: time) else { return nil }
        let horizon = zone.time(on: zone.day(of: time).adding(days: Self.untilDays), secondOfDay: 0)
        var until = nextBoundary(rota, after: time, of: source)
        // The next boundary may change nothing, such as the turn of the same person: on, until the answer is another.
        while let boundary = until, boundary < horizon, let after = decide(rota, at: boundary), after.person == person,
            after.source == source
        {
            until = nextBoundary(rota, after: boundary, of: source)
        }
        return OnCallDuty(person: person, until: until.flatMap { $0 < horizon ? $0 : nil }, source: source)
    }

    /// Times in which nobody is on call, exact to the second.
    package func gaps(_ rota: Rota, from: WallTime, days: Int) -> [OnCallGap] {
        var gaps: [OnCallGap] = []
        walk(rota, from: from, days: days) { time, until, answer in
            guard answer == nil else { return }
            if gaps.last?.until == time {
                gaps[gaps.count - 1].until = until
            } else {
                gaps.append(OnCallGap(from: time, until: until))
            }
        }
        return gaps
    }

    /// Who is on call when, for people to read: neighbouring times of one person and source are one shift.
    package func shifts(_ rota: Rota, from: WallTime, days: Int) -> [OnCallShift] {
        var shifts: [OnCallShift] = []
        walk(rota, from: from, days: days) { time, until, answer in
            guard let answer else { return }
            if let last = shifts.last, last.until == time, last.person == answer.person, last.source == answer.source {
                shifts[shifts.count - 1].until = until
            } else {
                shifts.append(OnCallShift(from: time, until: until, person: answer.person, source: answer.source))
            }
        }
        return shifts
    }

    // MARK: Deciding

    private typealias Answer = (person: PersonID, source: OnCallSource)

    private func decide(_ rota: Rota, at time: WallTime) -> Answer? {
        if let swap = overrides.last(where: { $0.rota == rota && $0.from <= time && time < $0.until }) {
            return (swap.person, .override)
        }
        for layer in layers[rota] ?? [] {
            if let person = layer.person(at: time, in: zone) { return (person, .layer(layer.id)) }
        }
        return nil
    }

    /// - Parameter source: what decides at `time`. What comes after it in the order has no say until it ends.
    private func nextBoundary(_ rota: Rota, after time: WallTime, of source: OnCallSource? = nil) -> WallTime? {
        let ofOverrides = overrides.filter { $0.rota == rota }.flatMap { [$0.from, $0.until] }.filter { $0 > time }
        var next = ofOverrides.min()
        if source == .override { return next }
        for layer in layers[rota] ?? [] {
            if let boundary = layer.nextBoundary(after: time, in: zone) { next = min(next ?? boundary, boundary) }
            if source == .layer(layer.id) { break }
        }
        return next
    }

    private func walk(
        _ rota: Rota, from: WallTime, days: Int, _ visit: (WallTime, WallTime, Answer?) -> Void
    ) {
        let end = zone.time(on: zone.day(of: from).adding(days: days), secondOfDay: zone.secondOfDay(of: from))
        var time = from
        while time < end {
            let next = min(nextBoundary(rota, after: time) ?? end, end)
            visit(time, next, decide(rota, at: time))
            time = next
        }
    }

    /// How far ahead the end of a duty is looked for: a year, which is longer than any turn but the longest.
    private static let untilDays = 366
}

/// Who is on call, why, and until when that answer holds.
package struct OnCallDuty: Sendable, Hashable {
    package var person: PersonID
    /// Nil when nothing changes within a year.
    package var until: WallTime?
    package var source: OnCallSource

    package init(person: PersonID, until: WallTime?, source: OnCallSource) {
        self.person = person
        self.until = until
        self.source = source
    }
}

/// What names a person.
package enum OnCallSource: Sendable, Hashable {
    case layer(String)
    case override

    package var words: String {
        switch self {
        case .layer(let id): id
        case .override: "override"
        }
    }
}

/// A time without anybody.
package struct OnCallGap: Sendable, Hashable {
    package var from: WallTime
    package var until: WallTime

    package init(from: WallTime, until: WallTime) {
        self.from = from
        self.until = until
    }
}

package struct OnCallShift: Sendable, Hashable {
    package var from: WallTime
    package var until: WallTime
    package var person: PersonID
    package var source: OnCallSource

    package init(from: WallTime, until: WallTime, person: PersonID, source: OnCallSource) {
        self.from = from
        self.until = until
        self.person = person
        self.source = source
    }
}

/// Somebody else for a time: a swap.
package struct OnCallOverride: Sendable, Hashable, Codable {
    package var rota: OnCallSchedule.Rota
    package var from: WallTime
    package var until: WallTime
    package var person: PersonID

    package init(rota: OnCallSchedule.Rota, from: WallTime, until: WallTime, person: PersonID) {
        self.rota = rota
        self.from = from
        self.until = until
        self.person = person
    }
}
