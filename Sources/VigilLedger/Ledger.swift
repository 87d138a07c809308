import Foundation
package import VigilCore
package import VigilSQL

/// Vigil's own database: the record of what was found, decided and done.
///
/// One process and one connection own it (reliability.md); every other program talks to the daemon. All of a page of plans is
/// committed in one transaction, with the audit rows and the move of the cursor (I4).
package final class Ledger: Sendable {
    package let database: SQLiteDatabase
    /// Which appointment store the records are of; part of every key (I3).
    package let store: String

    /// Opens the ledger, creates it when it is missing, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: a file, or `:memory:` for a ledger that lives as long as this object.
    ///   - wrap: see `SQLiteDatabase`.
    package init(
        path: String, store: String, wrap: (any SQLConnection) -> any SQLConnection = { $0 }
    ) throws(OperationError) {
        do throws(SQLError) {
            database = try SQLiteDatabase(path: path, mode: .ledger, wrap: wrap)
            try database.migrate(Migrations.all)
        } catch {
            throw OperationError(ledger: "open the ledger", path: path, error)
        }
        self.store = store
    }

    /// Opens an existing ledger to read, for commands that run while the daemon is down.
    package init(readingOnly path: String, store: String) throws(OperationError) {
        do throws(SQLError) {
            database = try SQLiteDatabase(path: path, mode: .readOnly)
        } catch {
            throw OperationError(ledger: "open the ledger", path: path, error)
        }
        self.store = store
    }

    /// Gives back the page cache, as far as nothing uses it; what cannot be given back stays.
    package func shrinkCache() {
        try? database.bare { try $0.execute(script: "PRAGMA shrink_memory") }
    }

    package func close() throws(OperationError) {
        do throws(SQLError) {
            try database.close()
        } catch {
            throw OperationError(ledger: "close the ledger", path: database.path, error)
        }
    }

    // MARK: Polls

    /// What a poll, or one page of a full reconcile, asks to be written.
    package struct Commit: Sendable {
        package var plans: [ClientPlan]
        package var move: Move
        package var at: WallTime
        /// Full hash of the policy that decided.
        package var policy: String
        /// Clients that were looked at, in byte order: their next look is replaced by the plan's.
        package var looked: [ClientRef]

        package init(plans: [ClientPlan], looked: [ClientRef], move: Move, at: WallTime, policy: String) {
            self.plans = plans
            self.looked = looked
            self.move = move
            self.at = at
            self.policy = policy
        }
    }

    /// How the cursor moves with a commit. The pages of a full reconcile leave it where it is: one that is cut off begins
    /// again, and finds what it had recorded already (I6, I7).
    package enum Move: Sendable, Hashable {
        case stay
        /// The full reconcile is complete; the next poll begins at this cursor.
        case reconciled(StoreCursor)
        case polled(StoreCursor)
    }

    /// Commits all of it, or nothing.
    /// - Returns: the sequence of the last audit row.
    /// - Throws: `PlanOvertaken` when a person has closed a follow-up that a plan rests on: read and plan again.
    @discardableResult
    package func commit(_ commit: Commit) throws -> Int64 {
        try rethrowing("write the ledger") {
            try database.write { connection in
                var writer = try LedgerWriter(
                    connection: connection, store: store, at: commit.at, policy: commit.policy)
                for plan in commit.plans where try !plan.acts.isEmpty && holds(plan, connection) {
                    for act in plan.acts { try writer.apply(act, of: plan.client) }
                }
                try writeLooks(commit, connection)
                try move(commit, connection)
                return writer.sequence
            }
        }
    }

    private func holds(_ plan: ClientPlan, _ connection: any SQLConnection) throws -> Bool {
        if case .none = plan.premise { return true }
        let open = try connection.first(
            "SELECT id FROM follow_up WHERE store = $1 AND client = $2 AND state <> 'closed'",
            [.text(store), .text(plan.client.storeID)]
        ) { $0.text(0) }
        switch plan.premise {
        case .none: return true
        case .onlyIfOpen(let id): return open == id.text
        case .open(let id):
            guard open == id?.text else { throw PlanOvertaken() }
            return true
        }
    }

    private func writeLooks(_ commit: Commit, _ connection: any SQLConnection) throws {
        let due = Dictionary(
            commit.plans.compactMap { plan in plan.lookAgainAt.map { (plan.client, $0) } }, uniquingKeysWith: min)
        for client in commit.looked {
            if let at = due[client] {
                try connection.run(
                    """
                    INSERT INTO look_again (store, client, due_at) VALUES ($1, $2, $3)
                    ON CONFLICT (store, client) DO UPDATE SET due_at = excluded.due_at
                    """, [.text(store), .text(client.storeID), .integer(at.seconds)])
            } else {
                try connection.run(
                    "DELETE FROM look_again WHERE store = $1 AND client = $2", [.text(store), .text(client.storeID)])
            }
        }
    }

    private func move(_ commit: Commit, _ connection: any SQLConnection) throws {
        switch commit.move {
        case .stay: break
        case .reconciled(let cursor):
            try connection.run(
                """
                UPDATE cursor SET change = $1, starts_up_to = $2, reconciled_at = $3 WHERE store = $4
                """,
                [
                    .integer(cursor.change), .integer(cursor.startsUpTo.seconds), .integer(commit.at.seconds),
                    .text(store),
                ])
        case .polled(let cursor):
            try connection.run(
                "UPDATE cursor SET change = $1, starts_up_to = $2 WHERE store = $3",
                [.integer(cursor.change), .integer(cursor.startsUpTo.seconds), .text(store)])
        }
    }

    /// How far the store has been read.
    package struct Progress: Sendable, Hashable {
        package var cursor: StoreCursor?
        package var reconciledAt: WallTime?
        /// Fixed at the first start on this store; nil when it is switched off.
        package var horizon: WallTime?
    }

    /// Reads the progress; on the first start on this store it fixes `horizon` (I31).
    package func progress(firstHorizon horizon: WallTime?) throws -> Progress {
        try rethrowing("read the ledger") {
            try database.write { connection in
                try connection.run(
                    "INSERT INTO cursor (store, horizon) VALUES ($1, $2) ON CONFLICT (store) DO NOTHING",
                    [.text(store), .integer(orNull: horizon?.seconds)])
                return try connection.first(
                    "SELECT change, starts_up_to, reconciled_at, horizon FROM cursor WHERE store = $1",
                    [.text(store)]
                ) { row in
                    var progress = Progress()
                    if let change = row.optionalInt64(0), let upTo = row.optionalInt64(1) {
                        progress.cursor = StoreCursor(change: change, startsUpTo: WallTime(seconds: upTo))
                    }
                    progress.reconciledAt = row.optionalInt64(2).map(WallTime.init(seconds:))
                    progress.horizon = row.optionalInt64(3).map(WallTime.init(seconds:))
                    return progress
                } ?? Progress()
            }
        }
    }

    /// Clients about whom something may have changed by time alone.
    package func clientsDue(at now: WallTime, limit: Int) throws -> [ClientRef] {
        try rethrowing("read the ledger") {
            try database.read { connection in
                try connection.all(
                    "SELECT client FROM look_again WHERE store = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3",
                    [.text(store), .integer(now.seconds), .integer(limit)]
                ) { ClientRef($0.text(0)) }
            }
        }
    }

    /// Clients with an open follow-up, in byte order.
    /// - Parameters:
    ///   - start: only those after it; nil begins with the first.
    ///   - end: only those up to it; nil goes on to the last.
    package func openClients(after start: ClientRef?, through end: ClientRef?) throws -> [ClientRef] {
        try rethrowing("read the ledger") {
            try database.read { connection in
                try connection.all(
                    """
                    SELECT client FROM follow_up WHERE store = $1 AND state <> 'closed'
                        AND ($2 IS NULL OR client > $2) AND ($3 IS NULL OR client <= $3) ORDER BY client
                    """,
                    [.text(store), .text(orNull: start?.storeID), .text(orNull: end?.storeID)]
                ) { ClientRef($0.text(0)) }
            }
        }
    }

    /// What the ledger holds about each of `clients`; one that it does not know has no entry.
    package func known(_ clients: [ClientRef]) throws -> [ClientRef: KnownClient] {
        try rethrowing("read the ledger") {
            try database.read { try LedgerReader(connection: $0, store: store).known(clients) }
        }
    }

    // MARK: People

    /// Decides on a person's command and commits its acts in one transaction, so that two people never both succeed.
    /// - Parameters:
    ///   - voicemailAllowed: what the client said about messages, where it could be read.
    ///   - version: what the person had seen; nil for no condition.
    /// - Throws: `FollowUpChanged` when the follow-up has another version: then nothing is decided.
    package func carryOut(
        _ command: Lifecycle.Command, on id: FollowUpID, by person: PersonID, as role: Role, at now: WallTime,
        policy: Policy, voicemailAllowed: Bool? = nil, ifVersion version: Int64? = nil, dryRun: Bool = false
    ) throws -> Result<FollowUp, Lifecycle.Refusal>? {
        try rethrowing("write the ledger") {
            try database.write { connection in
                let reader = LedgerReader(connection: connection, store: store)
                guard var situation = try reader.situation(of: id) else { return nil }
                if let version, try reader.version(of: id) != version {
                    throw FollowUpChanged(lastChange: try reader.lastChange(of: id))
                }
                situation.voicemailAllowed = voicemailAllowed
                let followUp = situation.followUp
                let acts: [Act]
                do throws(Lifecycle.Refusal) {
                    acts = try Lifecycle(policy: policy).decide(command, on: situation, by: person, as: role, at: now)
                } catch {
                    return .failure(error)
                }
                if dryRun { return .success(followUp) }
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: policy.hash)
                for act in acts { try writer.apply(act, of: followUp.client) }
                return .success(try reader.followUp(id) ?? followUp)
            }
        }
    }

    /// Appends an event that is no change of a follow-up: started, store failed, policy loaded.
    package func note(_ event: PublicEvent, by actor: Actor = .vigil, at now: WallTime) throws {
        try rethrowing("write the ledger") {
            try database.write { connection in
                var chain = try AuditChain(connection: connection)
                try chain.append(
                    at: now, actor: actor, subject: event.followUp?.text ?? "vigil", reason: event.kind.rawValue,
                    event: event)
            }
        }
    }

    package func read<Value>(_ body: (LedgerReader) throws -> Value) throws -> Value {
        try rethrowing("read the ledger") {
            try database.read { try body(LedgerReader(connection: $0, store: store)) }
        }
    }

    func rethrowing<Value>(_ operation: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SQLError {
            throw OperationError(ledger: operation, path: database.path, error)
        }
    }
}

/// A plan rests on a follow-up that was closed, or on there being none, and that has changed since.
package struct PlanOvertaken: Error, Sendable {}

extension OperationError {
    init(ledger operation: String, path: String, _ error: SQLError) {
        let (kind, remedy, retry): (Kind, String, Bool) =
            switch error.kind {
            case .busy: (.unavailable, "another program holds it; only one vigil daemon may own a ledger", true)
            case .cannotOpen: (.unavailable, "check that the folder exists and that vigil may write there", false)
            case .readOnly, .permission: (.permission, "check owner and mode of the file and its folder", false)
            case .diskFull: (.unavailable, "free space on the disk; nothing is lost meanwhile", true)
            case .inputOutput: (.unavailable, "check the disk", true)
            case .corrupt, .notADatabase: (.badData, "restore the ledger from a backup", false)
            default: (.unavailable, "report this with the line above", false)
            }
        self.init(
            kind, operation: operation, subject: path, cause: error.description, remedy: remedy, retry: retry)
    }
}
