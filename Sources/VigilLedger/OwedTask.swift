package import VigilCore

/// A follow-up whose Task on the practice's FHIR server may not say what the ledger says.
package struct OwedTask: Sendable, Hashable {
    package var followUp: FollowUp
    /// How it ended; nil while it is open.
    package var closed: CloseReason?
    /// Of the follow-up, as it was read.
    package var version: Int64
    /// Nil before the first try.
    package var remembered: RememberedTask?
}

/// What the ledger remembers of a Task.
package struct RememberedTask: Sendable, Hashable {
    /// As the server holds it; nil while no answer has told.
    package var held: HeldTask?
    /// What it said when it was written last; empty before.
    package var said: String
    /// Tries in a row that failed.
    package var failures: Int
}

/// A Task by the server's id and version.
package struct HeldTask: Sendable, Hashable {
    package var id: String
    package var version: String
    /// Somebody else has written into it too.
    package var isShared: Bool

    package init(id: String, version: String, isShared: Bool) {
        self.id = id
        self.version = version
        self.isShared = isShared
    }
}

/// How the Tasks of one server stand.
package struct TaskCounts: Sendable, Hashable {
    /// That may not say what the ledger says.
    package var owed = 0
    /// Since when the oldest of them could not be written; nil when none has failed.
    package var failingSince: WallTime?
    /// When one that failed is tried next.
    package var nextAt: WallTime?
}
