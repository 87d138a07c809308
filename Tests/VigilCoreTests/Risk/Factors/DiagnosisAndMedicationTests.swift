import Testing
import VigilCore
import VigilTestKit

/// Domains D and E of clinical.md section 2.
@Suite struct DiagnosisAndMedicationTests {
    static let codes: [(code: String, points: Int)] = [
        ("F60.3", 2), ("F603", 2), ("f60.3", 2), ("F60.31", 2), ("F60.4", 0), ("F60", 0),
        ("F50.00", 2), ("F50.01", 2), ("F5002", 2), ("F50.2", 0),
        ("F53.0", 2), ("F53.1", 2), ("F53.9", 0), ("O99.340", 2), ("O99345", 2), ("O99.33", 0),
        ("F20.0", 1), ("F25.9", 1), ("F29", 1), ("F30.1", 0), ("F19.20", 1), ("F17.210", 0),
        ("F31.9", 1), ("F3181", 1),
        ("F32.2", 1), ("F32.3", 1), ("F33.2", 1), ("F33.3", 1), ("F32.1", 0), ("F33.41", 0),
        ("F43.10", 1), ("F43.12", 1), ("F43.2", 0),
        ("F10.20", 1), ("F10.10", 1), ("F11.20", 1), ("F12.90", 1), ("F16.10", 1), ("F18.10", 1),
        ("F10.11", 0), ("F10.21", 0), ("F1021", 0), ("F11.91", 0), ("F19.21", 0), ("F10.230", 1),
        ("Z00.0", 0), ("", 0),
    ]

    @Test(arguments: codes) func code(_ code: String, points: Int) throws {
        let finding = try #require(try ClientBuilder.one.diagnosed(code).finding("diagnosis_group"))
        #expect(finding.points == points, "\(code)")
        #expect(finding.state == (points > 0 ? .present : .absent))
    }

    static let groups: [RuleCase] = [
        RuleCase("nothing on file is unknown", 0, .unknown, .one),
        RuleCase("two groups of one point", 2, .present, .one.diagnosed("F20.0", "F43.10")),
        RuleCase("two codes of one group", 1, .present, .one.diagnosed("F20.0", "F25.9")),
        RuleCase("a group of two points and another", 3, .present, .one.diagnosed("F60.3", "F43.10")),
        RuleCase("three groups", 2, .present, .one.diagnosed("F20.0", "F43.10", "F10.20")),
        RuleCase("psychosis with an attempt", 2, .present, .one.diagnosed("F20.0").attempt(on: -4_000)),
        RuleCase("bipolar with an undated attempt", 2, .present, .one.diagnosed("F31.9").attempt(on: nil)),
        RuleCase("severe depression with an attempt", 2, .present, .one.diagnosed("F33.2").attempt(on: .invalid)),
        RuleCase("PTSD with an attempt", 1, .present, .one.diagnosed("F43.10").attempt(on: -100)),
        RuleCase("an attempt on the day does not score", 1, .present, .one.diagnosed("F20.0").attempt(on: 0)),
        RuleCase(
            "a behaviour item is not an attempt", 1, .present,
            .one.diagnosed("F20.0").columbia(on: -10, behaviour: .value(true))),
        RuleCase("PHQ-9 20 at 90 d", 1, .present, .one.phq9(on: -90, total: .value(20))),
        RuleCase("PHQ-9 20 at 91 d", 0, .unknown, .one.phq9(on: -91, total: .value(20))),
        RuleCase("PHQ-9 19", 0, .unknown, .one.phq9(on: -1, total: .value(19))),
        RuleCase("PHQ-9 unreadable", 0, .unknown, .one.phq9(on: -1, total: .invalid)),
        RuleCase("PHQ-9 on the day itself", 0, .unknown, .one.phq9(on: 0, total: .value(27))),
        RuleCase("PCL-5 33 at 180 d", 1, .present, .one.screen(.pcl5, on: -180, total: .value(33))),
        RuleCase("PCL-5 33 at 181 d", 0, .unknown, .one.screen(.pcl5, on: -181, total: .value(33))),
        RuleCase("PCL-5 32", 0, .unknown, .one.screen(.pcl5, on: -1, total: .value(32))),
        RuleCase("AUDIT-C 8 at 180 d", 1, .present, .one.screen(.auditC, on: -180, total: .value(8))),
        RuleCase("AUDIT-C 7", 0, .unknown, .one.screen(.auditC, on: -1, total: .value(7))),
        RuleCase("AUDIT-C 8 at 181 d", 0, .unknown, .one.screen(.auditC, on: -181, total: .value(8))),
        RuleCase("mood disorder, pregnant", 2, .present, pregnant("F32.1", .value(true))),
        RuleCase("mood disorder, not pregnant", 0, .absent, pregnant("F32.1", .value(false))),
        RuleCase("bipolar, pregnant: two groups", 3, .present, pregnant("F31.9", .value(true))),
        RuleCase("no mood disorder, pregnant", 0, .absent, pregnant("F41.1", .value(true))),
        RuleCase("365 d after a birth", 2, .present, delivered("F33.1", -365)),
        RuleCase("366 d after a birth", 0, .absent, delivered("F33.1", -366)),
    ]

