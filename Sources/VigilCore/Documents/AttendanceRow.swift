/// One session of the last year, for the attendance strip of a follow-up: `FollowUpDocument.attendance`.
package struct AttendanceRow: Sendable, Hashable, Codable {
    /// What became of it, as far as the strip tells them apart.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case attended, missed
        case lateCancel = "late_cancel"
        case cancelledByUs = "cancelled_by_us"
        /// By the client, in time.
        case cancelled
        /// Excused, moved, or nobody recorded it: `words` says which.
        case other
    }

    /// RFC 3339.
    package var startedAt: String
    package var startedWords: String
    package var kind: Kind
    package var words: String

    /// - Returns: nil for what is no session of the past: booked, gone from the store, or entered by mistake.
    package init?(startedAt: String, startedWords: String, outcome: Outcome) {
        guard let (kind, words) = Self.reading(of: outcome) else { return nil }
        self.startedAt = startedAt
        self.startedWords = startedWords
        self.kind = kind
        self.words = words
    }

    private static func reading(of outcome: Outcome) -> (Kind, String)? {
        switch outcome {
        case .attended: (.attended, "attended")
        case .attendedWeakly: (.attended, "arrived")
        case .missed: (.missed, "missed")
        case .missedUnmarked: (.missed, "missed: nobody recorded an outcome")
        case .lateCancel: (.lateCancel, "cancelled late by the client")
        case .cancelledInTime: (.cancelled, "cancelled in time by the client")
        case .cancelledByProvider: (.cancelledByUs, "cancelled by us")
        case .excused: (.other, "excused")
        case .inCare: (.other, "in hospital")
        case .rescheduled: (.other, "moved to another time")
        case .unmarked: (.other, "nobody has recorded an outcome yet")
        case .unrecognised: (.other, "its status is not understood")
        case .future, .enteredInError, .vanished: nil
        }
    }

    enum CodingKeys: String, CodingKey {
        case kind, words
        case startedAt = "started_at"
        case startedWords = "started_words"
    }
}
