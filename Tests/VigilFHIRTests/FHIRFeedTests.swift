import Foundation
import Synchronization
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

/// What a feed concludes from what it reads.
@Suite final class FHIRFeedTests {
    /// A server whose content a test changes.
    private final class Content: Sendable {
        let resources = Mutex<[String: [String]]>([:])
        let refusals = Mutex<[String: Int]>([:])
        let time = Mutex(Sample.now)

        func set(_ type: String, _ items: [String]) {
            resources.withLock { $0[type] = items }
        }

        func answer(_ request: ScriptedFHIR.Request) -> ScriptedFHIR.Answer {
            let type = String(request.path.dropFirst("/fhir/".count))
            if type == "metadata" { return .json(Sample.capability) }
            if let status = refusals.withLock({ $0[type] ?? $0["\(type)?\(request.query("_id").isEmpty ? "" : "_id")"] }
            ) {
                return .status(status)
            }
            var items = resources.withLock { $0[type] ?? [] }
            if let since = request.query("_lastUpdated").first?.dropFirst(2) {
                items = items.filter {
                    guard let text = FHIRElement(json: Array($0.utf8))?["meta"]?.text("lastUpdated") else {
                        return false
                    }
                    return text >= since
                }
            }
            if let ids = request.query("_id").first?.split(separator: ",").map(String.init) {
                items = items.filter { FHIRElement(json: Array($0.utf8))?.id.map(ids.contains) ?? false }
            }
            if request.query("status") == ["waitlist"] { items = items.filter { $0.contains("\"waitlist\"") } }
            return .json(Sample.bundle(items, at: Zone.utc.rfc3339(time.withLock { $0 })))
        }
    }

    private let content = Content()
    /// A server goes with its last user.
    private let kept = Mutex<[ScriptedFHIR]>([])

    private func feed(_ change: (inout FHIRSettings) -> Void = { _ in }) throws -> (
        feed: FHIRFeed, server: ScriptedFHIR
    ) {
        let content = content
        let server = try ScriptedFHIR { request, _ in content.answer(request) }
        var settings = try Sample.settings(server)
        change(&settings)
        kept.withLock { $0.append(server) }
        return (try FHIRFeed(settings, clock: ManualClock(Sample.now), waiting: NoWait()), server)
    }

    private func clientRecord(_ id: String, _ more: String = "") -> String {
        "{\"resourceType\":\"Patient\",\"id\":\"\(id)\",\"name\":[{\"family\":\"Morgan\"}]\(more)}"
    }

    private func updated(_ time: String) -> String { ",\"meta\":{\"lastUpdated\":\"\(time)\"}" }

