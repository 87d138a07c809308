import Foundation
package import VigilCore
import VigilSQL

/// What the ledger holds about pages, deliveries and swaps.
extension LedgerReader {
    /// What a person's command is decided on.
    func situation(of id: FollowUpID) throws -> Lifecycle.Situation? {
        guard let followUp = try followUp(id) else { return nil }
        let other = try connection.first(
            "SELECT id FROM follow_up WHERE store = $1 AND client = $2 AND state <> 'closed' AND id <> $3",
            [.text(store), .text(followUp.client.storeID), .text(id.text)]
        ) { $0.text(0) }
        return Lifecycle.Situation(
            followUp: followUp, paging: try paging(id), tasks: try openTasks(of: id) + questions(about: id),
            attempts: try attempts(of: id), missed: try missed(of: id), hasOtherOpen: other != nil)
    }

    private func missed(of id: FollowUpID) throws -> [SessionKey] {
        try connection.all(
            """
            SELECT session_id, starts_at FROM session_record
            WHERE follow_up = $1 AND state IN ('standing', 'excused') ORDER BY starts_at, session_id
            """, [.text(id.text)]
        ) { SessionKey(id: $0.text(0), start: WallTime(seconds: $0.int64(1))) }
    }

    /// Open questions about a follow-up, which outlast its closing.
    package func questions(about id: FollowUpID) throws -> [KnownTask] {
        try connection.all(
            """
            SELECT \(Self.taskColumns) FROM task
            WHERE store = $1 AND subject_kind = 'follow_up' AND subject_id = $2 AND state = 'open' ORDER BY id
            """, [.text(store), .text(id.text)]
        ) { row in KnownTask(id: row.int64(0), task: Self.task(row)) }
    }

    /// Whether a person may read a follow-up: by their role, because it is theirs, or because they were paged for it.
    package func mayRead(_ followUp: FollowUp, _ person: Person) throws -> Bool {
        if person.maySee(followUp) { return true }
        guard person.role.isClinician else { return false }
        return try connection.first(
            "SELECT 1 FROM page WHERE paging = $1 AND person = $2 LIMIT 1",
            [.text(followUp.id.text), .text(person.id.text)]
        ) { _ in true } ?? false
    }

    package func paging(_ id: FollowUpID) throws -> Paging? {
        try connection.first("SELECT \(Self.pagingColumns) FROM paging WHERE id = $1", [.text(id.text)]) {
            Self.paging($0)
        } ?? nil
    }

    /// Everything that is paged, or will be again when an acknowledgement ends: the on-call clinician's own list.
    package func livePagings() throws -> [Paging] {
        try connection.all(
            """
            SELECT \(Self.pagingColumns) FROM paging
            WHERE store = $1 AND state IN ('paging', 'acknowledged') ORDER BY begun_at, id
            """, [.text(store)]
        ) { Self.paging($0) }.compactMap(\.self)
    }

    private static let pagingColumns = """
        id, is_test, state, step, step_began_at, pages, begun_at, due_at, alarmed_at, acknowledged_by, acknowledged_at,
        acknowledged_way, expires_at
        """

    private static func paging(_ row: any SQLStatement) -> Paging? {
        guard let id = FollowUpID(row.text(0)), let state = Paging.State(rawValue: row.text(2)) else { return nil }
        var held: Acknowledgement?
        if let by = row.optionalText(9).flatMap({ PersonID($0) }), let at = row.optionalInt64(10),
            let expires = row.optionalInt64(12)
        {
            held = Acknowledgement(
                by: by, at: WallTime(seconds: at),
                way: row.optionalText(11).flatMap(Acknowledgement.Way.init(rawValue:)) ?? .commandLine,
                expiresAt: WallTime(seconds: expires))
        }
        return Paging(
            id: id, isTest: row.int64(1) != 0, state: state, step: Int(row.int64(3)),
            stepBeganAt: WallTime(seconds: row.int64(4)), pages: Int(row.int64(5)),
            begunAt: WallTime(seconds: row.int64(6)), dueAt: row.optionalInt64(7).map(WallTime.init(seconds:)),
            acknowledgement: held, alarmedAt: row.optionalInt64(8).map(WallTime.init(seconds:)))
    }

    /// The page that a one-time code belongs to.
    package func page(code: AcknowledgementCode) throws -> Page? {
        try connection.first(
            "SELECT paging, number, step, target, person, made_at, code FROM page WHERE code = $1", [.text(code.text)]
        ) { Self.page($0) } ?? nil
    }

    private static func page(_ row: any SQLStatement) -> Page? {
        guard let id = FollowUpID(row.text(0)), let person = PersonID(row.text(4)),
            let code = AcknowledgementCode(row.text(6))
        else { return nil }
        return Page(
            paging: id, number: Int(row.int64(1)), step: Int(row.int64(2)),
            target: PageTarget(rawValue: row.text(3)) ?? .onCall, person: person,
            madeAt: WallTime(seconds: row.int64(5)), code: code)
    }

