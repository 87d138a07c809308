/// What the rules say about one session: findings, points, floors, tier. Never a probability, never a label.
package struct Assessment: Sendable, Hashable, Codable {
    /// When contact is due, after floors, lowering and resolution.
    package var tier: Tier
    /// The tier before a kept session or a contact resolved it.
    package var tierBeforeResolution: Tier
    /// The sum over the domains, before floors.
    package var points: Int
    package var floors: [Finding]
    /// One for each factor: present, absent or unknown.
    package var findings: [Finding]
    package var engagement: [Finding]
    /// False for a session that was called off: no miss, though continuity may be owed.
    package var scored: Bool
    package var resolution: Resolution?
    package var continuityOwed: Bool
    /// An attempt on file dated on or after the day of the session: the clinical lead looks at it first.
    package var incident: Bool
    package var dataProblems: [DataProblem]
    /// What the session means for the work: no part of the scoring, added when the assessment is written; nil in older ones.
    package var care: CareReview?

    package enum Resolution: String, Sendable, Hashable, Codable {
        case keptSession = "kept_session"
        case reachedWithPlan = "reached_with_plan"
    }
}

/// Something on file that cannot be used as it stands. Names the kind and never the content.
package enum DataProblem: String, Sendable, Hashable, Codable, CaseIterable {
    case unreadableSafetyField = "unreadable_safety_field"
    case undatedScreen = "undated_screen"
    case unlistedInstrument = "unlisted_instrument"
    case unlistedAttemptType = "unlisted_attempt_type"
    case unlistedMedicationStatus = "unlisted_medication_status"
    case unreadableTotal = "unreadable_total"
    case unreadableField = "unreadable_field"
    case unrecognisedStatus = "unrecognised_status"
    case unlistedClient = "unlisted_client"
}

extension DataProblem {
    /// What a client's record shows by itself, in the order in which it is told.
    static func found(in clinical: ClinicalRecord, unreadableSafetyField: Bool) -> [DataProblem] {
        var problems: [DataProblem] = []
        func note(_ problem: DataProblem, _ holds: Bool) {
            if holds { problems.append(problem) }
        }
        note(.unreadableSafetyField, unreadableSafetyField)
        note(.undatedScreen, clinical.screens.contains { $0.day.value == nil })
        note(.unlistedInstrument, clinical.screens.contains { $0.instrument == .unlisted })
        note(.unlistedAttemptType, clinical.attempts.contains { !$0.hasListedType })
        note(.unlistedMedicationStatus, clinical.medication.contains { $0.status == .unlisted })
        note(.unreadableTotal, clinical.screens.contains { $0.total.isInvalid })
        return problems
    }
}
