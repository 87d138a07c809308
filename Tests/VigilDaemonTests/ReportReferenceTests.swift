import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilTestKit

/// The demo practice's report against SQL that shares nothing with it: minute by minute and cent by cent, over both changes of
/// the clock.
@Suite struct ReportReferenceTests {
    struct Span: Sendable, CustomTestStringConvertible {
        var name: String
        var now: Int64
        var from: String
        var to: String
        /// The moment of the change, and the offsets before and after it.
        var change: Int64
        var before: Int
        var after: Int
        var testDescription: String { name }
    }

    static let spans = [
        Span(
            name: "clocks go back, 1 November", now: 1_795_533_300, from: "2026-10-19", to: "2026-11-15",
            change: 1_793_512_800, before: -14_400, after: -18_000),
        Span(
            name: "clocks go forward, 8 March", now: 1_774_361_700, from: "2026-02-23", to: "2026-03-15",
            change: 1_772_953_200, before: -18_000, after: -14_400),
    ]

    /// The sessions of the span with their outcome, day and fee. All are long past: who is unmarked counts as missed.
    private func sessions(_ span: Span) -> String {
        """
        WITH RECURSIVE every AS (
            SELECT s.client_id AS client, s.starts_at AS starts, coalesce(s.therapist_id, '') AS therapist, s.kind AS kind,
                CASE WHEN typeof(duration_minutes) = 'integer' AND duration_minutes BETWEEN 1 AND 1440
                    THEN duration_minutes ELSE 50 END AS minutes,
                s.status AS status, s.cancelled_at AS cancelled, coalesce(reason, '') IN ('illness_told_in_advance',
                    'weather_closure', 'outage', 'custody', 'hospital', 'psychiatric_admission') AS involuntary,
                date(s.starts_at + CASE WHEN s.starts_at < \(span.change) THEN \(span.before) ELSE \(span.after) END,
                    'unixepoch') AS day,
                CASE
                    WHEN reason = 'psychiatric_admission' AND status NOT IN ('attended', 'entered_in_error') THEN 'excused'
                    WHEN status IN ('attended', 'arrived') THEN 'kept'
                    WHEN status IN ('rescheduled', 'entered_in_error') THEN 'none'
                    WHEN status = 'late_cancel' THEN 'late'
                    WHEN status = 'provider_cancel' THEN 'practice'
                    WHEN status = 'excused' THEN 'excused'
                    WHEN status = 'client_cancel' AND s.starts_at - s.cancelled_at >= 86400 THEN 'in_time'
                    WHEN status = 'client_cancel' AND reason IN ('illness_told_in_advance', 'weather_closure', 'outage',
                        'custody', 'hospital') THEN 'excused'
                    WHEN status = 'client_cancel' THEN 'late'
                    ELSE 'missed' END AS outcome,
                CASE kind WHEN 'group' THEN 6000 WHEN 'drop_in' THEN 12000
                    ELSE coalesce((SELECT fee_cents FROM coverage c WHERE c.client_id = s.client_id), 16000) END AS fee
            FROM session s WHERE typeof(s.starts_at) = 'integer'),
        spanned AS (SELECT * FROM every WHERE day BETWEEN '\(span.from)' AND '\(span.to)'),
        minute(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minute WHERE n < 119),
        marks AS (
            SELECT outcome, grp, therapist || ' ' || (starts / 60 + n) AS mark FROM (SELECT *, GROUPING AS grp FROM spanned)
                JOIN minute ON n < minutes)
        """
    }

    private static let groupings: [(by: PracticeReport.Grouping, sql: String)] = [
        (.therapist, "(SELECT name FROM therapist t WHERE t.id = therapist)"),
        (.week, "date(day, '-' || ((strftime('%w', day) + 6) % 7) || ' days')"),
        (.kind, "kind"),
    ]

    private func expected(_ span: Span, _ demo: DemoUnderWatch, groupedBy sql: String) throws -> [[String]] {
        func of(_ outcome: String) -> String { "sum(outcome = '\(outcome)')" }
        let query = """
            \(sessions(span).replacing("GROUPING", with: sql))
            SELECT g, kept, missed, late, in_time, excused, practice,
                (SELECT count(DISTINCT mark) FROM marks m WHERE m.grp = g AND outcome IN ('kept', 'missed', 'late')),
                (SELECT count(DISTINCT mark) FROM marks m WHERE m.grp = g AND outcome IN ('missed', 'late')),
                (SELECT count(*) FROM (SELECT DISTINCT mark FROM marks m WHERE m.grp = g AND outcome IN ('missed', 'late')
                    INTERSECT SELECT mark FROM marks WHERE outcome = 'kept')), fees
            FROM (SELECT \(sql) AS g, \(of("kept")) AS kept, \(of("missed")) AS missed, \(of("late")) AS late,
                \(of("in_time")) AS in_time, \(of("excused")) AS excused, \(of("practice")) AS practice,
                sum(CASE WHEN outcome IN ('missed', 'late') THEN fee ELSE 0 END) AS fees
                FROM spanned WHERE outcome <> 'none' GROUP BY 1) ORDER BY g
            """
        return try demo.rows(query, columns: 11)
    }

