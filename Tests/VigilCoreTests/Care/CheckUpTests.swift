import Testing
import VigilCore
import VigilTestKit

/// Who has drifted away.
@Suite struct CheckUpTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    /// Weekly until day 0, nothing after.
    private static let weekly = ClientBuilder.weeks("aaaaaaaa")

    @Test(arguments: [(14, false), (15, true), (180, true)])
    func afterTwiceTheCadence(_ days: Int, _ hasDrifted: Bool) throws {
        let drift = Self.weekly.drift(policy, on: days)
        #expect((drift != nil) == hasDrifted)
        if let drift {
            #expect(drift.days == days && drift.lastOn == ClientBuilder.tuesday && !drift.isListedOnly)
            #expect(drift.driftedOn == ClientBuilder.tuesday.adding(days: 15))
        }
    }

    @Test func longAwayIsListedOnly() throws {
        #expect(try #require(Self.weekly.drift(policy, on: 181)).isListedOnly)
    }

    @Test func theirOwnRhythmDecides() {
        let fortnightly = Self.weekly.planned(everyDays: .value(14))
        #expect(fortnightly.drift(policy, on: 28) == nil)
        #expect(fortnightly.drift(policy, on: 29) != nil)
        // Unknown: 14 days are taken.
        let once = ClientBuilder().attended(0)
        #expect(once.drift(policy, on: 28) == nil)
        #expect(once.drift(policy, on: 29) != nil)
    }

    @Test func somethingInTheBookIsEnough() {
        #expect(Self.weekly.session(60, .scheduled).drift(policy, on: 30) == nil)
        #expect(Self.weekly.session(60, .clientCancel).drift(policy, on: 30) != nil)
        #expect(Self.weekly.session(60, .rescheduled).drift(policy, on: 30) != nil)
        // Missed and unmarked sessions are past: nothing is booked.
        #expect(Self.weekly.session(20, .missed).drift(policy, on: 30) != nil)
    }

    @Test(arguments: [ClientRecord.Standing.discharged, .transferred, .deceased, .unlisted])
    func onlyTheActive(_ standing: ClientRecord.Standing) {
        #expect(Self.weekly.changed { $0.client.standing = standing }.drift(policy, on: 30) == nil)
    }

    @Test func whoNeverCameIsMissedTooAndWhoWasNeverBookedIsNot() throws {
        let never = ClientBuilder.weeks("mmm")
        let drift = try #require(never.drift(policy, on: 30))
        #expect(!drift.hasAttended && drift.words(seenFrom: never.day(30)).hasPrefix("nothing is booked, and none of"))
        #expect(ClientBuilder().drift(policy, on: 30) == nil)
    }

    @Test func words() throws {
        let drift = try #require(Self.weekly.drift(policy, on: 20))
        #expect(
            drift.words(seenFrom: Self.weekly.day(20))
                == "nothing is booked, and no session since 24 November; sessions were every week")
    }
}
