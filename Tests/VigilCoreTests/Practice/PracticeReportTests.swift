import Testing
import VigilCore
import VigilTestKit

/// Hours, money and free hours of small practices, worked out by hand.
@Suite struct PracticeReportTests {
    private let policy: Policy
    private let rules: PracticeRules

    init() throws {
        policy = try ShippedPolicy.get()
        rules = try PracticeRules(yaml: CancellationPolicyTests.text)
    }

    /// At 8pm of day 3; days 0 to 3.
    private func report(
        _ clients: [ClientBuilder], by grouping: PracticeReport.Grouping? = nil, from: Int = 0, to: Int = 3,
        rules: PracticeRules?, only: TherapistRef? = nil, coverage: [Coverage] = [], openTier: Tier? = nil
    ) -> PracticeReport {
        let zone = ClientBuilder.newYork
        let now = zone.time(on: ClientBuilder.tuesday.adding(days: 3), secondOfDay: 20 * 3_600)
        var builder = PracticeReportBuilder(
            from: ClientBuilder.tuesday.adding(days: from), to: ClientBuilder.tuesday.adding(days: to), by: grouping,
            rules: rules, only: only, now: now, slotsUntil: now.adding(hours: 24 * 14), isFeedCurrent: true)
        for (index, client) in clients.enumerated() {
            builder.add(
                ReportedClient(
                    client: client.snapshot.client, sessions: client.classified(policy, on: 3),
                    coverage: index < coverage.count ? coverage[index] : nil, openTier: openTier,
                    recorded: Set(client.snapshot.sessions.map(\.key))))
        }
        return builder.report()
    }

    private func client(_ id: String) -> ClientBuilder { ClientBuilder(id) }

    @Test func hoursAreATherapistsOwn() {
        // The same hour, twice lost and once kept: 50 minutes, filled again.
        let three = report(
            [client("a").missed(0), client("b").session(0, .lateCancel), client("c").attended(0)], rules: rules)
        #expect(three.totals.minutesAllocated == 50 && three.totals.minutesLost == 50)
        #expect(three.totals.minutesFilledAgain == 50)
        #expect(three.totals.missed == 1 && three.totals.cancelledLate == 1 && three.totals.kept == 1)
        #expect(three.totals.feeValue == Money(cents: 32_000) && three.totals.latePerMille == 500)
        // Another therapist fills nothing; half an hour later fills half.
        let other = report(
            [client("a").missed(0), client("b").session(0, .attended, therapist: "t2")], rules: rules)
        #expect(other.totals.minutesLost == 50 && other.totals.minutesFilledAgain == 0)
        let late = report([client("a").missed(0), client("b").session(0, .attended, minutes: 30)], rules: rules)
        #expect(late.totals.minutesAllocated == 80 && late.totals.minutesFilledAgain == 20)
        // Without a therapist each stands alone.
        let loose = report(
            [client("a").session(0, .missed, therapist: nil), client("b").session(0, .missed, therapist: nil)],
            rules: rules)
        #expect(loose.totals.minutesLost == 100)
    }

    @Test func whatCostsNobodyAnything() {
        let calledOff = report(
            [
                client("a").session(0, .providerCancel), client("b").session(0, .excused),
                client("c").session(0, .clientCancel, cancelledHoursBefore: 30),
                client("d").session(0, .missed, reason: .psychiatricAdmission), client("e").session(0, .rescheduled),
                client("f").session(0, .enteredInError),
            ], rules: rules)
        #expect(calledOff.totals.minutesLost == 0 && calledOff.totals.minutesAllocated == 0)
        #expect(calledOff.totals.feeValue == Money(cents: 0) && calledOff.totals.latePerMille == nil)
        #expect(calledOff.totals.calledOffByPractice == 1 && calledOff.totals.excused == 2)
        #expect(calledOff.totals.cancelledInTime == 1)
        #expect(calledOff.feeCounts?.mayApply == 0)
    }

    @Test func feesByKindAndByClient() {
        func group(_ id: String) -> ClientBuilder {
            let plain = client(id).missed(0)
            guard var record = plain.record(plain.key()) else { return plain }
            record.kind = "group"
            return plain.putting(record)
        }
        let found = report(
            [client("a").missed(0), client("b").missed(0), group("c")], rules: rules,
            coverage: [
                Coverage(payer: "self", ownFee: .value(9_000)), Coverage(payer: "self", ownFee: .invalid),
                Coverage(payer: "self", ownFee: .value(9_000)),
            ])
        #expect(found.totals.feeValue == Money(cents: 9_000 + 16_000 + 6_000))
        #expect(report([client("a").missed(0)], rules: nil).totals.feeValue == nil)
    }

    @Test func onlyTheDaysAndTheTherapistAskedFor() {
        let many = client("a").missed(-1, 0, 1, 2)
        #expect(report([many], from: 0, to: 1, rules: rules).totals.missed == 2)
        #expect(report([many], rules: rules, only: TherapistRef("t2")).totals.missed == 0)
        #expect(report([many], rules: rules, only: TherapistRef("t1")).totals.missed == 3)
    }

