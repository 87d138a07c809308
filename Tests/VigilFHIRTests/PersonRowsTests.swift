import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

@Suite struct PersonRowsTests {
    private func client(_ fields: String, isDeceased: Bool = false) throws -> SourceRow {
        PersonRows.client(
            try Sample.element("{\"resourceType\":\"Patient\",\"id\":\"p1\"\(fields.isEmpty ? "" : ","+fields)}"),
            base: try Sample.base(), zone: Sample.zone, isDeceased: isDeceased)
    }

    @Test func aClient() throws {
        let row = try client(
            """
            "active":true,"name":[{"use":"nickname","given":["Al"]},\
            {"use":"official","given":["Alex","J\\nX"],"family":"Morgan"}],\
            "birthDate":"1992-05-06","telecom":[{"system":"email","value":"a@b"},\
            {"system":"phone","use":"old","value":"1"},\
            {"system":"phone","use":"home","value":"2"},{"system":"phone","use":"mobile","value":"3"}],\
            "generalPractitioner":[{"reference":"Organization/o"},{"reference":"Practitioner/d1"}],\
            "meta":{"security":[{"code":"42CFRPart2"}]}
            """)
        #expect(row["name"] == .text("Alex J X Morgan") && row["born_on"] == .text("1992-05-06"))
        #expect(row["phone"] == .text("3") && row["therapist_id"] == .text("d1") && row["part2"] == .integer(1))
        #expect(row["standing"] == .text("active") && row["safe_to_call"] == .null)
    }

    @Test(
        arguments: [
            // A number is no truth value.
            ("\"active\":0", "active"), ("\"deceasedBoolean\":1", "active"), ("", "active"),
            ("\"active\":false", "discharged"), ("\"deceasedBoolean\":true", "deceased"),
            ("\"deceasedBoolean\":false", "active"), ("\"deceasedDateTime\":\"2026\"", "deceased"),
            ("\"deceasedDateTime\":\"once\",\"active\":false", "deceased"),
        ])
    func standing(_ fields: String, _ expected: String) throws {
        #expect(try client(fields)["standing"] == .text(expected))
        #expect(try client(fields, isDeceased: true)["standing"] == .text("deceased"))
    }

    @Test func diagnoses() throws {
        func rows(_ clinical: String, _ verification: String?, system: String = "http://hl7.org/fhir/sid/icd-10-cm")
            throws -> Int
        {
            let verified = verification.map { ",\"verificationStatus\":{\"coding\":[{\"code\":\"\($0)\"}]}" } ?? ""
            return ConditionRows.rows(
                try Sample.element(
                    """
                    {"resourceType":"Condition","subject":{"reference":"Patient/p1"},\
                    "clinicalStatus":{"coding":[{"code":"\(clinical)"}]}\(verified),\
                    "code":{"coding":[{"system":"\(system)","code":"F43.10"}]}}
                    """
                ), base: try Sample.base()
            ).count
        }
        #expect(try rows("active", nil) == 1)
        #expect(try rows("relapse", "confirmed") == 1)
        for refused in ["refuted", "entered-in-error", "unconfirmed", "provisional", "differential"] {
            #expect(try rows("active", refused) == 0)
        }
        #expect(try rows("resolved", "confirmed") == 0)
        #expect(try rows("active", nil, system: "http://snomed.info/sct") == 0)
    }
}