    private static func pregnant(_ code: String, _ reading: Reading<Bool>) -> ClientBuilder {
        ClientBuilder.one.diagnosed(code).changed { $0.clinical.pregnant = reading }
    }

    private static func delivered(_ code: String, _ offset: Int) -> ClientBuilder {
        let client = ClientBuilder.one.diagnosed(code)
        return client.changed { $0.clinical.deliveredOn = client.reading(offset) }
    }

    @Test(arguments: groups) func diagnosisGroup(_ row: RuleCase) throws {
        try check(row, "diagnosis_group")
    }

    @Test func theDomainIsCapped() throws {
        let client = ClientBuilder.one.session(7, .scheduled).diagnosed("F60.3", "F20.0").attempt(on: -4_000)
            .phq9(on: -100, item9: 0)
        #expect(try client.finding("diagnosis_group")?.points == 4, "the finding shows what was added")
        #expect(try client.assess(ShippedPolicy.get()).points == 2 + 3 + 1, "B 2, D capped at 3, this_miss 1")
    }

    static let medications: [RuleCase] = {
        var cases: [RuleCase] = []
        for drug in [MedicationEntry.Class.antipsychotic, .lithium, .moodStabiliser] {
            for status in [MedicationEntry.Status.stopped, .nonadherent] {
                for (offset, points) in [(-1, 2), (-180, 2), (-181, 1), (-5_000, 1), (nil, 1)] as [(Int?, Int)] {
                    cases.append(
                        RuleCase(
                            "\(drug) \(status) \(offset ?? 0)", points, .present,
                            .one.medication(drug, status, on: offset)))
                }
            }
        }
        for drug in [MedicationEntry.Class.antidepressant, .other] {
            for offset in [-1, -180, -181, -5_000, nil] as [Int?] {
                cases.append(
                    RuleCase("\(drug) \(offset ?? 0)", 1, .present, .one.medication(drug, .stopped, on: offset)))
            }
        }
        let stopped = ClientBuilder.one.medication(.lithium, .stopped, on: -30)
        return cases + [
            RuleCase("none on file", 0, .unknown, .one),
            RuleCase("taken", 0, .absent, .one.medication(.lithium, .adherent, on: -1)),
            RuleCase("on the day itself", 0, .absent, .one.medication(.lithium, .stopped, on: 0)),
            RuleCase("a newer entry decides", 0, .absent, stopped.medication(.lithium, .adherent, on: -29)),
            RuleCase("an older one does not", 2, .present, stopped.medication(.lithium, .adherent, on: -31)),
            RuleCase("on one day the worse", 2, .present, stopped.medication(.lithium, .adherent, on: -30)),
            RuleCase(
                "on one day the worse, in the other order", 2, .present,
                .one.medication(.lithium, .adherent, on: -30).medication(.lithium, .nonadherent, on: -30)),
            RuleCase(
                "another class does not decide", 2, .present, stopped.medication(.antipsychotic, .adherent, on: -1)),
            RuleCase(
                "an unlisted status replaces nothing", 2, .present, stopped.medication(.lithium, .unlisted, on: -1)),
            RuleCase("an unlisted status alone", 0, .absent, .one.medication(.lithium, .unlisted, on: -1)),
            RuleCase("the strongest class", 2, .present, stopped.medication(.other, .stopped, on: -1)),
        ]
    }()

    @Test(arguments: medications) func medicationStopped(_ row: RuleCase) throws {
        try check(row, "medication_stopped")
    }
}
