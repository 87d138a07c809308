import Testing
import VigilCore
import VigilTestKit

/// When a conversation about whether the therapy fits is asked for.
@Suite struct CommitmentTests {
    private let policy: Policy

    init() throws {
        policy = try ShippedPolicy.get()
    }

    private func isAsked(_ weeks: String, given: [Int: MissReason] = [:]) -> Bool {
        policy.care.commitment.finding(
            in: ClientBuilder.weeks(weeks).classified(policy, given: given), today: ClientBuilder.tuesday) != nil
    }

    @Test(arguments: [
        ("mam", false), ("mmm", true), ("mlm", true), ("lll", true), ("mpmpm", true), ("mxmx", false),
        ("mcmcc", false),
        // Three, of which the first lies more than 90 days back.
        ("m----------mm", true), ("m-----------mm", false),
    ]) func frequentAndUnexplained(_ weeks: String, _ expected: Bool) {
        #expect(isAsked(weeks) == expected, "\(weeks)")
    }

    @Test(arguments: MissReason.allCases) func aReasonIsAReason(_ reason: MissReason) {
        // One of three explained: two are not frequent. But for the client's own word.
        #expect(isAsked("mmm", given: [-7: reason]) == (reason == .doesNotWantToContinue))
        #expect(isAsked("aam", given: [0: reason]) == (reason == .doesNotWantToContinue))
    }

    @Test func theStoresOwnReasonCountsToo() {
        let told = [-14, -7, 0].reduce(ClientBuilder()) { $0.session($1, .missed, reason: .other) }
        #expect(
            policy.care.commitment.finding(in: told.classified(policy), today: ClientBuilder.tuesday) == nil)
    }

    /// A session of which nobody recorded an outcome is not known to be missed.
    @Test func unmarkedIsNotFrequent() {
        let unmarked = [-21, -14, -7].reduce(ClientBuilder()) { $0.session($1, .scheduled) }
        #expect(unmarked.classified(policy).map(\.outcome) == [.missedUnmarked, .missedUnmarked, .missedUnmarked])
        #expect(
            policy.care.commitment.finding(in: unmarked.classified(policy), today: ClientBuilder.tuesday) == nil)
    }

    /// Property: an excused session, one called off by the practice, one explained: never one more.
    @Test func whatIsNotTheClientsNeverCounts() {
        var random = RandomClient(seed: Seed.announce("CommitmentTests", 20_261_125))
        for _ in 0..<1_000 {
            let weeks = (0..<9).map { _ in random.pick(Array("aamlcpx")) }
            guard !isAsked(String(weeks)) else { continue }
            for index in weeks.indices {
                for other in "px" {
                    var changed = weeks
                    changed[index] = other
                    #expect(!isAsked(String(changed)), "\(String(weeks)), week \(index) as \(other)")
                }
            }
        }
    }

    @Test func theGuideAsksAndDoesNotThreaten() {
        let guide = policy.care.commitment.guide
        #expect(guide.count >= 4 && guide.contains { $0.hasSuffix("?") })
        let text = (guide + [policy.care.commitment.task.say]).joined(separator: " ").lowercased()
        for word in ["discharge", "terminate", "fee", "charge", "policy", "must", "warning", "letter", "motivation"] {
            #expect(!text.contains(word), "\(word)")
        }
    }
}
