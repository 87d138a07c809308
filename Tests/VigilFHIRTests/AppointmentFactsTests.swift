import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

@Suite struct AppointmentFactsTests {
    private func facts(_ json: String) throws -> AppointmentFacts? {
        AppointmentFacts(try Sample.element(json), base: try Sample.base(), zone: Sample.zone)
    }

    @Test(
        arguments: [
            ("proposed", "", "scheduled", nil), ("pending", "", "scheduled", nil), ("booked", "", "scheduled", nil),
            ("arrived", "", "arrived", nil), ("checked-in", "", "arrived", nil), ("fulfilled", "", "attended", nil),
            ("cancelled", "", "client_cancel", nil), ("cancelled", "pat", "client_cancel", "pat"),
            ("cancelled", "pat-cpp", "client_cancel", "pat-cpp"), ("cancelled", "prov", "provider_cancel", "prov"),
            ("cancelled", "prov-pers", "provider_cancel", "prov-pers"),
            ("cancelled", "prov-hosp", "provider_cancel", "hospital"),
            ("cancelled", "provisional", "client_cancel", "provisional"),
            ("cancelled", "oth-weath", "client_cancel", "weather_closure"),
            ("cancelled", "pat-dec", "excused", "deceased"), ("noshow", "", "missed", nil),
            ("noshow", "prov-pers", "provider_cancel", "prov-pers"),
            ("noshow", "oth-weath", "missed", "weather_closure"),
            ("entered-in-error", "", "entered_in_error", nil), ("gone-fishing", "", "gone-fishing", nil),
            // A reason that stands beside another status is an old one.
            ("booked", "pat-dec", "scheduled", nil),
        ] as [(String, String, String, String?)])
    func statuses(_ status: String, _ code: String, _ word: String, _ reason: String?) throws {
        let more =
            code.isEmpty ? "" : ",\"cancelationReason\":{\"coding\":[{\"code\":\"\(code)\"}],\"text\":\"a secret\"}"
        let facts = try #require(try facts(Sample.appointment("a1", status, more: more)))
        let row = try #require(facts.rows(cancelledAt: nil, hasEncounter: false).first)
        #expect(row["status"] == .text(word))
        #expect(row["reason"] == .text(orNull: reason), "and no free text")
    }

    @Test func everyColumn() throws {
        let more = """
            ,"end":"2026-11-24T14:53:20Z","minutesDuration":45,\
            "serviceType":[{"coding":[{"code":"52","display":"EMDR"}]}],\
            "appointmentType":{"text":"other"},"comment":"a secret","description":"a secret"
            """
        let facts = try #require(try facts(Sample.appointment("a1", more: more)))
        #expect(
            facts.rows(cancelledAt: WallTime(seconds: 7), hasEncounter: false) == [
                SourceRow(
                    .session,
                    [
                        .text("p1"), .integer(1_795_528_800), .text("a1"), .text("d1"), .integer(53), .text("EMDR"),
                        .text("scheduled"), .null, .integer(7),
                    ])
            ])
    }

    @Test func anEncounterIsEvidenceOnlyWhereNobodyMarked() throws {
        for (status, word) in [
            ("booked", "attended"), ("pending", "attended"), ("noshow", "missed"), ("cancelled", "client_cancel"),
        ] {
            let facts = try #require(try facts(Sample.appointment("a1", status)))
            #expect(facts.rows(cancelledAt: nil, hasEncounter: true).first?["status"] == .text(word))
        }
    }

    @Test func aGroupIsASessionOfEach() throws {
        let more =
            """
            ,"participant":[{"actor":{"reference":"Patient/p1"}},\
            {"actor":{"reference":"https://ehr.example.org/fhir/Patient/p2/_history/3"}},\
            {"actor":{"reference":"https://other.example.org/Patient/p1"}}]
            """
        let text = Sample.appointment("a1").replacing(/,"participant":.*\]/, with: more)
        let facts = try #require(try facts(text))
        #expect(
            facts.clients == ["p1", "p2", "https://other.example.org/Patient/p1"], "ids of two servers do not meet")
        #expect(facts.rows(cancelledAt: nil, hasEncounter: false).count == 3)
    }

    @Test(
        arguments: [
            "\"type\":\"Patient\",\"display\":\"A. Morgan\"", "\"reference\":\"#c\"",
            "\"reference\":\"Patient/p/../1\"",
            "\"reference\":\"Patient/\"", "\"reference\":\"urn:uuid:1\",\"type\":\"Patient\"",
        ])
    func aClientWithoutAnIDIsARowThatCannotBeRead(_ actor: String) throws {
        let text = """
            {"resourceType":"Appointment","id":"a1","status":"booked","start":"2026-11-24T14:00:00Z",\
            "contained":[{"resourceType":"Patient","id":"c"}],"participant":[{"actor":{\(actor)}}]}
            """
        let row = try #require(try facts(text)?.rows(cancelledAt: nil, hasEncounter: false).first)
        #expect(row["client_id"] == .text(actor.contains("urn") ? "urn:uuid:1" : ""))
    }

    @Test func whatIsNoSession() throws {
        #expect(
            try facts(
                """
                {"resourceType":"Appointment","id":"a1","status":"booked",\
                "participant":[{"actor":{"reference":"Practitioner/d1"}}]}
                """
            ) == nil, "a block in a calendar")
        let noStart = Sample.appointment("a1", "proposed").replacing("\"start\":\"2026-11-24T14:00:00Z\",", with: "")
        #expect(try facts(noStart) == nil, "a request that has no time")
    }

    @Test(arguments: ["tomorrow", "2026-11-24", "2026-02-30T10:00:00Z"])
    func aStartThatCannotBeReadIsHandedOver(_ start: String) throws {
        let row = try #require(
            try facts(Sample.appointment("a1", start: start))?.rows(cancelledAt: nil, hasEncounter: false).first)
        #expect(row["starts_at"] == .text(start))
    }

    @Test func theWaitingListIsNoSession() throws {
        let text = Sample.appointment("a1", "waitlist", more: ",\"created\":\"2026-11-20\"")
            .replacing("\"start\":\"2026-11-24T14:00:00Z\",", with: "")
        let row = try #require(try facts(text)?.rows(cancelledAt: nil, hasEncounter: false).first)
        #expect(row == SourceRow(.waitingList, [.text("a1"), .text("p1"), .text("2026-11-20"), .text("d1"), .null]))
    }
}
