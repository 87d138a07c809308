import Crypto
import Foundation
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

/// Against a FHIR server of other makers (sekmet-fhir).
@Suite(.enabled(if: PythonTools.isUsable)) struct SekmetTests {
    private static let key = P384.Signing.PrivateKey()
    private let clock = ManualClock(Self.wallNow)

    /// The server's clock is the machine's: assertions have to be of now.
    private static var wallNow: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: Int64(time.tv_sec))
    }

    private func server(scopes: String = "system/*.rs", tokenLife: Int = 3_600) throws -> SekmetServer {
        try SekmetServer(python: try #require(PythonTools.python), key: Self.key, scopes: scopes, tokenLife: tokenLife)
    }

    private func feed(_ server: SekmetServer, _ change: (inout FHIRSettings) -> Void = { _ in }) throws -> FHIRFeed {
        var settings = FHIRSettings(base: try FHIRBase(server.base), zone: Sample.zone)
        settings.auth = .smart(SMARTSettings(clientID: "vigil", key: Self.key.pemRepresentation, keyID: "k1"))
        change(&settings)
        return try FHIRFeed(settings, clock: clock, waiting: NoWait())
    }

    private func start(_ hours: Int) -> String { Zone.utc.rfc3339(clock.now().adding(hours: hours)) }

    private static let statuses = [
        ("proposed", "scheduled"), ("pending", "scheduled"), ("booked", "scheduled"), ("arrived", "arrived"),
        ("checked-in", "arrived"), ("fulfilled", "attended"), ("cancelled", "client_cancel"), ("noshow", "missed"),
        ("entered-in-error", "entered_in_error"),
    ]

    private func fill(_ server: SekmetServer) throws {
        try server.put(
            "{\"resourceType\":\"Practitioner\",\"id\":\"d1\",\"name\":[{\"family\":\"Adler\",\"given\":[\"Dana\"]}]}")
        for (index, (status, _)) in Self.statuses.enumerated() {
            try server.put(
                """
                {"resourceType":"Patient","id":"p\(index)","active":true,"name":[{"use":"official",\
                "family":"Client\(index)"}],"birthDate":"1990-01-01"}
                """
            )
            try server.put(
                Sample.appointment(
                    "a\(index)", status, start: start(-index * 24 - 3), client: "p\(index)",
                    more: ",\"end\":\"\(start(-index * 24 - 2))\""))
        }
        try server.put(
            Sample.appointment("w1", "waitlist", client: "p0").replacing(
                "\"start\":\"2026-11-24T14:00:00Z\",", with: ""))
        try server.put(Sample.appointment("far", start: start(24 * 300), client: "p0"))
    }

    @Test func everyStatusPageByPage() throws {
        let server = try server()
        try fill(server)
        try server.put(
            """
            {"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},\
            "subject":{"reference":"Patient/p2"},"period":{"start":"\(start(-50))"},\
            "appointment":[{"reference":"Appointment/a2"}]}
            """
        )
        let feed = try feed(server) { $0.pageCount = 2 }
        try feed.check()
        let (rows, answer) = try Sample.read(feed, now: clock.now())
        let found = Dictionary(uniqueKeysWithValues: rows.of(.session).map { ("\($0["id"])", $0["status"]) })
        #expect(found.count == Self.statuses.count, "and not the one of next year")
        for (index, (status, word)) in Self.statuses.enumerated() {
            let isKept = index == 2
            #expect(found["\(SourceValue.text("a\(index)"))"] == .text(isKept ? "attended" : word), "\(status)")
        }
        #expect(
            rows.of(.session).allSatisfy { $0["duration_minutes"] == .integer(60) && $0["therapist_id"] == .text("d1") }
        )
        #expect(rows.of(.client).count == Self.statuses.count && rows.of(.therapist).count == 1)
        #expect(rows.of(.waitingList).map { $0["id"] } == [.text("w1")])
        #expect(answer.scopes.count == 7 && feed.unavailable.isEmpty)
    }

    @Test func screensAndDiagnoses() throws {
        let server = try server()
        try server.put("{\"resourceType\":\"Patient\",\"id\":\"p1\"}")
        func observation(_ id: String, _ code: String, _ rest: String, status: String = "final") -> String {
            """
            {"resourceType":"Observation","id":"\(id)","status":"\(status)",\
            "code":{"coding":[{"system":"http://loinc.org","code":"\(code)"}]},\
            "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-20T15:00:00Z",\(rest)}
            """
        }
        try server.put(observation("o1", "44260-8", "\"valueInteger\":2"))
        try server.put(observation("o2", "44261-6", "\"valueQuantity\":{\"value\":17}"))
        try server.put(observation("o3", "93249-1", "\"valueCodeableConcept\":{\"coding\":[{\"code\":\"LA33-6\"}]}"))
        try server.put(observation("o4", "101698-9", "\"valueInteger\":41", status: "entered-in-error"))
        try server.put(observation("o5", "8867-4", "\"valueInteger\":70"))
        try server.put(
            """
            {"resourceType":"Condition","id":"c1",\
            "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical",\
            "code":"active"}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm",\
            "code":"F43.10"}]},"subject":{"reference":"Patient/p1"}}
            """
        )
        let (rows, answer) = try Sample.read(try feed(server), now: clock.now())
        #expect(rows.of(.diagnosis) == [SourceRow(.diagnosis, [.text("p1"), .text("F43.10")])])
        #expect(rows.of(.screen).count == 2)
        #expect(rows.of(.screen).contains { $0["item9"] == .integer(2) && $0["total"] == .integer(17) })
        #expect(rows.of(.screen).contains { $0["ideation"] == .integer(4) })
        #expect(answer.scopes.contains(.table(.screen)) && answer.scopes.contains(.table(.diagnosis)))
    }

    @Test func changesAloneAndACancelThatIsFirstSeen() throws {
        let server = try server()
        try fill(server)
        try server.put(Sample.appointment("old", start: start(-30), client: "p1"))
        let feed = try feed(server)
        let first = try Sample.read(feed, now: clock.now())
        try server.put(Sample.appointment("old", "cancelled", start: start(-30), client: "p1"))
        clock.pass(seconds: 2)
        let second = try Sample.read(feed, now: clock.now(), cursor: first.answer.cursor)
        #expect(second.answer.scopes.isEmpty)
        let row = try #require(second.rows.of(.session).first { $0["id"] == .text("old") })
        #expect(row["status"] == .text("client_cancel"))
        guard case .integer(let seconds) = row["cancelled_at"] else {
            Issue.record("no time")
            return
        }
        #expect(abs(seconds - Self.wallNow.seconds) < 60)
    }

    @Test func theGrantedScopesAreSeen() throws {
        let narrow = try server(scopes: "system/Appointment.rs system/Patient.rs")
        try narrow.put(Sample.appointment("a1", start: start(-3)))
        let feed = try feed(narrow)
        try feed.check()
        let (rows, answer) = try Sample.read(feed, now: clock.now())
        #expect(rows.of(.session).count == 1 && !answer.scopes.contains(.table(.screen)))
        #expect(feed.unavailable.contains("Observation (the server answered 403)"))

        let without = try server(scopes: "system/Patient.rs")
        #expect { try Sample.read(try self.feed(without)) } throws: { ($0 as? OperationError)?.kind == .permission }
    }

    @Test func aReplayedAssertionIsRefusedAndANewOneIsNot() throws {
        let server = try server()
        let url = server.base.replacing("/fhir", with: "/auth/token")
        let assertion = SMARTAssertion(clientID: "vigil", audience: url, keyID: "k1", now: Self.wallNow)
        let signed = try assertion.signed(with: try #require(SMARTKey(Self.key.pemRepresentation)))
        let form = FHIRQuery.text([
            ("grant_type", "client_credentials"), ("scope", "system/Appointment.rs"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", signed),
        ])
        func post() throws -> Int {
            try server.form(url, form)
        }
        #expect(try post() == 200)
        #expect(try post() == 401, "the server does check")
        try feed(server).check()
        try feed(server).check()
    }

    /// Tokens of a second, and more pages than a second has room for: asked for anew in the middle.
    @Test func tokensThatEndBetweenPages() throws {
        let server = try server(tokenLife: 1)
        try fill(server)
        let feed = try feed(server) { $0.pageCount = 1 }
        _ = try Sample.read(feed, now: clock.now())
        usleep(2_100_000)
        // By the feed's clock no time has passed: it is the server that refuses.
        #expect(try Sample.read(feed, now: clock.now()).rows.of(.session).count == Self.statuses.count)
    }

    @Test func tasksAreWrittenOnceAndUpdated() throws {
        let server = try server(scopes: "system/Task.cruds system/*.rs")
        try fill(server)
        var settings = FHIRTaskSettings(base: try FHIRBase(server.base), zone: Sample.zone)
        settings.auth = .smart(SMARTSettings(clientID: "vigil", key: Self.key.pemRepresentation, keyID: "k1"))
        let writer = FHIRTaskWriter(settings, clock: clock, waiting: NoWait())
        let first = try #require(try writer.write(try FHIRTaskTests.task(), known: nil))
        let again = try writer.write(try FHIRTaskTests.task(), known: nil)
        #expect(again?.id == first.id && again?.version == first.version, "no second task")
        let taken = try writer.write(try FHIRTaskTests.task(.inProgress), known: first)
        #expect(try server.get("Task/\(first.id)").text("status") == "in-progress")
        // Somebody at the practice writes a note of theirs; vigil holds an old version.
        let current = try server.get("Task/\(first.id)").object ?? [:]
        let theirs = FHIRTask.bytes(current.merging(["description": "theirs"]) { $1 }) ?? []
        try server.put(String(decoding: theirs, as: UTF8.self))
        let done = try writer.write(try FHIRTaskTests.task(.completed), known: taken)
        let stored = try server.get("Task/\(first.id)")
        #expect(stored.text("status") == "completed" && stored.text("description") == "theirs")
        #expect(stored["meta"]?.text("versionId") == done?.version)
        #expect(try server.get("Task?identifier=urn:vigil:follow-up%7C7K3F7K3F7K3F7K3F")["total"]?.number == 1)
        #expect(try server.get("Flag")["total"]?.number == 0)
    }
}
