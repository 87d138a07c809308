import Testing
import VigilCore
import VigilTestKit

/// What holds for every factor, floor and flag, tried on clients made at random (design.md).
@Suite struct CataloguePropertyTests {
    private let scorer: Scorer
    private let policy: Policy
    private static let cases = 2_000

    init() throws {
        policy = try ShippedPolicy.get()
        scorer = Scorer(policy: policy)
    }

    private func forEachClient(_ test: String, _ body: (ClientBuilder, inout RandomClient, Int) -> Void) {
        let seed = Seed.announce(test, 0x5EED_0001)
        var source = RandomClient(seed: seed)
        for number in 0..<Self.cases { body(source.next(), &source, number) }
    }

    private func tiers(_ client: ClientBuilder) -> [Tier] {
        let assessment = client.assess(policy, minutesAfter: 5_000)
        return [assessment.tier, assessment.tierBeforeResolution]
    }

    private func isNoLower(_ after: ClientBuilder, than before: ClientBuilder) -> Bool {
        zip(tiers(after), tiers(before)).allSatisfy(>=)
    }

    // MARK: Unknown is not zero

    /// Turns one fact between known negative and not known, in a client or their record.
    struct Fact: Sendable {
        var name: String
        var negative: @Sendable (inout ClientSnapshot) -> Void
        var unknown: [@Sendable (inout ClientSnapshot) -> Void]
    }

    static let facts: [Fact] = [
        screen("C-SSRS level", .columbia) { $0.ideationLevel = $1.map { $0 ? 0 : nil } },
        screen("C-SSRS behaviour item", .columbia) { $0.behaviour = $1.map { $0 ? false : nil } },
        screen("item 9", .phq9) { $0.item9 = $1.map { $0 ? 0 : nil } },
        screen("PHQ-9 total", .phq9) { $0.total = $1.map { $0 ? 0 : nil } },
        screen("PCL-5 total", .pcl5) { $0.total = $1.map { $0 ? 0 : nil } },
        screen("AUDIT-C total", .auditC) { $0.total = $1.map { $0 ? 0 : nil } },
        reading("flag") { $0.clinical.clinicianFlag.active = $1 },
        reading("reason of a discharge") { snapshot, reading in
            snapshot.clinical.admissions.append(
                Admission(dischargedOn: .value(day(-20)), isPsychiatric: true, suicideRelated: reading))
        },
        reading("reason of an emergency visit") { snapshot, reading in
            snapshot.clinical.emergencyVisits.append(EmergencyVisit(day: .value(day(-20)), suicideRelated: reading))
        },
        reading("pregnancy") { $0.clinical.pregnant = $1 },
        Fact(
            name: "medication",
            negative: { $0.clinical.medication.append(entry(.adherent)) },
            unknown: [{ $0.clinical.medication.append(entry(.unlisted)) }, { _ in }]),
        Fact(
            name: "first contact", negative: { $0.client.firstContactOn = .value(day(-900)) },
            unknown: [{ $0.client.firstContactOn = .absent }, { $0.client.firstContactOn = .invalid }]),
        Fact(
            name: "outcome of the session", negative: { setIndex(&$0, .attended) },
            unknown: [{ setIndex(&$0, .scheduled) }, { setIndex(&$0, .unrecognised) }]),
        Fact(
            name: "outcome of the session before", negative: { setBefore(&$0, .attended) },
            unknown: [{ setBefore(&$0, .unrecognised) }]),
        Fact(
            name: "outcome of a contact",
            negative: { $0.contacts.append(contact(.noAnswer)) },
            unknown: [{ $0.contacts.append(contact(.unlisted)) }, { _ in }]),
    ]

    @Test func unknownIsNeverLowerThanKnownNegative() {
        forEachClient("unknownIsNeverLowerThanKnownNegative") { client, _, number in
            for fact in Self.facts {
                let known = client.changed(fact.negative)
                for change in fact.unknown {
                    #expect(isNoLower(client.changed(change), than: known), "case \(number): \(fact.name)")
                }
            }
        }
    }

    // MARK: Adding never lowers

    @Test func addingAWarningNeverLowersATier() {
        forEachClient("addingAWarningNeverLowersATier") { client, source, number in
            let age = source.pick([1, 15, 30])
            let warned: [(String, ClientBuilder)] = [
                ("attempt", client.attempt(on: source.pick([-1, -90, -91, -366, -1_827]))),
                ("undated attempt", client.attempt(on: nil)),
                ("flag", client.flag(.value(true), since: -3)),
                ("discharge", client.discharge(on: -age, suicideRelated: .value(true))),
                ("C-SSRS 4", client.columbia(on: -age, level: 4)),
                ("C-SSRS 5", client.columbia(on: -age, level: 5)),
            ]
            for (what, more) in warned {
                #expect(isNoLower(more, than: client), "case \(number): \(what)")
            }
        }
    }