    @Test func groups() {
        let clients = [client("a").missed(0, 3), client("b").session(1, .missed, therapist: nil)]
        #expect(
            report(clients, by: .therapist, rules: rules).groups.map(\.group)
                == [.therapist(TherapistRef("t1")), .therapist(nil)])
        #expect(report(clients, by: .therapist, rules: rules).groups.map(\.totals.missed) == [2, 1])
        // Day 0 is a Tuesday: its Monday is the day before.
        #expect(
            report(clients, by: .week, from: -7, rules: rules).groups.map(\.group)
                == [.week(ClientBuilder.tuesday.adding(days: -1))])
        #expect(report(clients, by: .kind, rules: rules).groups.map(\.group) == [.kind("individual")])
        #expect(report(clients, rules: rules).groups == [])
    }

    @Test func linesAreForWhatMayBeSpokenOf() {
        let clients = [client("a").missed(0, 1), client("b").missed(0, 1), client("c").missed(0, 1)]
        let payers = [Coverage(payer: "self"), Coverage(payer: "medicaid"), Coverage(payer: nil)]
        let found = report(clients, rules: rules, coverage: payers)
        #expect(found.feeCounts?.mayApply == 1 && found.feeCounts?.barred == 2 && found.feeCounts?.doesNotApply == 3)
        #expect(found.feeLines.map(\.client.storeID) == ["a", "c", "a", "c"])
        #expect(found.feeLines.map(\.why) == [.grace, .payerNotKnown, nil, .payerNotKnown])
        let held = report(clients, rules: rules, coverage: payers, openTier: .next)
        #expect(held.feeLines.isEmpty && held.feeCounts?.held == 4 && held.feeCounts?.barred == 2)
        let routine = report(clients, rules: rules, coverage: payers, openTier: .routine)
        #expect(routine.feeLines == found.feeLines)
    }

    // MARK: Free hours

    @Test func freeIsWhatAClientGaveBackAndNobodyTook() {
        let given = client("a").session(5, .clientCancel, cancelledHoursBefore: 60)
        #expect(report([given], rules: rules).slots.map(\.start) == [given.time(5)])
        #expect(report([given, client("b").session(5, .scheduled)], rules: rules).slots.isEmpty)
        #expect(report([given, client("b").session(5, .scheduled, minutes: 49)], rules: rules).slots.isEmpty)
        #expect(report([given, client("b").session(5, .scheduled, minutes: 50)], rules: rules).slots.count == 1)
        // The therapist is away.
        #expect(report([given, client("b").session(5, .providerCancel)], rules: rules).slots.isEmpty)
        #expect(report([client("a").session(5, .providerCancel)], rules: rules).slots.isEmpty)
        // Past, and too far ahead.
        #expect(report([client("a").session(2, .clientCancel, cancelledHoursBefore: 60)], rules: rules).slots.isEmpty)
        #expect(report([client("a").session(30, .clientCancel, cancelledHoursBefore: 60)], rules: rules).slots.isEmpty)
        // Two of a group give back one hour.
        #expect(
            report([given, client("b").session(5, .lateCancel)], rules: rules).slots.count == 1)
    }

    @Test func whoWaitsFits() {
        let slot = FreeSlot(therapist: TherapistRef("t1"), start: WallTime(seconds: 0), minutes: 50, kind: "group")
        #expect(WaitingEntry().fits(slot))
        #expect(WaitingEntry(therapist: TherapistRef("t1"), kind: "group").fits(slot))
        #expect(!WaitingEntry(therapist: TherapistRef("t2")).fits(slot))
        #expect(!WaitingEntry(kind: "individual").fits(slot))
    }

    // MARK: Against minutes counted one by one

    @Test func spansAddUpToTheMinute() {
        var random = RandomClient(seed: Seed.announce("PracticeReportTests", 20_261_127))
        for round in 0..<300 {
            let clients = (0..<8).map { number in
                let minutes = random.pick([0, 10, 25, 50, 60, 100])
                return client("c\(number)").session(
                    0, random.pick([.attended, .missed, .lateCancel, .excused, .providerCancel, .arrived]),
                    minutes: minutes, duration: random.pick([15, 50, 90]), therapist: random.pick(["t1", "t2"]))
            }
            let found = report(clients, rules: rules).totals
            var (lost, kept): (Set<String>, Set<String>) = ([], [])
            for client in clients {
                for session in client.classified(policy, on: 3) {
                    let record = session.record
                    for minute in 0..<record.durationMinutes {
                        let mark = "\(record.therapist?.storeID ?? "") \(record.start.seconds / 60 + Int64(minute))"
                        if session.outcome.isMiss { lost.insert(mark) }
                        if session.outcome.isAttended { kept.insert(mark) }
                    }
                }
            }
            #expect(found.minutesLost == lost.count, "round \(round)")
            #expect(found.minutesFilledAgain == lost.intersection(kept).count, "round \(round)")
            #expect(found.minutesAllocated == lost.union(kept).count, "round \(round)")
        }
    }
}
