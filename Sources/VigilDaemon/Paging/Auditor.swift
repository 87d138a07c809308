package import VigilCore
package import VigilLedger

/// Looks for follow-ups to make now that nothing would ever page again, apart from the escalator that should have (I9).
package final class Auditor: @unchecked Sendable {
    private let ledger: Ledger
    private let policy: Policy
    private let pager: () throws -> Pager?
    private var random: AnyRandom

    /// How late the escalator may be before a timer counts as dead.
    package static let graceSeconds = 120

    package init(
        ledger: Ledger, policy: Policy, random: any RandomSource, pager: @escaping () throws -> Pager?
    ) {
        self.ledger = ledger
        self.policy = policy
        self.random = AnyRandom(random)
        self.pager = pager
    }

    /// At the start: what was found while nobody was to be paged, in shadow, is paged from now on.
    /// - Returns: how many follow-ups.
    @discardableResult
    package func adopt(at now: WallTime) throws -> Int {
        try repair(at: now, because: .policyApproved) { reader, pager in
            try reader.nowWithoutPaging()
        }
    }

    /// - Returns: how many had no live timer, and were given one. Not 0: a fault of vigil's, for the operator to report.
    package func audit(at now: WallTime) throws -> Int {
        try repair(at: now, because: .foundWithoutTimer) { reader, pager in
            let live = try reader.livePagings().filter {
                pager.isForgotten($0, at: now, graceSeconds: Self.graceSeconds)
            }
            return try reader.nowWithoutPaging()
                + (reader.endedThoughOpen() + live).map { $0.id }
        }
    }

    private func repair(
        at now: WallTime, because reason: Reason,
        _ find: (LedgerReader, Pager) throws -> [FollowUpID]
    ) throws -> Int {
        guard let pager = try pager() else { return 0 }
        let found = try ledger.read { try find($0, pager) }
        var failure: (any Error)?
        for id in found {
            do {
                // In a transaction each, and only if it still is so: one that cannot be mended must not hold up the others.
                _ = try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
                    guard try find(reader, pager).contains(id) else { return [] }
                    if let held = try reader.paging(id) {
                        return pager.resume(held, because: reason, at: now, random: &random)
                    }
                    return pager.begin(id, because: reason, at: now, random: &random)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return found.count
    }
}
