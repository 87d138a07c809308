import Testing
import VigilCore
import VigilTestKit

/// What comes by the calendar and by failure: digests, tests, retries, operator alerts, and the effort that counts.
@Suite struct RoundsTests {
    private let zone = ClientBuilder.newYork
    private let hours = WorkingHours(weekdays: [1, 2, 3, 4, 5], opensMinute: 540, closesMinute: 1_020, holidays: [])

    private func time(_ local: String) throws -> WallTime { try #require(LocalTimeText.time(local, in: zone)) }
    private func day(_ iso: String) throws -> LocalDay { try #require(LocalDay(iso: iso)) }

    @Test func digests() throws {
        let round = DigestRound(minute: 480)
        func due(_ now: String, last: String?, _ role: Role = .therapist) throws -> String? {
            round.day(dueAt: try time(now), last: try last.map(day), role: role, zone: zone, hours: hours)?.iso
        }
        #expect(try due("2026-11-24 07:59", last: nil) == nil)
        #expect(try due("2026-11-24 08:00", last: nil) == "2026-11-24")
        #expect(try due("2026-11-24 08:00", last: "2026-11-24") == nil)
        #expect(try due("2026-11-24 23:59", last: "2026-11-20") == "2026-11-24", "late rather than never, and once")
        #expect(try due("2026-11-23 09:00", last: "2026-11-24") == nil, "a clock set back sends none twice")
        #expect(try due("2026-11-28 09:00", last: nil) == nil, "a Saturday")
        #expect(try due("2026-11-28 09:00", last: nil, .onCall) == "2026-11-28")
    }

    @Test func testPages() throws {
        let round = TestPageRound(weekday: 3, minute: 600)
        func due(_ now: String, last: String?) throws -> String? {
            round.day(dueAt: try time(now), last: try last.map(day), zone: zone)?.iso
        }
        #expect(try due("2026-11-25 09:59", last: "2026-11-18") == nil)
        #expect(try due("2026-11-25 10:00", last: "2026-11-18") == "2026-11-25")
        #expect(try due("2026-11-25 10:00", last: "2026-11-25") == nil)
        #expect(try due("2026-11-28 03:00", last: "2026-11-18") == "2026-11-25", "made up for")
        #expect(try due("2026-11-24 12:00", last: nil) == nil, "the first comes at its time")
        #expect(try due("2026-11-25 12:00", last: nil) == "2026-11-25")
    }

    @Test func pagesAreTriedForEver() {
        for attempt in 1...2_000 {
            for cause in SendFailure.Cause.allCases {
                let decision = RetrySchedule.decide(
                    attempt: attempt, failure: SendFailure(cause, retryAfterSeconds: 100_000), isUrgent: true,
                    jitter: .max)
                guard case .again(let seconds) = decision else { return #expect(Bool(false), "given up") }
                #expect((1...72).contains(seconds), "at most a minute, and a fifth")
            }
        }
        let waits = (1...8).map { attempt -> Int in
            if case .again(let seconds) = RetrySchedule.decide(
                attempt: attempt, failure: SendFailure(.refused), isUrgent: true, jitter: 0)
            {
                seconds
            } else {
                -1
            }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
    }

    @Test func therestIsGivenUpInTime() {
        func decide(_ attempt: Int, _ failure: SendFailure) -> RetrySchedule.Decision {
            RetrySchedule.decide(attempt: attempt, failure: failure, isUrgent: false, jitter: 0)
        }
        #expect(
            (1...7).map { decide($0, SendFailure(.refused)) } == [5, 300, 1_800, 7_200, 18_000, 36_000].map {
                .again(afterSeconds: $0)
            } + [.giveUp])
        #expect(decide(1, SendFailure(.gone)) == .giveUp)
        #expect(decide(1, SendFailure(.busy, retryAfterSeconds: 600)) == .again(afterSeconds: 600))
        #expect(decide(3, SendFailure(.busy, retryAfterSeconds: 600)) == .again(afterSeconds: 1_800))
    }

    @Test func theOperatorIsToldAgainAndWhenItIsOver() throws {
        let watch = OperatorWatch(channels: [try #require(ChannelID("admin"))], repeatHours: 4)
        var random = SeededRandom(seed: 1)
        var held: [OperatorAlert: WallTime] = [:]
        func told(_ holding: Set<OperatorAlert>, _ now: WallTime) -> [String] {
            let acts = watch.decide(holding: holding, held: held, at: now, hold: { $0 }, random: &random)
            var words: [String] = []
            for act in acts {
                switch act.effect {
                case .raiseOperatorAlert(let alert): held[alert] = now
                case .closeOperatorAlert(let alert): held[alert] = nil
                case .addDelivery(let delivery):
                    if case .operatorAlert(let alert, let isOver) = delivery.message.content {
                        words.append("\(isOver ? "over " : "")\(alert.rawValue)")
                    }
                default: break
                }
            }
            return words
        }
        let start = WallTime(seconds: 1_795_550_400)
        #expect(told([.storeStale], start) == ["store_stale"])
        #expect(told([.storeStale], start.adding(seconds: 4 * 3_600 - 1)) == [])
        #expect(told([.storeStale, .shadowMode], start.adding(hours: 4)) == ["store_stale", "shadow_mode"])
        #expect(told([.shadowMode], start.adding(hours: 5)) == ["over store_stale"])
        #expect(told([.shadowMode], start.adding(hours: -24)) == ["shadow_mode"], "a clock set back is no silence")
    }

    @Test func attemptsCountBySpacingAndChannel() throws {
        let ana = try #require(PersonID("ana"))
        func attempt(_ minute: Int, _ channel: Attempt.Channel) -> Attempt {
            Attempt(at: WallTime(seconds: Int64(minute) * 60), by: ana, channel: channel, outcome: .noAnswer, note: "")
        }
        let effort = Effort(attempts: 3, channels: 2, spacingMinutes: 60)
        #expect(
            !effort.isMet(by: [attempt(0, .phone), attempt(5, .message), attempt(10, .phone)]), "three in ten minutes")
        #expect(!effort.isMet(by: [attempt(0, .phone), attempt(60, .phone), attempt(120, .phone)]), "one channel")
        #expect(effort.isMet(by: [attempt(120, .phone), attempt(0, .phone), attempt(60, .message)]))
        #expect(
            effort.counted([attempt(0, .phone), attempt(59, .phone), attempt(60, .phone), attempt(119, .phone)]) == 2)
    }
}
