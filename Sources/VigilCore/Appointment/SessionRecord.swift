/// One occurrence of an appointment as the store holds it (stores.md, "Source model").
package struct SessionRecord: Sendable, Hashable {
    package var key: SessionKey
    package var therapist: TherapistRef?
    /// Scheduled start; also part of the key.
    package var start: WallTime { key.start }
    package var durationMinutes: Int
    package var status: SessionStatus
    /// The status as written in the store, for the row's hash and for naming a value that nobody mapped. Client data.
    package var rawStatus: String
    package var reason: SessionReason
    /// When a cancellation was made, if the store says so.
    package var cancelledAt: WallTime?
    /// `individual`, `group`, or what the store writes.
    package var kind: String

    // Inlinable, here and for what it is made of: a reader makes one for each row of the store.
    @inlinable
    package init(
        key: SessionKey, therapist: TherapistRef?, durationMinutes: Int, status: SessionStatus, rawStatus: String,
        reason: SessionReason = .none, cancelledAt: WallTime? = nil, kind: String = "individual"
    ) {
        self.key = key
        self.therapist = therapist
        self.durationMinutes = durationMinutes
        self.status = status
        self.rawStatus = rawStatus
        self.reason = reason
        self.cancelledAt = cancelledAt
        self.kind = kind
    }
}

/// What makes a session one session: its id in the store and its scheduled start (I3). A reschedule gives a new key.
package struct SessionKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Opaque text, never a number: stores hold `9377952927E-5`.
    package let id: String
    package let start: WallTime

    @inlinable
    package init(id: String, start: WallTime) {
        self.id = id
        self.start = start
    }

    /// By bytes, as for `ClientRef`.
    package static func == (left: SessionKey, right: SessionKey) -> Bool {
        left.start == right.start && left.id.utf8.elementsEqual(right.id.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: id)
        hasher.combine(start)
    }

    package static func < (left: SessionKey, right: SessionKey) -> Bool {
        left.start == right.start
            ? left.id.utf8.lexicographicallyPrecedes(right.id.utf8) : left.start < right.start
    }

    package var description: String { "(session)" }
}

/// What a store's status means, after its mapping. `lateCancel` is one that the practice itself marked as late.
package enum SessionStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nobody recorded an outcome.
    case scheduled
    /// Arrived or checked in: attended, weakly.
    case arrived
    case attended
    case missed
    /// Came, and left without being seen: counts as missed.
    case leftUnseen = "left_unseen"
    case clientCancel = "client_cancel"
    case lateCancel = "late_cancel"
    case providerCancel = "provider_cancel"
    case excused
    case rescheduled
    case enteredInError = "entered_in_error"
    /// A status that no mapping names. Never "fine" (I29).
    case unrecognised
}

/// Why a session did not take place, as far as it changes a rule.
package enum SessionReason: Sendable, Hashable {
    case none
    /// The only reason that changes the tier: the client is in care.
    case psychiatricAdmission
    /// Illness told in advance, weather, outage, custody, hospital: nobody's choice.
    case involuntary
    case tooStressful
    /// Anything else; shown to a person, never matched.
    case other
}

/// A contact with the client after a session, from the store's contact log or from an attempt recorded in vigil.
package struct ContactRecord: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, Codable {
        case reached
        case messageLeft = "message_left"
        case noAnswer = "no_answer"
        case unlisted
    }
    package var at: WallTime
    package var outcome: Outcome
    package var planDocumented: Bool

    package init(at: WallTime, outcome: Outcome, planDocumented: Bool) {
        self.at = at
        self.outcome = outcome
        self.planDocumented = planDocumented
    }
}
