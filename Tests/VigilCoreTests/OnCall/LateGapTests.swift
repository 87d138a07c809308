import Testing
import VigilCore

/// Zones whose clock changes at the end of a day: Nuuk skips 23:00 to 24:00 of a Saturday in spring (28 March 2026).
@Suite struct LateGapTests {
    private let zone: Zone
    private let saturday: LocalDay

    init() throws {
        zone = try #require(Zone(identifier: "America/Nuuk"))
        saturday = try #require(LocalDay(iso: "2026-03-28"))
        let skipped = zone.time(on: saturday, secondOfDay: 23 * 3_600 + 900)
        try #require(zone.rfc3339(skipped) == "2026-03-29T00:15:00-01:00")
    }

    /// 23:15 is skipped, so the handover comes at 00:15 on Sunday, and not with the day.
    @Test func aHandoverInTheGap() {
        let schedule = OnCallSchedule(
            zone: zone,
            layers: [
                .onCall: [
                    OnCallLayer(
                        id: "day", people: [person("a"), person("b")],
                        rotation: .init(days: 1, minute: 23 * 60 + 15, from: saturday.adding(days: -1)), hours: [])
                ]
            ])
        let handover = zone.time(on: saturday.adding(days: 1), secondOfDay: 900)
        for minutes in [-120, -30, -14, -1] {
            let duty = schedule.who(.onCall, at: handover.adding(minutes: minutes))
            #expect(duty?.person == person("a") && duty?.until == handover, "\(minutes)")
        }
        #expect(schedule.who(.onCall, at: handover)?.person == person("b"))
    }

    /// From Friday 23:30 for 23 hours and 45 minutes: the end of Saturday 23:15 lies on Sunday.
    @Test func aWindowThatEndsInTheGap() {
        let window = WeeklyWindow(weekdays: Set(1...7), fromMinute: 23 * 60 + 30, toMinute: 23 * 60 + 15)
        let end = zone.time(on: saturday.adding(days: 1), secondOfDay: 900)
        for minutes in [-14, -5, -1] {
            #expect(window.end(containing: end.adding(minutes: minutes), in: zone) == end, "\(minutes)")
            #expect(window.nextBoundary(after: end.adding(minutes: minutes), in: zone) == end, "\(minutes)")
        }
        #expect(window.end(containing: end, in: zone) == nil)
    }

    /// One person for always: no end is known, and none is made up.
    @Test func whoIsAlwaysOnCallHasNoEnd() {
        let alone = OnCallLayer(id: "alone", people: [person("a")], rotation: nil, hours: [])
        var schedule = OnCallSchedule(zone: zone, layers: [.onCall: [alone]])
        let now = zone.time(on: saturday, secondOfDay: 0)
        #expect(schedule.who(.onCall, at: now) == OnCallDuty(person: person("a"), until: nil, source: .layer("alone")))
        #expect(schedule.who(.backup, at: now) == nil)
        schedule = schedule.adding([
            OnCallOverride(rota: .onCall, from: now.adding(hours: 5), until: now.adding(hours: 9), person: person("b"))
        ])
        #expect(schedule.who(.onCall, at: now)?.until == now.adding(hours: 5))
        #expect(schedule.who(.onCall, at: now.adding(hours: 5))?.until == now.adding(hours: 9))
        #expect(schedule.who(.onCall, at: now.adding(hours: 9))?.until == nil)
    }

    /// The newest override that covers a time decides, then the first layer: also where both name the same person.
    @Test func theOrderOfLayersHolds() {
        let now = zone.time(on: saturday, secondOfDay: 12 * 3_600)
        let first = OnCallLayer(
            id: "first", people: [person("a")], rotation: nil,
            hours: [WeeklyWindow(weekdays: [6], fromMinute: 720, toMinute: 780)])
        let second = OnCallLayer(id: "second", people: [person("b")], rotation: nil, hours: [])
        let swaps = ["c", "d"].map {
            OnCallOverride(rota: .onCall, from: now, until: now.adding(minutes: 30), person: person($0))
        }
        let plain = OnCallSchedule(zone: zone, layers: [.onCall: [first, second], .backup: [second]])
        #expect(plain.who(.onCall, at: now)?.source == .layer("first"))
        #expect(plain.who(.onCall, at: now.adding(hours: 1))?.source == .layer("second"))
        let swapped = plain.adding(swaps)
        #expect(
            swapped.who(.onCall, at: now)
                == OnCallDuty(person: person("d"), until: now.adding(minutes: 30), source: .override))
        #expect(swapped.who(.onCall, at: now.adding(minutes: 30))?.person == person("a"))
        #expect(swapped.who(.backup, at: now)?.person == person("b"))
    }
}
