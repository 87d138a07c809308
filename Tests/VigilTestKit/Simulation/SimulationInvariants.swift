import VigilCore
import VigilDaemon
import VigilLedger
import VigilSQL

/// The promises of reliability.md, as a simulated practice can see them. After every turn of the daemon those about pages; after
/// every step all.
///
/// Not here, since they are about the process and its surroundings: I19 (the store's file), I20 (canaries), I22 (the journal),
/// I23 (READY), I25 (the ping), I30 (reload).
struct SimulationInvariants {
    private var records: Set<String> = []
    private var tiers: [FollowUpID: Tier] = [:]
    private var isClockSteady = true

    mutating func clockStepped() {
        isClockSteady = false
    }

    // MARK: Each turn

    mutating func checkTurn(_ run: PracticeSimulation, at now: WallTime) throws {
        guard run.daemon != nil else { return }
        let longest = run.policy.escalation.longestWaitSeconds
        for paging in try run.ledger.read({ try $0.livePagings() }) {
            // I9, I11: a live timer, at most one step ahead and never past after the daemon has looked.
            if paging.state == .paging {
                guard let due = paging.dueAt else { return run.faults.append("I9: paging without a due time") }
                let ahead = due.seconds(since: now)
                if ahead <= 0 { run.faults.append("I11: a page is \(-ahead) s late") }
                if ahead > Int64(longest) { run.faults.append("I9: the next page is \(ahead) s ahead") }
            } else if let held = paging.acknowledgement {
                let ahead = held.expiresAt.seconds(since: now)
                if ahead <= 0 { run.faults.append("I12: an acknowledgement outlived its end by \(-ahead) s") }
                if ahead > 8 * 3_600 { run.faults.append("I12: an acknowledgement holds for \(ahead) s") }
            }
            // I18, I6: one look makes at most one round: a page to each person of a step.
            let newest = try run.ledger.database.read { connection in
                try connection.all(
                    "SELECT made_at FROM page WHERE paging = $1 ORDER BY number DESC LIMIT 7", [.text(paging.id.text)]
                ) { $0.int64(0) }
            }
            let round = newest.prefix { $0 == newest.first }.count
            if round > 3 { run.faults.append("I18: \(round) pages at one moment") }
            try checkTaken(run, paging, now)
        }
    }

    /// I10: taken by a provider, or the alarm raised, within 120 s of the paging's begin (or of the daemon's start).
    private mutating func checkTaken(_ run: PracticeSimulation, _ paging: Paging, _ now: WallTime) throws {
        guard paging.state == .paging, !paging.isTest, isClockSteady else { return }
        let since = max(paging.begunAt, run.upSince)
        guard now.seconds(since: since) > 120, paging.alarmedAt == nil else { return }
        if try !run.ledger.read({ try $0.isTaken(paging) }) { run.faults.append("I10: no page taken and no alarm") }
    }

    /// I12: no send of a page starts while an acknowledgement holds.
    func willSend(_ leased: LeasedDelivery, _ run: PracticeSimulation) {
        guard leased.delivery.purpose == .page, let id = leased.delivery.paging,
            let paging = try? run.ledger.read({ try $0.paging(id) })
        else { return }
        if paging.state != .paging { run.faults.append("I12: a page is sent while \(paging.state.rawValue)") }
    }

    /// I16: who settles again, or late, changes nothing.
    func checkLateHolder(_ leased: LeasedDelivery, _ courier: Courier, _ run: PracticeSimulation) throws {
        guard leased.attempt > 1 else { return }
        var late = leased
        late.attempt -= 1
        if try courier.settle(late, .accepted(nil)) { run.faults.append("I16: a late holder settled a delivery") }
    }

    // MARK: Each step

    mutating func check(_ run: PracticeSimulation) throws {
        let now = run.clock.now()
        // The chain is hashed from its beginning: now and then is often enough to name the step.
        if run.steps % 8 == 0 { run.faults += try run.ledger.verify().faults.map(\.words) }
        try checkRecords(run)
        try checkFollowUps(run, now)
        try checkOutbox(run)
        if let daemon = run.daemon, run.store.failure == nil { try checkFound(run, daemon, now) }
        isClockSteady = true
    }

    /// I3, I8: one record of a session, and none disappears.
    private mutating func checkRecords(_ run: PracticeSimulation) throws {
        let keys = try run.ledger.database.read { connection in
            try connection.all("SELECT client, session_id, starts_at FROM session_record") { row in
                "\(row.text(0)) \(row.text(1)) \(row.int64(2))"
            }
        }
        if Set(keys).count != keys.count { run.faults.append("I3: two records of one session") }
        if !Set(keys).isSuperset(of: records) { run.faults.append("I8: a record disappeared") }
        records = Set(keys)
    }

