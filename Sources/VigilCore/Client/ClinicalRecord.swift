/// What is on file about a client's safety and treatment, as read: every field is a value, absent or invalid.
///
/// Days are calendar days in the practice's zone. A store that holds none of a kind yields an empty list.
package struct ClinicalRecord: Sendable, Hashable {
    /// ICD-10-CM codes as written, with or without the dot.
    package var diagnoses: [String] = []
    package var screens: [Screen] = []
    package var attempts: [SuicideAttempt] = []
    package var selfInjuries: [SelfInjury] = []
    package var admissions: [Admission] = []
    package var emergencyVisits: [EmergencyVisit] = []
    package var medication: [MedicationEntry] = []
    package var clinicianFlag = ClinicianFlag()
    package var treatment: Treatment?
    package var carePlan: CarePlan?
    package var pregnant: Reading<Bool> = .absent
    /// Day of the last delivery, for the year after it.
    package var deliveredOn: Reading<LocalDay> = .absent
    package var safetyPlanOnFile: Reading<Bool> = .absent
    package var emergencyContactOnFile: Reading<Bool> = .absent
    package var guardianContactOnFile: Reading<Bool> = .absent
    package var therapistChangedOn: Reading<LocalDay> = .absent
    package var traumaAnniversary: Reading<Anniversary> = .absent

    package init() {}
}

/// One administration of an instrument, or a clinician's own assessment. Codes and numbers only: wordings are copyrighted.
package struct Screen: Sendable, Hashable {
    package enum Instrument: Sendable, Hashable {
        case columbia
        /// PHQ-9; PHQ-A is read as PHQ-9.
        case phq9
        case pcl5
        case auditC
        case gad7
        /// A documented suicide risk assessment by a clinician: only counts as "asked", never as a score.
        case clinicianAssessment
        /// Not in clinical.md: reported, scores nothing.
        case unlisted
    }

    package var instrument: Instrument
    package var day: Reading<LocalDay>
    /// PHQ-9 0...27, PCL-5 0...80, AUDIT-C 0...12, GAD-7 0...21.
    package var total: Reading<Int> = .absent
    /// PHQ-9 item 9, 0...3.
    package var item9: Reading<Int> = .absent
    /// Highest C-SSRS ideation level, 0...5.
    package var ideationLevel: Reading<Int> = .absent
    /// The C-SSRS behaviour item of the last three months.
    package var behaviour: Reading<Bool> = .absent

    package init(instrument: Instrument, day: Reading<LocalDay>) {
        self.instrument = instrument
        self.day = day
    }

    /// The range in which a total of `instrument` is a value; outside it is invalid (clinical.md section 2).
    package static func totalRange(of instrument: Instrument) -> ClosedRange<Int> {
        switch instrument {
        case .phq9: 0...27
        case .pcl5: 0...80
        case .auditC: 0...12
        case .gad7: 0...21
        case .columbia, .clinicianAssessment, .unlisted: 0...0
        }
    }

    package static let item9Range = 0...3
    package static let ideationRange = 0...5
}

/// A suicide attempt on file: actual, interrupted or aborted; an unlisted type counts too and is reported.
package struct SuicideAttempt: Sendable, Hashable {
    package var day: Reading<LocalDay>
    package var hasListedType: Bool

    package init(day: Reading<LocalDay>, hasListedType: Bool) {
        self.day = day
        self.hasListedType = hasListedType
    }
}

/// Self-injury without intent to die.
package struct SelfInjury: Sendable, Hashable {
    package var day: Reading<LocalDay>

    package init(day: Reading<LocalDay>) {
        self.day = day
    }
}

/// A stay in hospital, by its discharge day; absent means not discharged, or not recorded.
package struct Admission: Sendable, Hashable {
    package var dischargedOn: Reading<LocalDay>
    /// Only psychiatric stays are an input.
    package var isPsychiatric: Bool
    /// Absent and invalid both mean that the reason is not known, which counts as suicide-related.
    package var suicideRelated: Reading<Bool>

    package init(dischargedOn: Reading<LocalDay>, isPsychiatric: Bool, suicideRelated: Reading<Bool>) {
        self.dischargedOn = dischargedOn
        self.isPsychiatric = isPsychiatric
        self.suicideRelated = suicideRelated
    }
}

