import Testing
import VigilCore
import VigilTestKit

/// Whether a fee may apply: never for what was not the client's, never while somebody is to speak with them first.
@Suite struct CancellationPolicyTests {
    private let policy: Policy
    private let rules: PracticeRules
    private let cancellation: CancellationPolicy

    init() throws {
        policy = try ShippedPolicy.get()
        rules = try PracticeRules(yaml: Self.text)
        cancellation = try #require(rules.cancellation)
    }

    static let text = """
        version: vigil.practice/1
        currency: USD
        fees: {standard: 160.00, by_kind: {group: 60.00}}
        cancellation:
          notice_hours: 24
          notice_hours_by_kind: {group: 48, short: 12}
          grace: {sessions: 1, within_days: 365}
          payers_that_bar_fees: [Medicaid]
        """

    private func outcome(
        _ client: ClientBuilder, _ offset: Int = 0, payer: String? = "self", openTier: Tier? = nil,
        given: [Int: MissReason] = [:], hasRecord: Bool = true, isFeedCurrent: Bool = true
    ) -> FeeOutcome? {
        let sessions = client.classified(policy, on: 3, given: given)
        guard let session = sessions.first(where: { $0.record.key == client.key(offset) }) else { return nil }
        return cancellation.outcome(
            of: session,
            .init(
                sessions: sessions, coverage: payer.map { Coverage(payer: $0) },
                client: client.snapshot.client.standing,
                openTier: openTier, hasRecord: hasRecord, isFeedCurrent: isFeedCurrent))
    }

    /// The one before used up the grace.
    private static let second = ClientBuilder().missed(-30, 0)

    @Test func theSecondMayCost() {
        #expect(outcome(Self.second) == .mayApply)
        #expect(outcome(Self.second, -30) == .doesNotApply(.grace))
        #expect(outcome(ClientBuilder().missed(-366, 0)) == .doesNotApply(.grace))
        #expect(outcome(ClientBuilder().missed(-365, 0)) == .mayApply)
    }

