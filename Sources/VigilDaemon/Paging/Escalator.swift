package import VigilCore
package import VigilLedger

/// Makes what is due by time: the next page, the next step, the next channel, the alarm, digests and the weekly test.
///
/// Thin and synchronous: it reads, asks the core, commits. Level-triggered from the ledger: a tick that comes late, twice or
/// after a crash makes the same pages once. `Auditor` looks after it.
package final class Escalator: @unchecked Sendable {
    private let ledger: Ledger
    private let policy: Policy
    private let pager: () throws -> Pager?
    private let people: [Person]
    private let settings: NotifySettings
    private var random: AnyRandom
    /// Days of the last digests and test, as the ledger has them: nobody else writes them, and a look costs no read.
    private var marks: [String: LocalDay?] = [:]

    /// - Parameter pager: nil in shadow, when nobody is paged; asked at each tick, since shifts may have been swapped.
    package init(
        ledger: Ledger, policy: Policy, people: [Person], settings: NotifySettings, random: any RandomSource,
        pager: @escaping () throws -> Pager?
    ) {
        self.ledger = ledger
        self.policy = policy
        self.people = people
        self.settings = settings
        self.random = AnyRandom(random)
        self.pager = pager
    }

    /// - Parameter mayBeMissing: whether the store could not be read lately, for the digest.
    /// - Returns: what was written.
    /// - Throws: the first failure, after everything else has been done: one follow-up whose rows do not fit must not stop
    ///   the pages of another.
    @discardableResult
    package func tick(at now: WallTime, mayBeMissing: Bool) throws -> [Act] {
        var acts: [Act] = []
        var failure: (any Error)?
        func attempt(_ body: () throws -> [Act]) {
            do {
                acts += try body()
            } catch {
                failure = failure ?? error
            }
        }
        if let pager = try pager() {
            for held in try ledger.read({ try $0.livePagings() }) {
                attempt { try advance(held.id, pager, now) }
            }
            attempt { try testPage(pager, now) }
        }
        attempt { try digests(now, mayBeMissing) }
        if let failure { throw failure }
        return acts
    }

    /// Each paging in a transaction of its own, read anew in it: somebody may have acknowledged meanwhile.
    private func advance(_ id: FollowUpID, _ pager: Pager, _ now: WallTime) throws -> [Act] {
        try ledger.decideAndCommit(at: now, policy: policy.hash) { reader in
            guard let paging = try reader.paging(id) else { return [] }
            return try advance(paging, pager, reader, now)
        }
    }

    private func advance(_ paging: Paging, _ pager: Pager, _ reader: LedgerReader, _ now: WallTime) throws -> [Act] {
        if pager.isHeld(paging, at: now) { return [] }
        let acts = pager.advance(paging, at: now, random: &random)
        guard acts.isEmpty, paging.state == .paging else { return acts }
        let next = try reader.untakenPages(of: paging).flatMap {
            pager.nextChannel(for: $0, isTest: paging.isTest, at: now)
        }
        return try next + (reader.isTaken(paging) ? [] : pager.alarm(paging, at: now))
    }

    // MARK: By the calendar

    private func testPage(_ pager: Pager, _ now: WallTime) throws -> [Act] {
        guard let round = settings.testPage,
            let day = round.day(dueAt: now, last: try last("test_page"), zone: policy.zone)
        else { return [] }
        let id = FollowUpID(from: &random)
        let acts = pager.begin(id, isTest: true, because: .weeklyTest, at: now, random: &random)
        try commit(acts, "test_page", day, now)
        return acts
    }

    private func digests(_ now: WallTime, _ mayBeMissing: Bool) throws -> [Act] {
        guard let round = settings.digest else { return [] }
        var acts: [Act] = []
        var followUps: [FollowUp]?
        for person in people {
            guard let channel = person.digest else { continue }
            let mark = "digest:\(person.id.text)"
            guard
                let day = round.day(
                    dueAt: now, last: try last(mark), role: person.role, zone: policy.zone, hours: policy.hours)
            else { continue }
            if followUps == nil {
                // Before the first full reconcile there is nothing that could be counted.
                guard try ledger.hasReconciled() else { return acts }
                followUps = try ledger.read { try $0.queue(at: now, limit: Self.maxCounted) }
            }
            var made: [Act] = []
            if let digest = DigestRound.digest(
                of: followUps ?? [], for: person, at: now, mayBeMissing: mayBeMissing)
            {
                let message = Message(.digest(digest), key: DeliveryKey(from: &random))
                let nextAt = settings.quietHours?.release(.digest, at: now, zone: policy.zone) ?? now
                made = [
                    Act(
                        .addDelivery(
                            Delivery(.digest, message, channel: channel, person: person.id, nextAt: nextAt)),
                        because: .dailyDigest)
                ]
            }
            try commit(made, mark, day, now)
            acts += made
        }
        return acts
    }

    /// More open follow-ups than this are not counted one by one; no practice has them (I26).
    private static let maxCounted = 50_000

    private func last(_ mark: String) throws -> LocalDay? {
        if let known = marks[mark] { return known }
        let day = try ledger.read { try $0.meta(mark) }.flatMap { Int32($0) }.map(LocalDay.init(number:))
        marks[mark] = .some(day)
        return day
    }

    private func commit(_ acts: [Act], _ mark: String, _ day: LocalDay, _ now: WallTime) throws {
        try ledger.commit(acts, mark: (mark, day), at: now, policy: policy.hash)
        marks[mark] = day
    }
}
