import Foundation
import Testing
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilStores
import VigilTestKit

/// `vigil policy simulate`: a practice's past happens again with nothing known before its time.
@Suite struct ReplayTests {
    /// Every tenth client of the demo practice, or as many as are asked for: all 600 for a year are a release build's business.
    private static func demo(every: Int = 10, seed: UInt64 = 1) throws -> [ClientSnapshot] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vigil-replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "practice.db").path
        _ = try DemoPractice(seed: seed, now: now, zone: DemoUnderWatch.newYork)
            .fill(path: path, schema: PracticeSchemaText.sql)
        let store = PracticeStore(path: path, zone: DemoUnderWatch.newYork, busyMilliseconds: 1_000)
        return try HistoryStore.all(of: store) { _ in }.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    }

    /// Thursday, 12 November 2026, in the afternoon.
    private static let now = WallTime(seconds: 1_794_513_600)

    private static func settings(_ from: String, _ to: String) throws -> Replay.Settings {
        try Replay.Settings(from: #require(LocalDay(iso: from)), to: #require(LocalDay(iso: to)))
    }

    private static func bytes(_ report: SimulationReport) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(report)
    }

    // MARK: The same again

    @Test func aYearTwiceGivesTheSameBytes() throws {
        let policy = try TestPolicy.shared()
        let settings = try Self.settings("2025-11-10", "2026-11-09")
        let clients = try Self.demo()
        func report() throws -> SimulationReport {
            SimulationReport(
                try Replay(policy: policy, settings: settings).run(clients), clients: clients.count, policy: policy,
                settings: settings)
        }
        let (first, second) = (try report(), try report())
        let same = try Self.bytes(first) == Self.bytes(second)
        #expect(same)
        let samePage = SimulationPage(first).html == SimulationPage(second).html
        #expect(samePage)
        #expect(first.missed > 200 && first.followUps > 100 && first.weeks.count == 53)
        #expect(first.tiers.reduce(0) { $0 + $1.followUps } == first.followUps)
        #expect(first.therapists.reduce(0) { $0 + $1.followUps } == first.followUps)
        #expect(first.weeks.reduce(0) { $0 + $1.followUps } == first.followUps)
        #expect(!first.floors.isEmpty && !first.factors.isEmpty && !first.notKnown.isEmpty)
    }

    // MARK: As a daemon would have found it

    /// What can be compared of a record: who, when, which tier, how it ended.
    private static func lines(_ record: ReplayRecord) -> [String] {
        record.followUps.map {
            "\($0.client.storeID) \($0.openedAt.seconds) \($0.tier) \($0.origin) \($0.closedAt?.seconds ?? 0) \($0.closeReason?.rawValue ?? "open")"
        }
            + record.sessions.map { session in
                let assessment = session.assessment.map { "\($0.tier) \($0.points) \($0.floors.map(\.rule.text))" }
                return
                    "\(session.client.storeID) \(session.key.start.seconds) \(session.outcome) \(session.state) \(session.recordedAt.seconds) \(assessment ?? "-")"
            }
    }

    /// A daemon that polls at every tick, over a store into which the practice enters everything in its time.
    private static func watched(
        _ clients: [ClientSnapshot], _ policy: Policy, _ settings: Replay.Settings
    ) throws -> ReplayRecord {
        let store = ScriptedStore()
        let clock = ManualClock(policy.zone.time(on: settings.from, secondOfDay: 0))
        let end = policy.zone.time(on: settings.to.adding(days: 1), secondOfDay: 0)
        let ledger = try Ledger(path: ":memory:", store: "replay")
        let poller = Poller(
            store: store, ledger: ledger, policy: policy,
            settings: PollSettings(
                intervalSeconds: settings.pollSeconds, backfillHorizonDays: 0, staleAfterMinutes: 60,
                reconcileMinute: 210),
            random: SeededRandom(seed: 9))
        let start = clock.now()
        let hand = PracticesHand(clients, policy.zone, settings.bookedAheadDays)
        var entries = hand.entries[...]
        while clock.now() < end {
            while let entry = entries.first, entry.at <= clock.now() {
                entries = entries.dropFirst()
                store.change(entry.client, entry.change)
            }
            _ = try poller.poll(at: clock.now())
            clock.pass(seconds: settings.pollSeconds)
        }
        return try ReplayRecord(reading: ledger, from: start, until: end)
    }

    @Test(arguments: ["2026-02-16", "2026-10-12"]) func equalsADaemonFedInRealOrder(_ from: String) throws {
        let policy = try TestPolicy.shared()
        let day = try #require(LocalDay(iso: from))
        var settings = Replay.Settings(from: day, to: day.adding(days: 27))
        settings.staffAnswer = false
        settings.pollSeconds = 900
        let clients = try Self.demo()
        let daemon = try Self.watched(clients, policy, settings)
        let replay = try Replay(policy: policy, settings: settings).run(clients)
        #expect(Self.lines(replay) == Self.lines(ReplayRecord(merging: [daemon])))
        #expect(replay.followUps.count > 10 && replay.sessions.count > 15)
    }

    // MARK: Nothing is known before its time

    /// A store that ends at some moment, with everything then known, gives the same past as the whole store.
    @Test func whatComesLaterChangesNothingBefore() throws {
        let policy = try TestPolicy.shared()
        let demo = try Self.demo(every: 20)
        var random = SeededRandom(seed: 20_261_129)
        for _ in 0..<3 {
            let last = try #require(LocalDay(iso: "2026-03-01")).adding(days: Int(random.next() % 200))
            var settings = Replay.Settings(from: last.adding(days: -20), to: last)
            settings.staffAnswer = random.next() % 2 == 0
            let end = policy.zone.time(on: last.adding(days: 1), secondOfDay: 0)
            let clients = demo + Self.withAFuture(after: last)
            let cut = PracticesHand(clients, policy.zone, settings.bookedAheadDays).store(at: end)
            let replay = Replay(policy: policy, settings: settings)
            let (whole, truncated) = (try replay.run(clients), try replay.run(cut))
            #expect(Self.lines(whole) == Self.lines(truncated), "until \(last.iso)")
            #expect(whole.sessions.count { $0.client.storeID.hasPrefix("later-") } == 4)
        }
    }

    /// Clients who missed a session three days before `last`, and of whom something is on file that came after it: what would
    /// change that session if it were known.
    private static func withAFuture(after last: LocalDay) -> [ClientSnapshot] {
        func client(_ name: String, _ fill: (ClientBuilder) -> ClientBuilder) -> ClientSnapshot {
            fill(ClientBuilder("later-\(name)", day: last).attended(-24, -17, -10).missed(-3)).snapshot
        }
        return [
            // Has left the practice: then the missed session would ask for no contact.
            client("left") { $0.attended(4, 11).standing(.discharged) },
            // The next session was called off later: then nothing would have been booked.
            client("cancelled") { $0.session(4, .clientCancel, cancelledHoursBefore: 30) },
            // Came within 72 hours of a later missed one, was in hospital, was asked.
            client("event") {
                $0.session(4, .missed).attended(5).discharge(on: 6, suicideRelated: .value(true)).columbia(
                    on: 8, level: 5)
            },
            client("flag") {
                $0.attended(4).flag(.value(true), since: 5).treatment(traumaFocused: .value(true), attended: .value(9))
            },
        ]
    }

    // MARK: Another policy

    @Test func anotherPolicySaysWhatItWouldChange() throws {
        let policy = try TestPolicy.shared()
        let text = try String(contentsOfFile: TestPolicy.path, encoding: .utf8)
        let other = try PolicyFile.parse(
            text: text.replacing("next_from_points: 4", with: "next_from_points: 3"), file: "other.yaml"
        ).policy
        let settings = try Self.settings("2026-08-01", "2026-10-31")
        let clients = try Self.demo()
        let record = try Replay(policy: policy, settings: settings).run(clients)
        let changed = try Replay(policy: other, settings: settings).run(clients)
        let comparison = SimulationComparison(record, changed, policy: other, zone: policy.zone, showsIDs: false)
        #expect(!comparison.changed.isEmpty)
        #expect(comparison.changed.allSatisfy { $0.tier == .routine && $0.otherTier == .next && $0.client == nil })
        let before = record.sessions.filter { $0.assessment?.tier == .routine && ($0.assessment?.points ?? 0) == 3 }
        #expect(comparison.changed.count == before.count)
        let same = SimulationComparison(record, record, policy: policy, zone: policy.zone, showsIDs: true)
        #expect(same.changed.isEmpty && same.tiers.allSatisfy { $0.followUps == $0.otherFollowUps })
        let named = SimulationComparison(record, changed, policy: other, zone: policy.zone, showsIDs: true)
        #expect(named.changed.allSatisfy { $0.client != nil && $0.session != nil })
    }

    /// Without being asked for, no id of a client stands in what leaves the program.
    @Test func noClientDataUnlessAskedFor() throws {
        let policy = try TestPolicy.shared()
        let settings = try Self.settings("2026-09-01", "2026-10-31")
        let clients = try Self.demo()
        let record = try Replay(policy: policy, settings: settings).run(clients)
        var report = SimulationReport(record, clients: clients.count, policy: policy, settings: settings)
        report.comparison = SimulationComparison(
            record, try Replay(policy: policy, settings: try Self.settings("2026-09-01", "2026-09-02")).run(clients),
            policy: policy,
            zone: policy.zone, showsIDs: false)
        let shown = String(decoding: try Self.bytes(report), as: UTF8.self) + SimulationPage(report).html
        #expect(report.comparison?.changed.isEmpty == false)
        for client in clients { #expect(!shown.contains(client.client.ref.storeID)) }
        #expect(BannedWords.found(in: SimulationPage(report).html) == [])
    }
}

