import Foundation
import Testing
import VigilCore
import VigilPolicy
import VigilTestKit

@Suite struct CaseFileTests {
    private let policy: Policy

    init() throws {
        policy = try TestPolicy.shared()
    }

    private func outcomes(_ json: String) throws -> [CaseOutcome] {
        try CaseFile.evaluate(Data(json.utf8), file: "examples.json", policy: policy)
    }

    /// An example with an index session and the given further fields; steady attendance, so that only they count.
    private func result(
        client: String = "", assessments: String = "[]", index: String = #""status":"no_show""#, more: String = "",
        hours: String = "1.0", rest: String = #","future_appointment_days":[7]"#
    ) throws -> CaseResult {
        let json = """
            {"id":"X","client":{\(client)},"assessments":\(assessments),"evaluate_hours_after_index":\(hours),
            "appointments":[{"day":-21,"status":"attended"},{"day":-14,"status":"attended"},{"day":-7,"status":"attended"},
            {"day":0,\(index),"index":true}\(more)]\(rest)}
            """
        guard case .result(let result) = try outcomes(json).first else { throw Unexpected() }
        return result
    }

    private struct Unexpected: Error {}

    private func points(_ result: CaseResult, _ rule: RuleID) -> Int? {
        result.findings.first { $0.rule == rule }?.points
    }

    // MARK: Tri-state

    @Test(arguments: [
        ("2", 2, false), ("2.0", 2, false), ("2e0", 2, false), ("null", 0, false), ("\"2\"", 0, true), ("2.5", 0, true),
        ("4", 0, true), ("-1", 0, true), ("true", 0, true), ("[2]", 0, true), ("1e400", 0, true), ("{}", 0, true),
    ])
    func item9(json: String, points expected: Int, isUnreadable: Bool) throws {
        let result = try result(
            assessments:
                #"[{"day":-10,"instrument":"PHQ-9","total":9,"item9":\#(json)},{"day":-9,"instrument":"C-SSRS-screener","ideation_max":0}]"#
        )
        #expect(points(result, "phq9_item9") == expected)
        #expect(result.floors.contains("invalid_safety_field") == isUnreadable)
        #expect(result.dataProblems.contains(.unreadableSafetyField) == isUnreadable)
    }

