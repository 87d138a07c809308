import Foundation
package import VigilCore

/// A follow-up as a FHIR Task, for the practice's own system: what is to be done, for whom and by when.
///
/// It holds no reason, no score and no word of a note: clients may read their record, and what lasts in it must not label them.
package struct FHIRTask: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case requested
        case inProgress = "in-progress"
        case completed
        case cancelled

        /// Nothing is asked of anybody any more.
        package var isOver: Bool { self == .completed || self == .cancelled }
    }

    package var followUp: FollowUpID
    package var state: State
    package var tier: Tier
    package var client: ClientRef
    /// The appointment that it is about; nil for a check-up.
    package var appointment: String?
    /// `Practitioner/17`, by the practice's own mapping; nil leaves the task without an owner.
    package var owner: String?
    package var openedAt: WallTime
    package var changedAt: WallTime
    package var due: WallTime

    package init(
        followUp: FollowUpID, state: State, tier: Tier, client: ClientRef, appointment: String?, owner: String?,
        openedAt: WallTime, changedAt: WallTime, due: WallTime
    ) {
        self.followUp = followUp
        self.state = state
        self.tier = tier
        self.client = client
        self.appointment = appointment
        self.owner = owner
        self.openedAt = openedAt
        self.changedAt = changedAt
        self.due = due
    }

    /// - Parameter closed: how it ended; nil while it is open.
    package init(_ followUp: FollowUp, closed: CloseReason?, owner: String?, changedAt: WallTime) {
        let state: State =
            switch followUp.state {
            case .open: .requested
            case .taken: .inProgress
            case .closed:
                switch closed {
                case .recordedInError, .setAside, .declined, .incident: .cancelled
                default: .completed
                }
            }
        self.init(
            followUp: followUp.id, state: state, tier: followUp.tier, client: followUp.client,
            appointment: followUp.sessions.last?.id, owner: owner, openedAt: followUp.openedAt, changedAt: changedAt,
            due: followUp.contactBy)
    }

    /// A therapist of the server as an owner; nil for what is no id of FHIR.
    package static func practitioner(_ id: String) -> String? {
        FHIRReference.isID(id) ? "Practitioner/\(id)" : nil
    }

    /// All that it says but when it was changed, to tell whether there is anything to write.
    package var said: String {
        [state.rawValue, tier.rawValue, client.storeID, appointment ?? "", owner ?? "", String(due.seconds)]
            .joined(separator: "\u{1F}")
    }

    /// `Task.identifier.system`.
    package static let identifierSystem = "urn:vigil:follow-up"

    /// FHIR's four priorities in their order.
    private var priority: String {
        switch tier {
        case .routine: "routine"
        case .next: "urgent"
        case .today: "asap"
        case .now: "stat"
        }
    }

    private var businessStatus: String {
        switch state {
        case .requested: "Waiting to be taken"
        case .inProgress: "Taken"
        case .completed: "Done"
        case .cancelled: "Not needed any more"
        }
    }

    /// The resource, with its keys in order.
    ///
    /// - Parameters:
    ///   - id: the server's, for an update.
    ///   - zone: in which its times are written.
    /// - Returns: nil when the client, appointment or owner is no id that FHIR knows.
    package static func json(of task: FHIRTask, id: String? = nil, zone: Zone) -> [UInt8]? {
        guard let client = reference("Patient", task.client.storeID) else { return nil }
        var resource: [String: Any] = [
            "resourceType": "Task",
            "identifier": [["system": identifierSystem, "value": task.followUp.text]],
            "status": task.state.rawValue,
            "businessStatus": ["text": task.businessStatus],
            "intent": "order",
            "priority": task.priority,
            "code": ["text": task.appointment == nil ? "Get in touch" : "Follow up a missed session"],
            "for": client,
            "authoredOn": zone.rfc3339(task.openedAt),
            "lastModified": zone.rfc3339(max(task.openedAt, task.changedAt)),
            "restriction": ["period": ["end": zone.rfc3339(task.due)]],
        ]
        if let id { resource["id"] = id }
        if let appointment = task.appointment {
            guard let focus = reference("Appointment", appointment) else { return nil }
            resource["focus"] = focus
        }
        if let owner = task.owner {
            let parts = owner.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, owners.contains(String(parts[0])),
                let reference = reference(String(parts[0]), String(parts[1]))
            else { return nil }
            resource["owner"] = reference
        }
        return bytes(resource)
    }

    /// What `Task.owner` may point to, of what a practice has.
    private static let owners: Set<String> = ["Practitioner", "PractitionerRole", "Organization", "CareTeam"]

    static func bytes(_ resource: [String: Any]) -> [UInt8]? {
        (try? JSONSerialization.data(withJSONObject: resource, options: [.sortedKeys, .withoutEscapingSlashes])).map(
            Array.init)
    }

    private static func reference(_ type: String, _ id: String) -> [String: String]? {
        FHIRReference.isID(id) ? ["reference": "\(type)/\(id)"] : nil
    }
}