    @Test func noAddedFactorLowersThePoints() {
        forEachClient("noAddedFactorLowersThePoints") { client, source, number in
            let offset = source.edge()
            let more: [(String, ClientBuilder)] = [
                ("C-SSRS", client.columbia(on: offset, level: source.pick([0, 1, 2, 3, 4, 5]))),
                ("behaviour item", client.columbia(on: offset, behaviour: source.flag())),
                ("item 9", client.phq9(on: offset, item9: source.pick([0, 1, 2, 3]))),
                ("flag", client.flag(.value(true))),
                ("attempt", client.attempt(on: offset)),
                ("self-injury", client.selfInjury(on: offset)),
                ("discharge", client.discharge(on: offset, suicideRelated: source.flag())),
                ("emergency visit", client.emergencyVisit(on: offset, suicideRelated: source.flag())),
                ("first contact", client.firstContact(on: -30)),
                ("diagnosis", client.diagnosed(source.pick(["F60.3", "F31.9", "F10.20", "F32.1", "Z00"]))),
                (
                    "screen",
                    client.screen(source.pick([.pcl5, .auditC]), on: offset, total: .value(source.pick([0, 12])))
                ),
                ("medication", client.medication(source.pick(MedicationEntry.Class.allCases), .stopped, on: offset)),
                ("earlier miss", client.session(-2, .missed, minutes: 30)),
            ]
            let before = clinicalPoints(client)
            for (what, added) in more {
                #expect(clinicalPoints(added) >= before, "case \(number): \(what) at day \(offset)")
            }
        }
    }

    /// Points with A+ and U held constant: an assessment that follows a screen ends the points for not having asked.
    private func clinicalPoints(_ client: ClientBuilder) -> Int {
        let findings = client.assess(policy).findings
        return sum(findings.filter { $0.domain != .unassessed && $0.domain != .unknown })
    }

    @Test func theTotalIsTheSumOverTheDomains() {
        forEachClient("theTotalIsTheSumOverTheDomains") { client, _, number in
            let assessment = client.assess(policy)
            #expect(assessment.points == sum(assessment.findings), "case \(number)")
            #expect(assessment.points >= 0 && assessment.findings.allSatisfy { $0.points >= 0 }, "case \(number)")
        }
    }

    /// clinical.md section 2, written once more: max in A, A+, B, C, D, E and U, a sum in F; D at most 3, F at most 4.
    private func sum(_ findings: [Finding]) -> Int {
        func points(_ domain: Domain) -> [Int] { findings.filter { $0.domain == domain }.map(\.points) }
        let maxima = [Domain.ideation, .unassessed, .behaviour, .transition, .medication, .unknown].map {
            points($0).max() ?? 0
        }
        return maxima.reduce(0, +) + min(3, points(.diagnosis).max() ?? 0) + min(4, points(.attendance).reduce(0, +))
    }

    // MARK: Cancelled by the practice

    @Test func aProvidersCancellationIsNeverAMissWhateverElseHolds() {
        forEachClient("aProvidersCancellationIsNeverAMiss") { client, source, number in
            let cancelled = client.session(
                0, .providerCancel, reason: source.reason(), cancelledHoursBefore: source.cancelled())
            let evidence = cancelled.evidence(policy, minutesAfter: source.pick([-600, 0, 31, 61, 90, 5_000, 90_000]))
            let assessment = scorer.assess(evidence)
            #expect(!evidence.index.outcome.isMiss && !evidence.index.outcome.isCounted, "case \(number)")
            #expect(!assessment.scored, "case \(number)")
            #expect(assessment.findings.allSatisfy { $0.domain != .attendance || $0.points == 0 }, "case \(number)")
            #expect(assessment.tier <= .today, "case \(number)")
        }
    }
}

// MARK: Parts of facts

extension CataloguePropertyTests {
    private static func day(_ offset: Int) -> LocalDay { ClientBuilder.tuesday.adding(days: offset) }

    private static func entry(_ status: MedicationEntry.Status) -> MedicationEntry {
        MedicationEntry(drugClass: .lithium, status: status, day: .value(day(-5)))
    }

    private static func contact(_ outcome: ContactRecord.Outcome) -> ContactRecord {
        ContactRecord(at: ClientBuilder().time(minutes: 60), outcome: outcome, planDocumented: true)
    }

    private static func setIndex(_ snapshot: inout ClientSnapshot, _ status: SessionStatus) {
        for index in snapshot.sessions.indices where snapshot.sessions[index].key == ClientBuilder().key() {
            snapshot.sessions[index].status = status
            snapshot.sessions[index].reason = .none
        }
    }

    private static func setBefore(_ snapshot: inout ClientSnapshot, _ status: SessionStatus) {
        let start = ClientBuilder().time()
        if let index = snapshot.sessions.lastIndex(where: { $0.start < start }) {
            snapshot.sessions[index].status = status
            snapshot.sessions[index].reason = .none
            // Old enough that nobody's mark would make it a miss by the clock: unknown, and not missed, is what is compared.
        }
    }

    /// A fact whose reading is false, absent or invalid.
    private static func reading(
        _ name: String, _ set: @escaping @Sendable (inout ClientSnapshot, Reading<Bool>) -> Void
    ) -> Fact {
        Fact(
            name: name, negative: { set(&$0, .value(false)) },
            unknown: [{ set(&$0, .absent) }, { set(&$0, .invalid) }])
    }

    /// A screen of day -5 whose field is negative (`.value(true)`), absent or invalid; or which is not there.
    private static func screen(
        _ name: String, _ instrument: Screen.Instrument,
        _ set: @escaping @Sendable (inout Screen, Reading<Bool>) -> Void
    ) -> Fact {
        func adding(_ reading: Reading<Bool>) -> @Sendable (inout ClientSnapshot) -> Void {
            { snapshot in
                var screen = Screen(instrument: instrument, day: .value(day(-5)))
                set(&screen, reading)
                snapshot.clinical.screens.append(screen)
            }
        }
        return Fact(name: name, negative: adding(.value(true)), unknown: [adding(.absent), adding(.invalid), { _ in }])
    }
}
