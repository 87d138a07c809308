import Foundation
import Testing
import VigilCore
import VigilSQL
import VigilStores

/// The practice behind `vigil demo`: the same every time, as planned, and of use at any hour of any day.
@Suite
struct DemoPracticeTests {
    private static let now = WallTime(seconds: 1_795_533_300)  // Tue 2026-11-24 10:15 in New York.

    @Test func sameSeedAndNowGiveTheSameRows() throws {
        let one = try FilledDemo(seed: 1)
        let same = try FilledDemo(seed: 1)
        let other = try FilledDemo(seed: 2)
        let later = try FilledDemo(seed: 1, now: Self.now.adding(hours: 1))
        // Compared here: a failed expectation prints what it compared.
        let dump = try one.dump()
        let (isSame, isOther, isLater) = try (dump == same.dump(), dump != other.dump(), dump != later.dump())
        #expect(dump.count > 60_000)
        #expect(isSame)
        #expect(one.report == same.report)
        #expect(isOther)
        #expect(isLater)
    }

    @Test func isOfThePlannedSizeAndQuick() throws {
        let clock = ContinuousClock()
        let begun = clock.now
        let filled = try FilledDemo(seed: 1)
        let report = filled.report
        print("demo practice filled in \(clock.now - begun)")
        print("demo practice: \(report.sessions) sessions, \(report.futureSessions) ahead")
        print("demo practice, rows: \(report.rows.sorted { $0.key < $1.key })")
        print("demo practice, past: \(report.pastByStatus.sorted { $0.value > $1.value })")
        #expect(clock.now - begun < .seconds(10))
        #expect((45_000...60_000).contains(report.sessions))
        #expect(report.therapists == 12)
        // The unlisted one has sessions only.
        #expect(report.clients == 599)
        for (table, count) in report.rows {
            #expect(try filled.number("SELECT count(*) FROM \(table)") == count, "\(table)")
        }
        #expect(try filled.number("SELECT count(*) FROM client_change") == 600)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func attendanceIsThatOfAnOrdinaryPractice(seed: UInt64) throws {
        let report = try FilledDemo(seed: seed).report
        let shares = [
            report.share(of: .attended, .arrived), report.share(of: .missed), report.share(of: .lateCancel),
            report.share(of: .scheduled), report.share(of: .clientCancel), report.share(of: .providerCancel),
        ]
        print("demo practice, seed \(seed), per cent:", shares.map { String(format: "%.2f", $0) })
        #expect((80...85).contains(shares[0]))
        #expect((6...8).contains(shares[1]))
        #expect((3...4).contains(shares[2]))
        #expect((3...5).contains(shares[3]))
        #expect(shares[4] > 2 && shares[5] > 0.8)
        #expect(report.weatherClosures > 50)
        #expect(report.illnessCancellations > 25)
    }

    @Test(arguments: DemoMoment.allCases)
    func everyPlannedGroupIsThereAtAnyHour(moment: DemoMoment) throws {
        let filled = try FilledDemo(seed: 7, now: moment.time)
        let report = filled.report
        for group in DemoGroup.allCases where group != .steady {
            #expect(report.groups[group] == Self.plannedSizes[group], "\(group) at \(moment)")
        }
        #expect(report.groups.values.reduce(0, +) == 600)
        #expect((report.groups[.steady] ?? 0) > 300)
        #expect(report.unmarkedRecently >= 5)
        #expect(report.unmarkedNow >= 3)
        #expect(report.notSafeToCall >= 5 && report.noVoicemail >= 20 && report.withPreference >= 20)
        #expect(report.groupSessions > 1_500)

        // Missed within the last three working days, wherever the weekend lies.
        let recent = moment.time.adding(hours: -5 * 24).seconds
        let lastMissed = """
            client_id IN (SELECT client_id FROM session WHERE status = 'missed' AND starts_at BETWEEN \(recent) \
            AND \(moment.time.seconds))
            """
        let cutoff = Zone.newYork.day(of: moment.time).adding(days: -30).iso
        let columbia = try filled.number(
            "SELECT count(DISTINCT client_id) FROM screen WHERE ideation IN (4, 5) AND taken_on > '\(cutoff)' "
                + "AND \(lastMissed)")
        let discharged = try filled.number(
            "SELECT count(*) FROM event WHERE kind = 'discharge' AND happened_on > '\(cutoff)' AND \(lastMissed)")
        print("demo practice, \(moment): \(columbia) C-SSRS 4-5 and \(discharged) discharges with a recent miss")
        #expect(columbia >= 3)
        #expect(discharged >= 4)
    }

    @Test(arguments: DemoMoment.allCases)
    func noTherapistIsBookedTwiceAndAllWorkByDay(moment: DemoMoment) throws {
        let filled = try FilledDemo(seed: 11, now: moment.time)
        var busyUntil: [String: (until: Int64, start: Int64, kind: String)] = [:]
        var overlaps = 0
        var outside = 0
        try filled.each(
            "SELECT therapist_id, starts_at, duration_minutes, kind FROM session WHERE typeof(starts_at) = 'integer' "
                + "ORDER BY starts_at, therapist_id, client_id"
        ) { row in
            let (therapist, start, minutes, kind) = (row.text(0), row.int64(1), row.int64(2), row.text(3))
            if let busy = busyUntil[therapist], busy.until > start {
                let isSameGroup = kind == "group" && busy.kind == "group" && busy.start == start
                if !isSameGroup { overlaps += 1 }
            }
            busyUntil[therapist] = (start + minutes * 60, start, kind)
            let time = WallTime(seconds: start)
            let begin = Zone.newYork.secondOfDay(of: time)
            let isByDay =
                (9 * 3_600...17 * 3_600).contains(begin)
                && begin + Int(minutes) * 60 <= 17 * 3_600 && Zone.newYork.day(of: time).weekday <= 5
            if kind != "drop_in", !isByDay { outside += 1 }
        }
        #expect(busyUntil.count == 12)
        #expect(overlaps == 0)
        #expect(outside == 0)
        let fewest = try filled.number("SELECT min(n) FROM (SELECT count(*) AS n FROM client GROUP BY therapist_id)")
        #expect(try filled.number("SELECT count(DISTINCT therapist_id) FROM client") == 12)
        #expect(fewest >= 30)
    }

