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
            try reader.nowWithoutPaging().map { Forgotten(id: $0, held: nil) }
        }
    }

    /// - Returns: how many had no live timer, and were given one. Not 0: a fault of vigil's, for the operator to report.
    package func audit(at now: WallTime) throws -> Int {
        try repair(at: now, because: .foundWithoutTimer) { reader, pager in
            let live = try reader.livePagings().filter {
                pager.isForgotten($0, at: now, graceSeconds: Self.graceSeconds)
            }
            return try reader.nowWithoutPaging().map { Forgotten(id: $0, held: nil) }
                + (reader.endedThoughOpen() + live).map { Forgotten(id: $0.id, held: $0) }
        }
    }

    /// A follow-up that nothing would page, with its paging when it has one.
    private struct Forgotten {
        var id: FollowUpID
        var held: Paging?
    }

    private func repair(
        at now: WallTime, because reason: Reason,
        _ find: (LedgerReader, Pager) throws -> [Forgotten]
    ) throws -> Int {
        guard let pager = try pager() else { return 0 }
        var count = 0
        _ = try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
            let found = try find(reader, pager)
            count = found.count
            var acts: [Act] = []
            for forgotten in found {
                if let held = forgotten.held {
                    acts += pager.resume(held, because: reason, at: now, random: &random)
                } else {
                    acts += pager.begin(forgotten.id, because: reason, at: now, random: &random)
                }
            }
            return acts
        }
        return count
    }
}
