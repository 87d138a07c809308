import Testing
import VigilCore
import VigilTestKit

/// Once a day, at its time, late rather than never; and the counts that a digest says.
@Suite struct DigestRoundTests {
    private let zone = ClientBuilder.newYork
    private let hours = WorkingHours(
        weekdays: [1, 2, 3, 4, 5], opensMinute: 540, closesMinute: 1_020,
        holidays: Set(["2026-11-26"].compactMap { LocalDay(iso: $0) }))
    private let round = DigestRound(minute: 8 * 60)

    private func time(_ text: String) throws -> WallTime { try #require(LocalTimeText.time(text, in: zone)) }

    @Test(
        arguments: [
            ("2026-11-24 07:59", nil, Role.therapist, nil), ("2026-11-24 08:00", nil, .therapist, "2026-11-24"),
            ("2026-11-24 23:59", "2026-11-23", .therapist, "2026-11-24"),
            ("2026-11-24 23:59", "2026-11-24", .therapist, nil),
            // A clock that was set back sends none twice.
            ("2026-11-24 08:00", "2026-11-25", .therapist, nil),
            // One that was a year ahead silences none.
            ("2026-11-24 08:00", "2027-11-24", .therapist, "2026-11-24"),
            // After days without vigil there is one.
            ("2026-11-24 08:00", "2026-11-01", .therapist, "2026-11-24"),
            // A weekend, a holiday.
            ("2026-11-28 09:00", nil, .therapist, nil), ("2026-11-26 09:00", nil, .careCoordinator, nil),
            ("2026-11-28 09:00", nil, .onCall, "2026-11-28"), ("2026-11-26 09:00", nil, .clinicalLead, "2026-11-26"),
            ("2026-11-28 07:59", nil, .onCall, nil),
        ] as [(String, String?, Role, String?)])
    func due(now: String, last: String?, role: Role, expected: String?) throws {
        let day = round.day(
            dueAt: try time(now), last: last.flatMap { LocalDay(iso: $0) }, role: role, zone: zone, hours: hours)
        #expect(day?.iso == expected)
    }

    /// 02:30 is skipped on 8 March and comes twice on 1 November: one digest on each of these days.
    @Test(arguments: ["2026-03-08", "2026-11-01"]) func onceOnTheDayOfAChange(day: String) throws {
        let round = DigestRound(minute: 90)
        var (last, sent): (LocalDay?, [String]) = (nil, [])
        let begin = try time("\(day) 00:00")
        for minute in 0..<26 * 60 where minute % 5 == 0 {
            let now = begin.adding(minutes: minute)
            guard let due = round.day(dueAt: now, last: last, role: .onCall, zone: zone, hours: hours) else { continue }
            last = due
            sent.append(zone.rfc3339(now))
        }
        #expect(sent.first?.hasPrefix("\(day)T01:30") == true)
        #expect(sent.count { $0.hasPrefix(day) } == 1)
    }

    // MARK: Counts

    private func followUp(_ tier: Tier, _ therapist: String, lateBy seconds: Int) -> FollowUp {
        var random = SeededRandom(seed: 5)
        return FollowUp(
            id: FollowUpID(from: &random), client: ClientRef("x"), therapist: TherapistRef(therapist), tier: tier,
            owner: .therapist, openedAt: PagerRun.noon, contactBy: PagerRun.noon.adding(seconds: -seconds),
            startsQuiet: false, sessions: [])
    }

    @Test func aTherapistHearsOfTheirOwn() throws {
        let followUps = [
            followUp(.now, "t1", lateBy: 1), followUp(.next, "t1", lateBy: 0), followUp(.next, "t1", lateBy: -60),
            followUp(.now, "t2", lateBy: 1),
        ]
        let therapist = Person(id: person("a"), role: .therapist, account: "a", therapist: TherapistRef("t1"))
        let digest = DigestRound.digest(of: followUps, for: therapist, at: PagerRun.noon, mayBeMissing: false)
        #expect(digest == Message.Digest(open: ["now": 1, "next": 2], overdue: 1, mayBeMissing: false))
    }

    /// An empty queue says nothing, unless nobody knows whether it is empty.
    @Test func nothingIsSaidOfNothing() {
        let admin = Person(id: person("a"), role: .therapist, account: "a", therapist: TherapistRef("t3"))
        let others = [followUp(.now, "t1", lateBy: 1)]
        #expect(DigestRound.digest(of: others, for: admin, at: PagerRun.noon, mayBeMissing: false) == nil)
        #expect(
            DigestRound.digest(of: others, for: admin, at: PagerRun.noon, mayBeMissing: true)
                == Message.Digest(open: [:], overdue: 0, mayBeMissing: true))
    }
}