    @Test func aWholeReadNamesWhatItReadWhole() throws {
        content.set("Appointment", [Sample.appointment("a1"), Sample.appointment("w1", "waitlist")])
        content.set("Patient", [clientRecord("p1"), clientRecord("p2")])
        content.set(
            "Practitioner", ["{\"resourceType\":\"Practitioner\",\"id\":\"d1\",\"name\":[{\"text\":\"Dr A\"}]}"])
        let (feed, _) = try feed()
        let (rows, answer) = try Sample.read(feed)
        #expect(rows.of(.client).count == 2 && rows.of(.therapist).count == 1 && rows.of(.session).count == 1)
        #expect(rows.of(.waitingList).map { $0["id"] } == [.text("w1")])
        let window = FHIRWindow(feed.settings, now: Sample.now)
        #expect(
            Set(answer.scopes) == [
                .sessions(from: window.from, until: window.until), .sessionsWithoutTime, .table(.waitingList),
                .table(.client),
                .table(.therapist),
                .table(.diagnosis), .table(.screen),
            ])
        #expect(feed.unavailable.isEmpty && answer.asOf == nil)
    }

    @Test(arguments: [400, 403, 404])
    func aRefusedPartIsNamedAndTheRestIsRead(_ status: Int) throws {
        content.set("Appointment", [Sample.appointment("a1")])
        content.set("Patient", [clientRecord("p1")])
        for type in ["Condition", "Observation", "Encounter", "Practitioner"] {
            content.refusals.withLock { $0[type] = status }
        }
        let (feed, _) = try feed()
        let (rows, answer) = try Sample.read(feed)
        #expect(rows.of(.session).count == 1 && rows.of(.client).count == 1)
        #expect(!answer.scopes.contains(.table(.diagnosis)) && !answer.scopes.contains(.table(.screen)))
        #expect(
            feed.unavailable.sorted()
                == ["Condition", "Encounter", "Observation", "Practitioner"].map {
                    "\($0) (the server answered \(status))"
                })
        let spots = feed.blindSpots
        #expect(
            Set(spots.map(\.subject)) == [
                .diagnoses, .screens, .attendance, .therapists, .events, .medication, .clinicianFlag, .firstContact,
                .contacts,
            ])
        #expect(spots.contains { $0.what == "diagnoses cannot be read: the server answered \(status)" })
        #expect(spots.allSatisfy { BannedWords.found(in: $0.words).isEmpty })
    }

    /// It would ignore what it does not know, and hand over every measurement of every client.
    @Test func aServerWithoutASearchByCodeIsNotAskedForScreens() throws {
        let server = try ScriptedFHIR { request, _ in
            request.path == "/fhir/metadata"
                ? .json(
                    Sample.capability.replacing(
                        "{\"type\":\"Encounter\"}",
                        with: "{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"date\"}]}"))
                : .json(Sample.bundle([]))
        }
        let feed = try FHIRFeed(try Sample.settings(server), clock: ManualClock(Sample.now), waiting: NoWait())
        #expect(!(try Sample.read(feed)).answer.scopes.contains(.table(.screen)))
        #expect(feed.unavailable == ["Observation (the server offers no search by code)"])
        #expect(server.asked("Observation").isEmpty)
    }

    @Test func aServerErrorInAPartFailsTheRead() throws {
        content.refusals.withLock { $0["Observation"] = 500 }
        let (feed, _) = try feed()
        #expect(throws: OperationError.self) { try Sample.read(feed) }
    }

    @Test func aServerThatListsNoClientsIsAskedForThoseOfAppointments() throws {
        content.set("Appointment", [Sample.appointment("a1"), Sample.appointment("a2", client: "p2")])
        content.set("Patient", [clientRecord("p1"), clientRecord("p2"), clientRecord("p3")])
        content.refusals.withLock { $0["Patient?"] = 400 }
        let (feed, server) = try feed()
        let (rows, answer) = try Sample.read(feed)
        #expect(rows.of(.client).map { $0["id"] } == [.text("p1"), .text("p2")])
        #expect(answer.scopes.contains(.clients([ClientRef("p1"), ClientRef("p2")], .client)))
        #expect(!answer.scopes.contains(.table(.client)))
        #expect(server.asked("Patient").last?.query("_id") == ["p1,p2"])
        #expect(feed.unavailable.isEmpty)
    }

    /// A list that this client may not see comes as an empty one; taken at its word, every client would be gone.
    @Test func anEmptyListBesideAppointmentsIsNoListAtAll() throws {
        content.set("Appointment", [Sample.appointment("a1")])
        let (feed, server) = try feed()
        let (_, answer) = try Sample.read(feed)
        #expect(!answer.scopes.contains(.table(.client)) && !answer.scopes.contains(.table(.therapist)))
        #expect(server.asked("Patient").last?.query("_id") == ["p1"])
        #expect(server.asked("Practitioner").last?.query("_id") == ["d1"])
    }

    /// Never call: whatever the client's own record says, and also where it cannot be read.
    @Test(arguments: [false, true]) func aCancellationForDeathMakesTheClientDeceased(_ isRefused: Bool) throws {
        let reason = ",\"cancelationReason\":{\"coding\":[{\"code\":\"pat-dec\"}]}"
        content.set("Appointment", [Sample.appointment("a1", "cancelled", more: reason)])
        content.set("Patient", [clientRecord("p1", ",\"active\":true"), clientRecord("p2")])
        if isRefused { content.refusals.withLock { $0["Patient"] = 403 } }
        let (feed, _) = try feed()
        let (rows, _) = try Sample.read(feed)
        #expect(rows.of(.client).first?["standing"] == .text("deceased"))
        #expect(rows.of(.client).count == (isRefused ? 1 : 2))
        #expect(rows.of(.session).first?["status"] == .text("excused"))
    }

    @Test func anEncounterIsEvidence() throws {
        content.set("Appointment", [Sample.appointment("a1"), Sample.appointment("a2")])
        content.set(
            "Encounter",
            [("finished", "a1"), ("planned", "a2"), ("cancelled", "a2")].map {
                """
                {"resourceType":"Encounter","id":"e\($0.1)\($0.0)","status":"\($0.0)",\
                "appointment":[{"reference":"Appointment/\($0.1)"}]}
                """
            })
        let (feed, _) = try feed()
        #expect(
            try Sample.read(feed).rows.of(.session).map { $0["status"] } == [.text("attended"), .text("scheduled")])
    }

    // MARK: When a cancellation was first seen

    private static let past = "2026-11-24T14:00:00Z"
    private static let future = "2026-11-30T14:00:00Z"

    @Test func aCancelThatWasThereBeforeHasNoTime() throws {
        content.set("Appointment", [Sample.appointment("a1", "cancelled", more: updated("2026-11-20T09:00:00Z"))])
        let (feed, _) = try feed()
        let first = try Sample.read(feed)
        #expect(first.rows.of(.session).first?["cancelled_at"] == .null, "not known: it counts as late")
        let second = try Sample.read(feed, now: Sample.now.adding(hours: 1), cursor: first.answer.cursor)
        #expect(second.rows.of(.session).first?["cancelled_at"] == .null)
    }

    @Test func aCancelOfASessionToComeIsNoLaterThanTheFirstLook() throws {
        content.set("Appointment", [Sample.appointment("a1", "cancelled", start: Self.future)])
        let (feed, _) = try feed()
        #expect(try Sample.read(feed).rows.of(.session).first?["cancelled_at"] == .integer(Sample.now.seconds))
    }

    @Test(
        arguments: [
            ("2026-11-24T15:30:00Z", Sample.now.adding(minutes: 30)),
            // Not moved by the change of status: then it is the look that saw it.
            ("2026-11-20T09:00:00Z", Sample.now.adding(hours: 1)),
            // A clock that is ahead.
            ("2026-11-25T09:00:00Z", Sample.now.adding(hours: 1)),
        ])
    func aCancelThatIsFirstSeenKeepsItsTime(_ lastUpdated: String, _ expected: WallTime) throws {
        content.set("Appointment", [Sample.appointment("a1", "booked")])
        let (feed, server) = try feed()
        let first = try Sample.read(feed)
        content.set("Appointment", [Sample.appointment("a1", "cancelled", more: updated(lastUpdated))])
        let second = try Sample.read(feed, now: Sample.now.adding(hours: 1), cursor: first.answer.cursor)
        #expect(second.rows.of(.session).first?["cancelled_at"] == .integer(expected.seconds))
        // A day later, by a program that was started anew.
        content.set("Appointment", [Sample.appointment("a1", "cancelled", more: updated("2026-11-25T14:00:00Z"))])
        let again = try FHIRFeed(try Sample.settings(server), clock: ManualClock(Sample.now), waiting: NoWait())
        let third = try Sample.read(again, now: Sample.now.adding(hours: 24), cursor: second.answer.cursor)
        #expect(third.rows.of(.session).first?["cancelled_at"] == .integer(expected.seconds))
    }

    @Test func theCursorHoldsNoID() throws {
        content.set("Appointment", [Sample.appointment("a-secret-id", "cancelled", client: "secret-client")])
        let (feed, _) = try feed()
        let cursor = try #require(try Sample.read(feed).answer.cursor)
        #expect(!cursor.text.contains("secret"))
        #expect(FHIRCursor(cursor)?.feedCursor == cursor)
        for broken in ["", "fhir1", "fhir2 1 2 3 4", "fhir1 1 2 3", "fhir1 1 2 3 4 x", "fhir1 1 a 3 4"] {
            #expect(FHIRCursor(FeedCursor(broken)) == nil)
        }
    }

    // MARK: Changes alone

    @Test func betweenWholeReadsOnlyChangesAreRead() throws {
        content.set(
            "Appointment",
            [
                Sample.appointment("a1", more: updated("2026-11-20T09:00:00Z")),
                Sample.appointment("a2", client: "p2", more: updated("2026-11-20T09:00:00Z")),
            ])
        content.set("Patient", [clientRecord("p1"), clientRecord("p2")])
        let (feed, server) = try feed()
        let first = try Sample.read(feed)
        content.set(
            "Appointment",
            [
                Sample.appointment("a1", "noshow", more: updated("2026-11-24T15:03:00Z")),
                Sample.appointment("a2", client: "p2", more: updated("2026-11-20T09:00:00Z")),
            ])
        content.time.withLock { $0 = Sample.now.adding(minutes: 5) }
        let second = try Sample.read(feed, now: Sample.now.adding(minutes: 5), cursor: first.answer.cursor)
        #expect(second.rows.of(.session).map { $0["status"] } == [.text("missed")])
        #expect(second.rows.of(.client).map { $0["id"] } == [.text("p1")])
        #expect(second.answer.scopes.isEmpty, "what did not change did not come")
        // The server's time at the first read, less the overlap.
        #expect(server.asked("Appointment").last?.query("_lastUpdated") == ["ge2026-11-24T14:55:00Z"])
        let third = try Sample.read(feed, now: Sample.now.adding(minutes: 10), cursor: second.answer.cursor)
        #expect(server.asked("Appointment").last?.query("_lastUpdated") == ["ge2026-11-24T15:00:00Z"])
        let fourth = try Sample.read(feed, now: Sample.now.adding(minutes: 15), cursor: third.answer.cursor)
        #expect(!fourth.answer.scopes.isEmpty && fourth.rows.of(.session).count == 2)
    }

    /// What a read of changes needs to know is not in the cursor: it must not be guessed.
    @Test func aFeedThatWasMadeAnewReadsEverything() throws {
        content.set("Appointment", [Sample.appointment("a1")])
        let (feed, server) = try feed()
        let first = try Sample.read(feed)
        let again = try FHIRFeed(try Sample.settings(server), clock: ManualClock(Sample.now), waiting: NoWait())
        #expect(!(try Sample.read(again, cursor: first.answer.cursor)).answer.scopes.isEmpty)
        #expect(!(try Sample.read(feed, cursor: nil)).answer.scopes.isEmpty, "a cursor that was lost")
        // What the second read gave was not kept: what changed in between would be missed for good.
        content.time.withLock { $0 = Sample.now.adding(minutes: 2) }
        let one = try Sample.read(feed, now: Sample.now.adding(minutes: 2))
        _ = try Sample.read(feed, now: Sample.now.adding(minutes: 3), cursor: one.answer.cursor)
        let back = try Sample.read(feed, now: Sample.now.adding(minutes: 4), cursor: first.answer.cursor)
        #expect(!back.answer.scopes.isEmpty)
    }

    @Test func anAppointmentThatChangesStaysAttendedByItsEncounter() throws {
        content.set("Appointment", [Sample.appointment("a1", more: updated("2026-11-24T15:00:00Z"))])
        content.set(
            "Encounter",
            [
                """
                {"resourceType":"Encounter","id":"e1","status":"finished",\
                "appointment":[{"reference":"Appointment/a1"}]}
                """
            ])
        let (feed, _) = try feed()
        let first = try Sample.read(feed)
        let second = try Sample.read(feed, now: Sample.now.adding(minutes: 1), cursor: first.answer.cursor)
        #expect(second.answer.scopes.isEmpty && second.rows.of(.session).map { $0["status"] } == [.text("attended")])
    }

    // MARK: check

    @Test func checkReadsWhatItNeeds() throws {
        let (feed, server) = try feed()
        try feed.check()
        #expect(server.heard.allSatisfy { $0.method == "GET" })
    }

    @Test(
        arguments: [
            ("\"4.0.1\"", "\"4.3.0\"", "FHIR 4.0"), ("\"json\"", "\"xml\"", "JSON"),
            ("\"date\",\"type\"", "\"day\",\"type\"", "by date"),
            ("CapabilityStatement", "Basic", "no FHIR server"),
        ])
    func checkNamesWhatIsMissing(_ old: String, _ new: String, _ word: String) throws {
        let server = try ScriptedFHIR { request, _ in
            request.path == "/fhir/metadata"
                ? .json(Sample.capability.replacing(old, with: new)) : .json(Sample.bundle([]))
        }
        let feed = try FHIRFeed(try Sample.settings(server), clock: ManualClock(Sample.now), waiting: NoWait())
        #expect { try feed.check() } throws: { ($0 as? OperationError)?.cause.contains(word) ?? false }
    }

    @Test func checkFailsWhereAppointmentsAreRefused() throws {
        content.refusals.withLock { $0["Appointment"] = 403 }
        let (feed, _) = try feed()
        #expect { try feed.check() } throws: { ($0 as? OperationError)?.kind == .permission }
    }
}
