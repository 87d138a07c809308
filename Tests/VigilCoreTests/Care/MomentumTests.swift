import Testing
import VigilCore
import VigilTestKit

/// How the work has been going, and that nobody is blamed for it.
@Suite struct MomentumTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var weeks: String
        var attended: Int
        var planned: Int?
        var weeksSinceLast: Int?
        var trend: Momentum.Trend
        var isLost: Bool
        var testDescription: String { weeks }
    }

    @Test(arguments: [
        Example(weeks: "aaaaaaaa", attended: 8, planned: 8, weeksSinceLast: 0, trend: .steady, isLost: false),
        Example(weeks: "aaaaaaam", attended: 7, planned: 8, weeksSinceLast: 1, trend: .falling, isLost: false),
        // Half of them, and two weeks ago.
        Example(weeks: "aammaamm", attended: 4, planned: 8, weeksSinceLast: 2, trend: .steady, isLost: true),
        Example(weeks: "mmmmaaaa", attended: 4, planned: 8, weeksSinceLast: 0, trend: .rising, isLost: false),
        Example(weeks: "aaaaammm", attended: 5, planned: 8, weeksSinceLast: 3, trend: .falling, isLost: false),
        // Called off by the practice, or excused: not planned, and no loss however long it lasts.
        Example(weeks: "aaaapppp", attended: 4, planned: 4, weeksSinceLast: 4, trend: .notKnown, isLost: false),
        Example(weeks: "aaaaxxxx", attended: 4, planned: 4, weeksSinceLast: 4, trend: .notKnown, isLost: false),
        Example(weeks: "aaaampmp", attended: 4, planned: 6, weeksSinceLast: 4, trend: .falling, isLost: false),
        // Called off by the client in time: nobody's fault, and the rhythm is gone all the same.
        Example(weeks: "aaaacccc", attended: 4, planned: 8, weeksSinceLast: 4, trend: .falling, isLost: true),
        // Longer ago than eight weeks does not count.
        Example(weeks: "mmmmaaaaaaaa", attended: 8, planned: 8, weeksSinceLast: 0, trend: .steady, isLost: false),
        // Begun four weeks ago.
        Example(weeks: "aamm", attended: 2, planned: 4, weeksSinceLast: 2, trend: .falling, isLost: true),
        Example(weeks: "mmmm", attended: 0, planned: 4, weeksSinceLast: nil, trend: .steady, isLost: false),
    ]) func workedExamples(_ example: Example) {
        let momentum = ClientBuilder.weeks(example.weeks).momentum(policy)
        #expect(momentum.attended == example.attended)
        #expect(momentum.planned == example.planned)
        #expect(momentum.weeksSinceLast == example.weeksSinceLast)
        #expect(momentum.trend == example.trend)
        #expect(momentum.isLost == example.isLost)
    }

    @Test func withoutACadenceNothingIsLost() {
        let momentum = ClientBuilder.weeks("a--m").momentum(policy)
        #expect(momentum.planned == nil && momentum.cadence == nil && momentum.trend == .notKnown && !momentum.isLost)
    }

    @Test func thePlanGoesBeforeTheBookings() {
        let weekly = ClientBuilder.weeks("aaaaaaaa")
        #expect(weekly.momentum(policy).cadence == Cadence(days: 7, source: .usual))
        let fortnightly = weekly.planned(everyDays: .value(14)).momentum(policy)
        #expect(fortnightly.cadence == Cadence(days: 14, source: .plan))
        // More than planned is not less.
        #expect(fortnightly.planned == 8 && !fortnightly.isLost)
        #expect(weekly.planned(everyDays: .invalid).momentum(policy).cadence?.source == .usual)
    }

    @Test func theUsualRhythmIsThatOfTheBookings() {
        // Missed and called off ones were planned too: the rhythm stays weekly.
        #expect(ClientBuilder.weeks("ammpmxma").momentum(policy).cadence?.days == 7)
        // Two a week: the shorter of the two distances.
        let twice = [-17, -14, -10, -7, -3, 0].reduce(ClientBuilder()) { $0.session($1, .attended) }
        #expect(twice.momentum(policy).cadence?.days == 3)
    }

    @Test func words() {
        let today = ClientBuilder.tuesday
        #expect(
            ClientBuilder.weeks("aammaamm").momentum(policy).words(seenFrom: today)
                == "has come to 4 of 8 planned sessions in the last 8 weeks; last here on 10 November, 2 weeks ago")
        #expect(
            ClientBuilder.weeks("mmmm").momentum(policy).words(seenFrom: today)
                == "has come to 0 of 4 planned sessions in the last 8 weeks; has not been here yet")
        #expect(
            ClientBuilder.weeks("am").momentum(policy).words(seenFrom: today)
                == "has come once in the last 8 weeks; last here on 17 November, a week ago")
    }

    /// What the practice called off, or was excused, never costs the client anything: put in the place of a miss it never makes
    /// momentum lost, and in the place of a kept session it never makes the share smaller.
    @Test func whatIsNotTheClientsIsNeverHeldAgainstThem() throws {
        var random = RandomClient(seed: Seed.announce("MomentumTests", 20_261_124))
        let letters = Array("aaamlcpx")
        for _ in 0..<2_000 {
            let weeks = (0..<10).map { _ in random.pick(letters) }
            let before = ClientBuilder.weeks(String(weeks)).momentum(policy)
            for index in weeks.indices where "ml".contains(weeks[index]) {
                for other in "px" {
                    var changed = weeks
                    changed[index] = other
                    let after = ClientBuilder.weeks(String(changed)).momentum(policy)
                    #expect(!after.isLost || before.isLost, "\(String(weeks)) week \(index) as \(other)")
                    #expect(after.attended == before.attended)
                    if let was = before.planned, let now = after.planned { #expect(now <= was) }
                }
            }
            // A reason that staff recorded does the same as the store's word.
            let missed = weeks.indices.filter { "ml".contains(weeks[$0]) }.map { -7 * (weeks.count - 1 - $0) }
            let given = Dictionary(uniqueKeysWithValues: missed.map { ($0, MissReason.illness) })
            let excused = ClientBuilder.weeks(String(weeks)).momentum(policy, given: given)
            let told = String(weeks.map { "ml".contains($0) ? "x" : $0 })
            #expect(excused == ClientBuilder.weeks(told).momentum(policy), "\(String(weeks))")
        }
    }
}
