internal import VigilCore
internal import VigilSQL

/// Reads the rows that stand beside a client's sessions, each adding itself to the snapshot.
///
/// Contract: a cell that is not what it should be is `invalid` where the core has a `Reading` for it, and is otherwise named
/// in `unreadable` with a default that errs on the safe side (I29). No row is dropped without being named.
enum PracticeRows {
    // Column numbers count PracticeSQL's lists; 0 is the client.
    static func client(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        let id = snapshot.client.ref.storeID
        func note(_ column: String) -> UnreadableRow { UnreadableRow(table: "client", rowID: id, column: column) }
        if let standing = row.word(1, in: standings)?.meaning {
            snapshot.client.standing = standing
        } else {
            // Active is the standing that is followed up.
            snapshot.client.standing = .active
            snapshot.unreadable.append(note("standing"))
        }
        if let therapist = row.optionalBoundedText(2), !therapist.isEmpty {
            snapshot.client.therapist = TherapistRef(therapist)
        }
        snapshot.client.bornOn = row.day(4)
        snapshot.client.firstContactOn = row.day(5)
        switch row.flag(14) {
        case .value(let part2): snapshot.client.part2 = part2
        case .absent: snapshot.client.part2 = false
        case .invalid:
            // The stricter privacy rule holds until somebody corrects it.
            snapshot.client.part2 = true
            snapshot.unreadable.append(note("part2"))
        }
        snapshot.clinical.therapistChangedOn = row.day(3)
        snapshot.clinical.guardianContactOnFile = row.flag(6)
        snapshot.clinical.emergencyContactOnFile = row.flag(7)
        snapshot.clinical.safetyPlanOnFile = row.flag(8)
        snapshot.clinical.pregnant = row.flag(9)
        snapshot.clinical.deliveredOn = row.day(10)
        snapshot.clinical.clinicianFlag = ClinicianFlag(active: row.flag(11), since: row.day(12))
        snapshot.clinical.traumaAnniversary = row.anniversary(13)
    }

    static func contact(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        // The log has no ids: the time stands for one.
        func note(_ column: String) -> UnreadableRow {
            UnreadableRow(table: "contact", rowID: row.boundedText(1), column: column)
        }
        guard let at = row.time(1) else { return snapshot.unreadable.append(note("at")) }
        let outcome = row.word(2, in: contactOutcomes)?.meaning
        if outcome == nil { snapshot.unreadable.append(note("outcome")) }
        let plan = row.flag(3)
        // Only a plan that is on record resolves a missed session.
        if plan.isInvalid { snapshot.unreadable.append(note("plan_documented")) }
        snapshot.contacts.append(
            ContactRecord(at: at, outcome: outcome ?? .unlisted, planDocumented: plan.value ?? false))
    }

    static func diagnosis(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        snapshot.clinical.diagnoses.append(row.boundedText(1))
    }

    static func screen(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        let instrument = row.word(2, in: instruments)?.meaning ?? Screen.Instrument(named: row.boundedText(2))
        var screen = Screen(instrument: instrument, day: row.day(3))
        screen.total = row.integer(4).within(Screen.totalRange(of: instrument))
        screen.item9 = row.integer(5).within(Screen.item9Range)
        screen.ideationLevel = row.integer(6).within(Screen.ideationRange)
        screen.behaviour = row.flag(7)
        snapshot.clinical.screens.append(screen)
    }

