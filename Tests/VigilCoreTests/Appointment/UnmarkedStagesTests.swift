import Testing
import VigilCore
import VigilTestKit

/// The stages of a session that nobody marked: 30 min, 60 min or the end and 15 min, the end of the next working day.
@Suite struct UnmarkedStagesTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    private func detector(_ zone: Zone, holidays: [String] = []) -> MissDetector {
        var hours = policy.hours
        hours.holidays = Set(holidays.compactMap { LocalDay(iso: $0) })
        return MissDetector(rules: policy.detection, zone: zone, hours: hours)
    }

    private func session(_ zone: Zone, _ iso: String, _ minuteOfDay: Int = 14 * 60, duration: Int = 50) throws
        -> SessionRecord
    {
        let day = try #require(LocalDay(iso: iso))
        return SessionRecord(
            key: SessionKey(id: "s", start: zone.time(on: day, secondOfDay: minuteOfDay * 60)), therapist: nil,
            durationMinutes: duration, status: .scheduled, rawStatus: "")
    }

    /// The limits, found by asking at every one of them and a second before.
    private func expect(
        _ record: SessionRecord, _ detector: MissDetector, ask: WallTime, withFloor: WallTime, missed: WallTime,
        _ what: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let stages: [(WallTime, MissDetector.Stage, MissDetector.Stage)] = [
            (ask, .waiting, .ask), (withFloor, .ask, .missedWithFloor), (missed, .missedWithFloor, .missed),
        ]
        for (limit, before, after) in stages {
            #expect(
                detector.stage(of: record, at: limit.adding(seconds: -1)) == before, what,
                sourceLocation: sourceLocation)
            #expect(detector.stage(of: record, at: limit) == after, what, sourceLocation: sourceLocation)
            #expect(
                detector.nextLimit(of: record, after: limit.adding(seconds: -1)) == limit, what,
                sourceLocation: sourceLocation)
        }
        #expect(detector.nextLimit(of: record, after: missed) == nil, what, sourceLocation: sourceLocation)
        #expect(
            detector.nextLimit(of: record, after: record.start.adding(seconds: -1)) == record.start, what,
            sourceLocation: sourceLocation)
        #expect(
            detector.classify(record, at: missed.adding(seconds: -1)).outcome == .unmarked, what,
            sourceLocation: sourceLocation)
        #expect(
            detector.classify(record, at: missed).outcome == .missedUnmarked, what, sourceLocation: sourceLocation)
    }

    private static let newYork = ClientBuilder.newYork

    private func end(_ iso: String, _ zone: Zone = newYork) throws -> WallTime {
        zone.time(on: try #require(LocalDay(iso: iso)), secondOfDay: 17 * 3_600)
    }

    @Test(arguments: [(1, 60), (30, 60), (44, 60), (45, 60), (46, 61), (50, 65), (90, 105), (480, 495)])
    func theSecondLimitIsSixtyMinutesOrFifteenAfterTheEnd(duration: Int, limit: Int) throws {
        let record = try session(Self.newYork, "2026-11-24", duration: duration)
        expect(
            record, detector(Self.newYork), ask: record.start.adding(minutes: 30),
            withFloor: record.start.adding(minutes: limit), missed: try end("2026-11-25"))
    }

    @Test(arguments: [
        ("2026-11-23", "2026-11-24"), ("2026-11-26", "2026-11-27"), ("2026-11-27", "2026-11-30"),
        ("2026-11-28", "2026-11-30"), ("2026-11-29", "2026-11-30"), ("2026-12-24", "2026-12-28"),
        ("2026-12-31", "2027-01-04"),
    ])
    func theLastLimitSkipsWeekendsAndHolidays(day: String, ends: String) throws {
        let record = try session(Self.newYork, day)
        expect(
            record, detector(Self.newYork, holidays: ["2026-12-25", "2027-01-01"]),
            ask: record.start.adding(minutes: 30),
            withFloor: record.start.adding(minutes: 65), missed: try end(ends), "\(day)")
    }

    /// Sessions around both changes of 2026; expected instants in UTC, worked out by hand.
    @Test(arguments: [
        // Spring: Sunday 8 March, 02:00 -05:00 to 03:00 -04:00.
        ("America/New_York", "2026-03-06", 14 * 60, "2026-03-06T19:00", "2026-03-09T21:00"),
        ("America/New_York", "2026-03-08", 90, "2026-03-08T06:30", "2026-03-09T21:00"),
        ("America/New_York", "2026-03-08", 150, "2026-03-08T07:30", "2026-03-09T21:00"),
        // Autumn: Sunday 1 November, 02:00 -04:00 to 01:00 -05:00; in the fold the first is meant.
        ("America/New_York", "2026-10-30", 14 * 60, "2026-10-30T18:00", "2026-11-02T22:00"),
        ("America/New_York", "2026-11-01", 90, "2026-11-01T05:30", "2026-11-02T22:00"),
        // Spring: Sunday 29 March, 02:00 +01:00 to 03:00 +02:00.
        ("Europe/Berlin", "2026-03-27", 14 * 60, "2026-03-27T13:00", "2026-03-30T15:00"),
        ("Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:30", "2026-03-30T15:00"),
        // Autumn: Sunday 25 October, 03:00 +02:00 to 02:00 +01:00.
        ("Europe/Berlin", "2026-10-23", 14 * 60, "2026-10-23T12:00", "2026-10-26T16:00"),
        ("Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30", "2026-10-26T16:00"),
        // Autumn there: Sunday 5 April, 02:00 +11:00 to 01:30 +10:30.
        ("Australia/Lord_Howe", "2026-04-03", 14 * 60, "2026-04-03T03:00", "2026-04-06T06:30"),
        ("Australia/Lord_Howe", "2026-04-05", 105, "2026-04-04T14:45", "2026-04-06T06:30"),
        // Spring there: Sunday 4 October, 02:00 +10:30 to 02:30 +11:00.
        ("Australia/Lord_Howe", "2026-10-02", 14 * 60, "2026-10-02T03:30", "2026-10-05T06:00"),
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:45", "2026-10-05T06:00"),
    ])
    func acrossChangesOfTheClock(
        name: String, day: String, minuteOfDay: Int, starts: String, missed: String
    ) throws {
        let zone = try #require(Zone(identifier: name))
        let record = try session(zone, day, minuteOfDay)
        #expect(record.start == (try utc(starts)), "\(name) \(day)")
        expect(
            record, detector(zone), ask: record.start.adding(minutes: 30), withFloor: record.start.adding(minutes: 65),
            missed: try utc(missed), "\(name) \(day)")
    }

    private func utc(_ text: String) throws -> WallTime {
        let parts = text.split(separator: "T")
        let clock = parts[1].split(separator: ":").compactMap { Int($0) }
        return Zone.utc.time(on: try #require(LocalDay(iso: parts[0])), secondOfDay: clock[0] * 3_600 + clock[1] * 60)
    }

    @Test func aSessionOverNightIsNeverMissedBeforeItsOwnEnd() throws {
        let record = try session(Self.newYork, "2026-11-24", 23 * 60, duration: 1_440)
        let end = record.start.adding(minutes: 1_440 + 15)
        #expect(detector(Self.newYork).stage(of: record, at: end.adding(seconds: -1)) == .ask)
        #expect(detector(Self.newYork).stage(of: record, at: end) == .missed)
    }
}
