import Testing
import VigilCore
import VigilTestKit

/// A pager with a clock that the test moves: acts are taken over as the ledger would.
struct PagerRun {
    let pager: Pager
    var now: WallTime
    private(set) var paging: Paging
    private(set) var pages: [Page] = []
    private(set) var deliveries: [Delivery] = []
    private var random = SeededRandom(seed: 7)

    /// Noon of a Tuesday in UTC.
    static let noon = WallTime(seconds: 1_795_521_600)
    /// a is on call, b is the backup, c is the clinical lead.
    static let (a, b, c) = (person("a"), person("b"), person("c"))

    init(
        _ pager: Pager, isTest: Bool = false, at now: WallTime = PagerRun.noon
    ) {
        self.pager = pager
        self.now = now
        let id = FollowUpID(from: &random)
        paging = Paging(id: id, isTest: isTest, stepBeganAt: now, begunAt: now, dueAt: now)
        take(pager.begin(id, isTest: isTest, because: .contactDueNow, at: now, random: &random))
    }

    /// What is due at `now`; the persons who are paged, and why.
    @discardableResult
    mutating func tick() -> [String] {
        take(pager.advance(paging, at: now, random: &random))
    }

    /// Ticks every `seconds`, and says when somebody is paged: `15 b`, minutes since the run's begin.
    mutating func pass(minutes: Int, every seconds: Int = 60, since begin: WallTime = PagerRun.noon) -> [String] {
        let end = now.adding(minutes: minutes)
        var said: [String] = []
        while now < end {
            now = now.adding(seconds: seconds)
            said += tick().map { "\(now.seconds(since: begin) / 60) \($0)" }
        }
        return said
    }

    mutating func acknowledge(by person: PersonID = PagerRun.a, minutes: Int = 60) {
        paging = paging.acknowledged(by: person, way: .code, at: now, forSeconds: minutes * 60)
    }

    mutating func change(_ change: (inout Paging) -> Void) {
        change(&paging)
    }

    @discardableResult
    private mutating func take(_ acts: [Act]) -> [String] {
        acts.compactMap { act in
            switch act.effect {
            case .beginPaging(let begun): paging = begun
            case .resumePaging(let resumed): paging = resumed
            case .raiseAlarm(let alarmed): paging = alarmed
            case .endPaging:
                paging.state = .ended
                return "end"
            case .addDelivery(let delivery): deliveries.append(delivery)
            case .makePage(let page, let made, let after):
                paging = after
                pages.append(page)
                deliveries += made
                return "\(page.person) \(act.reason.rawValue)"
            default: Issue.record("an act that no pager makes: \(act.reason.rawValue)")
            }
            return nil
        }
    }
}

func person(_ id: String) -> PersonID {
    guard let person = PersonID(id) else { preconditionFailure("'\(id)' is no person's id") }
    return person
}

func channel(_ id: String) -> ChannelID {
    guard let channel = ChannelID(id) else { preconditionFailure("'\(id)' is no channel's name") }
    return channel
}

extension PageRoute {
    /// a by push and mail, b and c by push, on duty for always; the fallback is d.
    static func standing(
        onCall: String? = "a", backup: String? = "b", leads: [String] = ["c"], alarm: [Contact] = []
    ) -> PageRoute {
        func layers(_ id: String?) -> [OnCallLayer] {
            id.map { [OnCallLayer(id: "always", people: [person($0)], rotation: nil, hours: [])] } ?? []
        }
        func contact(_ id: String) -> Contact { Contact(channel: channel(id), tellsSettled: false) }
        return PageRoute(
            schedule: OnCallSchedule(zone: .utc, layers: [.onCall: layers(onCall), .backup: layers(backup)]),
            contacts: [
                person("a"): [contact("push-a"), contact("mail-a")], person("b"): [contact("push-b")],
                person("c"): [contact("push-c")], person("d"): [contact("push-d")], person("mute"): [],
            ], clinicalLeads: leads.map { person($0) }, fallback: person("d"), alarm: alarm)
    }
}
