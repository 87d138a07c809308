package import VigilCore

/// A place of the site, and the roles that may go there. Which clients somebody sees there is `Person.maySee` and the ledger's to
/// say; what is not theirs answers 404.
///
/// `Sources/VigilWeb/ACCESS.md` is the same as a table for an auditor; a test compares them and walks every route as every role.
package enum Place: String, Sendable, Hashable, CaseIterable {
    case queue
    case followUp = "follow_up"
    /// Every verb of a follow-up; what a role may do with it is the life cycle's to say.
    case act
    case questions
    case drifted
    case onCall = "on_call"
    case acknowledge
    case swap
    case caseload
    case considered
    case report
    case load
    case status
    case doctor
    case people
    case account
    case feeds
    case breakGlass = "break_glass"
    case breakGlassReview = "break_glass_review"
    case audit

    package var roles: Set<Role> {
        switch self {
        case .queue, .followUp, .act: [.therapist, .careCoordinator, .onCall, .clinicalLead]
        case .questions, .drifted: [.therapist, .careCoordinator, .clinicalLead]
        case .onCall: [.therapist, .careCoordinator, .onCall, .clinicalLead, .admin]
        case .acknowledge: [.therapist, .onCall, .clinicalLead]
        case .swap: [.therapist, .onCall, .clinicalLead, .admin]
        case .caseload, .considered: [.clinicalLead]
        case .report: [.therapist, .careCoordinator, .clinicalLead, .admin]
        case .load: [.therapist, .clinicalLead, .admin]
        case .status, .account: Set(Role.allCases)
        case .doctor, .people: [.admin]
        case .feeds: [.therapist, .careCoordinator, .onCall, .clinicalLead]
        // A lead sees everything anyway.
        case .breakGlass: [.therapist, .careCoordinator, .onCall]
        case .breakGlassReview: [.privacyOfficer]
        case .audit: [.auditor, .privacyOfficer, .admin]
        }
    }

    package func admits(_ person: Person) -> Bool { roles.contains(person.role) }
}

extension Role {
    /// Where a person of this role begins.
    var home: String {
        switch self {
        case .therapist, .careCoordinator, .clinicalLead: "/queue"
        case .onCall: "/on-call"
        case .admin: "/status"
        case .privacyOfficer: "/break-glass/review"
        case .auditor: "/audit"
        }
    }

    package var words: String {
        switch self {
        case .therapist: "therapist"
        case .careCoordinator: "front desk"
        case .onCall: "on-call clinician"
        case .clinicalLead: "clinical lead"
        case .privacyOfficer: "privacy officer"
        case .admin: "administrator"
        case .auditor: "auditor"
        }
    }
}
