import Testing
import VigilCore
import VigilLedger
import VigilTestKit

@testable import VigilWeb

/// A person, their password and their authenticator, against a real ledger. scrypt is slow on purpose: one run a check.
@Suite(.serialized) struct SignInDeskTests {
    private static let password = "four words of a clinic"
    private let clock = ManualClock(WallTime(seconds: 1_795_550_400))
    private let ledger: Ledger
    private let desk: SignInDesk
    private let morgan: PersonID

    init() throws {
        ledger = try Ledger(path: ":memory:", store: "test")
        morgan = try #require(PersonID("a-morgan"))
        let person = Person(id: morgan, role: .therapist, account: "amorgan")
        desk = SignInDesk(
            store: ledger, clock: clock, rules: SignInRules(), person: { $0 == person.id ? person : nil })
    }

    /// - Returns: the authenticator's key.
    private func invited() async throws -> [UInt8] {
        let token = try desk.invite(morgan, by: .vigil)
        let key = try #require(try ledger.invitation(token.hash, at: clock.now())).codeKey
        let fault = try await desk.accept(
            token, password: Self.password, repeated: Self.password, code: code(key))
        #expect(fault == nil)
        return key
    }

    private func code(_ key: [UInt8]) -> String {
        OneTimeCode.code(key, step: OneTimeCode.step(at: clock.now().seconds))
    }

    private func refusal(_ name: String, _ password: String, _ code: String) async throws -> SignInDesk.Refusal? {
        switch try await desk.signIn(name: name, password: password, code: code) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    private func audited(_ act: String) throws -> Int {
        try ledger.read { try $0.audit(after: 0, limit: 1_000) }.count { $0.act == act }
    }

    @Test func letsInAndCountsTries() async throws {
        let key = try await invited()
        clock.pass(seconds: 60)
        #expect(try await refusal("a-morgan", Self.password, code(key)) == nil)
        // The same code again, and the wrong password with a good one.
        #expect(try await refusal("a-morgan", Self.password, code(key)) == .notTaken)
        clock.pass(seconds: 30)
        #expect(try await refusal("a-morgan", "another password", code(key)) == .notTaken)
        // A name with blanks and capitals is the same person.
        #expect(try await refusal(" A-Morgan ", Self.password, code(key)) == nil)
        #expect(try audited("signed_in") == 2 && audited("sign_in_failed") == 2)
    }

    @Test func fiveWrongTriesCloseTheDoorForAWhile() async throws {
        let key = try await invited()
        clock.pass(seconds: 60)
        for _ in 1...5 { #expect(try await refusal("a-morgan", "wrong", "000000") == .notTaken) }
        #expect(try await refusal("a-morgan", Self.password, code(key)) == .tooMany)
        #expect(try audited("sign_in_blocked") == 1)
        clock.pass(seconds: 15 * 60 + 1)
        #expect(try await refusal("a-morgan", Self.password, code(key)) == nil)
    }

    @Test func whoIsNotThereIsRefusedAlikeAndLeavesNoName() async throws {
        for _ in 1...5 { #expect(try await refusal("nobody-here", "wrong", "000000") == .notTaken) }
        #expect(try await refusal("nobody-here", "wrong", "000000") == .tooMany)
        #expect(try audited("sign_in_failed") == 0)
    }

    @Test func aLinkWorksOnceAndInTime() async throws {
        let first = try desk.invite(morgan, by: .vigil)
        let second = try desk.invite(morgan, by: .vigil)
        #expect(try ledger.invitation(first.hash, at: clock.now()) == nil)
        let key = try #require(try ledger.invitation(second.hash, at: clock.now())).codeKey
        func accept(_ token: SecretToken, _ code: String) async throws -> String? {
            try await desk.accept(token, password: Self.password, repeated: Self.password, code: code)
        }
        #expect(try await accept(second, "000000")?.contains("code") == true)
        #expect(try await accept(second, code(key)) == nil)
        #expect(try await accept(second, code(key))?.contains("used") == true)
        let third = try desk.invite(morgan, by: .vigil)
        clock.pass(seconds: 15 * 60)
        #expect(try ledger.invitation(third.hash, at: clock.now()) == nil)
    }

    @Test(arguments: [
        ("short", "short"), ("four words of a clinic", "four words of a Clinic"),
        ("a-morgan a-morgan", "a-morgan a-morgan"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
        (String(repeating: "long one ", count: 30), String(repeating: "long one ", count: 30)),
    ])
    func poorPasswords(password: String, repeated: String) {
        #expect(desk.fault(in: password, repeated: repeated, person: morgan) != nil)
    }

    @Test func switchedOffAndANewPasswordEndSessions() async throws {
        let key = try await invited()
        clock.pass(seconds: 60)
        let result = try await desk.signIn(name: "a-morgan", password: Self.password, code: code(key))
        let first = try result.get()
        clock.pass(seconds: 30)
        let second = try await desk.signIn(name: "a-morgan", password: Self.password, code: code(key)).get()
        try await desk.change(morgan, to: "another four words", keeping: second.session)
        #expect(try ledger.session(first.session.key) == nil)
        #expect(try ledger.session(second.session.key) != nil)
        clock.pass(seconds: 30)
        #expect(try await refusal("a-morgan", Self.password, code(key)) == .notTaken)
        try ledger.makeFeed(for: morgan, tokenHash: SecretToken().hash, at: clock.now())
        try ledger.disable(morgan, by: .vigil, at: clock.now())
        #expect(try ledger.session(second.session.key) == nil)
        #expect(try ledger.feeds(of: morgan).isEmpty)
        #expect(try await refusal("a-morgan", "another four words", code(key)) == .notTaken)
        #expect(try desk.begin(trusted: morgan) == nil)
        #expect(try ledger.verify().faults.isEmpty)
    }

    @Test func sessionsEndByThemselves() throws {
        let rules = SignInRules()
        let begun = clock.now()
        var session = WebSession(key: [], person: morgan, begunAt: begun, seenAt: begun, formToken: "")
        #expect(session.isLive(at: begun.adding(seconds: 899), rules))
        #expect(!session.isLive(at: begun.adding(seconds: 900), rules))
        // However busy: ten hours.
        session.seenAt = begun.adding(hours: 10).adding(seconds: -60)
        #expect(session.isLive(at: begun.adding(hours: 10).adding(seconds: -1), rules))
        #expect(!session.isLive(at: begun.adding(hours: 10), rules))
        // A clock that was set back makes nothing live longer.
        #expect(!session.isLive(at: begun.adding(hours: -1), rules))
    }
}
