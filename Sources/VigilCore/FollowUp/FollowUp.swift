/// The one open item of a client: what the queue shows.
package struct FollowUp: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case open
        case taken
        case closed
    }

    /// What it rests on.
    package enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
        case missedSession = "missed_session"
        /// A client who has drifted away: nothing was missed.
        case checkUp = "check_up"
    }

    package var id: FollowUpID
    package var client: ClientRef
    /// The therapist of the latest session.
    package var therapist: TherapistRef?
    package var tier: Tier
    package var state: State
    package var owner: Role
    package var openedAt: WallTime
    /// When the first attempt is due.
    package var contactBy: WallTime
    package var takenBy: PersonID?
    /// Since when it has this tier: promotion counts from here.
    package var tierSince: WallTime
    /// Set when a person opened it again: then no poll closes it over their head.
    package var reopenedAt: WallTime?
    /// True for one that begins without a page: found on the first start on an old store (I31).
    package var startsQuiet: Bool
    /// The sessions that it is about, ascending; none at the beginning of a check-up.
    package var sessions: [SessionKey]
    package var origin: Origin
    /// Why, in words, where no session says it. Client data.
    package var about: String
    /// Set when a person has put it off; see `reminder(holdingAt:)`.
    package var reminder: Reminder?

    package init(
        id: FollowUpID, client: ClientRef, therapist: TherapistRef?, tier: Tier, state: State = .open, owner: Role,
        openedAt: WallTime, contactBy: WallTime, takenBy: PersonID? = nil, tierSince: WallTime? = nil,
        reopenedAt: WallTime? = nil, startsQuiet: Bool, sessions: [SessionKey], origin: Origin = .missedSession,
        about: String = ""
    ) {
        self.origin = origin
        self.about = about
        self.id = id
        self.client = client
        self.therapist = therapist
        self.tier = tier
        self.state = state
        self.owner = owner
        self.openedAt = openedAt
        self.contactBy = contactBy
        self.takenBy = takenBy
        self.tierSince = tierSince ?? openedAt
        self.reopenedAt = reopenedAt
        self.startsQuiet = startsQuiet
        self.sessions = sessions
    }
}

/// A named account of `vigil.yaml`: 1 to 32 characters of `a-z0-9_-`. Staff, never a client.
package struct PersonID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard (1...32).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            })
        else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        guard let id = PersonID(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a person id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }
}

/// Who did something: vigil by its rules, or a named person.
package enum Actor: Sendable, Hashable {
    case vigil
    case person(PersonID)

    package var text: String {
        switch self {
        case .vigil: "vigil"
        case .person(let id): "person:\(id.text)"
        }
    }
}

/// One step of a follow-up, or a question of its own, with a role and a due time.
package struct FollowUpTask: Sendable, Hashable {
    package var kind: RuleID
    package var role: Role
    package var say: String
    package var due: WallTime
    package var followUp: FollowUpID?
    /// What a question is about, so that the same one is asked once.
    package var subject: Subject?

    package enum Subject: Sendable, Hashable {
        case session(SessionKey)
        case row(UnreadableRow)
        /// A follow-up that is closed, and that somebody has to look at.
        case followUp(FollowUpID)

        /// Nil for a question about a session or a row.
        package var followUpID: FollowUpID? {
            if case .followUp(let id) = self { id } else { nil }
        }
    }

    package init(
        kind: RuleID, role: Role, say: String, due: WallTime, followUp: FollowUpID? = nil, subject: Subject? = nil
    ) {
        self.kind = kind
        self.role = role
        self.say = say
        self.due = due
        self.followUp = followUp
        self.subject = subject
    }
}

/// The tasks that vigil asks for by itself, beside those of a tier's protocol.
package enum QuestionKind {
    package static let outcome: RuleID = "ask_outcome"
    package static let vanished: RuleID = "ask_vanished"
    package static let unreadableRow: RuleID = "unreadable_record"
    package static let unrecognisedStatus: RuleID = "unrecognised_status"
    package static let dataQuality: RuleID = "data_quality"
    package static let excludedClient: RuleID = "excluded_client"
    package static let incident: RuleID = "incident_review"
    package static let confirmCorrection: RuleID = "confirm_correction"
    package static let confirmKeptSession: RuleID = "confirm_kept_session"
    package static let confirmCalledOff: RuleID = "confirm_called_off"
    package static let confirmReschedule: RuleID = "confirm_reschedule"
    package static let wrongNumber: RuleID = "wrong_number"
    package static let contactPreference: RuleID = "contact_preference"
    package static let seenByLead: RuleID = "seen_by_lead"
    package static let whichHospital: RuleID = "which_hospital"
}

/// A try to reach the client.
package struct Attempt: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        case reachedWithPlan = "reached_with_plan"
        case reached
        case messageLeft = "message_left"
        case noAnswer = "no_answer"
        case wrongNumber = "wrong_number"
        case declined
        case reachedSupportPerson = "reached_support_person"
    }
    package enum Channel: String, Sendable, Hashable, Codable, CaseIterable {
        case phone, message, email, letter, visit, inPerson = "in_person"
    }

    package var at: WallTime
    package var by: PersonID
    package var channel: Channel
    package var outcome: Outcome
    /// A person's words; stays in the ledger.
    package var note: String
    /// Why the latest session was missed, as far as it was said.
    package var reason: MissReason?

    package init(
        at: WallTime, by: PersonID, channel: Channel, outcome: Outcome, note: String, reason: MissReason? = nil
    ) {
        self.reason = reason
        self.at = at
        self.by = by
        self.channel = channel
        self.outcome = outcome
        self.note = note
    }
}

/// The only ways in which a follow-up ends (clinical.md section 6). A failed attempt is none of them.
package enum CloseReason: String, Sendable, Hashable, Codable, CaseIterable {
    case reachedWithPlan = "reached_with_plan"
    case keptSession = "kept_session"
    case inUrgentCare = "in_urgent_care"
    case notReachedWithPlan = "not_reached_with_plan"
    case setAside = "set_aside"
    case declined
    case recordedInError = "recorded_in_error"
    /// Died or attempted: the incident path.
    case incident
}
