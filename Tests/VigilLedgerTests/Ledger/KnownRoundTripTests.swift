import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What a plan writes is what the next poll knows, value for value.
@Suite struct KnownRoundTripTests {
    private let run: PracticeRun
    private let client = ClientRef("c\u{0}' OR 1=1 -- é\u{301}\u{202E}")
    private var random = SeededRandom(seed: 3)

    init() throws {
        run = try PracticeRun()
    }

    private func commit(_ effects: [Effect], of client: ClientRef? = nil) throws {
        var plan = ClientPlan(client: client ?? self.client)
        plan.acts = effects.map { Act($0, because: .newMiss) }
        try run.ledger.commit(
            Ledger.Commit(plans: [plan], looked: [], move: .stay, at: run.now, policy: run.policy.hash))
    }

    private func record(_ id: String, _ minutes: Int) -> SessionRecord {
        SessionRecord(
            key: SessionKey(id: id, start: run.now.adding(minutes: minutes)), therapist: TherapistRef("t"),
            durationMinutes: 50, status: .missed, rawStatus: "no show")
    }

    private func known() throws -> KnownClient {
        try #require(try run.ledger.known([client])[client])
    }

    @Test func everyStateOutcomeAndBasis() throws {
        var expected: [SessionKey: KnownSession] = [:]
        let bases: [MissBasis?] = [nil, .recorded, .leftUnseen, .lateCancel, .unmarkedWithFloor, .neverRecorded]
        var minutes = 0
        for state in KnownSession.State.allCases {
            for outcome in Outcome.allCases {
                minutes += 1
                let record = record("9377952927E-5", minutes)
                let session = KnownSession(
                    state: state, outcome: outcome, basis: bases[minutes % bases.count], flips: minutes % 3,
                    lastFlipAt: minutes % 2 == 0 ? nil : run.now.adding(minutes: -minutes))
                expected[record.key] = session
                try commit([.recordSession(record, session)])
            }
        }
        #expect(try known().sessions == expected)
        for (key, session) in expected {
            var changed = session
            changed.state = .corrected
            changed.flips += 1
            changed.lastFlipAt = run.now
            changed.basis = nil
            expected[key] = changed
            try commit([.changeSession(key, changed)])
        }
        #expect(try known().sessions == expected)
    }

    @Test func idsAreOpaqueText() throws {
        let ids = ["", "1", "01", "a\u{0}b", "é", "e\u{301}", "%s", "'; DROP TABLE audit; --", "\u{1F600}", "a\nb"]
        for (minutes, id) in ids.enumerated() {
            try commit([.recordSession(record(id, minutes), KnownSession(state: .history, outcome: .missed))])
        }
        let found = try known().sessions.keys.sorted().map { Array($0.id.utf8) }
        #expect(found == ids.map { Array($0.utf8) })
    }

    @Test(arguments: Tier.allCases, Role.allCases) func followUps(_ tier: Tier, _ role: Role) throws {
        var random = random
        let key = record("s", 0).key
        let followUp = FollowUp(
            id: FollowUpID(from: &random), client: client, therapist: role == .admin ? nil : TherapistRef("t"),
            tier: tier, owner: role, openedAt: run.now, contactBy: run.now.adding(hours: 3),
            startsQuiet: tier == .now, sessions: [key])
        try commit([
            .recordSession(record("s", 0), KnownSession(state: .standing, outcome: .missed)),
            .openFollowUp(followUp, reasons: []), .attach(key, followUp.id),
        ])
        #expect(try known().followUp == followUp)
        #expect(try known().sessions[key]?.followUp == followUp.id)
        let ana = try #require(PersonID("ana"))
        var taken = followUp
        taken.state = .taken
        taken.takenBy = ana
        try commit([.take(followUp.id, ana)])
        #expect(try known().followUp == taken)
        taken.tier = .now
        taken.startsQuiet = false
        taken.tierSince = run.now
        taken.contactBy = run.now.adding(hours: 1)
        taken.owner = .onCall
        try commit([.raise(followUp.id, .now, contactBy: taken.contactBy, owner: .onCall, reasons: ["flag"])])
        #expect(try known().followUp == taken)
        try commit([.close(followUp.id, .setAside, note: "n")])
        #expect(try known().followUp == nil)
        #expect(try run.closeReason(followUp.id) == .setAside)
    }

