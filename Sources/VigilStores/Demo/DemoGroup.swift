/// The groups that the demo practice is made of; every client belongs to one.
package enum DemoGroup: String, Sendable, CaseIterable {
    /// Comes as most clients do: now and then a session is missed, and nothing else is on file than the usual.
    case steady
    /// Left the practice; only history.
    case former
    /// C-SSRS level 4 or 5 within 30 days, and the last session missed or not marked.
    case columbiaRecent
    case dischargeSuicideRelated
    case dischargeReasonUnknown
    case dischargeOtherReason
    /// From 45 days to ten years ago, one without a date.
    case attemptOnFile
    case selfInjury
    case emergencyVisit
    case clinicianFlag
    case minor
    case medicationStopped
    /// A few sessions, and nothing on file.
    case newClient
    case perinatal
    /// The session fell into a psychiatric admission.
    case inCare
    case therapistChanged
    /// The first sessions of CPT, PE or EMDR, and it is getting hard to come.
    case traumaAvoiding
    /// Cancelled late, and said that it was too stressful.
    case tooStressful
    /// Nothing booked any more.
    case driftedAway
    /// The practice cancelled, and the record alone would ask for contact soon.
    case continuityOwed
    /// Discharged, transferred or deceased, and a session is still booked.
    case leftoverBooking
    /// Missed, then reached; the last of them got only a message.
    case reachedWithPlan
    /// Missed, then seen in another session.
    case keptWithin72Hours
    /// A drop-in or evening session shortly before now, at whatever hour that is.
    case dropIn
    /// One row that no rule expects; `DemoDirt` names it.
    case dirty

    /// How many clients; `steady` takes the rest of the 600.
    var size: Int {
        switch self {
        case .steady: 0
        case .former: 60
        case .columbiaRecent: 5
        case .dischargeSuicideRelated: 4
        case .dischargeReasonUnknown: 3
        case .dischargeOtherReason: 4
        case .attemptOnFile: 10
        case .selfInjury: 4
        case .emergencyVisit: 3
        case .clinicianFlag: 6
        case .minor: 12
        case .medicationStopped: 8
        case .newClient: 10
        case .perinatal: 3
        case .inCare: 3
        case .therapistChanged: 6
        case .traumaAvoiding: 16
        case .tooStressful: 3
        case .driftedAway: 8
        case .continuityOwed: 3
        case .leftoverBooking: 9
        case .reachedWithPlan: 5
        case .keptWithin72Hours: 5
        case .dropIn: DemoCalendar.dropIns.count
        case .dirty: DemoDirt.allCases.count
        }
    }

    /// Groups whose last session lies in the last working days and is theirs to tell about, in the order of dealing.
    static let recent: [DemoGroup] = [
        .dischargeSuicideRelated, .dischargeReasonUnknown, .dischargeOtherReason, .attemptOnFile, .selfInjury,
        .emergencyVisit, .clinicianFlag, .minor, .medicationStopped, .newClient, .perinatal, .inCare, .therapistChanged,
        .traumaAvoiding, .tooStressful, .driftedAway, .reachedWithPlan, .dirty,
    ]
}
