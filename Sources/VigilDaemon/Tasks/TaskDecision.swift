package import VigilCore
package import VigilFHIR
package import VigilLedger

/// What is to be done about the Task of a follow-up that has changed.
package enum TaskDecision: Sendable, Hashable {
    /// There is none that vigil knows of.
    case make(FHIRTask)
    case update(FHIRTask, FHIRTaskWriter.Written)
    /// What has changed is nothing that a Task says: a note, an attempt, a page.
    case unchanged
    /// It is over, and was deleted there.
    case gone
    /// Its client or session has an id that no FHIR server gives: read from elsewhere, or a row that cannot be read.
    case notOfThisServer

    /// - Parameter people: to tell which therapist of the server a person is.
    package init(_ owed: OwedTask, people: [Person], at now: WallTime, zone: Zone) {
        let task = FHIRTask(
            owed.followUp, closed: owed.closed, owner: Self.owner(of: owed.followUp, people), changedAt: now)
        guard FHIRTask.json(of: task, zone: zone) != nil else {
            self = .notOfThisServer
            return
        }
        switch owed.remembered {
        case let remembered? where remembered.held == nil && !remembered.said.isEmpty && task.state.isOver: self = .gone
        case let remembered? where remembered.held != nil && remembered.said == task.said: self = .unchanged
        case let remembered?:
            self = remembered.held.map { .update(task, FHIRTaskWriter.Written($0)) } ?? .make(task)
        case nil: self = .make(task)
        }
    }

    /// Who has it, as far as the server knows that person; else the therapist while it is theirs to take.
    private static func owner(of followUp: FollowUp, _ people: [Person]) -> String? {
        let therapist: TherapistRef? =
            if let taker = followUp.takenBy {
                people.first { $0.id == taker }?.therapist
            } else {
                followUp.owner == .therapist ? followUp.therapist : nil
            }
        return therapist.flatMap { FHIRTask.practitioner($0.storeID) }
    }
}

extension FHIRTaskWriter.Written {
    init(_ held: HeldTask) {
        self.init(id: held.id, version: held.version, isShared: held.isShared)
    }

    var held: HeldTask { HeldTask(id: id, version: version, isShared: isShared) }
}
