/// All that a rule may look at when one session is assessed: the session, the client's other sessions, what is on file.
package struct Evidence: Sendable {
    /// The session that is assessed; its day is day 0 of every age.
    package let index: ClassifiedSession
    /// All sessions of the client, ascending by key, the index session included.
    package let sessions: [ClassifiedSession]
    package let contacts: [ContactRecord]
    package let client: ClientRecord
    package let clinical: ClinicalRecord
    package let now: WallTime

    package init(
        index: ClassifiedSession, sessions: [ClassifiedSession], contacts: [ContactRecord], client: ClientRecord,
        clinical: ClinicalRecord, now: WallTime
    ) {
        self.index = index
        self.sessions = sessions
        self.contacts = contacts
        self.client = client
        self.clinical = clinical
        self.now = now
    }

    package var day: LocalDay { index.day }

    /// The same evidence with an unmarked or unrecognised index session taken as missed, outcome not recorded.
    package var assumingMissedIfUnknown: Evidence {
        guard index.outcome == .unmarked || index.outcome == .unrecognised else { return self }
        var index = index
        index.outcome = .missedUnmarked
        index.basis = .unmarkedWithFloor
        return Evidence(
            index: index, sessions: sessions, contacts: contacts, client: client, clinical: clinical, now: now)
    }

    /// Whether attendance and U count: a missed or late-cancelled session.
    package var isScoredMiss: Bool { index.outcome.isMiss }

    /// Whole days before the day of the session, or nil for a day that does not score: that day itself and later ones.
    package func age(_ day: LocalDay) -> Int? {
        let age = self.day.days(since: day)
        return age >= 1 ? age : nil
    }

    package func age(_ day: Reading<LocalDay>) -> Int? {
        day.value.flatMap { age($0) }
    }

    /// `on 19 November`.
    package func on(_ day: LocalDay) -> String {
        "on \(day.words(seenFrom: self.day))"
    }

    /// Sessions that count, before the index session in time, ascending.
    package var countedBefore: some BidirectionalCollection<ClassifiedSession> {
        sessions.lazy.filter { [start = index.record.start] in $0.record.start < start && $0.outcome.isCounted }
    }

    package var attendedBefore: some BidirectionalCollection<ClassifiedSession> {
        sessions.lazy.filter { [start = index.record.start] in $0.record.start < start && $0.outcome.isAttended }
    }

    /// Whether a session stands in the book for one of the `days` days after the session.
    ///
    /// A session that has meanwhile taken place or been missed was booked; one that was called off is not.
    package func isBooked(withinDays days: Int) -> Bool {
        sessions.contains { session in
            guard session.record.start > index.record.start, session.day.days(since: day) <= days else { return false }
            switch session.outcome {
            case .future, .attended, .attendedWeakly, .missed, .missedUnmarked, .unmarked, .unrecognised: return true
            default: return false
            }
        }
    }
}

/// A session, what became of it, and its day in the practice's zone.
package struct ClassifiedSession: Sendable, Hashable {
    package var record: SessionRecord
    package var outcome: Outcome
    package var basis: MissBasis?
    package var day: LocalDay
    /// The reason that staff recorded with vigil, whatever the store says; nil when nobody has been told one.
    package var given: MissReason?
    /// Whether a reason that is nobody's choice is on record, in the store or with vigil, whatever came of it for the outcome.
    package var isInvoluntary = false

    package init(record: SessionRecord, outcome: Outcome, basis: MissBasis? = nil, day: LocalDay) {
        self.record = record
        self.outcome = outcome
        self.basis = basis
        self.day = day
    }

    /// Missed by the clock or the store, and excused by what staff recorded.
    package var isExcusedByReason: Bool { outcome == .excused && given != nil && record.status != .excused }
}

/// Why a session counts as missed.
package enum MissBasis: String, Sendable, Hashable, Codable {
    case recorded
    case leftUnseen = "left_unseen"
    case lateCancel = "late_cancel"
    /// Nobody recorded an outcome in the first hour, and a floor holds for the client.
    case unmarkedWithFloor = "unmarked_with_floor"
    /// Nobody recorded an outcome by the end of the next working day.
    case neverRecorded = "never_recorded"
}