    private func cells(_ name: String, _ totals: PracticeReportDocument.TotalsRow) -> [String] {
        [name]
            + [
                totals.kept, totals.missed, totals.cancelledLate, totals.cancelledInTime, totals.excused,
                totals.calledOffByPractice, totals.minutesAllocated, totals.minutesLost, totals.minutesFilledAgain,
                totals.feeValueCents ?? -1,
            ].map { "\($0)" }
    }

    @Test(arguments: spans, [1, 2] as [UInt64]) func equalsSQL(_ span: Span, _ seed: UInt64) throws {
        let demo = try DemoUnderWatch(seed: seed, now: WallTime(seconds: span.now))
        let rules = try DemoUnderWatch.rules()
        for (by, sql) in Self.groupings {
            let report = try demo.practiceReport(
                ReportRequest(from: LocalDay(iso: span.from), to: LocalDay(iso: span.to), by: by), rules)
            let rows = report.groups.map { cells($0.name, $0.totals) }.sorted { $0[0] < $1[0] }
            let sqlRows = try expected(span, demo, groupedBy: sql).sorted { $0[0] < $1[0] }
            #expect(rows == sqlRows, "by \(by)")
            #expect(rows.count > 1)
            let whole = try expected(span, demo, groupedBy: "''")
            #expect([cells("", report.totals)] == whole)
            #expect(report.totals.notKnown == 0 && report.totals.missed > 50 && report.totals.minutesFilledAgain > 0)
        }
    }

