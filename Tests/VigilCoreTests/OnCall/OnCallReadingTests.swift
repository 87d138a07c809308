import Foundation
import Testing
import VigilCore
import VigilTestKit

/// What is said of a wrong `oncall.yaml`: one issue for one fault, and where it is.
@Suite struct OnCallReadingTests {
    private static let good = """
        version: vigil.oncall/1
        zone: Europe/Berlin
        on_call:
          layers:
            - id: nights
              people: [c]
              hours: [{days: [fri, sat], from: "22:00", to: "06:00"}]
            - id: week
              people: [a, b]
              rotation: {every: 1, unit: weeks, at: "09:00", from: 2026-11-02}
          overrides:
            - {from: "2026-11-24 10:00", until: "2026-11-24 18:00", person: d}
        """

    private func issues(_ yaml: String) throws -> [String] {
        let reader = try ConfigReader.yaml(yaml)
        _ = OnCallSchedule(reading: reader)
        return reader.issues.map { "\($0.place.line):\($0.place.column) \($0.message)" }
    }

    @Test func theShippedFileReadsClean() throws {
        let schedule = try TestOnCall.shared()
        #expect(schedule.zone.identifier == "America/New_York")
        #expect(Set(schedule.layers.keys) == [.onCall, .backup])
        #expect(schedule.overrides.isEmpty)
    }

    @Test func aGoodFileHasNoIssues() throws {
        #expect(try issues(Self.good) == [])
    }

    private static let notAPerson = "is not a person's id: 1 to 32 of a-z, 0-9, _ and -"

    @Test(arguments: [
        ("vigil.oncall/1", "vigil.oncall/2", "1:1 version must be 'vigil.oncall/1'; this vigil knows no other"),
        ("Europe/Berlin", "Europe/Berlim", "2:7 zone 'Europe/Berlim' is not a time zone such as America/New_York"),
        ("people: [c]", "people: [C c]", "6:16 'C c' \(notAPerson)"),
        ("people: [c]", "people: []", "6:15 on_call.layers[1].people names nobody"),
        (
            "days: [fri, sat]", "days: [fri, samedi]",
            "7:28 'samedi' is not a weekday; write one of mon, tue, wed, thu, fri, sat, sun"
        ),
        ("from: \"22:00\"", "from: 22h", "7:40 on_call.layers[1].hours[1].from must be a time such as 09:00"),
        ("id: week", "id: nights", "8:11 on_call: the layer id 'nights' is used 2 times"),
        ("unit: weeks", "unit: months", "10:34 on_call.layers[2].rotation.unit must be one of days, weeks"),
        ("every: 1", "every: 0", "10:25 on_call.layers[2].rotation.every is 0, and must be from 1 to 52"),
        (
            "from: 2026-11-02", "from: 2026-11-31",
            "10:60 on_call.layers[2].rotation.from must be a day such as 2026-01-05"
        ),
        (
            "until: \"2026-11-24 18:00\"", "until: \"2026-11-24 10:00\"",
            "12:41 on_call.overrides[1] ends before it begins"
        ),
        (
            "until: \"2026-11-24 18:00\"", "until: tomorrow",
            "12:41 on_call.overrides[1].until must be a local time such as 2026-12-24 17:00"
        ),
        ("person: d", "person: Dr D", "12:69 on_call.overrides[1].person: 'Dr D' \(notAPerson)"),
    ])
    func oneFaultIsOneIssueAtItsPlace(right: String, wrong: String, issue: String) throws {
        #expect(Self.good.contains(right))
        let found = try issues(Self.good.replacingOccurrences(of: right, with: wrong))
        #expect(found == [issue])
    }

    /// A misspelt key is missing under its right name and unknown under its wrong one; both are said, at their places.
    @Test func aMisspeltKey() throws {
        #expect(
            try issues(Self.good.replacingOccurrences(of: "people: [c]", with: "peeple: [c]")) == [
                "5:7 on_call.layers[1].people is missing",
                "6:7 unknown key 'peeple' in on_call.layers[1]; did you mean 'people'?",
            ])
        #expect(
            try issues(Self.good.replacingOccurrences(of: "  rotation: {", with: "  rotations: {")) == [
                "8:7 on_call.layers[2] has several people and no rotation: who begins, and when do they change?",
                "10:7 unknown key 'rotations' in on_call.layers[2]; did you mean 'rotation'?",
            ])
    }

    @Test func aFileWithoutARotaSaysSoOnce() throws {
        let head = "version: vigil.oncall/1\nzone: Europe/Berlin\n"
        #expect(try issues(head) == ["1:1 on_call is missing"])
        #expect(try issues(head + "on_call: {layers: []}\n") == ["3:19 on_call.layers needs at least one layer"])
        #expect(try issues(head + "on_call: {layers: 3}\n") == ["3:19 on_call.layers must be a list"])
    }

    @Test func allFaultsAreSaidAtOnce() throws {
        let found = try issues(
            Self.good.replacingOccurrences(of: "Berlin", with: "Berlim").replacingOccurrences(of: "[c]", with: "[]")
                .replacingOccurrences(of: "weeks", with: "months").replacingOccurrences(of: "person: d", with: "who: d")
        )
        #expect(found.map { $0.prefix { $0 != ":" } } == ["2", "6", "10", "12", "12"])
    }
}
