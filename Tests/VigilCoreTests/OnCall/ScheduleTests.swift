import Foundation
import Testing
import VigilCore
import VigilTestKit

/// Who is on call: layers, rotations, overrides, and what is wrong with a file.
@Suite struct ScheduleTests {
    private static let shipped = TestPolicy.path.replacingOccurrences(of: "policy.yaml", with: "oncall.yaml")

    private func read(_ yaml: String) throws -> (schedule: OnCallSchedule, issues: [String]) {
        let reader = ConfigReader(root: try ConfigNode(yaml: yaml))
        let schedule = OnCallSchedule(reading: reader)
        return (schedule, reader.issues.map(\.message))
    }

    private func who(_ schedule: OnCallSchedule, _ local: String, _ rota: OnCallSchedule.Rota = .onCall) -> String? {
        LocalTimeText.time(local, in: schedule.zone).flatMap { schedule.who(rota, at: $0) }.map {
            "\($0.person.text) \($0.source.words) until \(schedule.zone.rfc3339($0.until))"
        }
    }

    @Test func theShippedExample() throws {
        let (schedule, issues) = try read(try String(contentsOfFile: Self.shipped, encoding: .utf8))
        #expect(issues == [])
        #expect(who(schedule, "2026-11-24 12:00") == "b-silva daytime until 2026-11-24T17:00:00-05:00")
        #expect(who(schedule, "2026-11-24 17:00") == "b-silva week until 2026-11-25T09:00:00-05:00")
        #expect(who(schedule, "2026-11-29 03:00") == "b-silva week until 2026-11-30T09:00:00-05:00")
        let now = try #require(LocalTimeText.time("2026-11-24 12:00", in: schedule.zone))
        #expect(schedule.gaps(.onCall, from: now, days: 90) == [])
        #expect(schedule.gaps(.backup, from: now, days: 90) == [])
        #expect(schedule.people.map(\.text).sorted() == ["a-morgan", "b-silva"])
    }

    private let small = """
        version: vigil.oncall/1
        zone: Europe/Berlin
        on_call:
          layers:
            - id: nights
              people: [c]
              hours: [{days: [fri, sat], from: "22:00", to: "06:00"}]
            - {id: week, people: [a, b], rotation: {every: 1, unit: weeks, at: "09:00", from: 2026-11-02}}
          overrides:
            - {from: "2026-11-24 10:00", until: "2026-11-24 18:00", person: d}
            - {from: "2026-11-24 12:00", until: "2026-11-24 14:00", person: e}
        """

    @Test func layersAndOverrides() throws {
        let (schedule, issues) = try read(small)
        #expect(issues == [])
        for (local, expected) in [
            ("2026-11-02 08:59", nil), ("2026-11-02 09:00", "a week until 2026-11-06T22:00:00+01:00"),
            ("2026-11-06 22:00", "c nights until 2026-11-07T06:00:00+01:00"),
            ("2026-11-07 05:59", "c nights until 2026-11-07T06:00:00+01:00"),
            ("2026-11-07 06:00", "a week until 2026-11-07T22:00:00+01:00"),
            ("2026-11-09 09:00", "b week until 2026-11-13T22:00:00+01:00"),
            ("2026-11-24 09:59", "b week until 2026-11-24T10:00:00+01:00"),
            ("2026-11-24 10:00", "d override until 2026-11-24T12:00:00+01:00"),
            ("2026-11-24 12:00", "e override until 2026-11-24T14:00:00+01:00"),
            ("2026-11-24 14:00", "d override until 2026-11-24T18:00:00+01:00"),
        ] as [(String, String?)] {
            #expect(who(schedule, local) == expected, "\(local)")
        }
        let first = try #require(LocalTimeText.time("2026-11-01 09:00", in: schedule.zone))
        let gap = try #require(schedule.gaps(.onCall, from: first, days: 30).first)
        #expect(schedule.zone.rfc3339(gap.until) == "2026-11-02T09:00:00+01:00")
        #expect(schedule.gaps(.onCall, from: first, days: 30).count == 1)
        #expect(schedule.gaps(.backup, from: first, days: 2).count == 1, "a rota that is not there is one gap")
    }