    /// Sessions to which a fee may apply, by SQL: late or missed, not the first in a year, a payer on file that allows it, an
    /// active client, and nobody who is to be spoken with first.
    @Test(arguments: spans) func theLinesEqualSQL(_ span: Span) throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: span.now))
        let held = try demo.ledgerRows(
            "SELECT client FROM follow_up WHERE state <> 'closed' AND tier <> 'routine'", columns: 1
        ).map { "'\($0[0])'" }
        #expect(held.count > 20)
        let late = """
            outcome IN ('missed', 'late', 'in_time') AND (status IN ('missed', 'left_unseen')
                OR status = 'late_cancel' AND cancelled IS NULL
                OR starts - cancelled < CASE kind WHEN 'group' THEN 172800 ELSE 86400 END)
            """
        let query = """
            \(sessions(span).replacing("GROUPING", with: "''"))
            SELECT count(*), coalesce(sum(fee), 0) FROM spanned s WHERE \(late) AND NOT involuntary
                AND (SELECT payer FROM coverage c WHERE c.client_id = client) <> 'medicaid'
                AND (SELECT standing FROM client c WHERE c.id = client) NOT IN ('discharged', 'transferred', 'deceased')
                AND client NOT IN (\(held.joined(separator: ", ")))
                AND EXISTS (SELECT 1 FROM every e WHERE e.client = s.client AND e.starts < s.starts
                    AND julianday(s.day) - julianday(e.day) <= 365 AND NOT e.involuntary AND \(Self.qualified(late, "e")))
            """
        let expected = try demo.rows(query, columns: 2)
        let report = try demo.practiceReport(
            ReportRequest(from: LocalDay(iso: span.from), to: LocalDay(iso: span.to)), DemoUnderWatch.rules())
        let fees = try #require(report.fees)
        let may = fees.lines.filter(\.mayApply)
        #expect(expected == [["\(may.count)", "\(may.reduce(0) { $0 + $1.feeCents })"]])
        #expect(fees.mayApply == may.count && may.count > 30 && fees.held > 20 && fees.barredByPayer > 20)
    }

    /// The columns of `condition` as those of `table`.
    private static func qualified(_ condition: String, _ table: String) -> String {
        condition.replacing(/\b(outcome|status|cancelled|starts|kind)\b/) { "\(table).\($0.1)" }
    }

    @Test func withoutPracticeRulesThereAreHoursAndNoMoney() throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: Self.spans[0].now))
        let report = try demo.practiceReport(ReportRequest(), nil)
        #expect(report.fees == nil && report.currency == nil && report.totals.feeValueCents == nil)
        #expect(report.totals.minutesLost > 0 && report.notes.contains { $0.contains("no money") })
    }

    /// A feed that is not current, and a role that sees nobody's session.
    @Test func heldAndHidden() throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: Self.spans[0].now))
        let rules = try DemoUnderWatch.rules()
        let stale = FeedDocument(state: .stale, lastReadAt: nil, words: "Not read since noon.")
        let held = try #require(try demo.practiceReport(ReportRequest(), rules, feed: stale).fees)
        #expect(held.mayApply == 0 && held.lines.isEmpty && held.held > 50)
        let hidden = try #require(try demo.practiceReport(ReportRequest(), rules, seesSessions: false).fees)
        #expect(hidden.mayApply > 0 && hidden.lines.isEmpty)
        let own = try demo.practiceReport(
            ReportRequest(by: .therapist), rules, of: .of(TherapistRef("T03")), card: { _ in ContactCard(name: "N") })
        let waiting = try #require(own.waiting)
        #expect(waiting.people.allSatisfy { $0.therapist == own.groups[0].name } && waiting.count == 24)
        #expect(own.groups.count == 1 && own.freeHours.allSatisfy { $0.therapist == own.groups[0].name })
    }

    @Test(arguments: [("2026-11-02", "2026-11-01"), ("2025-01-01", "2026-11-01")])
    func daysThatCannotBe(_ from: String, _ to: String) throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: Self.spans[0].now))
        let error = #expect(throws: OperationError.self) {
            try demo.practiceReport(ReportRequest(from: LocalDay(iso: from), to: LocalDay(iso: to)), nil)
        }
        #expect(error?.kind == .usage)
    }

    // MARK: Money changes nothing else

    /// The same practice, its books turned upside down: the same follow-ups, tiers, tasks, times and order.
    @Test func moneyNeverChangesATierOrAnOrder() throws {
        let now = WallTime(seconds: Self.spans[0].now)
        let plain = try DemoUnderWatch(seed: 3, now: now)
        let others = [
            "UPDATE coverage SET payer = 'medicaid', fee_cents = 1;",
            "UPDATE coverage SET payer = NULL, fee_cents = 90000; DELETE FROM waiting_list;",
            "DROP TABLE coverage; DROP TABLE waiting_list;",
            "INSERT OR REPLACE INTO coverage SELECT id, 'self', 100 * (rowid_ % 500) FROM (SELECT id, row_number() OVER () AS rowid_ FROM client);",
        ]
        func decided(_ demo: DemoUnderWatch) throws -> [[String]] {
            try demo.ledgerRows(
                """
                SELECT client, tier, owner, contact_by, opened_at, id FROM follow_up ORDER BY client
                """, columns: 6)
                + demo.ledgerRows("SELECT client, kind, role, say, due_at FROM task ORDER BY id", columns: 5)
                + demo.ledgerRows("SELECT client, tier, points, body FROM assessment ORDER BY id", columns: 4)
                + demo.ledger.read { try $0.queue(at: now, limit: 1_000) }.map { [$0.id.text] }
        }
        let expected = try decided(plain)
        #expect(expected.count > 500)
        for script in others {
            let isSame = try decided(DemoUnderWatch(seed: 3, now: now, script: script)) == expected
            #expect(isSame, "\(script.prefix(40))")
        }
    }

    // MARK: Load and drifted away, against SQL of the ledger and the store

    @Test func theLoadReportCountsWhatTheLedgerHolds() throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: Self.spans[0].now))
        let report = try demo.reporter(nil).load(ReportRequest(), of: .everybody, at: demo.now)
        let counts = try demo.ledgerRows("SELECT tier, count(*) FROM follow_up GROUP BY tier", columns: 2)
        for row in counts { #expect(report.whole.tiers[row[0]] == Int(row[1])) }
        #expect(report.whole.followUps == report.therapists.reduce(0) { $0 + $1.share.followUps })
        #expect(report.whole.followUps == report.days.reduce(0) { $0 + $1.followUps })
        let missed = try demo.ledgerRows(
            "SELECT count(*) FROM session_record WHERE state NOT IN ('history', 'called_off')", columns: 1)
        #expect(report.missed == Int(missed[0][0]))
        #expect(report.tiers.first { $0.tier == .now }?.targetPerMille == 20)
        let own = try demo.reporter(nil).load(ReportRequest(), of: .of(TherapistRef("T03")), at: demo.now)
        #expect(own.therapists.count == 1)
    }

    @Test func whoHasDriftedAwayIsListed() throws {
        let demo = try DemoUnderWatch(seed: 1, now: WallTime(seconds: Self.spans[0].now))
        let found = try demo.reporter(nil).drifted(
            of: .everybody, feed: DemoUnderWatch.current, at: demo.now, card: nil)
        // By SQL: active, nothing scheduled ahead, last attended more than two of their own cadences ago; the demo's clients
        // come every week or every other.
        let rows = try demo.rows(
            """
            SELECT date(last, 'unixepoch', '-5 hours') FROM (
                SELECT c.id, max(CASE WHEN s.status IN ('attended', 'arrived') THEN s.starts_at END) AS last,
                    max(CASE WHEN s.status = 'scheduled' THEN s.starts_at END) AS ahead,
                    coalesce((SELECT cadence_days FROM care_plan p WHERE p.client_id = c.id), 7) AS cadence
                FROM client c JOIN session s ON s.client_id = c.id AND typeof(s.starts_at) = 'integer'
                WHERE c.standing = 'active' GROUP BY c.id)
            WHERE (ahead IS NULL OR ahead <= \(demo.now.seconds)) AND \(demo.now.seconds) - last > (2 * cadence + 1) * 86400
            ORDER BY last
            """, columns: 1)
        #expect(found.clients.count >= 5)
        #expect(found.clients.filter { $0.days > 29 }.map(\.lastOn) == rows.map { $0[0] }.filter { $0 < "2026-10-26" })
        #expect(found.clients.allSatisfy { $0.client == nil && $0.therapist != nil })
    }
}
