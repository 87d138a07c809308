/// One layer of a rota: persons who take turns, in the hours that the layer is for.
package struct OnCallLayer: Sendable, Hashable {
    package struct Rotation: Sendable, Hashable {
        /// Days of one turn.
        package var days: Int
        /// Minute of the day at which a turn begins.
        package var minute: Int
        /// The first person's first turn begins on this day; before it the layer names nobody.
        package var from: LocalDay

        package init(days: Int, minute: Int, from: LocalDay) {
            self.days = days
            self.minute = minute
            self.from = from
        }
    }

    package var id: String
    /// In the order of their turns; at least one.
    package var people: [PersonID]
    /// Nil for one person who is always meant.
    package var rotation: Rotation?
    /// The weekly hours of the layer; empty for always.
    package var hours: [WeeklyWindow]

    package init(id: String, people: [PersonID], rotation: Rotation?, hours: [WeeklyWindow]) {
        self.id = id
        self.people = people
        self.rotation = rotation
        self.hours = hours
    }

    package func person(at time: WallTime, in zone: Zone) -> PersonID? {
        guard hours.isEmpty || hours.contains(where: { $0.end(containing: time, in: zone) != nil }) else { return nil }
        guard let rotation else { return people.first }
        guard let turn = rotation.turn(at: time, in: zone), !people.isEmpty else { return nil }
        return people[turn % people.count]
    }

    /// The first time after `time` at which `person` may change.
    package func nextBoundary(after time: WallTime, in zone: Zone) -> WallTime? {
        let turns = rotation.map { $0.nextTurn(after: time, in: zone) }
        return (hours.map { $0.nextBoundary(after: time, in: zone) } + [turns]).compactMap(\.self).min()
    }
}

extension OnCallLayer.Rotation {
    /// Turns since the first; nil before it.
    fileprivate func turn(at time: WallTime, in zone: Zone) -> Int? {
        // From the day after back to the newest handover that has been. Mostly that is today's or yesterday's; where the clock
        // skips the end of a day (Nuuk), that day's handover lies in the next one.
        var passed = zone.day(of: time).days(since: from) + 1
        while passed >= 0, time < zone.time(on: from.adding(days: passed), secondOfDay: minute * 60) { passed -= 1 }
        return passed < 0 ? nil : passed / days
    }

    fileprivate func nextTurn(after time: WallTime, in zone: Zone) -> WallTime {
        let next = turn(at: time, in: zone).map { ($0 + 1) * days } ?? 0
        return zone.time(on: from.adding(days: next), secondOfDay: minute * 60)
    }
}