    @Test func aGraceIsNotUsedUpByWhatWasNotTheirs() {
        #expect(outcome(ClientBuilder().session(-30, .providerCancel).missed(0)) == .doesNotApply(.grace))
        #expect(outcome(ClientBuilder().session(-30, .excused).missed(0)) == .doesNotApply(.grace))
        #expect(outcome(Self.second, given: [-30: .illness]) == .doesNotApply(.grace))
        #expect(
            outcome(ClientBuilder().session(-30, .clientCancel, cancelledHoursBefore: 30).missed(0))
                == .doesNotApply(.grace))
        // Nobody recorded whether they came.
        #expect(outcome(ClientBuilder().session(-30, .scheduled).missed(0)) == .doesNotApply(.grace))
        #expect(outcome(ClientBuilder().session(-30, .lateCancel).missed(0)) == .mayApply)
    }

    @Test func noticeByPracticeAndByKind() {
        func cancelled(_ hours: Int?, _ status: SessionStatus, kind: String = "individual") -> FeeOutcome? {
            let client = ClientBuilder().missed(-30).session(0, status, cancelledHoursBefore: hours)
            guard var record = client.record(client.key()) else { return nil }
            record.kind = kind
            return outcome(client.putting(record))
        }
        #expect(cancelled(24, .clientCancel) == .doesNotApply(.noticeGiven))
        #expect(cancelled(23, .clientCancel) == .mayApply)
        // A group asks for two days, although the clinical rules call 30 hours in time.
        #expect(cancelled(47, .clientCancel, kind: "group") == .mayApply)
        #expect(cancelled(48, .clientCancel, kind: "group") == .doesNotApply(.noticeGiven))
        #expect(cancelled(13, .clientCancel, kind: "short") == .doesNotApply(.noticeGiven))
        // When is not on file: the practice's own mark is its word, the client's cancellation is none.
        #expect(cancelled(nil, .lateCancel) == .mayApply)
        #expect(cancelled(nil, .clientCancel) == .doesNotApply(.timeNotKnown))
        #expect(cancelled(30, .lateCancel) == .doesNotApply(.noticeGiven))
    }

    @Test(arguments: MissReason.allCases) func involuntaryReasonsCostNothing(_ reason: MissReason) {
        let isInvoluntary = policy.detection.involuntaryReasons.contains(reason)
        #expect(outcome(Self.second, given: [0: reason]) == (isInvoluntary ? .doesNotApply(.excused) : .mayApply))
    }

    /// In the store as well as with vigil, whatever the status: 30 hours before a group that asks for 48, or missed.
    @Test func theStoresInvoluntaryReasonsCostNothing() {
        let missed = ClientBuilder().missed(-30).session(0, .missed, reason: .involuntary)
        #expect(outcome(missed) == .doesNotApply(.excused))
        let cancelled = ClientBuilder().missed(-30).session(
            0, .clientCancel, reason: .involuntary, cancelledHoursBefore: 30)
        guard var record = cancelled.record(cancelled.key()) else { return }
        record.kind = "group"
        #expect(outcome(cancelled.putting(record)) == .doesNotApply(.excused))
        // And use up no grace.
        let before = ClientBuilder().session(-30, .missed, reason: .involuntary).missed(0)
        #expect(outcome(before) == .doesNotApply(.grace))
    }

    @Test func whatIsNotKnownCostsNothing() {
        let unmarked = ClientBuilder().missed(-30).session(-2, .scheduled)
        #expect(outcome(unmarked, -2) == .doesNotApply(.outcomeNotRecorded))
        #expect(outcome(Self.second, payer: nil) == .doesNotApply(.payerNotKnown))
        #expect(outcome(Self.second, payer: "") == .doesNotApply(.payerNotKnown))
        #expect(outcome(Self.second, payer: " ") == .doesNotApply(.payerNotKnown))
        for standing in [ClientRecord.Standing.discharged, .transferred, .deceased, .unlisted] {
            #expect(outcome(Self.second.changed { $0.client.standing = standing }) == .doesNotApply(.clientLeft))
        }
        #expect(outcome(Self.second, hasRecord: false) == .held(.notLookedAt))
        #expect(outcome(Self.second, isFeedCurrent: false) == .held(.feedNotCurrent))
    }

    @Test(arguments: [nil] + Tier.allCases.map(Optional.some)) func heldWhileSomebodyIsToSpeakWithThem(_ tier: Tier?) {
        let isHeld = tier.map { $0 > .routine } ?? false
        #expect(outcome(Self.second, openTier: tier) == (isHeld ? .held(.followUpOpen) : .mayApply))
    }

    @Test(arguments: ["medicaid", "Medicaid", "MEDICAID ", "\tmedicaid", "\u{A0}medicaid\u{A0}"]) func barred(
        _ payer: String
    ) {
        #expect(outcome(Self.second, payer: payer) == .barred)
        #expect(outcome(Self.second, payer: payer, openTier: .now) == .barred)
    }

    @Test func keptAndComingSessionsAreNoQuestion() {
        let client = ClientBuilder().attended(0).session(1, .rescheduled).session(2, .enteredInError).session(
            9, .scheduled)
        for offset in [0, 1, 2, 9] { #expect(outcome(client, offset) == nil) }
    }

    /// Properties over random clients: what the practice called off costs nothing whatever else holds, what is excused neither,
    /// and no answer about a fee is given above `routine` or to a payer that bars it.
    @Test func never() {
        var random = RandomClient(seed: Seed.announce("CancellationPolicyTests", 20_261_126))
        var (asked, mayApply) = (0, 0)
        for _ in 0..<1_500 {
            let client = random.next()
            let payer = random.pick(["medicaid", "self", nil])
            let tier = random.pick([nil] + Tier.allCases.map(Optional.some))
            let sessions = client.classified(policy, on: 3)
            for session in sessions {
                let found = cancellation.outcome(
                    of: session,
                    .init(
                        sessions: sessions, coverage: payer.map { Coverage(payer: $0) },
                        client: client.snapshot.client.standing, openTier: tier, hasRecord: true, isFeedCurrent: true))
                guard let found else { continue }
                asked += 1
                if session.outcome == .cancelledByProvider { #expect(found == .doesNotApply(.calledOffByPractice)) }
                if session.outcome == .excused || session.outcome == .inCare { #expect(found != .mayApply) }
                if payer == "medicaid" || (tier ?? .routine) > .routine {
                    #expect(found == .barred || found.isHeld || found == .doesNotApply(.calledOffByPractice))
                }
                if found == .mayApply { mayApply += 1 }
            }
        }
        #expect(asked > 2_000 && mayApply > 50)
    }
}

extension FeeOutcome {
    var isHeld: Bool { if case .held = self { true } else { false } }
}

extension PracticeRules {
    /// - Throws: the issues, in words.
    init(yaml text: String) throws {
        let reader = ConfigReader(root: try ConfigNode(yaml: text))
        let rules = PracticeRules(reading: reader)
        if !reader.issues.isEmpty { throw PracticeRulesIssues(messages: reader.issues.map(\.message)) }
        self = rules
    }
}

struct PracticeRulesIssues: Error {
    var messages: [String]
}