    /// One open follow-up of a client, whose tier never falls; a first start pages nobody for the past (I31).
    private mutating func checkFollowUps(_ run: PracticeSimulation, _ now: WallTime) throws {
        let open = try run.ledger.read { try $0.queue(at: now, limit: 100) }
        if Set(open.map(\.client)).count != open.count { run.faults.append("I3: two open follow-ups of a client") }
        for followUp in open {
            if followUp.tier < tiers[followUp.id] ?? .routine { run.faults.append("a tier fell") }
            tiers[followUp.id] = followUp.tier
            let paging = try run.ledger.read { try $0.paging(followUp.id) }
            if followUp.startsQuiet, paging != nil { run.faults.append("I31: paged for the past") }
            if followUp.tier == .now, !followUp.startsQuiet, paging == nil || paging?.state == .ended {
                run.faults.append("I9: one to make now that nobody pages")
            }
            if followUp.tier != .now, paging != nil { run.faults.append("a page for \(followUp.tier.rawValue)") }
        }
    }

    /// I1, I6, I28: what the store holds has been found, and looking again finds nothing more.
    private func checkFound(_ run: PracticeSimulation, _ daemon: SimulatedDaemon, _ now: WallTime) throws {
        try daemon.poll(at: now)
        let before = try run.ledger.read { try $0.lastAuditSequence() }
        try daemon.poll(at: now)
        let after = try run.ledger.read { try $0.lastAuditSequence() }
        if after != before { run.faults.append("I6: a second look wrote \(after - before) rows") }
        for snapshot in try run.store.page(after: nil, limit: .max).snapshots {
            let known = try run.ledger.known([snapshot.client.ref])[snapshot.client.ref] ?? KnownClient()
            for record in snapshot.sessions where record.start <= now {
                guard run.policy.detector.classify(record, at: now).outcome.isMiss else { continue }
                if known.sessions[record.key] == nil { run.faults.append("I1: a missed session without a record") }
            }
            for row in snapshot.unreadable where !known.tasks.contains(where: { $0.task.subject == .row(row) }) {
                run.faults.append("I28: an unreadable row that nobody is asked about")
            }
        }
    }

    // MARK: The outbox

    private static let outboxPromises = [
        (
            "I13: a page without a delivery",
            "SELECT count(*) FROM page p WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = p.key)"
        ),
        (
            "I15: sent without an accepted try",
            """
            SELECT count(*) FROM delivery d WHERE state = 'sent' AND NOT EXISTS (
                SELECT 1 FROM send_attempt s WHERE s.delivery = d.id AND s.outcome = 'accepted'
                    AND s.started_at IS NOT NULL AND s.ended_at IS NOT NULL)
            """
        ),
        (
            "a page was given up",
            "SELECT count(*) FROM delivery WHERE state = 'given_up' AND purpose IN ('page', 'alarm')"
        ),
        (
            "I26: tries without a bound",
            "SELECT count(*) FROM (SELECT 1 FROM send_attempt GROUP BY delivery HAVING count(*) > 40)"
        ),
        (
            "I26: two open pages to one person by one channel",
            """
            SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state IN ('waiting', 'leased') AND purpose = 'page'
                GROUP BY paging, person, channel HAVING count(*) > 2)
            """
        ),
        (
            "a page waits for a follow-up that nobody is paged for",
            """
            SELECT count(*) FROM delivery d JOIN paging p ON p.id = d.paging
            WHERE d.state = 'waiting' AND d.purpose = 'page' AND p.state <> 'paging'
            """
        ),
        (
            "two digests of one day to one person",
            """
            SELECT count(*) FROM (SELECT 1 FROM delivery WHERE purpose = 'digest'
                GROUP BY person, made_at HAVING count(*) > 1)
            """
        ),
    ]

    /// I13 to I16, I26, and: what arrived is what the outbox knows, with its key.
    private func checkOutbox(_ run: PracticeSimulation) throws {
        try run.ledger.database.read { connection in
            for (what, sql) in Self.outboxPromises {
                let count = try connection.first(sql) { $0.int64(0) } ?? 0
                if count != 0 { run.faults.append("\(what) (\(count))") }
            }
            for (id, channel) in run.channels {
                let sent = try connection.all(
                    "SELECT key FROM delivery WHERE channel = $1 AND state = 'sent'", [.text(id.text)]
                ) { $0.text(0) }
                let arrived = Set(channel.arrivals.map(\.message.key.text))
                if !Set(sent).isSubset(of: arrived) { run.faults.append("I15: marked sent and never arrived") }
                let known = try connection.all("SELECT key FROM delivery WHERE channel = $1", [.text(id.text)]) {
                    $0.text(0)
                }
                if !arrived.isSubset(of: known) { run.faults.append("I13: a key that the outbox does not know") }
            }
        }
    }
}
