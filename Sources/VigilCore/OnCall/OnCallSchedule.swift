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
    package func who(_ rota: Rota, at time: WallTime) -> OnCallDuty? {
        guard let (person, source) = decide(rota, at: time) else { return nil }
        var until = time
        // The next boundary may be of a layer that does not matter here: on, until the answer is another.
        for _ in 0..<Self.maxSteps {
            guard let next = nextBoundary(rota, after: until) else { break }
            until = next
            guard let after = decide(rota, at: next), after.person == person, after.source == source else { break }
        }
        return OnCallDuty(person: person, until: until, source: source)
    }

    /// The same without the search for the end.
    package func person(_ rota: Rota, at time: WallTime) -> PersonID? {
        decide(rota, at: time)?.person
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

    private func nextBoundary(_ rota: Rota, after time: WallTime) -> WallTime? {
        let ofLayers = (layers[rota] ?? []).compactMap { $0.nextBoundary(after: time, in: zone) }
        let ofOverrides = overrides.filter { $0.rota == rota }.flatMap { [$0.from, $0.until] }.filter { $0 > time }
        return (ofLayers + ofOverrides).min()
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

    /// Boundaries looked at for one `until`: two months of a rota that changes every hour.
    private static let maxSteps = 1_500
}

/// Who is on call, why, and until when that answer holds.
package struct OnCallDuty: Sendable, Hashable {
    package var person: PersonID
    package var until: WallTime
    package var source: OnCallSource

    package init(person: PersonID, until: WallTime, source: OnCallSource) {
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
