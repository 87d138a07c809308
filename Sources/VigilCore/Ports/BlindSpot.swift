/// Something that vigil cannot see in a practice's record, and what that means: green must not mean blind (design.md).
package struct BlindSpot: Sendable, Hashable, Codable {
    package enum Subject: String, Sendable, Hashable, Codable, CaseIterable {
        case diagnoses
        /// PHQ-9, C-SSRS and the others.
        case screens
        /// Attempts, self-injury, discharges, emergency visits.
        case events
        case medication
        case clinicianFlag = "clinician_flag"
        case firstContact = "first_contact"
        case therapists
        /// Calls and messages that staff recorded in the practice's own system.
        case contacts
        case cancellationTimes = "cancellation_times"
        /// A record of treatment that says that somebody came whom nobody marked.
        case attendance
        case clients
        case appointments
        case unreadableRows = "unreadable_rows"
        case unknownStatuses = "unknown_statuses"
    }

    package var subject: Subject
    /// `answers to screens (PHQ-9, C-SSRS) cannot be read: the mapping has no table 'screen'`.
    package var what: String

    package init(_ subject: Subject, _ what: String) {
        self.subject = subject
        self.what = what
    }

    /// Something of which this store says nothing.
    /// - Parameter cause: `the mapping has no table 'screen'`.
    package init(_ subject: Subject, cannotReadBecause cause: String) {
        self.init(subject, "\(subject.noun) cannot be read: \(cause)")
    }

    /// What it means for scores and follow-ups.
    package var meaning: String { subject.meaning }

    package var words: String { "\(what). \(meaning.capitalisedFirst)" }
}

extension BlindSpot.Subject {
    fileprivate var noun: String {
        switch self {
        case .diagnoses: "diagnoses"
        case .screens: "answers to screens (PHQ-9, C-SSRS)"
        case .events: "attempts, discharges and emergency visits"
        case .medication: "medication that was stopped"
        case .clinicianFlag: "a clinician's flag"
        case .firstContact: "a client's first contact"
        case .therapists: "whose client somebody is"
        case .contacts: "calls that staff record elsewhere"
        case .cancellationTimes: "when a session was called off"
        case .attendance: "the record of treatment"
        case .clients: "all clients"
        case .appointments: "all appointments"
        case .unreadableRows: "some rows"
        case .unknownStatuses: "some statuses"
        }
    }

    package var meaning: String {
        switch self {
        case .diagnoses: "in every score a diagnosis is unknown, never zero"
        case .screens: "in every score what a client answered about suicide is unknown, never zero: ask when you call"
        case .events: "in every score these are unknown, never zero: ask when you call"
        case .medication: "in every score whether medication was stopped is unknown, never zero"
        case .clinicianFlag: "in every score a clinician's worry is unknown, never zero: it raises nobody here"
        case .firstContact: "in every score whether a client is new is unknown, never zero"
        case .therapists: "such follow-ups stand in no therapist's own list, but in the clinical lead's"
        case .contacts: "vigil counts the calls that are recorded with it: somebody may be called twice"
        case .cancellationTimes: "a client's cancellation counts as one inside the notice period, never as one in time"
        case .attendance: "a session that nobody marked is asked about, and counts as missed when nobody answers"
        case .clients: "names and standing may be old: look before you call"
        case .appointments: "what did not come is not taken for gone, so a session may be asked about that was deleted"
        case .unreadableRows: "each is asked about; what can be read of it counts"
        case .unknownStatuses: "each is asked about, and scored as a miss of which the outcome is unknown"
        }
    }

    /// The factors that could take silence for "no".
    var rules: [RuleID] {
        switch self {
        case .events: [PsychiatricDischarge.id, EmergencyVisitSuicidal.id]
        case .clinicianFlag: [ClinicianFlagFactor.id]
        // The others are unknown by themselves where nothing is on file.
        default: []
        }
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