    /// Pages of the newest round of a paging that no provider has taken.
    package func untakenPages(of paging: Paging) throws -> [UntakenPage] {
        let pages = try connection.all(
            """
            SELECT paging, number, step, target, person, made_at, code FROM page p
            WHERE paging = $1 AND made_at >= $2
                AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = p.key AND d.state = 'sent')
                AND NOT EXISTS (SELECT 1 FROM page n
                    WHERE n.paging = p.paging AND n.person = p.person AND n.number > p.number)
            ORDER BY number
            """, [.text(paging.id.text), .integer(paging.begunAt.seconds)]
        ) { Self.page($0) }
        return try pages.compactMap(\.self).map { page in
            var untaken = UntakenPage(page: page, used: [], hasFailed: false, lastTriedAt: page.madeAt)
            try connection.each(
                "SELECT channel, last_failure, made_at FROM delivery WHERE key = $1 ORDER BY id",
                [.text(page.key.text)]
            ) { row in
                if let channel = ChannelID(row.text(0)) { untaken.used.insert(channel) }
                untaken.hasFailed = row.optionalText(1) != nil
                untaken.lastTriedAt = WallTime(seconds: row.int64(2))
            }
            return untaken
        }
    }

    /// Whether the lease stands: not cancelled, and not taken over.
    package func holds(_ leased: LeasedDelivery) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM delivery WHERE id = $1 AND attempts = $2 AND state = 'leased'",
            [.integer(leased.id), .integer(leased.attempt)]
        ) { $0.int64(0) } != nil
    }

    /// Whether any provider has taken a page of this paging since it began.
    package func isTaken(_ paging: Paging) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM delivery WHERE paging = $1 AND state = 'sent' AND purpose IN ('page', 'test_page')
                AND made_at >= $2 LIMIT 1
            """, [.text(paging.id.text), .integer(paging.begunAt.seconds)]
        ) { $0.int64(0) } != nil
    }

    /// Open follow-ups to make now that have no paging at all, those of a first start on an old store excepted (I9, I31).
    package func nowWithoutPaging() throws -> [FollowUpID] {
        try connection.all(
            """
            SELECT id FROM follow_up f WHERE store = $1 AND tier = 'now' AND state <> 'closed' AND starts_quiet = 0
                AND NOT EXISTS (SELECT 1 FROM paging p WHERE p.id = f.id) ORDER BY opened_at, id
            """, [.text(store)]
        ) { FollowUpID($0.text(0)) }.compactMap(\.self)
    }

    /// Pagings that ended although their follow-up is open and one to make now.
    package func endedThoughOpen() throws -> [Paging] {
        try connection.all(
            """
            SELECT \(Self.pagingColumns) FROM paging
            WHERE store = $1 AND state = 'ended'
                AND id IN (SELECT id FROM follow_up WHERE tier = 'now' AND state <> 'closed')
            """, [.text(store)]
        ) { Self.paging($0) }.compactMap(\.self)
    }

    /// The newest weekly test: when it was sent, who answered, and whether it has ended.
    package func lastTest() throws -> (begunAt: WallTime, acknowledgedBy: PersonID?, isOver: Bool)? {
        try connection.first(
            """
            SELECT begun_at, acknowledged_by, state = 'ended' FROM paging WHERE store = $1 AND is_test = 1
            ORDER BY begun_at DESC, id LIMIT 1
            """, [.text(store)]
        ) { row in
            (
                WallTime(seconds: row.int64(0)), PersonID(row.text(1)), row.int64(2) != 0
            )
        }
    }

    /// Whether the newest weekly test ended without an acknowledgement.
    package func isLastTestUnanswered() throws -> Bool {
        try lastTest().map { $0.isOver && $0.acknowledgedBy == nil } ?? false
    }

    package func overrides() throws -> [OnCallOverride] {
        try connection.all("SELECT rota, from_at, until_at, person FROM on_call_override ORDER BY id") {
            row -> OnCallOverride? in
            guard let rota = OnCallSchedule.Rota(rawValue: row.text(0)), let person = PersonID(row.text(3)) else {
                return nil
            }
            return OnCallOverride(
                rota: rota, from: WallTime(seconds: row.int64(1)), until: WallTime(seconds: row.int64(2)),
                person: person)
        }.compactMap(\.self)
    }

    /// Operator alerts that stand, with when the operator was last told.
    package func operatorAlerts() throws -> [OperatorAlert: WallTime] {
        let rows = try connection.all("SELECT alert, told_at FROM operator_alert") {
            (OperatorAlert(rawValue: $0.text(0)), WallTime(seconds: $0.int64(1)))
        }
        return Dictionary(
            rows.compactMap { alert, at in alert.map { ($0, at) } }, uniquingKeysWith: { first, _ in first })
    }

    package func outbox() throws -> OutboxCounts {
        try connection.first(
            """
            SELECT count(*), coalesce(sum(urgent), 0),
                (SELECT count(*) FROM delivery WHERE state = 'given_up')
            FROM delivery WHERE state IN ('waiting', 'leased')
            """
        ) { row in
            OutboxCounts(
                waiting: Int(row.int64(0)), urgent: Int(row.int64(1)), givenUp: Int(row.int64(2)))
        } ?? OutboxCounts()
    }
}

/// How the outbox stands.
package struct OutboxCounts: Sendable, Hashable {
    package var waiting = 0
    package var urgent = 0
    package var givenUp = 0
}
