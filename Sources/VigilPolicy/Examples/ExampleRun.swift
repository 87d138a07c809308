import VigilCore

/// What a policy says about one example at its last look.
struct ExampleAnswer: Sendable {
    var start: WallTime
    var index: ClassifiedSession
    var assessment: Assessment
    var care: CareReview
    var followUp: FollowUp?
    var closed: CloseReason?
    var tasks: [FollowUpTask]
    var pagedAt: [WallTime]
    /// How much vigil did at all; nothing happens when it is zero.
    var acts: Int
    var problems: Set<String>
}

/// Lets an example happen: looks as polls look, staff do what the example says, and nobody acknowledges unless it says so.
///
/// The parts are those of the daemon: planner, life cycle and pager. Only the ledger is a smaller one.
struct ExampleRun {
    let example: PolicyExample
    let policy: Policy
    private var random = SeededRandom(seed: 1)
    /// What was committed and what was known then, for the test that holds `ExampleLedger` against the real one.
    private(set) var trace: [PolicyTest.Step] = []
    var isTraced = false

    /// Any Monday does unless an example names a day; no zone changes its clocks in the 72 hours after this one.
    private static let usualDay = LocalDay(year: 2_026, month: 3, day: 2) ?? LocalDay(number: 0)
    private static let usualSecond = 15 * 3_600

    init(_ example: PolicyExample, policy: Policy) {
        self.example = example
        self.policy = policy
    }

    private struct Moment {
        var at: WallTime
        var act: [String: JSONValue]?
    }

    mutating func answer() throws(CaseReader.Refusal) -> ExampleAnswer {
        let start = try sessionStart()
        let end = start.adding(seconds: example.at)
        let reasons = try read(at: end, start).reader.reasons
        var ledger = ExampleLedger(reasons: reasons)
        for moment in try moments(start, end) {
            if let act = moment.act {
                try carryOut(act, at: moment.at, &ledger)
            } else {
                try look(at: moment.at, start, &ledger)
            }
        }
        keepPaging(until: end, &ledger)
        let (evidence, reader) = try read(at: end, start)
        let assessment = Scorer(policy: policy).assess(evidence)
        let problems = Set((assessment.dataProblems + reader.problems).map(\.rawValue))
        return ExampleAnswer(
            start: start, index: evidence.index, assessment: assessment,
            care: policy.care.review(evidence.sessions, evidence.clinical, today: policy.zone.day(of: end)),
            followUp: ledger.known.followUp, closed: ledger.closed, tasks: ledger.known.tasks.map(\.task),
            pagedAt: ledger.pagedAt, acts: ledger.acts, problems: problems)
    }

    // MARK: What is given

    private func sessionStart() throws(CaseReader.Refusal) -> WallTime {
        guard let text = example.given["starts"].text.value else {
            return policy.zone.time(on: Self.usualDay, secondOfDay: Self.usualSecond)
        }
        guard let (day, second) = ExampleTime.clock(text) else {
            throw CaseReader.Refusal(field: "starts", problem: "is not a time such as '2026-03-02 15:00'")
        }
        return policy.zone.time(on: day, secondOfDay: second)
    }

    /// What is on file at `now`; marks that come later are not there yet.
    private func read(
        at now: WallTime, _ start: WallTime
    ) throws(CaseReader.Refusal) -> (evidence: Evidence, reader: CaseReader) {
        var object = example.given
        var session: [String: JSONValue] = ["status": .text("missed")]
        if case .object(let given) = object["session"] { session.merge(given) { $1 } }
        if case .list(let marks) = session["marks"] {
            session["status"] = .text("scheduled")
            for case .object(let mark) in marks {
                guard let after = try seconds(mark["after"], "session.marks.after") else {
                    throw CaseReader.Refusal(field: "session.marks", problem: "each needs 'after' and 'status'")
                }
                if now >= start.adding(seconds: after) { session.merge(mark) { $1 } }
            }
        }
        session["index"] = .flag(true)
        var appointments = [JSONValue.object(session)]
        if case .list(let items) = object["sessions"] { appointments += items }
        for status in ["attended", "missed"] {
            guard case .list(let days) = object[status] else { continue }
            appointments += days.map { .object(["day": $0, "status": .text(status)]) }
        }
        object["appointments"] = .list(appointments)
        // Before the session too: then nothing has begun.
        object["evaluate_hours_after_index"] = .number(Double(max(0, now.seconds(since: start))) / 3_600)
        var reader = CaseReader(object: object, day: policy.zone.day(of: start), start: start, policy: policy)
        let evidence = try reader.evidence()
        return (evidence, reader)
    }

    private func seconds(_ value: JSONValue?, _ field: String) throws(CaseReader.Refusal) -> Int? {
        guard !value.isAbsent else { return nil }
        guard let seconds = value.text.value.flatMap(ExampleTime.seconds) else {
            throw CaseReader.Refusal(field: field, problem: "is not a time such as 2h")
        }
        return seconds
    }