/// The practice's own hand: every row of a store as an entry at the time at which it was made, by the rules that a replay states.
/// Written apart from the program's, so that a slip in one shows.
private struct PracticesHand {
    struct Entry {
        var at: WallTime
        var client: ClientRef
        var change: (inout ClientSnapshot) -> Void
    }

    private(set) var entries: [Entry] = []

    init(_ clients: [ClientSnapshot], _ zone: Zone, _ bookedAheadDays: Int) {
        for client in clients { add(client, zone, bookedAheadDays) }
        entries.sort { ($0.at, $0.client) < ($1.at, $1.client) }
    }

    /// What the store holds at `time`.
    func store(at time: WallTime) -> [ClientSnapshot] {
        let store = ScriptedStore()
        for entry in entries where entry.at <= time { store.change(entry.client, entry.change) }
        let refs = Set(entries.map(\.client)).sorted()
        return refs.compactMap { store.snapshot(of: $0) }.filter { !$0.sessions.isEmpty }
    }

    private mutating func add(_ client: ClientSnapshot, _ zone: Zone, _ bookedAheadDays: Int) {
        let ref = client.client.ref
        let never = WallTime(seconds: 0)
        func enter(_ day: Reading<LocalDay>, _ change: @escaping (inout ClientSnapshot) -> Void) -> Entry {
            Entry(at: day.value.map { zone.time(on: $0, secondOfDay: 0) } ?? never, client: ref, change: change)
        }
        let clinical = client.clinical
        let attended = client.sessions.count { $0.status == .attended }
        let firstBooking = client.sessions.map { booked($0, bookedAheadDays) }.min() ?? never
        // The record itself is opened with the first booking; what has a day of its own is entered on it.
        entries.append(
            Entry(at: firstBooking, client: ref) { store in
                store.client = client.client
                if client.client.standing != .unlisted { store.client.standing = .active }
                store.client.firstContactOn = .absent
                store.unreadable = client.unreadable
                store.clinical.diagnoses = clinical.diagnoses
                store.clinical.carePlan = clinical.carePlan
                store.clinical.pregnant = clinical.pregnant
                store.clinical.safetyPlanOnFile = clinical.safetyPlanOnFile
                store.clinical.emergencyContactOnFile = clinical.emergencyContactOnFile
                store.clinical.guardianContactOnFile = clinical.guardianContactOnFile
                store.clinical.traumaAnniversary = clinical.traumaAnniversary
                store.clinical.treatment = clinical.treatment
                if let count = clinical.treatment?.sessionsAttended.value {
                    store.clinical.treatment?.sessionsAttended = .value(max(0, count - attended))
                }
            })
        let late = { (day: Reading<LocalDay>) in
            day.value.map { max(zone.time(on: $0, secondOfDay: 0), firstBooking) } ?? firstBooking
        }
        func entry(_ day: Reading<LocalDay>, _ change: @escaping (inout ClientSnapshot) -> Void) {
            entries.append(Entry(at: late(day), client: ref, change: change))
        }
        entry(client.client.firstContactOn) { $0.client.firstContactOn = client.client.firstContactOn }
        entry(clinical.deliveredOn) { $0.clinical.deliveredOn = clinical.deliveredOn }
        entry(clinical.therapistChangedOn) { $0.clinical.therapistChangedOn = clinical.therapistChangedOn }
        entry(clinical.clinicianFlag.since) { $0.clinical.clinicianFlag = clinical.clinicianFlag }
        for screen in clinical.screens { entry(screen.day) { $0.clinical.screens.append(screen) } }
        for item in clinical.attempts { entry(item.day) { $0.clinical.attempts.append(item) } }
        for item in clinical.selfInjuries { entry(item.day) { $0.clinical.selfInjuries.append(item) } }
        for item in clinical.admissions { entry(item.dischargedOn) { $0.clinical.admissions.append(item) } }
        for item in clinical.emergencyVisits { entry(item.day) { $0.clinical.emergencyVisits.append(item) } }
        for item in clinical.medication { entry(item.day) { $0.clinical.medication.append(item) } }
        for contact in client.contacts {
            entries.append(Entry(at: contact.at, client: ref) { $0.contacts.append(contact) })
        }
        var left = never
        for session in client.sessions {
            let end = session.start.adding(minutes: session.durationMinutes)
            entries.append(
                Entry(at: booked(session, bookedAheadDays), client: ref) { store in
                    var booking = session
                    (booking.status, booking.rawStatus, booking.reason, booking.cancelledAt) = (
                        .scheduled, "scheduled", .none, nil
                    )
                    store.sessions.append(booking)
                })
            let marked =
                switch session.status {
                case .clientCancel, .lateCancel, .providerCancel, .excused, .rescheduled:
                    session.cancelledAt ?? session.start
                case .arrived, .enteredInError: session.start
                default: end
                }
            entries.append(
                Entry(at: marked, client: ref) { store in
                    store.sessions = store.sessions.map { $0.key == session.key ? session : $0 }
                    if session.status == .attended, let count = store.clinical.treatment?.sessionsAttended.value,
                        let today = clinical.treatment?.sessionsAttended.value, today >= attended
                    {
                        store.clinical.treatment?.sessionsAttended = .value(count + 1)
                    } else if session.status == .attended, let today = clinical.treatment?.sessionsAttended.value {
                        let after = client.sessions.count { $0.status == .attended && $0.start > session.start }
                        store.clinical.treatment?.sessionsAttended = .value(max(0, today - after))
                    }
                })
            if [.attended, .arrived, .missed, .leftUnseen, .lateCancel].contains(session.status) {
                left = max(left, end)
            }
        }
        if [.discharged, .transferred, .deceased].contains(client.client.standing) {
            entries.append(
                Entry(at: max(left, firstBooking), client: ref) { $0.client.standing = client.client.standing })
        }
    }

    private func booked(_ session: SessionRecord, _ days: Int) -> WallTime {
        let usual = session.start.adding(hours: -24 * days)
        return session.cancelledAt.map { min($0, usual) } ?? usual
    }
}
