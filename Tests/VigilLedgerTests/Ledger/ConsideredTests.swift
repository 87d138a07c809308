import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// Which missed sessions a clinical lead looks through for what vigil should have seen.
@Suite struct ConsideredTests {
    private let run: PracticeRun

    init() throws {
        run = try PracticeRun()
    }

    private func considered(limit: Int = 100, fromDay: Int = -60, untilDay: Int = 60) throws -> [ConsideredSession] {
        try run.ledger.read {
            try $0.considered(
                from: ClientBuilder().time(fromDay), until: ClientBuilder().time(untilDay), limit: limit)
        }
    }

    @Test func whatReachedNowOrTodayIsNotInIt() throws {
        run.horizon = ClientBuilder().time(-10)
        let regular = { (id: String) in
            ClientBuilder(id).attended(-21, -14, -7).session(7, .scheduled).phq9(on: -5, item9: 0)
        }
        run.store.put(regular("now").missed(0).attempt(on: -20).snapshot)
        run.store.put(regular("today").missed(0).flag(.value(true)).snapshot)
        run.store.put(regular("next").missed(0).flag(.invalid).snapshot)
        run.store.put(regular("routine").missed(0).snapshot)
        run.store.put(regular("history").missed(-30).snapshot)
        run.store.put(regular("kept").missed(-2).session(-1, .attended).snapshot)
        run.store.put(regular("came").snapshot)
        try run.poll()
        let found = try considered()
        #expect(found.map(\.client.storeID).sorted() == ["history", "kept", "next", "routine"])
        #expect(found.map(\.key.start) == found.map(\.key.start).sorted(by: >), "newest first")
        let byClient = Dictionary(uniqueKeysWithValues: found.map { ($0.client.storeID, $0) })
        #expect(byClient["history"]?.known.state == .history && byClient["history"]?.known.followUp == nil)
        #expect(byClient["history"]?.assessment == nil)
        #expect(byClient["kept"]?.assessment?.resolution == .keptSession)
        #expect(byClient["next"]?.assessment?.tier == .next && byClient["next"]?.known.followUp != nil)

        func why(_ client: String) throws -> String? {
            let item = try #require(byClient[client])
            return ConsideredRow(
                startedAt: "", startedWords: "", therapist: nil, session: item.known, assessment: item.assessment,
                client: nil
            ).whyNoFollowUp
        }
        #expect(try why("history")?.contains("before vigil's time") == true)
        #expect(try why("kept")?.contains("another session") == true)
        #expect(try why("routine") == nil)
        #expect(try considered(limit: 2).count == 2)
        #expect(try considered(fromDay: -3, untilDay: -1).map(\.client.storeID) == ["kept"])
    }

    @Test func excusedAfterwardsIsInIt() throws {
        try run.poll(ClientBuilder().attended(-14, -7).missed(0).attempt(on: -20))
        #expect(try considered().isEmpty)
        let id = try #require(try run.openFollowUp()?.id)
        let ana = try #require(PersonID("ana"))
        let attempt = Attempt(
            at: run.now, by: ana, channel: .phone, outcome: .reached, note: "", reason: .illness)
        _ = try run.ledger.carryOut(
            .record(attempt), on: id, by: ana, as: .onCall, at: run.now, policy: run.policy)?.get()
        run.pass(minutes: 1)
        try run.poll()
        #expect(try considered().map(\.known.state) == [.excused])
    }
}
