import Testing
import VigilCore
import VigilTestKit

/// Steps, repeats, acknowledgements and moved clocks (reliability.md I9 to I13, I18).
@Suite struct PagerTests {
    private let ana: PersonID
    private let ben: PersonID
    private let lead: PersonID
    private let id: FollowUpID
    private let pager: Pager
    private let start = WallTime(seconds: 1_795_550_400)

    /// On call is ana, backup is ben; 15 minutes a step, repeated every 5, as the shipped policy has it.
    init() throws {
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
        lead = try #require(PersonID("lead"))
        var random = SeededRandom(seed: 5)
        id = FollowUpID(from: &random)
        pager = try Self.pager(schedule: Self.schedule([.onCall: ana, .backup: ben]), (ana, ben, lead))
    }

    private static func schedule(_ people: [OnCallSchedule.Rota: PersonID]) -> OnCallSchedule {
        OnCallSchedule(
            zone: .utc,
            layers: people.mapValues { [OnCallLayer(id: "always", people: [$0], rotation: nil, hours: [])] })
    }

    private static func pager(
        schedule: OnCallSchedule, _ people: (PersonID, PersonID, PersonID), without missing: PersonID? = nil
    ) throws -> Pager {
        var contacts: [PersonID: [PageRoute.Contact]] = [:]
        for person in [people.0, people.1, people.2] where person != missing {
            contacts[person] = try ["push", "mail"].map { kind in
                .init(channel: try #require(ChannelID("\(kind)-\(person.text)")), tellsSettled: false)
            }
        }
        let siren = PageRoute.Contact(channel: try #require(ChannelID("siren")), tellsSettled: false)
        return Pager(
            escalation: try ShippedPolicy.get().escalation,
            route: PageRoute(
                schedule: schedule, contacts: contacts, clinicalLeads: [people.2], fallback: people.2, alarm: [siren]))
    }

    // MARK: What acts do

    private func pages(_ acts: [Act]) -> [Page] {
        acts.compactMap { if case .makePage(let page, _, _) = $0.effect { page } else { nil } }
    }

    private func after(_ acts: [Act], _ held: Paging? = nil) throws -> Paging {
        var paging = held
        for act in acts {
            switch act.effect {
            case .beginPaging(let next), .resumePaging(let next), .makePage(_, _, let next), .raiseAlarm(let next):
                paging = next
            default: break
            }
        }
        return try #require(paging)
    }

    private func begun(isTest: Bool = false) throws -> Paging {
        var random = SeededRandom(seed: 1)
        return try after(pager.begin(id, isTest: isTest, because: .contactDueNow, at: start, random: &random))
    }

    private func advance(_ held: Paging, _ time: WallTime) -> [Act] {
        var random = SeededRandom(seed: 2)
        return pager.advance(held, at: time, random: &random)
    }

    // MARK: Steps

    @Test func theFirstPageGoesToThePersonOnCall() throws {
        var random = SeededRandom(seed: 1)
        let acts = pager.begin(id, because: .contactDueNow, at: start, random: &random)
        #expect(pages(acts).map(\.person) == [ana])
        guard case .makePage(let page, let deliveries, let paging) = try #require(acts.last).effect else {
            return #expect(Bool(false), "no page")
        }
        #expect(deliveries.map(\.channel.text) == ["push-ana"], "the first channel, now")
        #expect(deliveries.first?.nextAt == start)
        #expect(deliveries.first?.message.key == page.key && page.key.text == "\(id.text)-1")
        #expect(paging.dueAt == start.adding(minutes: 5))
    }

    /// Minute by minute for two hours while nobody answers: who is paged when, by the policy's steps.
    @Test func nobodyAnswers() throws {
        var paging = try begun()
        var heard: [Int: [String]] = [:]
        for minute in 1...120 {
            let acts = advance(paging, start.adding(minutes: minute))
            paging = try after(acts, paging)
            if !acts.isEmpty { heard[minute] = pages(acts).map(\.person.text) }
            let due = try #require(paging.dueAt)
            #expect(due > start.adding(minutes: minute) && due <= start.adding(minutes: minute + 15), "I9")
        }
        let all = ["lead", "ben", "ana"]
        var expected: [Int: [String]] = [
            5: ["ana"], 10: ["ana"], 15: ["ben", "ana"], 20: ["ben", "ana"], 25: ["ben", "ana"],
        ]
        for minute in stride(from: 30, through: 120, by: 15) { expected[minute] = all }
        #expect(heard == expected, "the last step repeats and never ends (I11)")
    }

    @Test func tickingTwiceNeverPagesTwice() throws {
        let paging = try begun()
        #expect(advance(paging, start).isEmpty)
        #expect(advance(paging, start.adding(seconds: 299)).isEmpty)
        let next = try after(advance(paging, start.adding(seconds: 300)), paging)
        #expect(advance(next, start.adding(seconds: 300)).isEmpty)
    }

    @Test func aDaemonThatWasDownMakesOneRound() throws {
        let acts = advance(try begun(), start.adding(hours: 9))
        #expect(pages(acts).map(\.person) == [ben, ana], "the step that follows, once")
        #expect(try after(acts).dueAt.map { $0 > start.adding(hours: 9) } == true)
    }

    @Test(arguments: [-1, -60, -3_600, -86_400, -31_536_000]) func aClockSetBackDelaysByNoMoreThanAStep(_ step: Int)
        throws
    {
        let paging = try begun()
        var time = start.adding(seconds: step)
        // Within one step's time of the moved clock somebody is paged again.
        var held = paging
        var count = 0
        for _ in 0..<16 where count == 0 {
            let acts = advance(held, time)
            held = try after(acts, held)
            count += pages(acts).count
            time = time.adding(minutes: 1)
        }
        #expect(count > 0)
        #expect(try #require(held.dueAt) <= time.adding(minutes: 15), "I9")
        // And the backup is paged no later than a step after that.
        var paged: Set<PersonID> = []
        for _ in 0..<31 {
            let acts = advance(held, time)
            held = try after(acts, held)
            paged.formUnion(pages(acts).map(\.person))
            time = time.adding(minutes: 1)
        }
        #expect(paged.contains(ben), "the steps go on")
    }

    @Test func aClockSetForwardPagesOnce() throws {
        let acts = advance(try begun(), start.adding(hours: 24 * 365))
        #expect(pages(acts).count == 2)
        #expect(advance(try after(acts), start.adding(hours: 24 * 365)).isEmpty)
    }

    // MARK: Persons

    @Test func aGapPagesTheFallback() throws {
        let nobody = try Self.pager(schedule: Self.schedule([:]), (ana, ben, lead))
        #expect(nobody.route.persons(for: .onCall, at: start) == [lead])
        #expect(nobody.route.persons(for: .backup, at: start) == [lead], "without a rota, the clinical leads")
    }

    @Test func whoHasNoChannelIsNoAnswer() throws {
        let mute = try Self.pager(schedule: Self.schedule([.onCall: ana]), (ana, ben, lead), without: ana)
        #expect(mute.route.persons(for: .onCall, at: start) == [lead])
    }

    // MARK: Acknowledging

    @Test func anAcknowledgementHoldsForAnHour() throws {
        let held = try begun().acknowledged(by: ana, way: .code, at: start, forSeconds: 3_600)
        #expect(held.dueAt == nil && held.state == .acknowledged)
        #expect(advance(held, start.adding(seconds: 3_599)).isEmpty)
        let acts = advance(held, start.adding(seconds: 3_600))
        #expect(acts.first?.reason == .acknowledgementExpired)
        let again = try after(acts)
        #expect(again.state == .paging && again.step == 0 && again.acknowledgement == nil)
        #expect(pages(acts).map(\.person) == [ana])
        #expect(again.pages == held.pages + 1, "a new page, with a key of its own")
        // A clock that was set back does not make it hold for ever.
        #expect(!advance(held, start.adding(hours: -24)).isEmpty)
    }

    @Test func whatIsInHandIsNotPaged() throws {
        let held = try begun().heldInHand
        #expect(advance(held, start.adding(hours: 100)).isEmpty)
        #expect(!pager.isForgotten(held, at: start.adding(hours: 100), graceSeconds: 120))
    }

    @Test func theAuditorSeesADeadTimerAndNoLiveOne() throws {
        let paging = try begun()
        #expect(!pager.isForgotten(paging, at: start.adding(minutes: 6), graceSeconds: 120))
        #expect(pager.isForgotten(paging, at: start.adding(minutes: 8), graceSeconds: 120))
        var broken = paging
        broken.dueAt = start.adding(hours: 24)
        #expect(pager.isForgotten(broken, at: start, graceSeconds: 120), "further ahead than any step")
    }

    // MARK: When nobody takes it

    @Test func theNextChannel() throws {
        var random = SeededRandom(seed: 1)
        let page = try #require(pages(pager.begin(id, because: .contactDueNow, at: start, random: &random)).first)
        let push = try #require(ChannelID("push-ana"))
        let mail = try #require(ChannelID("mail-ana"))
        func next(_ used: Set<ChannelID>, hasFailed: Bool, _ seconds: Int) -> [String] {
            let untaken = UntakenPage(page: page, used: used, hasFailed: hasFailed, lastTriedAt: start)
            return pager.nextChannel(for: untaken, isTest: false, at: start.adding(seconds: seconds)).compactMap {
                if case .addDelivery(let delivery) = $0.effect { delivery.channel.text } else { nil }
            }
        }
        #expect(next([push], hasFailed: true, 0) == ["mail-ana"], "at once when the first has failed")
        #expect(next([push], hasFailed: false, 29) == [])
        #expect(next([push], hasFailed: false, 30) == ["mail-ana"], "or is too slow")
        #expect(next([push, mail], hasFailed: true, 60) == [], "there is no other")
    }

    @Test func theAlarmIsRaisedOnceInEachStepsTime() throws {
        var paging = try begun()
        var raised: [Int] = []
        for seconds in stride(from: 0, through: 3_000, by: 10) {
            let acts = pager.alarm(paging, at: start.adding(seconds: seconds))
            if !acts.isEmpty { raised.append(seconds) }
            paging = try after(acts, paging)
        }
        #expect(raised == [100, 1_000, 1_900, 2_800])
        #expect(
            pager.alarm(try begun(isTest: true), at: start.adding(hours: 1)).isEmpty, "nobody is in danger for a test")
    }

    @Test func aTestAsksThePersonOnCallAndNobodyElse() throws {
        var paging = try begun(isTest: true)
        for minute in 1..<15 { paging = try after(advance(paging, start.adding(minutes: minute)), paging) }
        #expect(paging.pages == 3)
        #expect(advance(paging, start.adding(minutes: 15)).map(\.effect) == [.endPaging(id)])
    }
}
