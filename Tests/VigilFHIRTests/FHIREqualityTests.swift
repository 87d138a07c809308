import Testing
import VigilCore
import VigilStores
import VigilTestKit

@testable import VigilFHIR

/// The demo practice, as far as FHIR can carry it, gives the same follow-ups as in vigil's own schema.
@Suite struct FHIREqualityTests {
    private static let statuses = [
        "scheduled": "booked", "arrived": "arrived", "attended": "fulfilled", "missed": "noshow",
        "client_cancel": "cancelled",
    ]

    private static func appointment(_ row: PlainDemo.Row) -> String {
        let therapist =
            row.therapist.map {
                ",{\"actor\":{\"reference\":\"Practitioner/\($0)\"},\"status\":\"accepted\"}"
            } ?? ""
        return """
            {"resourceType":"Appointment","id":"\(row.session)","status":"\(statuses[row.status] ?? "")",\
            "serviceType":[{"text":"individual"}],"start":"\(Zone.utc.rfc3339(row.start))",\
            "end":"\(Zone.utc.rfc3339(row.start.adding(minutes: row.minutes)))","participant":[\
            {"actor":{"reference":"Patient/\(row.client)"},"status":"accepted"}\(therapist)]}
            """
    }

    private static func client(_ row: PlainDemo.Row) -> String {
        let born = row.bornOn.map { ",\"birthDate\":\"\($0)\"" } ?? ""
        let therapist =
            row.clientTherapist.map { ",\"generalPractitioner\":[{\"reference\":\"Practitioner/\($0)\"}]" } ?? ""
        let dead = row.standing == "deceased" ? ",\"deceasedBoolean\":true" : ""
        return """
            {"resourceType":"Patient","id":"\(row.client)","active":\(row.standing != "discharged"),\
            "name":[{"text":"\(row.name)"}]\(born)\(therapist)\(dead)}
            """
    }

    @Test(.timeLimit(.minutes(5))) func throughAServer() throws {
        let demo = try PlainDemo(seed: 3)
        let appointments = demo.rows.map(Self.appointment)
        let clients = Dictionary(
            demo.rows.map { ($0.client, Self.client($0)) }, uniquingKeysWith: { first, _ in first })
        let people = clients.sorted { $0.key < $1.key }.map(\.value)
        let server = try ScriptedFHIR { request, _ in
            switch request.path {
            case "/fhir/metadata": .json(Sample.capability)
            case "/fhir/Appointment" where request.query("status").isEmpty: .json(Sample.bundle(appointments))
            case "/fhir/Patient": .json(Sample.bundle(people))
            default: .json(Sample.bundle([]))
            }
        }
        var settings = FHIRSettings(base: try FHIRBase(server.base), zone: PlainDemo.zone)
        (settings.daysBack, settings.daysAhead, settings.fullEveryMinutes) = (1_100, 300, 0)
        let mirrored = MirroredStore(
            feed: try FHIRFeed(settings, clock: ManualClock(PlainDemo.now), waiting: NoWait()),
            path: demo.folder + "/mirror.db", zone: PlainDemo.zone, busyMilliseconds: 1_000)
        let embedded = try PolledLedger.rows(of: demo.store(), at: PlainDemo.now, PolledLedger.decisions)
        let served = try PolledLedger.rows(of: mirrored, at: PlainDemo.now, PolledLedger.decisions)
        #expect(embedded.count { $0.hasPrefix("follow_up: ") } > 20)
        #expect(served.count == embedded.count)
        // Counted, not printed: the rows are of clients, if only of the demo's.
        #expect(zip(served, embedded).count { $0 != $1 } == 0)
    }
}
