import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

@Suite struct ScreenCollectorTests {
    private func rows(_ observations: [String]) throws -> [SourceRow] {
        var collector = ScreenCollector(base: try Sample.base(), zone: Sample.zone)
        for observation in observations { collector.add(try Sample.element(observation)) }
        return collector.rows.sorted { "\($0["id"])" < "\($1["id"])" }
    }

    private func observation(
        _ id: String, _ code: String, _ value: String, status: String = "final",
        at time: String? = "2026-11-20T15:00:00Z",
        components: [(String, String)] = []
    ) -> String {
        let parts = components.map {
            "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"\($0.0)\"}]},\($0.1)}"
        }
        var fields = [
            "\"resourceType\":\"Observation\"", "\"id\":\"\(id)\"", "\"status\":\"\(status)\"",
            "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"\(code)\"}]}",
            "\"subject\":{\"reference\":\"Patient/p1\"}",
        ]
        if let time { fields.append("\"effectiveDateTime\":\"\(time)\"") }
        if !value.isEmpty { fields.append(value) }
        if !parts.isEmpty { fields.append("\"component\":[\(parts.joined(separator: ","))]") }
        return "{\(fields.joined(separator: ","))}"
    }

    private static let yes =
        "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"LA33-6\"}]}"
    private static let no =
        "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"LA32-8\"}]}"

    @Test func aPanelWithComponents() throws {
        let rows = try rows([
            observation(
                "o1", "44249-1", "",
                components: [("44260-8", "\"valueInteger\":2"), ("44261-6", "\"valueQuantity\":{\"value\":17}")])
        ])
        #expect(
            rows == [
                SourceRow(
                    .screen,
                    [
                        .text("p1"), .text("o1"), .text("PHQ-9"), .text("2026-11-20"), .integer(17), .integer(2), .null,
                        .null,
                    ])
            ])
    }

    @Test func itemsThatShareClientAndTimeAreOneScreen() throws {
        let parts = [
            observation("o2", "44261-6", "\"valueInteger\":17"), observation("o1", "44260-8", "\"valueInteger\":2"),
        ]
        for order in [parts, parts.reversed()] {
            let rows = try rows(order)
            #expect(rows.count == 1)
            #expect(rows[0]["id"] == .text("o1") && rows[0]["total"] == .integer(17) && rows[0]["item9"] == .integer(2))
        }
    }

    @Test func answersThatConflictStayTwo() throws {
        let rows = try rows([
            observation("o1", "44260-8", "\"valueInteger\":0"), observation("o2", "44260-8", "\"valueInteger\":3"),
        ])
        #expect(rows.map { $0["item9"] } == [.integer(0), .integer(3)])
    }

    @Test func withoutADateNothingBelongsTogether() throws {
        let rows = try rows([
            observation("o1", "44260-8", "\"valueInteger\":1", at: nil),
            observation("o2", "44261-6", "\"valueInteger\":9", at: nil),
        ])
        #expect(rows.count == 2 && rows.allSatisfy { $0["taken_on"] == .null })
    }

    @Test(
        arguments: [
            ("\"valueInteger\":3", .integer(3)), ("\"valueQuantity\":{\"value\":2.0}", .integer(2)),
            ("\"valueInteger\":17", .integer(17)), ("\"valueQuantity\":{\"value\":1.5}", .real(1.5)),
            ("\"valueCodeableConcept\":{\"coding\":[{\"code\":\"LA6571-9\"}]}", .integer(3)),
            ("\"valueCodeableConcept\":{\"coding\":[{\"code\":\"LA6568-5\"}]}", .integer(0)),
            (
                """
                "valueCodeableConcept":{"coding":[{"code":"x",\
                "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue",\
                "valueDecimal":2}]}]}
                """,
                .integer(2)
            ),
            ("\"valueCodeableConcept\":{\"coding\":[{\"code\":\"LA99-9\"}]}", .text("LA99-9")),
            ("\"valueBoolean\":true", .text("yes")), ("\"valueString\":\"2\"", .text("2")),
            ("\"valueString\":\"she said that\"", .text("text")), ("\"valueRatio\":{}", .text("value")),
        ] as [(String, SourceValue)])
    func item9InEveryForm(_ value: String, _ expected: SourceValue) throws {
        #expect(
            try rows([observation("o1", "44260-8", value)]).map { $0["item9"] } == [expected], "handed over as it is")
    }

    @Test(
        arguments: [
            (["93246-7": no, "93247-5": no], .integer(0)), (["93246-7": yes, "93247-5": no], .integer(1)),
            (["93246-7": yes, "93247-5": yes, "93248-3": no, "93249-1": yes, "93250-9": no], .integer(4)),
            (["93250-9": yes], .integer(5)),
            // Silence about the first two is no denial.
            (["93249-1": no], .null), (["93246-7": no], .null),
            (["93246-7": "\"valueBoolean\":true", "93247-5": "\"valueBoolean\":false"], .integer(1)),
            (["93246-7": "\"valueInteger\":1", "93247-5": "\"valueInteger\":0"], .integer(1)),
            (["93246-7": no, "93247-5": "\"valueInteger\":7"], .text("answer 7")),
        ] as [([String: String], SourceValue)])
    func theHighestLevelAnsweredYes(_ answers: [String: String], _ expected: SourceValue) throws {
        let components = answers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        #expect(
            try rows([observation("o1", "93373-9", "", components: components)]).map { $0["ideation"] } == [expected])
        let single = components.enumerated().map { observation("s\($0.offset)", $0.element.0, $0.element.1) }
        #expect(try rows(single).map { $0["ideation"] } == [expected], "and as Observations of their own")
    }

    @Test func whatCannotBeReadAboveAYesHidesNeither() throws {
        let rows = try rows([
            observation(
                "o1", "93373-9", "",
                components: [("93248-3", Self.yes), ("93250-9", "\"valueString\":\"maybe\""), ("93269-9", Self.yes)])
        ])
        #expect(rows.map { $0["ideation"] } == [.integer(3), .text("text")])
        #expect(rows.map { $0["behaviour"] } == [.integer(1), .null])
    }

    @Test func behaviour() throws {
        #expect(try rows([observation("o1", "93269-9", Self.yes)]).map { $0["behaviour"] } == [.integer(1)])
        #expect(try rows([observation("o1", "93269-9", Self.no)]).map { $0["behaviour"] } == [.integer(0)])
        #expect(try rows([observation("o1", "93269-9", "\"valueInteger\":9")]).map { $0["behaviour"] } == [.integer(9)])
    }

    @Test func otherScores() throws {
        let rows = try rows([
            observation("o1", "101698-9", "\"valueInteger\":41"), observation("o2", "70274-6", "\"valueInteger\":12"),
        ])
        #expect(rows.map { $0["instrument"] } == [.text("PCL-5"), .text("GAD-7")])
        #expect(rows.map { $0["total"] } == [.integer(41), .integer(12)])
    }

    @Test func whatIsLeftOut() throws {
        #expect(
            try rows([
                observation("o1", "44260-8", "\"valueInteger\":3", status: "entered-in-error"),
                observation("o2", "44260-8", "\"valueInteger\":3", status: "cancelled"),
                observation("o3", "44260-8", ""),
                observation("o4", "8480-6", "\"valueInteger\":120"),
            ]).isEmpty)
    }
}