    @Test func sessionsKeepTheirHourOverBothChangesOfTheClock() throws {
        let filled = try FilledDemo(seed: 3)
        // Sunday 2026-03-08 and Sunday 2026-11-01.
        for (before, after) in [("2026-03-03", "2026-03-10"), ("2026-10-27", "2026-11-03")] {
            let one = try filled.starts(on: before)
            let other = try filled.starts(on: after)
            var clocks: [String: Int] = [:]
            for (client, start) in one { clocks[client] = Zone.newYork.secondOfDay(of: start) }
            let kept = other.filter { clocks[$0.client] == Zone.newYork.secondOfDay(of: $0.start) }
            let offsets = Set((one + other).map { Zone.newYork.offset(at: $0.start) })
            #expect(kept.count > 50)
            #expect(offsets == [-4 * 3_600, -5 * 3_600])
        }
    }

    @Test func dirtyRowsAreThere() throws {
        let filled = try FilledDemo(seed: 5)
        #expect(Set(filled.report.dirt) == Set(DemoDirt.allCases))
        let found = [
            "session WHERE status = 'DNA?'", "session WHERE status = 'n/a'",
            "session WHERE typeof(starts_at) = 'text'", "session WHERE duration_minutes = 0",
            "screen WHERE item9 = 12", "screen WHERE instrument = 'PHQ-9' AND total = 40",
            "screen WHERE ideation = 'high'",
            "screen WHERE taken_on = '13/45/2025'", "event WHERE happened_on = 'last spring'",
            "client WHERE clinician_flag = 'yes'", "client WHERE id = '9377952927E-5'",
            "client WHERE name LIKE '%' || char(10) || '%'", "client WHERE name LIKE '%' || char(27) || '[31;1m%'",
            "client WHERE name LIKE '%<script>%'", "client WHERE contact_preference LIKE '=HYPERLINK(%'",
            "client WHERE contact_preference LIKE '%' || char(8238) || '%'", "session WHERE length(reason) = 256",
        ]
        for rows in found { #expect(try filled.number("SELECT count(*) FROM \(rows)") == 1, "\(rows)") }
        let unlisted = try filled.number(
            "SELECT count(DISTINCT client_id) FROM session WHERE client_id NOT IN (SELECT id FROM client)")
        #expect(unlisted == 1)
    }

    @Test func theStoreReadsIt() throws {
        let filled = try FilledDemo(seed: 1)
        let snapshots = try filled.snapshots()
        #expect(snapshots.count == 600)
        #expect(snapshots.reduce(0) { $0 + $1.sessions.count } == filled.report.sessions - 1)
        #expect(snapshots.reduce(0) { $0 + $1.unreadable.count } == 2)
        // Item 9, C-SSRS level, discharge date, flag.
        #expect(snapshots.count { !UnreadableSafetyFields($0.clinical).names.isEmpty } == 4)
        #expect(snapshots.count { $0.client.standing == .unlisted } == 1)
    }

    @Test func writesOverNothing() throws {
        let filled = try DemoFolder()
        try Data("kept".utf8).write(to: URL(fileURLWithPath: filled.path))
        let practice = DemoPractice(seed: 1, now: Self.now, zone: .newYork)
        let error = #expect(throws: OperationError.self) {
            try practice.fill(path: filled.path, schema: PracticeSchemaText.sql)
        }
        #expect(error?.kind == .usage)
        #expect(try Data(contentsOf: URL(fileURLWithPath: filled.path)) == Data("kept".utf8))
    }

    @Test func leavesNothingBehindWhenTheSchemaIsWrong() throws {
        let filled = try DemoFolder()
        let practice = DemoPractice(seed: 1, now: Self.now, zone: .newYork)
        let error = #expect(throws: OperationError.self) {
            try practice.fill(path: filled.path, schema: "CREATE TABLE therapist (id TEXT);")
        }
        #expect(error?.kind == .configuration)
        #expect(!FileManager.default.fileExists(atPath: filled.path))
    }

    private static let plannedSizes: [DemoGroup: Int] = [
        .former: 60, .columbiaRecent: 5, .dischargeSuicideRelated: 4, .dischargeReasonUnknown: 3,
        .dischargeOtherReason: 4, .attemptOnFile: 10, .selfInjury: 4, .emergencyVisit: 3, .clinicianFlag: 6, .minor: 12,
        .medicationStopped: 8, .newClient: 10, .perinatal: 3, .inCare: 3, .therapistChanged: 6, .traumaAvoiding: 16,
        .tooStressful: 3, .driftedAway: 8, .continuityOwed: 3, .leftoverBooking: 9, .reachedWithPlan: 5,
        .keptWithin72Hours: 5, .dropIn: 6, .dirty: 18,
    ]
}
