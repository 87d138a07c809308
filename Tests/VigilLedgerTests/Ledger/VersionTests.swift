import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// What a person had seen, and what has changed meanwhile.
@Suite struct VersionTests {
    private let run: PracticeRun
    private let id: FollowUpID
    private let ana: PersonID
    private let ben: PersonID

    init() throws {
        run = try PracticeRun()
        run.now = ClientBuilder().time(minutes: 20)
        try run.poll(ClientBuilder().attended(-21, -14, -7).missed(0).attempt(on: -20))
        id = try #require(try run.openFollowUp()?.id)
        ana = try #require(PersonID("ana"))
        ben = try #require(PersonID("ben"))
    }

    private var version: Int64 {
        get throws { try run.ledger.read { try $0.version(of: id) } }
    }

    @discardableResult
    private func carryOut(
        _ command: Lifecycle.Command, by person: PersonID, as role: Role = .clinicalLead, ifVersion: Int64? = nil,
        dryRun: Bool = false
    ) throws -> FollowUp? {
        try run.ledger.carryOut(
            command, on: id, by: person, as: role, at: run.now, policy: run.policy, ifVersion: ifVersion,
            dryRun: dryRun)?.get()
    }

    private func attempt(_ outcome: Attempt.Outcome = .noAnswer) -> Lifecycle.Command {
        .record(Attempt(at: run.now, by: ana, channel: .phone, outcome: outcome, note: "plan"))
    }

    /// Two people close one: the second is told, and nothing of theirs is written.
    @Test func theSecondIsToldAndWritesNothing() throws {
        let seen = try version
        try carryOut(.close(.setAside, note: "secret words"), by: ana, ifVersion: seen)
        let before = try run.ledger.read { try $0.lastAuditSequence() }
        for dryRun in [false, true] {
            let changed = #expect(throws: FollowUpChanged.self) {
                try carryOut(.close(.declined, note: "n"), by: ben, ifVersion: seen, dryRun: dryRun)
            }
            #expect(changed?.lastChange?.actor == "person:ana")
            #expect(changed?.lastChange?.act.hasPrefix("follow_up_closed") == true)
        }
        #expect(try run.ledger.read { try $0.lastAuditSequence() } == before)
        #expect(try run.closeReason(id) == .setAside)
    }

    @Test func whatWasSeenHolds() throws {
        try carryOut(.take, by: ana, ifVersion: try version)
        try carryOut(attempt(), by: ben, ifVersion: try version)
        try carryOut(attempt(), by: ben)
        #expect(throws: FollowUpChanged.self) { try carryOut(attempt(), by: ben, ifVersion: 999) }
    }

    /// Everything that a person sees on the follow-up counts.
    @Test func everyActOfAPersonBumpsIt() throws {
        try run.ledger.commit(
            [
                Act(
                    .beginPaging(
                        Paging(
                            id: id, isTest: false, state: .paging, step: 0, stepBeganAt: run.now, pages: 0,
                            begunAt: run.now, dueAt: run.now, acknowledgement: nil, alarmedAt: nil)),
                    because: .contactDueNow)
            ], at: run.now, policy: run.policy.hash)
        let commands: [(String, PersonID, Lifecycle.Command)] = [
            ("acknowledge", ben, .acknowledge(.commandLine)), ("take", ana, .take), ("attempt", ana, attempt(.reached)),
            ("reason", ana, .giveReason(.inHospital, allSessions: false)), ("see", ana, .see),
            ("hand over", ana, .handOver(to: ben, .therapist)), ("close", ben, .close(.setAside, note: "n")),
            ("reason afterwards", ana, .giveReason(.illness, allSessions: false)),
            ("reopen", ana, .reopen(note: "n")),
        ]
        var last = try version
        for (name, person, command) in commands {
            try carryOut(command, by: person)
            #expect(try version > last, "\(name)")
            last = try version
        }
    }

    @Test func aSessionThatJoinsBumpsIt() throws {
        let before = try version
        run.pass(days: 7)
        try run.poll(ClientBuilder().attended(-21, -14, -7).missed(0, 7).attempt(on: -20))
        #expect(try run.openFollowUp()?.sessions.count == 2)
        #expect(try version > before)
        #expect(try run.ledger.read { try $0.lastChange(of: id)?.actor } == "vigil")
        try run.checkPromises("joined")
    }

    /// A poll that finds nothing new leaves it as it is: nobody is sent away for nothing.
    @Test func lookingAgainDoesNot() throws {
        try run.poll()
        let before = try version
        run.pass(minutes: 1)
        try run.poll()
        try run.ledger.note(PublicEvent(.namesShown, followUp: id), by: .person(ben), at: run.now)
        #expect(try version == before)
        #expect(try run.ledger.read { try $0.lastChange(of: id)?.act } != "names_shown")
    }
}
