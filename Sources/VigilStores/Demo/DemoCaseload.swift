internal import VigilCore

/// Who has which hour with whom, and who belongs to which group.
///
/// Twelve therapists have 480 hours a week between them. All but the groups' and the urgent ones belong to a weekly
/// client or to two fortnightly ones, so no therapist is ever booked twice at a time.
struct DemoCaseload {
    struct Entry {
        var place: DemoPlace
        var group = DemoGroup.steady
        /// Counts within the group.
        var ordinal = 0
        /// The urgent session of `keptWithin72Hours`.
        var makeUp: (start: WallTime, therapist: Int)?
        /// The therapy group that the client comes to as well.
        var therapyGroup: DemoTherapyGroup?
        fileprivate var lastPast: WallTime?
    }

    static let therapists = 12
    static let clients = 600
    /// The last hour of the day of these is kept for urgent sessions.
    static let urgentTherapists = 9...11
    private static let urgentHour = 16
    private static let shared = 79
    /// A hundred or so clients began within the two years; the hour of sixty of them was somebody else's before.
    private static let begunLater = 95

    private(set) var entries: [Entry] = []

    init(seed: UInt64, calendar: DemoCalendar) {
        var dice = DemoDice(seed: seed, stream: -1)
        let begin = calendar.today.adding(days: -DemoCalendar.historyDays)
        let therapyGroups = DemoTherapyGroup.all(from: begin)
        fillHours(begin, therapyGroups, calendar, &dice)
        for index in entries.indices {
            entries[index].lastPast = calendar.starts(of: entries[index].place).last { calendar.canBeMarked($0) }
        }
        deal(calendar, &dice)
        join(therapyGroups)
    }

    private mutating func fillHours(
        _ begin: LocalDay, _ groups: [DemoTherapyGroup], _ calendar: DemoCalendar, _ dice: inout DemoDice
    ) {
        var hours: [DemoPlace] = []
        for therapist in 0..<Self.therapists {
            for weekday in 1...5 {
                for hour in DemoCalendar.hours where !Self.isKept(therapist, weekday, hour, groups) {
                    hours.append(DemoPlace(therapist: therapist, weekday: weekday, hour: hour, from: begin))
                }
            }
        }
        dice.shuffle(&hours)
        for (index, hour) in hours.enumerated() {
            if index < Self.shared {
                for week in 0...1 {
                    var place = hour
                    place.everyWeeks = 2
                    place.week = week
                    entries.append(Entry(place: place))
                }
            } else if index < Self.shared + Self.begunLater {
                var place = hour
                let isHandedOver = index < Self.shared + DemoGroup.former.size
                place.from = calendar.today.adding(days: -dice.number(in: 70...(isHandedOver ? 600 : 700)))
                entries.append(Entry(place: place))
                guard isHandedOver else { continue }
                var former = hour
                former.to = place.from.adding(days: -14)
                entries.append(Entry(place: former, group: .former, ordinal: index - Self.shared))
            } else {
                entries.append(Entry(place: hour))
            }
        }
        dice.shuffle(&entries)
    }

    private static func isKept(_ therapist: Int, _ weekday: Int, _ hour: Int, _ groups: [DemoTherapyGroup]) -> Bool {
        if urgentTherapists.contains(therapist), hour == urgentHour { return true }
        return groups.contains {
            $0.place.therapist == therapist && $0.place.weekday == weekday && (0...1).contains(hour - $0.place.hour)
        }
    }

    // MARK: - Groups

    /// Weekly clients of long standing, by their last session, the newest first: whatever the hour and the day of the
    /// week, stories about the last session are told by those who were last due.
    private mutating func deal(_ calendar: DemoCalendar, _ dice: inout DemoDice) {
        let longAgo = calendar.today.adding(days: -120)
        var weekly = entries.indices.filter { index in
            let entry = entries[index]
            return entry.group == .steady && entry.place.everyWeeks == 1 && entry.place.from < longAgo
                && entry.lastPast != nil
        }
        weekly.sort { left, right in
            let (one, other) = (entries[left].lastPast, entries[right].lastPast)
            return one == other ? left < right : (one ?? calendar.now) > (other ?? calendar.now)
        }
        let ofIll = weekly.filter { entries[$0].place.therapist == DemoCalendar.illTherapist }
        weekly.removeAll { entries[$0].place.therapist == DemoCalendar.illTherapist }
        assign(.continuityOwed, calendar.wasCancelled(ofIll.map { ($0, entries[$0].place) }))

        dealMakeUps(&weekly, calendar)
        assign(.columbiaRecent, take(DemoGroup.columbiaRecent.size, &weekly))
        let recentCount = DemoGroup.recent.reduce(0) { $0 + $1.size }
        // A few more than are needed, so that not everybody who was due of late has a story.
        var recent = take(recentCount + 30, &weekly)
        dice.shuffle(&recent)
        for group in DemoGroup.recent { assign(group, take(group.size, &recent)) }
        // Not seen for days, so that no session of the same day resolves the missed drop-in.
        var others = weekly.filter { calendar.now.seconds(since: entries[$0].lastPast ?? calendar.now) > 48 * 3_600 }
        assign(.dropIn, take(DemoGroup.dropIn.size, &others))
        assign(.leftoverBooking, take(DemoGroup.leftoverBooking.size, &others))
    }

    /// Pairs the latest urgent hours with clients who were due in the thirty hours before.
    private mutating func dealMakeUps(_ weekly: inout [Int], _ calendar: DemoCalendar) {
        var free: [(start: WallTime, therapist: Int)] = []
        for day in calendar.recentDays {
            let start = calendar.time(on: day, hour: Self.urgentHour)
            guard calendar.canBeMarked(start) else { continue }
            free += Self.urgentTherapists.filter { !calendar.isTakenByDropIns(start, $0) }.map { (start, $0) }
        }
        var chosen: [Int] = []
        for hour in free.prefix(DemoGroup.keptWithin72Hours.size) {
            let found = weekly.firstIndex { index in
                guard let last = entries[index].lastPast else { return false }
                return (3_600...108_000).contains(hour.start.seconds(since: last))
            }
            guard let found else { continue }
            let index = weekly.remove(at: found)
            entries[index].makeUp = hour
            chosen.append(index)
        }
        assign(.keptWithin72Hours, chosen)
    }

    private mutating func assign(_ group: DemoGroup, _ indices: [Int]) {
        for (ordinal, index) in indices.prefix(group.size).enumerated() {
            entries[index].group = group
            entries[index].ordinal = ordinal
        }
    }

    private func take(_ count: Int, _ indices: inout [Int]) -> [Int] {
        let taken = Array(indices.prefix(count))
        indices.removeFirst(taken.count)
        return taken
    }

    private mutating func join(_ groups: [DemoTherapyGroup]) {
        for group in groups {
            let members = entries.indices.filter { index in
                let entry = entries[index]
                return entry.group == .steady && entry.therapyGroup == nil && entry.place.to == nil
                    && entry.place.from == group.place.from && entry.place.weekday != group.place.weekday
            }
            for index in members.prefix(DemoTherapyGroup.members) { entries[index].therapyGroup = group }
        }
    }
}

extension DemoCalendar {
    /// Those whose hour fell into the illness.
    fileprivate func wasCancelled(_ places: [(index: Int, place: DemoPlace)]) -> [Int] {
        places.filter { _, place in
            recentDays[3...7].contains { $0.weekday == place.weekday }
        }.map(\.index)
    }
}
