import VigilCore
import VigilFHIR
import VigilLedger

/// How the Tasks stand, for the operator.
struct TaskCondition: Sendable {
    let outlet: TaskOutlet
    let ledger: Ledger
    let isApproved: Bool

    /// A server that is restarted, or is away for a lunch, is nobody's alarm; an hour is.
    private static let patienceSeconds: Int64 = 3_600

    private var server: String { (try? FHIRBase(outlet.base).text) ?? outlet.base }

    func counts() throws -> TaskCounts {
        try ledger.read { try $0.taskCounts(of: server, begun: !isApproved) }
    }

    func hasFailedForLong(_ counts: TaskCounts, at now: WallTime) -> Bool {
        counts.failingSince.map { now.seconds(since: $0) >= Self.patienceSeconds } ?? false
    }

    func status(_ error: OperationError?, at now: WallTime, zone: Zone) throws -> TaskStatus {
        let counts = try counts()
        return TaskStatus(
            server: server, owed: counts.owed, failingSince: counts.failingSince.map { zone.rfc3339($0) },
            lastError: counts.failingSince == nil ? nil : error?.description)
    }

    func check(_ error: OperationError?, at now: WallTime, zone: Zone) throws -> DoctorCheck {
        let counts = try counts()
        let waiting = "\(counts.owed) not up to date at \(server)"
        guard let since = counts.failingSince else {
            if !isApproved {
                return DoctorCheck(
                    "tasks", .warn, "none is made while the policy is not approved", why: "a trial shows nowhere else",
                    remedy: "a clinician approves the policy")
            }
            return DoctorCheck("tasks", .ok, counts.owed == 0 ? "all up to date at \(server)" : waiting)
        }
        return DoctorCheck(
            "tasks", hasFailedForLong(counts, at: now) ? .fail : .warn,
            "\(waiting), since \(zone.clockWords(since)): \(error?.description ?? "tried again by itself")",
            why: "the practice's system shows an older state; vigil's own queue is whole",
            remedy: "look at the server, and at what this client may write")
    }
}