    static func event(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        func note(_ column: String) -> UnreadableRow {
            UnreadableRow(table: "event", rowID: row.boundedText(1), column: column)
        }
        let day = row.day(3)
        switch row.word(2, in: eventKinds)?.meaning {
        case .attempt:
            let hasListedType = row.word(4, in: attemptTypes) != nil
            snapshot.clinical.attempts.append(SuicideAttempt(day: day, hasListedType: hasListedType))
        case .selfInjury:
            snapshot.clinical.selfInjuries.append(SelfInjury(day: day))
        case .discharge:
            let detail = row.optionalBoundedText(4) ?? ""
            // A stay whose kind nobody wrote down is no input; it is asked about instead.
            if detail.isEmpty { snapshot.unreadable.append(note("detail")) }
            snapshot.clinical.admissions.append(
                Admission(
                    dischargedOn: day, isPsychiatric: detail.hasPrefix("psychiatric_"), suicideRelated: row.flag(5)))
        case .emergencyVisit:
            snapshot.clinical.emergencyVisits.append(EmergencyVisit(day: day, suicideRelated: row.flag(5)))
        case nil:
            snapshot.unreadable.append(note("kind"))
        }
    }

    static func medication(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        snapshot.clinical.medication.append(
            MedicationEntry(
                drugClass: row.word(2, in: drugClasses)?.meaning ?? .other,
                status: row.word(3, in: medicationStatuses)?.meaning ?? .unlisted, day: row.day(4)))
    }

    static func treatment(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        snapshot.clinical.treatment = Treatment(
            protocolName: row.boundedText(1), traumaFocused: row.flag(2),
            sessionsAttended: row.integer(3).within(sessionsRange))
    }

    static func carePlan(_ row: any SQLStatement, into snapshot: inout ClientSnapshot) {
        var plan = CarePlan()
        plan.cadenceDays = row.integer(1).within(CarePlan.cadenceRange)
        plan.safetyPlanReviewOn = row.day(2)
        plan.nextStep = row.optionalBoundedText(3).map { String($0.prefix(maxStepLength)) }
        for (column, isInvalid) in [
            ("cadence_days", plan.cadenceDays.isInvalid), ("safety_plan_review_on", plan.safetyPlanReviewOn.isInvalid),
        ] where isInvalid {
            snapshot.unreadable.append(
                UnreadableRow(table: "care_plan", rowID: snapshot.client.ref.storeID, column: column))
        }
        snapshot.clinical.carePlan = plan
    }

    /// A step's name is a few words; what is longer is a note, and vigil reads no notes.
    private static let maxStepLength = 120

    /// More sessions of one protocol than a session a day for a working life are a slip.
    private static let sessionsRange = 0...20_000

    private static let standings = WordTable<ClientRecord.Standing>([
        ("active", .active), ("discharged", .discharged), ("transferred", .transferred), ("deceased", .deceased),
    ])

    private static let contactOutcomes = WordTable<ContactRecord.Outcome>([
        ("reached", .reached), ("no_answer", .noAnswer), ("message_left", .messageLeft),
    ])

    private enum EventKind {
        case attempt, selfInjury, discharge, emergencyVisit
    }

    private static let eventKinds = WordTable<EventKind>([
        ("attempt", .attempt), ("self_injury", .selfInjury), ("discharge", .discharge),
        ("emergency_visit", .emergencyVisit),
    ])

    private static let attemptTypes = WordTable<Void>([("actual", ()), ("interrupted", ()), ("aborted", ())])

    /// The usual spellings, as bytes; the others are for `Screen.Instrument`.
    private static let instruments = WordTable<Screen.Instrument>([
        ("PHQ-9", .phq9), ("C-SSRS-screener", .columbia), ("C-SSRS", .columbia), ("PCL-5", .pcl5), ("GAD-7", .gad7),
        ("AUDIT-C", .auditC), ("clinician_assessment", .clinicianAssessment),
    ])

    private static let drugClasses = WordTable<MedicationEntry.Class>([
        ("antidepressant", .antidepressant), ("antipsychotic", .antipsychotic), ("lithium", .lithium),
        ("mood_stabiliser", .moodStabiliser), ("other", .other),
    ])

    private static let medicationStatuses = WordTable<MedicationEntry.Status>([
        ("adherent", .adherent), ("stopped", .stopped), ("nonadherent", .nonadherent),
    ])
}
