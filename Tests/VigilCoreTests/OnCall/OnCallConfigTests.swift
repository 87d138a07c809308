import Foundation
import Testing
import VigilCore
import VigilTestKit

/// `oncall.yaml`: the shipped one reads clean, and what is wrong in another is said at its place.
@Suite struct OnCallConfigTests {
    private static let good = """
        version: vigil.oncall/1
        zone: Europe/Berlin
        on_call:
          layers:
            - id: week
              people: [a, b]
              rotation: {every: 1, unit: weeks, at: "09:00", from: 2026-01-05}
              hours:
                - {days: [mon], from: "17:00", to: "09:00"}
          overrides:
            - {from: "2026-12-24 17:00", until: "2026-12-26T09:00", person: b}
        """

    private func issues(_ yaml: String) throws -> [String] {
        let reader = try ConfigReader.yaml(yaml)
        _ = OnCallSchedule(reading: reader)
        return reader.issues.map { "\($0.place.line):\($0.place.column) \($0.message)" }
    }

    @Test func theShippedScheduleReadsCleanAndLeavesNoGap() throws {
        let path = TestPolicy.path.replacingOccurrences(of: "policy.yaml", with: "oncall.yaml")
        let reader = try ConfigReader.yaml(String(contentsOfFile: path, encoding: .utf8))
        let schedule = OnCallSchedule(reading: reader)
        #expect(reader.issues.isEmpty)
        #expect(schedule.zone.identifier == "America/New_York")
        let begin = WallTime(seconds: WallWalk.begin)
        for rota in OnCallSchedule.Rota.allCases {
            #expect(schedule.gaps(rota, from: begin, days: 400).isEmpty)
        }
        // The same person in both rotas at once would be paged twice and helped by nobody.
        #expect(schedule.people == [person("a-morgan"), person("b-silva")])
    }

    @Test func whatIsWrittenIsRead() throws {
        let reader = try ConfigReader.yaml(Self.good)
        let schedule = OnCallSchedule(reading: reader)
        #expect(reader.issues.isEmpty)
        let day = try #require(LocalDay(iso: "2026-01-05"))
        #expect(
            schedule.layers == [
                .onCall: [
                    OnCallLayer(
                        id: "week", people: [person("a"), person("b")],
                        rotation: .init(days: 7, minute: 540, from: day),
                        hours: [WeeklyWindow(weekdays: [1], fromMinute: 1_020, toMinute: 540)])
                ]
            ])
        #expect(schedule.overrides.map { schedule.zone.rfc3339($0.from) } == ["2026-12-24T17:00:00+01:00"])
        #expect(schedule.overrides.map { schedule.zone.rfc3339($0.until) } == ["2026-12-26T09:00:00+01:00"])
    }

    @Test(arguments: [
        ("vigil.oncall/1", "vigil.oncall/2", "1:1 version must be 'vigil.oncall/1'; this vigil knows no other"),
        ("people: [a, b]", "people: [A, b]", "6:16 'A' is not a person's id: 1 to 32 of a-z, 0-9, _ and -"),
        ("people: [a, b]", "people: []", "6:15 on_call.layers[1].people names nobody"),
        ("people: [a, b]", "persons: [a, b]", "5:7 on_call.layers[1].people is missing"),
        ("every: 1", "every: 0", "7:25 on_call.layers[1].rotation.every is 0, and must be from 1 to 52"),
        ("every: 1", "every: 53", "7:25 on_call.layers[1].rotation.every is 53, and must be from 1 to 52"),
        (
            "unit: weeks", "unit: week",
            "7:34 on_call.layers[1].rotation.unit must be one of days, weeks; did you mean 'weeks'?"
        ),
        (
            "from: 2026-01-05", "from: 2026-02-30",
            "7:60 on_call.layers[1].rotation.from must be a day such as 2026-01-05"
        ),
        ("days: [mon]", "days: [mo]", "9:19 'mo' is not a weekday; write one of mon, tue, wed, thu, fri, sat, sun"),
        ("days: [mon]", "days: []", "9:11 on_call.layers[1].hours[1].days names no day"),
        (
            "2026-12-24 17:00", "2026-12-24",
            "11:14 on_call.overrides[1].from must be a local time such as 2026-12-24 17:00"
        ),
        ("2026-12-26T09:00", "2026-12-24T17:00", "11:41 on_call.overrides[1] ends before it begins"),
        (
            "person: b", "person: B!",
            "11:69 on_call.overrides[1].person: 'B!' is not a person's id: 1 to 32 of a-z, 0-9, _ and -"
        ),
        ("id: week", "name: week", "5:7 on_call.layers[1].id is missing"),
    ])
    func eachFaultAtItsPlace(good: String, bad: String, issue: String) throws {
        let found = try issues(Self.good.replacingOccurrences(of: good, with: bad))
        #expect(found.contains(issue), "\(found)")
        // A key that is misspelt is unknown besides; nothing else follows from one fault.
        #expect(found.count <= 2 && found.allSatisfy { $0 == issue || $0.contains("unknown key") }, "\(found)")
    }

    @Test(arguments: [
        ("at: \"09:00\"", "at: \"9\""), ("zone: Europe/Berlin", "zone: Europe/Berlim"),
        ("to: \"09:00\"", "to: \"24:00\""),
        ("    - id: week", "    - id: \"\"\n      note: x"), ("  overrides:", "  override:"),
    ])
    func otherFaultsAreSaid(good: String, bad: String) throws {
        #expect(try !issues(Self.good.replacingOccurrences(of: good, with: bad)).isEmpty)
    }

    @Test func severalPeopleNeedTurns() throws {
        let found = try issues(
            """
            version: vigil.oncall/1
            zone: UTC
            on_call:
              layers:
                - {id: one, people: [a, b]}
                - {id: one, people: [a]}
            backup:
              layers: []
            """)
        #expect(
            found == [
                "5:7 on_call.layers[1] has several people and no rotation: who begins, and when do they change?",
                "6:12 on_call: the layer id 'one' is used 2 times",
                "8:11 backup.layers needs at least one layer",
            ])
    }

    @Test func withoutARotaOfTheFirstItIsNoSchedule() throws {
        let found = try issues("version: vigil.oncall/1\nzone: UTC\n")
        #expect(found.contains("1:1 on_call is missing"), "\(found)")
    }

    @Test func quietHoursHoldNoPage() throws {
        func read(_ yaml: String) throws -> [String] {
            let reader = try ConfigReader.yaml(yaml)
            _ = QuietHours(reading: reader)
            return reader.issues.map { "\($0.place.line):\($0.place.column) \($0.message)" }
        }
        #expect(try read("{from: \"21:00\", to: \"07:00\", hold: [digest, operator]}") == [])
        #expect(
            try read("{from: \"21:00\", to: \"07:00\", hold: [page, digests]}") == [
                "1:37 quiet hours never hold a page of a follow-up to make now; remove 'page'",
                "1:43 'digests' is not one of digest, operator",
            ])
        #expect(
            try read("{from: \"07:00\", to: \"07:00\", hold: [digest]}") == [
                "1:1 quiet hours of every day and all day would never end"
            ])
        #expect(try read("{days: [sat, sun], from: \"00:00\", to: \"00:00\", hold: [digest]}") == [])
    }
}
