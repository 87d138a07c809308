internal import VigilCore

/// Tells what is special about a client of a group. The ordinal makes the members differ: some missed their last
/// session, some came, so that the queue shows a group both ways.
struct DemoStory {
    let calendar: DemoCalendar
    let ordinal: Int

    /// The last session that a front desk can have marked.
    func lastPast(of client: DemoClient) -> Int? {
        client.sessions.lastIndex { calendar.canBeMarked($0.start) }
    }

    func tell(_ group: DemoGroup, _ entry: DemoCaseload.Entry, _ client: inout DemoClient, _ dice: inout DemoDice) {
        switch group {
        case .former: leave(&client, ordinal % 6 == 5 ? "transferred" : "discharged")
        case .leftoverBooking: leave(&client, ["discharged", "transferred", "deceased"][ordinal % 3])
        case .newClient: begin(&client)
        case .minor: minor(&client)
        case .driftedAway: drift(&client)
        case .reachedWithPlan: reach(&client)
        case .keptWithin72Hours: keep(&client, entry)
        case .dropIn: dropIn(&client)
        case .therapistChanged:
            client.therapistChangedOn = calendar.today.adding(days: -10 - 9 * ordinal)
            miss(&client, upTo: 3)
        case .traumaAvoiding: avoid(&client)
        case .tooStressful:
            guard let last = lastPast(of: client) else { return }
            client.sessions[last].cancel(.lateCancel, hoursBefore: 2 + ordinal, reason: "too_stressful")
        case .dirty: miss(&client, upTo: DemoDirt.missing)
        case .steady: return
        default: tellOfSafety(group, &client)
        }
    }

    /// The first members of a group missed their last session; the others came.
    func miss(_ client: inout DemoClient, upTo count: Int) {
        guard let last = lastPast(of: client) else { return }
        client.sessions[last].mark(ordinal < count ? .missed : .attended)
    }

    private func leave(_ client: inout DemoClient, _ standing: String) {
        client.standing = standing
        guard client.sessions.last.map({ $0.start > calendar.now }) ?? false, let last = lastPast(of: client) else {
            return
        }
        // Nobody came after, and nobody took the bookings out: the first of them are marked missed, the rest not at
        // all.
        client.sessions[last].mark(ordinal < 6 && standing != "deceased" ? .missed : .scheduled)
    }

    private func begin(_ client: inout DemoClient) {
        guard let last = lastPast(of: client) else { return }
        client.sessions.removeFirst(max(0, last - ordinal % 4))
        client.firstContactOn = client.sessions[0].day.adding(days: -9)
        client.diagnoses = []
        client.screens = []
        client.medications = []
        client.treatment = nil
        client.emergencyContact = nil
        client.safetyPlan = nil
        miss(&client, upTo: 5)
    }

    private func minor(_ client: inout DemoClient) {
        client.guardianContact = ordinal < 10
        if ordinal == 11 {
            client.contactPreference = "call the client's own number first"
            client.guardianContact = false
        }
        if ordinal < 3, let last = lastPast(of: client), last >= 1 {
            client.screens.append(
                DemoScreen(instrument: "PHQ-A", day: client.sessions[last - 1].day, total: 13 + ordinal, item9: 1))
        }
        guard let last = lastPast(of: client) else { return }
        client.sessions[last].mark(ordinal < 5 ? .missed : .attended, reason: ordinal < 2 ? "was_not_brought" : nil)
    }

    /// Nothing booked; the last of them have not been seen for weeks.
    private func drift(_ client: inout DemoClient) {
        client.sessions.removeAll { $0.start > calendar.now }
        if ordinal >= 3 {
            let until = calendar.today.adding(days: -25 - 6 * ordinal)
            client.sessions.removeAll { $0.day > until }
        }
        guard let last = lastPast(of: client) else { return }
        client.sessions[last].mark(ordinal < 3 ? .missed : .attended)
    }

    private func reach(_ client: inout DemoClient) {
        guard let last = lastPast(of: client) else { return }
        client.sessions[last].mark(.missed)
        let start = client.sessions[last].start
        let limit = calendar.now.adding(minutes: -5)
        let isLast = ordinal == DemoGroup.reachedWithPlan.size - 1
        client.contacts.append(
            DemoContact(at: min(start.adding(minutes: 25), limit), outcome: .noAnswer, planDocumented: false))
        client.contacts.append(
            DemoContact(
                at: min(start.adding(minutes: 50 + 60 * ordinal), limit), outcome: isLast ? .messageLeft : .reached,
                planDocumented: !isLast))
    }

    private func keep(_ client: inout DemoClient, _ entry: DemoCaseload.Entry) {
        guard let makeUp = entry.makeUp else { return }
        miss(&client, upTo: .max)
        client.add(
            DemoSession(
                start: makeUp.start, day: calendar.zone.day(of: makeUp.start), therapist: makeUp.therapist,
                kind: "urgent", status: .attended))
    }

    /// Missed or not marked, minutes ago, at whatever hour: the first three and the fourth have a floor.
    private func dropIn(_ client: inout DemoClient) {
        let (minutesAgo, therapist) = DemoCalendar.dropIns[ordinal]
        let start = calendar.now.adding(minutes: -minutesAgo)
        let day = calendar.zone.day(of: start)
        client.add(
            DemoSession(
                start: start, day: day, therapist: therapist, kind: "drop_in",
                status: ordinal == 0 ? .missed : .scheduled))
        switch ordinal {
        case 0:
            client.safetyPlan = true
            client.screens.append(
                DemoScreen(instrument: "C-SSRS-screener", day: day.adding(days: -6), ideation: 4, behaviour: false))
        case 1:
            client.events.append(
                DemoEvent(
                    kind: "discharge", day: day.adding(days: -8), detail: "psychiatric_inpatient", suicideRelated: true)
            )
        case 2:
            client.clinicianFlag = true
            client.clinicianFlagSince = day.adding(days: -34)
        case 3: client.events.append(DemoEvent(kind: "attempt", day: day.adding(days: -60), detail: "interrupted"))
        default: return
        }
    }

    /// Two of the last four missed, PCL-5 rising, and for half of them a gap that grows.
    private func avoid(_ client: inout DemoClient) {
        guard let last = lastPast(of: client), last >= 8 else { return }
        client.diagnoses = DemoProfile.trauma.codes
        client.treatment = DemoTreatment(
            name: DemoProfile.traumaTherapies[ordinal % 3], traumaFocused: true, sessionsAttended: ordinal % 9)
        client.sessions[last].mark(.missed)
        if ordinal % 2 == 0 {
            client.sessions[last - 1].mark(.missed)
        } else {
            client.sessions[last - 2].cancel(.lateCancel, hoursBefore: 3, reason: "work")
        }
        let rising = client.sessions[last - 3].day
        client.screens.removeAll { $0.instrument == "PCL-5" }
        client.screens.append(DemoScreen(instrument: "PCL-5", day: rising.adding(days: -28), total: 34 + ordinal))
        client.screens.append(DemoScreen(instrument: "PCL-5", day: rising, total: 47 + ordinal))
        if ordinal % 3 == 0 {
            let civil = calendar.today.adding(days: ordinal % 2 == 0 ? 6 : -4).civil
            client.anniversary = "\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        }
    }
}

extension DemoClient {
    /// In its place among the others.
    mutating func add(_ session: DemoSession) {
        let index = sessions.firstIndex { $0.start > session.start } ?? sessions.endIndex
        sessions.insert(session, at: index)
    }
}
