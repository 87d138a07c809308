import Testing
import VigilCore

@testable import VigilFHIR

@Suite struct FHIRTimeTests {
    private static let zone = Zone(identifier: "America/New_York") ?? .utc

    @Test(
        arguments: [
            ("2026-11-24T15:00:00Z", 1_795_532_400), ("2026-11-24T15:00:00.123456Z", 1_795_532_400),
            ("2026-11-24T10:00:00-05:00", 1_795_532_400), ("2026-11-24T20:30:00+05:30", 1_795_532_400),
            // Without an offset it is the practice's clock.
            ("2026-11-24T10:00:00", 1_795_532_400), ("2026-11-24T10:00", 1_795_532_400),
            ("2026-11-24T10:00-05:00", 1_795_532_400),
            // Twice on that night: the first is meant. A gap moves forward.
            ("2026-11-01T01:30:00", 1_793_511_000), ("2026-03-08T02:30:00", 1_772_955_000),
            // A leap second.
            ("2016-12-31T23:59:60Z", 1_483_228_799),
        ] as [(String, Int64)])
    func aTime(_ text: String, _ seconds: Int64) {
        #expect(FHIRTime(text, zone: Self.zone)?.time == WallTime(seconds: seconds))
    }

    @Test func theDayIsThePractices() {
        #expect(FHIRTime("2026-11-25T03:00:00Z", zone: Self.zone)?.day == LocalDay(iso: "2026-11-24"))
        #expect(FHIRTime("2026-11-25", zone: Self.zone)?.day == LocalDay(iso: "2026-11-25"))
        #expect(FHIRTime("2026-11-25", zone: Self.zone)?.time == nil)
        let month = FHIRTime("2026-11", zone: Self.zone)
        #expect(month != nil && month?.day == nil && month?.time == nil)
    }

    @Test(
        arguments: [
            "", "soon", "2026-13-01", "2026-02-30", "2026-11-24T", "2026-11-24T25:00:00Z", "2026-11-24T10:61:00Z",
            "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00+5", "2026-11-24T10:00:00ZZ", "2026-11-24 10:00:00Z",
            "20261124T100000Z", "2026-11-24T10:00:00+24:00", "２０２６-11-24",
        ])
    func anythingElseIsNone(_ text: String) {
        #expect(FHIRTime(text, zone: Self.zone) == nil)
    }
}