    private func moments(_ start: WallTime, _ end: WallTime) throws(CaseReader.Refusal) -> [Moment] {
        var moments: [Moment] = []
        if case .list(let looks) = example.given["looks"] {
            for look in looks {
                moments.append(Moment(at: start.adding(seconds: try seconds(look, "looks") ?? 0)))
            }
        }
        if case .list(let acts) = example.given["acts"] {
            for act in acts {
                guard case .object(let act) = act, let after = try seconds(act["after"], "acts.after") else {
                    throw CaseReader.Refusal(field: "acts", problem: "each needs 'after' and 'does'")
                }
                moments.append(Moment(at: start.adding(seconds: after), act: act))
            }
        }
        moments.append(Moment(at: end))
        if moments.contains(where: { $0.at > end }) {
            throw CaseReader.Refusal(field: "at", problem: "is before something that is to happen")
        }
        // A look comes before what staff do at the same moment: they act on what they see.
        return moments.sorted { ($0.at, $0.act == nil ? 0 : 1) < ($1.at, $1.act == nil ? 0 : 1) }
    }

    // MARK: What happens

    private mutating func commit(_ acts: [Act], at now: WallTime, _ ledger: inout ExampleLedger) {
        ledger.apply(acts, at: now)
        if isTraced { trace.append(PolicyTest.Step(acts: acts, at: now, known: ledger.known)) }
    }

    private mutating func look(
        at now: WallTime, _ start: WallTime, _ ledger: inout ExampleLedger
    ) throws(CaseReader.Refusal) {
        keepPaging(until: now, &ledger)
        let evidence = try read(at: now, start).evidence
        var snapshot = ClientSnapshot(client: evidence.client)
        snapshot.sessions = evidence.sessions.map(\.record)
        snapshot.contacts = evidence.contacts.sorted { $0.at < $1.at }
        snapshot.clinical = evidence.clinical
        let planner = PollPlanner(policy: policy, now: now, horizon: nil, startsQuiet: false, pager: pager)
        let plan = planner.plan(snapshot, known: ledger.known, random: &random)
        var acts = plan.acts
        if let id = plan.wouldCloseNow {
            acts += planner.settleCorrections([(plan.client, id)]).flatMap(\.acts)
        }
        commit(acts, at: now, &ledger)
    }

    private static let person = PersonID("somebody")

    private var pager: Pager? {
        guard let person = Self.person else { return nil }
        let route = PageRoute(
            schedule: OnCallSchedule(zone: policy.zone, layers: [:]), contacts: [:], clinicalLeads: [person],
            fallback: person, alarm: [])
        return Pager(escalation: policy.escalation, route: route)
    }

    /// The pages that become due by time alone.
    private mutating func keepPaging(until end: WallTime, _ ledger: inout ExampleLedger) {
        guard let pager else { return }
        // Each round moves the due time on by a minute at least; four years of rounds would be somebody's slip.
        for _ in 0..<10_000 {
            guard let paging = ledger.paging, let due = paging.dueAt ?? paging.acknowledgement?.expiresAt, due <= end
            else {
                return
            }
            let acts = pager.advance(paging, at: due, random: &random)
            if acts.isEmpty { return }
            commit(acts, at: due, &ledger)
        }
    }

    private mutating func carryOut(
        _ act: [String: JSONValue], at now: WallTime, _ ledger: inout ExampleLedger
    ) throws(CaseReader.Refusal) {
        keepPaging(until: now, &ledger)
        guard let person = Self.person, let situation = ledger.situation else {
            throw CaseReader.Refusal(field: "acts", problem: "there is no open follow-up to act on then")
        }
        let command: Lifecycle.Command
        switch act["does"].text.value {
        case "take": command = .take
        case "acknowledge": command = .acknowledge(.web)
        case "call":
            guard let outcome = act["outcome"].text.value.flatMap(Attempt.Outcome.init(rawValue:)) else {
                throw CaseReader.Refusal(field: "acts.outcome", problem: "is not the outcome of a call")
            }
            let channel = act["channel"].text.value.flatMap(Attempt.Channel.init(rawValue:)) ?? .phone
            let told = act["told_reason"].text.value.flatMap(MissReason.init(rawValue:))
            command = .record(
                Attempt(at: now, by: person, channel: channel, outcome: outcome, note: "an example", reason: told))
        default:
            throw CaseReader.Refusal(field: "acts.does", problem: "is none of take, acknowledge, call")
        }
        do {
            let acts = try Lifecycle(policy: policy).decide(
                command, on: situation, by: person, as: .clinicalLead, at: now)
            commit(acts, at: now, &ledger)
        } catch {
            throw CaseReader.Refusal(field: "acts", problem: "vigil refuses it: \(error.rawValue)")
        }
    }
}