    @Test func aLaterSwapWins() throws {
        let (schedule, _) = try read(small)
        let from = try #require(LocalTimeText.time("2026-11-24 11:00", in: schedule.zone))
        let swapped = schedule.adding([
            OnCallOverride(rota: .onCall, from: from, until: from.adding(hours: 2), person: try #require(PersonID("f")))
        ])
        #expect(who(swapped, "2026-11-24 12:30")?.hasPrefix("f override") == true)
        #expect(who(swapped, "2026-11-24 13:00")?.hasPrefix("e override") == true)
    }

    @Test(arguments: [
        ("zone: Europe/Berlin", "zone: Europe/Berlim", "is not a time zone"),
        ("people: [c]", "people: [C c]", "'C c' is not a person's id"), ("people: [c]", "people: []", "names nobody"),
        ("people: [a, b], rotation", "people: [a, b], rotatoin", "did you mean 'rotation'?"),
        ("unit: weeks", "unit: months", "must be one of days, weeks"),
        ("from: 2026-11-02", "from: 2026-11-31", "must be a day such as 2026-01-05"),
        ("days: [fri, sat]", "days: [fri, samedi]", "'samedi' is not a weekday"),
        ("from: \"22:00\"", "from: 22h", "must be a time such as 09:00"), ("id: week", "id: nights", "is used 2 times"),
        ("until: \"2026-11-24 18:00\"", "until: \"2026-11-24 10:00\"", "ends before it begins"),
        ("until: \"2026-11-24 18:00\"", "until: tomorrow", "must be a local time such as"),
        ("version: vigil.oncall/1", "version: vigil.oncall/2", "this vigil knows no other"),
        (", rotation: {every: 1, unit: weeks, at: \"09:00\", from: 2026-11-02}", "", "several people and no rotation"),
    ]) func eachFaultIsSaid(_ right: String, _ wrong: String, _ words: String) throws {
        #expect(small.contains(right))
        let (_, issues) = try read(small.replacingOccurrences(of: right, with: wrong))
        #expect(issues.contains { $0.contains(words) }, "\(issues)")
    }

    /// Random layers and swaps: the answer at every boundary is the first layer's, and `until` is exact.
    @Test func randomSchedules() throws {
        let seed = Seed.announce("randomSchedules", 0x0CA11)
        var random = SeededRandom(seed: seed)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let people = try (0..<5).map { try #require(PersonID("p\($0)")) }
        let zone = try #require(Zone(identifier: "America/New_York"))
        let from = try #require(LocalTimeText.time("2026-10-25 00:00", in: zone))
        for round in 0..<60 {
            func layer(_ number: Int) -> OnCallLayer {
                let window = WeeklyWindow(
                    weekdays: Set((1...7).filter { _ in pick(2) == 0 }), fromMinute: pick(1_440), toMinute: pick(1_440))
                return OnCallLayer(
                    id: "l\(number)", people: (0...pick(3)).map { _ in people[pick(5)] },
                    rotation: .init(
                        days: 1 + pick(9), minute: pick(1_440),
                        from: LocalDay(number: zone.day(of: from).number - Int32(pick(30) - 5))),
                    hours: pick(2) == 0 ? [] : [window])
            }
            let overrides = (0..<pick(4)).map { _ in
                let begin = from.adding(minutes: pick(30_000))
                return OnCallOverride(
                    rota: .onCall, from: begin, until: begin.adding(minutes: 1 + pick(5_000)), person: people[pick(5)])
            }
            let schedule = OnCallSchedule(
                zone: zone, layers: [.onCall: (0...pick(3)).map(layer)], overrides: overrides)
            let shifts = schedule.shifts(.onCall, from: from, days: 25)
            let gaps = schedule.gaps(.onCall, from: from, days: 25)
            let total =
                (shifts.map { $0.until.seconds(since: $0.from) } + gaps.map { $0.until.seconds(since: $0.from) })
                .reduce(0, +)
            #expect(total == 25 * 86_400 + 3_600, "seed \(seed) round \(round): 25 days, one of them an hour longer")
            for shift in shifts {
                let duty = try #require(schedule.who(.onCall, at: shift.from))
                #expect(duty.person == shift.person && duty.source == shift.source, "seed \(seed) round \(round)")
                // The last one is cut where the question ends.
                #expect(duty.until >= shift.until, "seed \(seed) round \(round)")
                // One who is on call for good has no end that anybody waits for.
                guard duty.until < from.adding(hours: 24 * 60) else { continue }
                let last = try #require(schedule.who(.onCall, at: duty.until.adding(seconds: -1)))
                #expect(last.person == duty.person && last.source == duty.source, "seed \(seed) round \(round)")
                let next = schedule.who(.onCall, at: duty.until)
                #expect(next?.person != duty.person || next?.source != duty.source, "seed \(seed) round \(round)")
                let decisive =
                    overrides.last { $0.from <= shift.from && shift.from < $0.until }?.person
                    ?? schedule.layers[.onCall]?.lazy.compactMap { $0.person(at: shift.from, in: zone) }.first
                #expect(decisive == shift.person, "seed \(seed) round \(round)")
            }
        }
    }
}
