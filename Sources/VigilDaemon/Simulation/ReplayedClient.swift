import VigilCore

/// A client of a store, as the practice knew them at each moment of its past.
///
/// A store holds what is true today. What it does not say of the past is taken by the rules below; every report names them.
/// - A session stands in the book from so many days before it, or from when it was called off, if that was earlier: stores do
///   not say when a session was booked.
/// - Called off: known when the store says it was, else at the session's start. Came, missed, left: known at the session's end.
/// - Screens, events and entries are known on their day; undated ones, diagnoses and flags without a day always were.
/// - A client who has left or died counts as active until their last session that was kept or missed.
/// - Protocol sessions attended: today's number less those that came after.
struct ReplayedClient: Sendable {
    let ref: ClientRef
    /// When what is known changes, or a session begins; ascending, each once.
    let changes: [WallTime]
    private let whole: ClientSnapshot
    private let zone: Zone
    private let bookedAt: [WallTime]
    private let markedAt: [WallTime]
    private let leftAt: WallTime

    init(_ whole: ClientSnapshot, zone: Zone, bookedAheadDays: Int) {
        self.whole = whole
        self.zone = zone
        ref = whole.client.ref
        bookedAt = whole.sessions.map { record in
            let usual = record.start.adding(hours: -24 * bookedAheadDays)
            return record.cancelledAt.map { min($0, usual) } ?? usual
        }
        markedAt = whole.sessions.map(Self.marked)
        let seen = whole.sessions.filter { $0.status.isOfOneWhoWasThere }.map {
            $0.start.adding(minutes: $0.durationMinutes)
        }
        leftAt = seen.max() ?? WallTime(seconds: .min)
        var times = bookedAt + markedAt + whole.sessions.map(\.start) + whole.contacts.map(\.at)
        times += whole.days.map { zone.time(on: $0, secondOfDay: 0) }
        if whole.client.standing.isOver, leftAt.seconds > .min { times.append(leftAt) }
        changes = Array(Set(times)).sorted()
    }

    private static func marked(_ record: SessionRecord) -> WallTime {
        switch record.status {
        case .clientCancel, .lateCancel, .providerCancel, .excused, .rescheduled: record.cancelledAt ?? record.start
        case .arrived, .enteredInError: record.start
        case .attended, .missed, .leftUnseen, .scheduled, .unrecognised:
            record.start.adding(minutes: record.durationMinutes)
        }
    }

    /// What was known at `now`; nil while nothing about the client stood in the book.
    func snapshot(at now: WallTime) -> ClientSnapshot? {
        var snapshot = ClientSnapshot(client: whole.client)
        snapshot.sessions.reserveCapacity(whole.sessions.count)
        var attendedSince = 0
        for (index, record) in whole.sessions.enumerated() {
            let isMarked = markedAt[index] <= now
            if record.status == .attended, !isMarked { attendedSince += 1 }
            guard bookedAt[index] <= now else { continue }
            snapshot.sessions.append(isMarked ? record : record.unmarked)
        }
        guard !snapshot.sessions.isEmpty else { return nil }
        let today = zone.day(of: now)
        snapshot.contacts = whole.contacts.filter { $0.at <= now }
        snapshot.unreadable = whole.unreadable
        snapshot.clinical = whole.clinical.known(on: today, attendedSince: attendedSince)
        if whole.client.firstContactOn.isAfter(today) { snapshot.client.firstContactOn = .absent }
        if whole.client.standing.isOver, now < leftAt { snapshot.client.standing = .active }
        return snapshot
    }
}

extension SessionRecord {
    /// As it stood in the book before anything was recorded.
    fileprivate var unmarked: SessionRecord {
        var record = self
        record.status = .scheduled
        record.rawStatus = SessionStatus.scheduled.rawValue
        record.reason = .none
        record.cancelledAt = nil
        return record
    }
}

extension SessionStatus {
    /// Kept or missed: the practice still counted on the client.
    fileprivate var isOfOneWhoWasThere: Bool {
        switch self {
        case .attended, .arrived, .missed, .leftUnseen, .lateCancel: true
        default: false
        }
    }
}

extension ClientRecord.Standing {
    fileprivate var isOver: Bool { self == .discharged || self == .transferred || self == .deceased }
}

extension Reading where Value == LocalDay {
    fileprivate func isAfter(_ today: LocalDay) -> Bool { value.map { $0 > today } ?? false }
}

extension ClientSnapshot {
    /// Every day on which something becomes known.
    fileprivate var days: [LocalDay] {
        var readings = clinical.screens.map(\.day) + clinical.attempts.map(\.day) + clinical.selfInjuries.map(\.day)
        readings += clinical.admissions.map(\.dischargedOn) + clinical.emergencyVisits.map(\.day)
        readings += clinical.medication.map(\.day)
        readings += [
            client.firstContactOn, clinical.deliveredOn, clinical.therapistChangedOn, clinical.clinicianFlag.since,
        ]
        return readings.compactMap(\.value)
    }
}

extension ClinicalRecord {
    /// - Parameter attendedSince: sessions that the client came to after this day.
    fileprivate func known(on today: LocalDay, attendedSince: Int) -> ClinicalRecord {
        var record = self
        record.screens.removeAll { $0.day.isAfter(today) }
        record.attempts.removeAll { $0.day.isAfter(today) }
        record.selfInjuries.removeAll { $0.day.isAfter(today) }
        record.admissions.removeAll { $0.dischargedOn.isAfter(today) }
        record.emergencyVisits.removeAll { $0.day.isAfter(today) }
        record.medication.removeAll { $0.day.isAfter(today) }
        if deliveredOn.isAfter(today) { record.deliveredOn = .absent }
        if therapistChangedOn.isAfter(today) { record.therapistChangedOn = .absent }
        if clinicianFlag.since.isAfter(today) { record.clinicianFlag = ClinicianFlag() }
        if let attended = treatment?.sessionsAttended.value {
            record.treatment?.sessionsAttended = .value(max(0, attended - attendedSince))
        }
        return record
    }
}
