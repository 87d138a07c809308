import Testing
import VigilCore
import VigilTestKit

/// Domains A and A+ of clinical.md section 2, at the edges of their bands.
@Suite struct IdeationFactorsTests {
    static let columbia: [RuleCase] = {
        var cases: [RuleCase] = []
        // level -> (age, points)
        let table: [(levels: [Int], edges: [(Int, Int)])] = [
            ([4, 5], [(1, 6), (30, 6), (31, 4), (90, 4), (91, 0), (365, 0)]),
            ([3], [(1, 3), (30, 3), (31, 2), (90, 2), (91, 0)]),
            ([1, 2], [(1, 1), (30, 1), (31, 1), (90, 1), (91, 0)]),
            ([0], [(1, 0), (90, 0)]),
        ]
        for (levels, edges) in table {
            for level in levels {
                for (age, points) in edges {
                    cases.append(
                        RuleCase("level \(level), \(age) d", points, ClientBuilder.one.columbia(on: -age, level: level))
                    )
                }
            }
        }
        return cases + [
            RuleCase("on the day itself", 0, .unknown, .one.columbia(on: 0, level: 5)),
            RuleCase("the day after", 0, .unknown, .one.columbia(on: 1, level: 5)),
            RuleCase("without a date", 0, .unknown, .one.columbia(on: nil, level: 5)),
            RuleCase("none on file", 0, .unknown, .one),
            RuleCase("level absent", 0, .unknown, .one.columbia(on: -5)),
            RuleCase("level invalid", 0, .unknown, .one.columbia(on: -5, level: .invalid)),
            RuleCase("negative in the window", 0, .absent, .one.columbia(on: -90, level: 0)),
            RuleCase("negative before the window", 0, .unknown, .one.columbia(on: -91, level: 0)),
            RuleCase(
                "an older positive counts beside a newer negative", 6, .present,
                .one.columbia(on: -30, level: 4).columbia(on: -1, level: 0)),
            RuleCase(
                "the strongest of several", 4, .present, .one.columbia(on: -31, level: 5).columbia(on: -1, level: 3)),
            RuleCase(
                "invalid behaviour does not void the level", 6, .present,
                .one.columbia(on: -3, level: .value(4), behaviour: .invalid)),
            RuleCase(
                "a level on another instrument is no C-SSRS", 0, .unknown,
                .one.screen(.phq9, on: -3) { $0.ideationLevel = .value(5) }),
        ]
    }()

    @Test(arguments: columbia) func columbiaIdeation(_ row: RuleCase) throws {
        try check(row, "cssrs_ideation")
    }

    static let item9: [RuleCase] = {
        var cases: [RuleCase] = []
        let table: [(Int, [(Int, Int)])] = [
            (3, [(1, 3), (30, 3), (31, 2), (90, 2), (91, 1), (180, 1), (181, 0)]),
            (2, [(1, 2), (30, 2), (31, 1), (90, 1), (91, 0)]),
            (1, [(1, 1), (90, 1), (91, 0)]),
            (0, [(1, 0), (180, 0)]),
        ]
        for (answer, edges) in table {
            for (age, points) in edges {
                cases.append(
                    RuleCase("answer \(answer), \(age) d", points, ClientBuilder.one.phq9(on: -age, item9: answer)))
            }
        }
        return cases + [
            RuleCase("on the day itself", 0, .unknown, .one.phq9(on: 0, item9: 3)),
            RuleCase("without a date", 0, .unknown, .one.phq9(on: nil, item9: 3)),
            RuleCase("none on file", 0, .unknown, .one),
            RuleCase("invalid", 0, .unknown, .one.phq9(on: -1, item9: .invalid)),
            RuleCase("absent, with a total", 0, .unknown, .one.phq9(on: -1, total: .value(20))),
            RuleCase("a negative one", 0, .absent, .one.phq9(on: -180, item9: 0)),
            RuleCase("a negative one too old", 0, .unknown, .one.phq9(on: -181, item9: 0)),
            RuleCase(
                "an invalid total does not void it", 3, .present, .one.phq9(on: -1, item9: .value(3), total: .invalid)),
            RuleCase(
                "every screen is tried", 3, .present, .one.phq9(on: -30, item9: 3).phq9(on: -1, item9: 0)),
            RuleCase(
                "an unreadable one beside a readable one", 2, .present,
                .one.phq9(on: -2, item9: .invalid).phq9(on: -20, item9: 2)),
        ]
    }()

