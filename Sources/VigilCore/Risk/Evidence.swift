/// All that a rule may look at when one session is assessed: the session, the client's other sessions, what is on file.
package struct Evidence: Sendable {
    /// The session that is assessed; its day is day 0 of every age.
    package let index: ClassifiedSession
    /// What is the same for every session of the client.
    let file: ClientFile
    /// How many sessions began before the index session: they are the first of the list.
    package let countBefore: Int

    package init(
        index: ClassifiedSession, sessions: [ClassifiedSession], contacts: [ContactRecord], client: ClientRecord,
        clinical: ClinicalRecord, now: WallTime
    ) {
        self.init(
            index: index,
            file: ClientFile(sessions: sessions, contacts: contacts, client: client, clinical: clinical, now: now))
    }

    init(index: ClassifiedSession, file: ClientFile) {
        self.index = index
        self.file = file
        countBefore = file.count(before: index.record.start)
    }

    /// All sessions of the client, ascending by key, the index session included.
    package var sessions: [ClassifiedSession] { file.sessions }
    package var contacts: [ContactRecord] { file.contacts }
    package var client: ClientRecord { file.client }
    package var clinical: ClinicalRecord { file.clinical }
    package var now: WallTime { file.now }
    /// ICD-10-CM codes without the dot, in capitals.
    var diagnosisCodes: [[UInt8]] { file.diagnosisCodes }

    package var day: LocalDay { index.day }

    /// The same evidence with an unmarked or unrecognised index session taken as missed, outcome not recorded.
    package var assumingMissedIfUnknown: Evidence {
        guard index.outcome == .unmarked || index.outcome == .unrecognised else { return self }
        var index = index
        index.outcome = .missedUnmarked
        index.basis = .unmarkedWithFloor
        return Evidence(index: index, file: file)
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

    /// A sentence to be made later, as seen from the day of the session.
    package func words(
        _ day: LocalDay?, _ number: Int = 0, _ other: Int = 0, _ sentence: @escaping FindingWords.Sentence
    ) -> FindingWords {
        FindingWords(day: day, seenFrom: self.day, number, other, sentence)
    }

    /// The same client's evidence about another of their sessions.
    package func about(_ other: ClassifiedSession) -> Evidence {
        Evidence(index: other, file: file)
    }
}

/// What is on file about one client, held once for all sessions that are assessed.
final class ClientFile: Sendable {
    let sessions: [ClassifiedSession]
    let contacts: [ContactRecord]
    let client: ClientRecord
    let clinical: ClinicalRecord
    let now: WallTime
    let diagnosisCodes: [[UInt8]]
    /// Names of safety fields that are on file and cannot be read.
    let unreadableSafetyFields: [String]
    /// Those that do not depend on the session.
    let dataProblems: [DataProblem]

    init(
        sessions: [ClassifiedSession], contacts: [ContactRecord], client: ClientRecord, clinical: ClinicalRecord,
        now: WallTime
    ) {
        self.sessions = sessions
        self.contacts = contacts
        self.client = client
        self.clinical = clinical
        self.now = now
        diagnosisCodes = clinical.diagnoses.map { Array(DiagnosisGroup.normalised($0).utf8) }
        unreadableSafetyFields = UnreadableSafetyFields(clinical).names
        dataProblems = DataProblem.found(in: clinical, unreadableSafetyField: !unreadableSafetyFields.isEmpty)
    }

    /// How many sessions begin before `start`; they are the first of the list.
    func count(before start: WallTime) -> Int {
        var low = 0
        var high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].record.key.start < start { low = middle + 1 } else { high = middle }
        }
        return low
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