/// A visit to an emergency department; a reason that is not known counts as suicidality.
package struct EmergencyVisit: Sendable, Hashable {
    package var day: Reading<LocalDay>
    package var suicideRelated: Reading<Bool>

    package init(day: Reading<LocalDay>, suicideRelated: Reading<Bool>) {
        self.day = day
        self.suicideRelated = suicideRelated
    }
}

/// One entry of a medication history. The newest entry of a class decides.
package struct MedicationEntry: Sendable, Hashable {
    package enum Class: Int, Sendable, Hashable, CaseIterable {
        case antipsychotic, lithium, moodStabiliser, antidepressant
        /// Any other psychotropic, and any class that is not listed.
        case other
    }
    package enum Status: Sendable, Hashable {
        case adherent, stopped, nonadherent
        /// Not one of the three: reported, and it does not replace an older entry.
        case unlisted
    }

    package var drugClass: Class
    package var status: Status
    package var day: Reading<LocalDay>

    package init(drugClass: Class, status: Status, day: Reading<LocalDay>) {
        self.drugClass = drugClass
        self.status = status
        self.day = day
    }
}

/// A flag of special concern that a clinician set and only a clinician lifts.
package struct ClinicianFlag: Sendable, Hashable {
    package var active: Reading<Bool> = .absent
    package var since: Reading<LocalDay> = .absent

    package init(active: Reading<Bool> = .absent, since: Reading<LocalDay> = .absent) {
        self.active = active
        self.since = since
    }
}

/// The treatment protocol under way.
package struct Treatment: Sendable, Hashable {
    /// PE, CPT, EMDR, TF-CBT, NET or another: shown, never matched; `traumaFocused` decides.
    package var protocolName: String
    package var traumaFocused: Reading<Bool>
    package var sessionsAttended: Reading<Int>

    package init(protocolName: String, traumaFocused: Reading<Bool>, sessionsAttended: Reading<Int>) {
        self.protocolName = protocolName
        self.traumaFocused = traumaFocused
        self.sessionsAttended = sessionsAttended
    }
}

/// What client and therapist have planned; nothing in it is an input of a tier.
package struct CarePlan: Sendable, Hashable {
    /// Days from one session to the next.
    package var cadenceDays: Reading<Int> = .absent
    /// When the safety plan is to be looked at together.
    package var safetyPlanReviewOn: Reading<LocalDay> = .absent
    /// A short name of the next step of the treatment: `first written account`. Shown, never matched.
    package var nextStep: String?

    package init() {}

    /// A cadence outside it is a slip.
    package static let cadenceRange = 1...365
}

/// A date that comes round each year.
package struct Anniversary: Sendable, Hashable {
    package var month: Int
    package var day: Int

    package init?(month: Int, day: Int) {
        guard LocalDay(year: 2_000, month: month, day: day) != nil else { return nil }
        self.month = month
        self.day = day
    }

    /// Days from `reference` to the nearest occurrence, before or after.
    package func distance(from reference: LocalDay) -> Int {
        let year = reference.civil.year
        let occurrences = (year - 1...year + 1).compactMap { year in
            // 29 February is kept on 28 February in other years.
            LocalDay(year: year, month: month, day: day) ?? LocalDay(year: year, month: month, day: 28)
        }
        return occurrences.map { abs($0.days(since: reference)) }.min() ?? .max
    }
}

extension Screen.Instrument {
    /// The instrument as stores and vignettes write it; `PHQ-A` is read as PHQ-9. Anything else is unlisted.
    package init(named name: String) {
        switch name.lowercased() {
        case "c-ssrs-screener", "c-ssrs", "cssrs": self = .columbia
        case "phq-9", "phq-a", "phq9", "phqa": self = .phq9
        case "pcl-5", "pcl5": self = .pcl5
        case "audit-c", "auditc": self = .auditC
        case "gad-7", "gad7": self = .gad7
        case "clinician_assessment": self = .clinicianAssessment
        default: self = .unlisted
        }
    }
}
