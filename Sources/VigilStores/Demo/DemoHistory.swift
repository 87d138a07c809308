internal import VigilCore

/// What became of a client's sessions, by the draw: the attendance of an ordinary practice.
///
/// Over all past sessions about 81 in 100 are attended, 7 missed, 4 cancelled late and 3 never marked. One client in
/// five makes most of the missed ones, and two therapists of twelve leave most of the unmarked ones, as it is in real
/// stores.
struct DemoHistory {
    let calendar: DemoCalendar
    let place: DemoPlace
    private let rates: Rates

    /// In a thousand sessions; the rest is attended.
    private struct Rates {
        var missed: Int
        var lateCancel: Int
        var clientCancel: Int
        var providerCancel: Int
        var excused: Int
        var rescheduled: Int
        var leftUnseen: Int

        static let regular = Rates(
            missed: 47, lateCancel: 29, clientCancel: 25, providerCancel: 10, excused: 6, rescheduled: 4, leftUnseen: 1)
        static let irregular = Rates(
            missed: 160, lateCancel: 76, clientCancel: 35, providerCancel: 12, excused: 8, rescheduled: 5, leftUnseen: 2
        )
        static let group = Rates(
            missed: 90, lateCancel: 30, clientCancel: 35, providerCancel: 8, excused: 6, rescheduled: 0, leftUnseen: 2)
    }

    init(calendar: DemoCalendar, place: DemoPlace, isRegular: Bool) {
        self.calendar = calendar
        self.place = place
        rates = isRegular ? .regular : .irregular
    }

    init(calendar: DemoCalendar, group: DemoTherapyGroup) {
        self.calendar = calendar
        place = group.place
        rates = .group
    }

    func sessions(_ dice: inout DemoDice) -> [DemoSession] {
        var wasMissed = false
        return calendar.starts(of: place).map { start in
            var session = DemoSession(start: start, day: calendar.zone.day(of: start), therapist: place.therapist)
            if calendar.canBeMarked(start) {
                settle(&session, wasMissed, &dice)
                wasMissed = session.status == .missed
            } else if start <= calendar.now {
                // Still in the room, or not there yet.
                session.status = dice.chance(perMille: 600) ? .arrived : .scheduled
            } else if dice.chance(perMille: 15) {
                session.mark(.clientCancel, reason: "travelling")
                session.cancelledAt = calendar.now.adding(hours: -dice.number(in: 2...72))
            }
            return session
        }
    }

    private func settle(_ session: inout DemoSession, _ wasMissed: Bool, _ dice: inout DemoDice) {
        if session.day == calendar.closureDay { return session.mark(.excused, reason: "weather_closure") }
        if calendar.isIllness(place.therapist, session.day) {
            return session.cancel(.providerCancel, hoursBefore: dice.number(in: 2...20), reason: "therapist ill")
        }
        var left = dice.number(in: 0...999)
        func falls(_ perMille: Int) -> Bool {
            left -= perMille
            return left < 0
        }
        // One missed session makes the next likelier to be missed.
        if falls(wasMissed ? rates.missed * 3 / 2 : rates.missed) { return session.mark(.missed) }
        if falls(rates.lateCancel) {
            return session.cancel(
                .lateCancel, hoursBefore: dice.number(in: 1...20),
                reason: dice.pick(["work", "childcare", "unwell", "no ride"]))
        }
        if falls(rates.clientCancel) {
            return session.cancel(
                .clientCancel, hoursBefore: dice.number(in: 26...140),
                reason: dice.pick(["travelling", "work", "exam"]))
        }
        if falls(rates.providerCancel) { return session.cancel(.providerCancel, hoursBefore: dice.number(in: 3...72)) }
        if falls(rates.excused) {
            return session.mark(.excused, reason: dice.pick(["illness_told_in_advance", "outage", "hospital"]))
        }
        if falls(rates.rescheduled) { return session.mark(.rescheduled) }
        if falls(rates.leftUnseen) { return session.mark(.leftUnseen) }
        if falls(unmarkedRate(session.day)) { return }
        session.mark(falls(20) ? .arrived : falls(1) ? .enteredInError : .attended)
    }

    /// Therapists who write up late, and the last three working days, of which some is still to be written up.
    private func unmarkedRate(_ day: LocalDay) -> Int {
        (place.therapist == 2 || place.therapist == 8 ? 110 : 18) + (day >= calendar.recentDays[2] ? 90 : 0)
    }
}
