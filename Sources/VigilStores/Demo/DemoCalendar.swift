internal import VigilCore

/// The demo practice's days and hours, all counted from `now`.
struct DemoCalendar {
    let now: WallTime
    let zone: Zone
    let today: LocalDay
    /// Working days of which at least the first session can have been marked, the newest first.
    let recentDays: [LocalDay]

    /// Two years hold each change of the clock twice.
    static let historyDays = 730
    /// Six weeks are booked ahead.
    static let bookedDays = 42
    /// Sessions begin on the hour; the last ends before 17:00, when the policy's working day does.
    static let hours = 9...16
    static let sessionMinutes = 50
    /// An hour after the start a front desk has marked a session, if it does.
    static let markingMinutes = 60
    /// Sessions of the drop-in and evening team, in minutes before now: two for each of its therapists, which do not
    /// overlap.
    static let dropIns: [(minutesAgo: Int, therapist: Int)] = [
        (100, 9), (95, 10), (85, 11), (40, 9), (30, 10), (25, 11),
    ]

    init(now: WallTime, zone: Zone) {
        self.now = now
        self.zone = zone
        today = zone.day(of: now)
        var days: [LocalDay] = []
        var day = today
        while days.count < 10 {
            let opens = zone.time(on: day, secondOfDay: Self.hours.lowerBound * 3_600)
            if day.weekday <= 5, opens.adding(minutes: Self.markingMinutes) <= now { days.append(day) }
            day = day.adding(days: -1)
        }
        recentDays = days
    }

    func time(on day: LocalDay, hour: Int) -> WallTime {
        zone.time(on: day, secondOfDay: hour * 3_600)
    }

    func canBeMarked(_ start: WallTime) -> Bool {
        start.adding(minutes: Self.markingMinutes) <= now
    }

    /// The day on which a storm closed the practice.
    var closureDay: LocalDay { recentDays[8] }

    /// The therapist who was ill, and the working week of it.
    static let illTherapist = 4
    func isIllness(_ therapist: Int, _ day: LocalDay) -> Bool {
        therapist == Self.illTherapist && recentDays[3...7].contains(day)
    }

    /// All starts of a place, ascending, those booked ahead included.
    func starts(of place: DemoPlace) -> [WallTime] {
        let first = max(place.from, today.adding(days: -Self.historyDays))
        let last = min(place.to ?? .init(number: .max), today.adding(days: Self.bookedDays))
        var starts: [WallTime] = []
        var day = first.adding(days: (place.weekday - first.weekday + 7) % 7)
        while day <= last {
            let start = time(on: day, hour: place.hour)
            // Weeks begin on Monday; 1970-01-01 was a Thursday.
            let week = (Int(day.number) + 3) / 7
            if week % place.everyWeeks == place.week, !isTakenByDropIns(start, place.therapist) { starts.append(start) }
            day = day.adding(days: 7)
        }
        return starts
    }

    /// The team that sees people without an appointment has none in those hours.
    func isTakenByDropIns(_ start: WallTime, _ therapist: Int) -> Bool {
        let minutes = now.seconds(since: start) / 60
        return Self.dropIns.contains { $0.therapist == therapist } && (-60...170).contains(minutes)
    }
}

/// A client's own hour with a therapist.
struct DemoPlace {
    /// 0..<12.
    var therapist: Int
    /// Monday 1 to Friday 5.
    var weekday: Int
    var hour: Int
    /// 1 or 2; with 2, `week` says which of the two weeks.
    var everyWeeks = 1
    var week = 0
    var from: LocalDay
    var to: LocalDay?
}

/// A weekly group: an hour and a half, from the first of two hours that no single client has.
struct DemoTherapyGroup {
    var place: DemoPlace
    static let minutes = 90
    static let members = 10

    static func all(from day: LocalDay) -> [DemoTherapyGroup] {
        [
            DemoTherapyGroup(place: DemoPlace(therapist: 2, weekday: 2, hour: 15, from: day)),
            DemoTherapyGroup(place: DemoPlace(therapist: 6, weekday: 4, hour: 15, from: day)),
        ]
    }
}
