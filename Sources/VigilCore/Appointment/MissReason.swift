/// Why a session was missed, as the client or somebody close to them said when they were reached.
///
/// Asked for at the first contact, and chosen from a short list, so that it can be counted and so that nobody has to write
/// about a client what they did not say. Which of these are nobody's choice stands in the policy (`involuntary_reasons`).
package enum MissReason: String, Sendable, Hashable, Codable, CaseIterable {
    case illness, emergency, transport, work, childcare, weather, technical, forgot
    case tooStressful = "too_stressful"
    case doesNotWantToContinue = "does_not_want_to_continue"
    case inHospital = "in_hospital"
    case inCustody = "in_custody"
    case other

    /// As a therapist would say it to the client.
    package var words: String {
        switch self {
        case .illness: "was ill"
        case .emergency: "there was an emergency"
        case .transport: "could not get here"
        case .work: "had to work"
        case .childcare: "had nobody to look after a child"
        case .weather: "the weather"
        case .technical: "a technical problem"
        case .forgot: "forgot"
        case .tooStressful: "it was too stressful"
        case .doesNotWantToContinue: "would rather not go on at present"
        case .inHospital: "was in hospital"
        case .inCustody: "was in custody"
        case .other: "another reason"
        }
    }
}
