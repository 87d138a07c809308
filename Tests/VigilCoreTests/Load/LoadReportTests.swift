import Testing
import VigilCore
import VigilTestKit

/// What vigil asks of people, worked out by hand.
@Suite struct LoadReportTests {
    private let policy: Policy
    private let base = ClientBuilder().time()

    init() throws {
        policy = try ShippedPolicy.get()
    }

    private func item(
        _ therapist: String?, _ tier: Tier, hours: Int = 0, attempt: Int? = nil, contact: Int? = nil,
        closed: Int? = nil,
        due: Int = 24, origin: FollowUp.Origin = .missedSession
    ) -> LoadReport.Item {
        let opened = base.adding(hours: hours)
        return LoadReport.Item(
            therapist: therapist.map { TherapistRef($0) }, tier: tier, openedAt: opened,
            contactBy: opened.adding(hours: due), firstAttemptAt: attempt.map { opened.adding(hours: $0) },
            firstContactAt: contact.map { opened.adding(hours: $0) }, closedAt: closed.map { opened.adding(hours: $0) },
            origin: origin)
    }

    private func report(_ items: [LoadReport.Item], missed: Int = 100, afterHours: Int = 100) -> LoadReport {
        LoadReport(
            items, missed: missed, from: ClientBuilder.tuesday, to: ClientBuilder.tuesday.adding(days: 6),
            hours: policy.hours, zone: policy.zone, now: base.adding(hours: afterHours))
    }

    @Test func sharesAndTargets() {
        let found = report(
            [item("b", .now), item("a", .today), item("a", .next), item(nil, .routine, origin: .checkUp)], missed: 30)
        // Tuesday to Monday.
        #expect(found.workingDays == 5)
        #expect(found.perMilleOfMisses(.now) == 33 && found.perMilleOfMisses(.routine) == 0)
        #expect(found.tenthsPerDay(found.whole) == 8)
        #expect(found.whole.checkUps == 1)
        #expect(found.therapists.map(\.therapist) == [TherapistRef("a"), TherapistRef("b"), nil])
        #expect(report([], missed: 0).perMilleOfMisses(.now) == nil)
        #expect(policy.load.percentOfMisses == [.now: 2, .today: 10])
    }

    @Test func timesAreMedianAndNinthDecile() {
        let found = report((1...10).map { item("a", .next, attempt: $0, contact: $0 > 5 ? $0 : nil, closed: 50) })
        #expect(found.whole.firstAttempt == LoadReport.Times(ofMinutes: 5 * 60, 9 * 60, count: 10))
        #expect(found.whole.contact == LoadReport.Times(ofMinutes: 8 * 60, 10 * 60, count: 5))
        #expect(found.whole.closure.count == 10)
        #expect(report([item("a", .next)]).whole.firstAttempt == LoadReport.Times(ofMinutes: nil, nil, count: 0))
        #expect(
            report([item("a", .next, attempt: 7)]).whole.firstAttempt
                == LoadReport.Times(ofMinutes: 420, 420, count: 1))
    }

    @Test func overdueIsLateOrNotYetTried() {
        #expect(report([item("a", .next, attempt: 24)]).whole.overdue == 0)
        #expect(report([item("a", .next, attempt: 25)]).whole.overdue == 1)
        #expect(report([item("a", .next)], afterHours: 24).whole.overdue == 0)
        #expect(report([item("a", .next)], afterHours: 25).whole.overdue == 1)
        // Settled by a kept session before anybody had to call.
        #expect(report([item("a", .next, closed: 5)]).whole.overdue == 0)
        #expect(report([item("a", .next, closed: 30)]).whole.overdue == 1)
    }

    @Test func daysAreThePracticesOwn() {
        // 2pm in New York: ten hours on it is the next day.
        let found = report([item("a", .next), item("a", .next, hours: 9), item("a", .next, hours: 10)])
        #expect(found.days.map(\.followUps) == [2, 1])
        #expect(found.days.map(\.day) == [ClientBuilder.tuesday, ClientBuilder.tuesday.adding(days: 1)])
    }
}

extension LoadReport.Times {
    fileprivate init(ofMinutes median: Int?, _ decile: Int?, count: Int) {
        self.init([])
        self.count = count
        medianMinutes = median
        ninthDecileMinutes = decile
    }
}
