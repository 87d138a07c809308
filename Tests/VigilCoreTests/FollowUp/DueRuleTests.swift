import Testing
import VigilCore
import VigilTestKit

/// When a task of a tier is due (clinical.md section 6).
@Suite struct DueRuleTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    private func due(_ rule: DueRule, _ day: String, _ minute: Int) throws -> String {
        let time = policy.zone.time(on: try #require(LocalDay(iso: day)), secondOfDay: minute * 60)
        return policy.zone.rfc3339(rule.due(from: time, zone: policy.zone, hours: policy.hours))
    }

    @Test func wallHoursRunThroughAChangeOfTheClock() throws {
        #expect(try due(.hours(24), "2026-10-31", 720) == "2026-11-01T11:00:00-05:00")
        #expect(try due(.hours(1), "2026-11-24", 840) == "2026-11-24T15:00:00-05:00")
    }

    @Test(arguments: [
        ("2026-11-24", 540, "2026-11-24T17:00:00-05:00"), ("2026-11-24", 541, "2026-11-24T17:00:00-05:00"),
        ("2026-11-24", 1_019, "2026-11-24T17:00:00-05:00"),
        ("2026-11-24", 1_020, "2026-11-25T09:00:00-05:00"), ("2026-11-27", 1_200, "2026-11-28T09:00:00-05:00"),
        ("2026-11-25", 180, "2026-11-25T09:00:00-05:00"),
        ("2026-11-28", 720, "2026-11-29T09:00:00-05:00"), ("2026-10-31", 720, "2026-11-01T09:00:00-05:00"),
    ])
    func theSameWorkingDay(day: String, minute: Int, expected: String) throws {
        #expect(try due(.sameWorkingDay(hours: 8, outOfHoursMinute: 540), day, minute) == expected)
    }

    @Test func fewerHoursThanTheDayHas() throws {
        #expect(
            try due(.sameWorkingDay(hours: 2, outOfHoursMinute: 540), "2026-11-24", 600) == "2026-11-24T12:00:00-05:00")
    }

    @Test(arguments: [
        ("2026-11-24", 1_430, "2026-11-25T17:00:00-05:00"), ("2026-11-27", 600, "2026-11-30T17:00:00-05:00"),
        ("2026-03-06", 600, "2026-03-09T17:00:00-04:00"),
    ])
    func theEndOfTheNextWorkingDay(day: String, minute: Int, expected: String) throws {
        #expect(try due(.endOfNextWorkingDay, day, minute) == expected)
    }

    @Test func theShippedTiersAskForWhatClinicalMdSays() throws {
        let first = Tier.allCases.map { policy.protocols[$0]?.tasks.first?.due }
        #expect(
            first == [.hours(72), .endOfNextWorkingDay, .sameWorkingDay(hours: 8, outOfHoursMinute: 540), .hours(1)])
        #expect(
            Tier.allCases.map { policy.protocols[$0]?.owner } == [.careCoordinator, .therapist, .therapist, .onCall])
    }
}