    @Test(arguments: [("true", 5), ("false", 5), ("null", 5), ("\"no\"", 5), ("0", 5)])
    func anUnknownReasonOfADischargeCountsAsSuicideRelated(json: String, unknown: Int) throws {
        let result = try result(
            client: #""admissions":[{"discharge_day":-10,"kind":"psychiatric_unit","suicide_related":\#(json)}]"#)
        #expect(points(result, "psychiatric_discharge") == (json == "false" ? 3 : unknown))
        #expect(result.tier == (json == "false" ? .next : .now))
    }

    @Test func otherStaysAreNoInput() throws {
        let result = try result(
            client: #""admissions":[{"discharge_day":-3,"kind":"surgical","suicide_related":null}]"#)
        #expect(result.tier == .routine)
    }

    @Test(arguments: ["\"x\"", "\"yes\"", "7", "{\"active\":\"true\"}"])
    func anUnreadableFlagIsASafetyFloorAndNotAFlag(json: String) throws {
        let result = try result(client: #""high_risk_flag":\#(json)"#)
        #expect(result.floors == ["invalid_safety_field"])
        #expect(result.tier == .next)
    }

    @Test func unreadableEventsScoreAsClinicalMdSays() throws {
        let attempt = try result(client: #""attempts":[{"day":"soon","type":"actual"}]"#)
        #expect(points(attempt, "suicidal_behaviour") == 2)
        #expect(attempt.floors == ["invalid_safety_field"])
        let discharge = try result(client: #""admissions":[{"discharge_day":"x","kind":"psychiatric_unit"}]"#)
        #expect(points(discharge, "psychiatric_discharge") == 0)
        #expect(discharge.floors == ["invalid_safety_field"])
        let unlisted = try result(client: #""attempts":[{"day":-20,"type":"other"}]"#)
        #expect(unlisted.tier == .now)
        #expect(unlisted.dataProblems == [.unlistedAttemptType])
        let lists = try result(client: #""attempts":"two","ed_visits":7"#)
        #expect(lists.floors == ["invalid_safety_field"])
    }

    // MARK: Time

    @Test func whatComesAfterTheEvaluationHasNotHappened() throws {
        let contact = #","contacts_after_index":[{"hours_after":2,"outcome":"reached","plan_documented":true}]"#
        #expect(try !result(hours: "1.9", rest: contact).resolved)
        #expect(try result(hours: "2", rest: contact).resolved)
        let later = #",{"day":1,"status":"attended","hours_after_index":24}"#
        let early = try result(more: later, hours: "1.0", rest: "")
        #expect(!early.resolved)
        #expect(points(early, "nothing_booked") == 0)
        #expect(try result(more: later, hours: "24.0", rest: "").resolved)
        #expect(try !result(more: #",{"day":4,"status":"attended"}"#, hours: "100").resolved)
    }

    @Test func aMessageDoesNotResolve() throws {
        for outcome in ["message_left", "no_answer", "shouted"] {
            let rest =
                #","contacts_after_index":[{"hours_after":0.5,"outcome":"\#(outcome)","plan_documented":true}]"#
            #expect(try !result(rest: rest).resolved)
        }
    }

    @Test(arguments: [
        (#""status":"late_cancel""#, Tier.today, true), (#""status":"client_cancel""#, .routine, false),
        (#""status":"provider_cancel""#, .today, false), (#""status":"excused""#, .today, false),
        (#""status":"excused","reason":"psychiatric_admission""#, .next, false),
        (#""status":"no_show","reason":"psychiatric_admission""#, .next, false),
        (#""status":"no_show","reason":"was_not_brought""#, .now, true), (#""status":"vanished""#, .now, true),
    ])
    func theStatusLowersTheTier(index: String, tier: Tier, scored: Bool) throws {
        let result = try result(client: #""attempts":[{"day":-20,"type":"aborted"}]"#, index: index)
        #expect(result.tier == tier)
        #expect(result.scored == scored)
        #expect(result.floors == ["suicidal_behaviour_90d"])
    }

    @Test func aCancellationInTimeWithNothingBookedOwesContinuity() throws {
        let result = try result(
            client: #""attempts":[{"day":-20,"type":"actual"}]"#, index: #""status":"client_cancel""#, rest: "")
        #expect(result.tier == .next)
        #expect(result.findings.contains { $0.rule == "continuity_owed" })
    }

    @Test func theAgeIsTheOneOnTheDay() throws {
        let phq = #"[{"day":-10,"instrument":"PHQ-A","total":5,"item9":1}]"#
        #expect(try result(client: #""age":17"#, assessments: phq).floors == ["minor_with_factor"])
        #expect(try result(client: #""age":18"#, assessments: phq).floors == [])
    }

    // MARK: Malformed files

    @Test func oneBadObjectDoesNotStopTheOthers() throws {
        let good = #"{"id":"G","appointments":[{"index":true,"status":"no_show"}],"evaluate_hours_after_index":1}"#
        let outcomes = try outcomes(
            """
            [\(good), 7, {"appointments":[]}, {"id":"A"}, {"id":"B","appointments":[{"day":-1,"status":"attended"}]},
            {"id":"C","appointments":[{"index":true},{"index":true}]},
            {"id":"D","appointments":[{"index":true}],"evaluate_hours_after_index":"soon"},
            {"id":"E","appointments":[{"index":true,"day":3}]}, {"id":"F","client":[],"appointments":[]}, \(good)]
            """)
        let errors = outcomes.compactMap { outcome -> String? in
            guard case .error(let error) = outcome else { return nil }
            return "\(error.position) \(error.id ?? "-") \(error.field)"
        }
        #expect(
            errors == [
                "2 - (whole)", "3 - id", "4 A appointments", "5 B appointments", "6 C appointments[2].index",
                "7 D evaluate_hours_after_index", "8 E appointments[1].day", "9 F client",
            ])
        #expect(outcomes.count == 10)
    }

    @Test func oneObjectIsAFileToo() throws {
        #expect(
            try outcomes(#"{"id":"G","appointments":[{"index":true,"status":"no_show"}]}"#).count == 1)
    }

    @Test(arguments: ["", "{", "7", "\"x\"", "null"])
    func whatIsNotJSONIsBadData(text: String) {
        let error = #expect(throws: OperationError.self) { try outcomes(text) }
        #expect(error?.kind == .badData)
    }

    @Test func theAnswerHasTheKeysOfClinicalMd() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(outcomes(#"[{"id":"G","appointments":[{"index":true,"status":"no_show"}]},7]"#))
        let items = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        let expected: Set = [
            "id", "tier", "tier_before_resolution", "points", "floors", "findings", "engagement", "resolved", "scored",
            "page_on_call", "data_problems",
        ]
        #expect(expected.isSubset(of: Set(items[0].keys)))
        #expect(Set(items[1].keys) == ["error"])
    }
}