    @Test func tasksOfEveryKindOfSubject() throws {
        let subjects: [FollowUpTask.Subject?] = [
            nil, .session(record("s", 0).key), .session(record("s", 1).key), .session(record("row:s", 0).key),
            .row(UnreadableRow(table: "session", rowID: "r", column: "starts_at")),
            .row(UnreadableRow(table: "session", rowID: "r", column: "status")),
            .row(UnreadableRow(table: "client", rowID: "", column: "")),
            .row(UnreadableRow(table: "a:b", rowID: "r\u{0}", column: "é")),
        ]
        var expected: [FollowUpTask] = []
        for (subject, role) in zip(subjects, Role.allCases + [.therapist]) {
            let task = FollowUpTask(
                kind: QuestionKind.unreadableRow, role: role, say: "say \(role)", due: run.now.adding(hours: 8),
                subject: subject)
            expected.append(task)
            try commit([.addTask(task)])
        }
        #expect(try known().tasks.map(\.task) == expected)
        let ids = try known().tasks.map(\.id)
        try commit([.supersedeTask(ids[0]), .finishTask(ids[1])])
        #expect(try known().tasks.map(\.id) == Array(ids.dropFirst(2)))
        #expect(try run.count("SELECT count(*) FROM task WHERE state = 'done'") == 1)
        #expect(try run.count("SELECT count(*) FROM task WHERE state = 'superseded'") == 1)
    }

    @Test func theSameQuestionIsNotAskedTwice() throws {
        let task = FollowUpTask(
            kind: QuestionKind.outcome, role: .therapist, say: "?", due: run.now, subject: .session(record("s", 0).key))
        try commit([.addTask(task)])
        #expect(throws: OperationError.self) { try commit([.addTask(task)]) }
    }

    @Test func attemptsAndAssessmentsComeBack() throws {
        let client = ClientBuilder().missed(0).attempt(on: -20).flag(.invalid).diagnosed("F20.0")
        try run.poll(client)
        let id = try #require(try run.openFollowUp()?.id)
        let stored = try run.ledger.read { try $0.assessments(of: id) }
        var made = client.assess(run.policy)
        made.care = run.policy.care.review(
            client.evidence(run.policy).sessions, client.snapshot.clinical, today: client.day)
        // Compared here: a failed expectation prints what it compared.
        let isSame = stored.map(\.assessment) == [made]
        #expect(isSame)
        made.findings = made.findings.filter { $0.state == .present }
        let isSameInShort =
            try run.ledger.read { try $0.assessments(of: id, presentOnly: true) }.map(\.assessment) == [made]
        #expect(isSameInShort && made.findings.count > 1)
        #expect(stored.first?.policy == run.policy.hash)
        let ana = try #require(PersonID("ana"))
        var expected: [Attempt] = []
        for outcome in Attempt.Outcome.allCases {
            for channel in Attempt.Channel.allCases {
                let attempt = Attempt(at: run.now, by: ana, channel: channel, outcome: outcome, note: "n\u{202E}\n")
                expected.append(attempt)
                try commit([.recordAttempt(id, attempt)], of: PracticeRun.client)
            }
        }
        #expect(try run.ledger.read { try $0.attempts(of: id) } == expected)
        #expect(try run.openFollowUp()?.takenBy == ana, "who tries has taken it")
    }

    @Test func aClientOfWhomNothingIsHeldHasNoEntry() throws {
        #expect(try run.ledger.known([client]).isEmpty)
    }
}