    @Test(arguments: item9) func phq9Item9(_ row: RuleCase) throws {
        try check(row, "phq9_item9")
    }

    static let flags: [RuleCase] = [
        RuleCase("active", 6, .present, .one.flag(.value(true), since: -400)),
        RuleCase("active without a date", 6, .present, .one.flag(.value(true))),
        RuleCase("lifted", 0, .absent, .one.flag(.value(false))),
        RuleCase("none", 0, .absent, .one),
        RuleCase("unreadable", 0, .unknown, .one.flag(.invalid)),
    ]

    @Test(arguments: flags) func clinicianFlag(_ row: RuleCase) throws {
        try check(row, "clinician_flag")
    }

    static let unassessed: [RuleCase] = [
        RuleCase("item 9 positive, nothing followed", 1, .present, .one.phq9(on: -10, item9: 1)),
        RuleCase("day 90", 1, .present, .one.phq9(on: -90, item9: 1)),
        RuleCase("day 91", 0, .absent, .one.phq9(on: -91, item9: 3)),
        RuleCase("negative", 0, .absent, .one.phq9(on: -10, item9: 0)),
        RuleCase("invalid", 0, .absent, .one.phq9(on: -10, item9: .invalid)),
        RuleCase("on the day of the session", 0, .absent, .one.phq9(on: 0, item9: 3)),
        RuleCase("a C-SSRS before it", 1, .present, .one.phq9(on: -10, item9: 1).columbia(on: -11, level: 0)),
        RuleCase("a C-SSRS on the same day", 0, .absent, .one.phq9(on: -10, item9: 1).columbia(on: -10, level: 0)),
        RuleCase("a C-SSRS after it", 0, .absent, .one.phq9(on: -10, item9: 1).columbia(on: -9, level: 5)),
        RuleCase(
            "a C-SSRS without a level is no assessment", 1, .present,
            .one.phq9(on: -10, item9: 1).columbia(on: -9, behaviour: .value(false))),
        RuleCase(
            "nor one with an unreadable level", 1, .present,
            .one.phq9(on: -10, item9: 1).columbia(on: -9, level: .invalid)),
        RuleCase(
            "nor one without a date", 1, .present, .one.phq9(on: -10, item9: 1).columbia(on: nil, level: 0)),
        RuleCase(
            "a clinician's assessment", 0, .absent, .one.phq9(on: -10, item9: 2).screen(.clinicianAssessment, on: -10)),
        RuleCase(
            "a flag is not an assessment", 1, .present, .one.phq9(on: -10, item9: 2).flag(.value(true), since: -5)),
        RuleCase(
            "the newest positive screen is the one to follow", 1, .present,
            .one.phq9(on: -30, item9: 3).columbia(on: -20, level: 0).phq9(on: -10, item9: 1)),
        RuleCase(
            "a newer negative screen changes nothing", 0, .absent,
            .one.phq9(on: -30, item9: 3).columbia(on: -20, level: 0).phq9(on: -10, item9: 0)),
    ]

    @Test(arguments: unassessed) func screenUnassessed(_ row: RuleCase) throws {
        try check(row, "screen_unassessed")
    }

    @Test func theStrongestOfTheDomainCounts() throws {
        let client = ClientBuilder.one.session(7, .scheduled).columbia(on: -10, level: 3).phq9(on: -10, item9: 3)
            .flag(.value(true))
        #expect(try client.assess(ShippedPolicy.get()).points == 6 + 1, "A 6 and this_miss 1")
    }
}

/// The finding of a rule must have the row's points, and its state where the row names one.
func check(_ row: RuleCase, _ rule: RuleID, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let finding = try #require(try row.client.finding(rule), sourceLocation: sourceLocation)
    #expect(finding.points == row.points, "\(row)", sourceLocation: sourceLocation)
    if let state = row.state { #expect(finding.state == state, "\(row)", sourceLocation: sourceLocation) }
    #expect((finding.points > 0) == (finding.state == .present), "\(row)", sourceLocation: sourceLocation)
    #expect(!finding.reason.isEmpty, "\(row)", sourceLocation: sourceLocation)
}
