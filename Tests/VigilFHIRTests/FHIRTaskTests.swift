import Foundation
import Synchronization
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

@Suite struct FHIRTaskTests {
    static func task(
        _ state: FHIRTask.State = .requested, _ tier: Tier = .today, appointment: String? = "a1",
        owner: String? = "Practitioner/d1"
    ) throws -> FHIRTask {
        FHIRTask(
            followUp: try #require(FollowUpID("7K3F7K3F7K3F7K3F")), state: state, tier: tier, client: ClientRef("p1"),
            appointment: appointment, owner: owner, openedAt: Sample.now, changedAt: Sample.now.adding(minutes: 5),
            due: Sample.now.adding(hours: 8))
    }

    @Test func everyElement() throws {
        let json = String(decoding: try #require(FHIRTask.json(of: try Self.task(), zone: Sample.zone)), as: UTF8.self)
        #expect(
            json == """
                {"authoredOn":"2026-11-24T10:00:00-05:00","businessStatus":{"text":"Waiting to be taken"},\
                "code":{"text":"Follow up a missed session"},"focus":{"reference":"Appointment/a1"},\
                "for":{"reference":"Patient/p1"},\
                "identifier":[{"system":"urn:vigil:follow-up","value":"7K3F7K3F7K3F7K3F"}],"intent":"order",\
                "lastModified":"2026-11-24T10:05:00-05:00","owner":{"reference":"Practitioner/d1"},"priority":"asap",\
                "resourceType":"Task","restriction":{"period":{"end":"2026-11-24T18:00:00-05:00"}},"status":"requested"}
                """)
    }

    @Test func aFollowUpInEachState() throws {
        var followUp = FollowUp(
            id: try #require(FollowUpID("7K3F7K3F7K3F7K3F")), client: ClientRef("p1"), therapist: nil, tier: .now,
            owner: .therapist, openedAt: Sample.now, contactBy: Sample.now.adding(hours: 1), startsQuiet: false,
            sessions: [SessionKey(id: "a0", start: Sample.now), SessionKey(id: "a1", start: Sample.now)],
            about: "a secret")
        func state(_ closed: CloseReason?) -> FHIRTask.State {
            FHIRTask(followUp, closed: closed, owner: nil, changedAt: Sample.now).state
        }
        #expect(state(nil) == .requested)
        followUp.state = .taken
        #expect(state(nil) == .inProgress)
        followUp.state = .closed
        for reason in CloseReason.allCases {
            let isCancelled = [.recordedInError, .setAside, .declined, .incident].contains(reason)
            #expect(state(reason) == (isCancelled ? .cancelled : .completed))
            let bytes = try #require(
                FHIRTask.json(
                    of: FHIRTask(followUp, closed: reason, owner: nil, changedAt: Sample.now), zone: Sample.zone))
            let json = String(decoding: bytes, as: UTF8.self)
            #expect(!json.contains("secret") && !json.contains("incident") && json.contains("Appointment/a1"))
        }
    }

    @Test func whatIsNoIDIsNotWritten() throws {
        for id in ["", "../x", "a b", "a/b", String(repeating: "a", count: 65), "é", ".."] {
            #expect(FHIRTask.json(of: try Self.task(appointment: id), zone: Sample.zone) == nil, "\(id)")
        }
        for owner in ["d1", "Patient/p1", "Practitioner/", "Practitioner/a/b", "https://x/Practitioner/1"] {
            #expect(FHIRTask.json(of: try Self.task(owner: owner), zone: Sample.zone) == nil, "\(owner)")
        }
    }

    // MARK: Writing

    /// A server that keeps one Task with its versions.
    private final class TaskServer: Sendable {
        let held = Mutex<(json: [String: Any], version: Int)?>(nil)
        /// Somebody else's change, made just before the next update is looked at.
        let changes = Mutex(0)
        let givesBody = Mutex(true)

        func answer(_ request: ScriptedFHIR.Request) -> ScriptedFHIR.Answer {
            held.withLock { held in
                func stored(_ status: Int) -> ScriptedFHIR.Answer {
                    guard let (kept, version) = held else { return .status(404) }
                    var json = kept
                    json["id"] = "17"
                    json["meta"] = ["versionId": "\(version)"]
                    let body = givesBody.withLock { $0 } || request.method == "GET"
                    return .init(
                        status: status,
                        headers: [
                            "ETag: W/\"\(version)\"", "Location: http://127.0.0.1/fhir/Task/17/_history/\(version)",
                        ], body: body ? String(decoding: FHIRTask.bytes(json) ?? [], as: UTF8.self) : "")
                }
                let body = (try? JSONSerialization.jsonObject(with: Data(request.body.utf8))) as? [String: Any] ?? [:]
                switch request.method {
                case "POST":
                    guard request.headers["if-none-exist"] == "identifier=urn:vigil:follow-up|7K3F7K3F7K3F7K3F" else {
                        return .status(400)
                    }
                    if held != nil { return stored(200) }
                    held = (body, 1)
                    return stored(201)
                case "PUT":
                    if changes.withLock({ left in
                        defer { left = max(0, left - 1) }
                        return left > 0
                    }), let (json, version) = held {
                        held = (json.merging(["description": "theirs"]) { $1 }, version + 1)
                    }
                    guard let version = held?.version else { return .status(404) }
                    guard request.headers["if-match"] == "W/\"\(version)\"" else { return .status(412) }
                    held = (body, version + 1)
                    return stored(200)
                default: return stored(200)
                }
            }
        }
    }

    private func started() throws -> (server: ScriptedFHIR, tasks: TaskServer, writer: FHIRTaskWriter) {
        let tasks = TaskServer()
        let server = try ScriptedFHIR { request, _ in tasks.answer(request) }
        let settings = FHIRTaskSettings(base: try FHIRBase(server.base), zone: Sample.zone)
        return (server, tasks, FHIRTaskWriter(settings, clock: ManualClock(Sample.now), waiting: NoWait()))
    }

    @Test(arguments: [true, false]) func makeAndUpdate(_ givesBody: Bool) throws {
        let (server, tasks, writer) = try started()
        tasks.givesBody.withLock { $0 = givesBody }
        let first = try writer.write(try Self.task(), known: nil)
        #expect(first == FHIRTaskWriter.Written(id: "17", version: "1"))
        let second = try writer.write(try Self.task(.inProgress), known: first)
        #expect(second == FHIRTaskWriter.Written(id: "17", version: "2"))
        #expect(tasks.held.withLock { $0?.json["status"] as? String } == "in-progress")
        #expect(server.heard.map(\.method) == ["POST", "PUT"])
        #expect(server.heard.allSatisfy { $0.path.hasPrefix("/fhir/Task") }, "never a Flag")
    }

    /// The answer to the first try was lost.
    @Test(arguments: [true, false]) func aSecondTryMakesNoSecondTask(_ givesBody: Bool) throws {
        let (server, tasks, writer) = try started()
        tasks.givesBody.withLock { $0 = givesBody }
        _ = try writer.write(try Self.task(), known: nil)
        let again = try writer.write(try Self.task(.inProgress), known: nil)
        #expect(again == FHIRTaskWriter.Written(id: "17", version: "2", isShared: true))
        #expect(tasks.held.withLock { $0?.json["status"] as? String } == "in-progress")
        #expect(server.heard.filter { $0.method == "POST" }.count == 2)
    }

    @Test func whatOthersWroteStays() throws {
        let (server, tasks, writer) = try started()
        let first = try writer.write(try Self.task(), known: nil)
        tasks.changes.withLock { $0 = 1 }
        let second = try writer.write(try Self.task(.inProgress), known: first)
        #expect(second == FHIRTaskWriter.Written(id: "17", version: "3", isShared: true))
        // And it stays theirs too when nothing comes in between.
        let third = try writer.write(try Self.task(.completed, .now), known: second)
        #expect(third == FHIRTaskWriter.Written(id: "17", version: "4", isShared: true))
        let json = try #require(tasks.held.withLock { $0 }).json
        #expect(json["status"] as? String == "completed" && json["description"] as? String == "theirs")
        #expect(
            (json["businessStatus"] as? [String: String])?["text"] == "Done" && json["priority"] as? String == "stat")
        #expect(server.heard.map(\.method) == ["POST", "PUT", "GET", "PUT", "GET", "PUT"])
        let same = try writer.write(try Self.task(.completed, .now), known: third)
        #expect(same == third && server.heard.count == 7, "nothing is written for nothing")
    }

    /// Somebody at the practice has deleted it.
    @Test(arguments: [true, false]) func aTaskThatIsGone(_ isShared: Bool) throws {
        let (server, tasks, writer) = try started()
        var first = try #require(try writer.write(try Self.task(), known: nil))
        first.isShared = isShared
        tasks.held.withLock { $0 = nil }
        #expect(try writer.write(try Self.task(.completed), known: first) == nil, "nothing is left to say")
        #expect(server.heard.last?.method != "POST")
        // Its follow-up is open: the work is still to be done.
        #expect(try writer.write(try Self.task(.inProgress), known: first) != nil)
        #expect(server.heard.last?.method == "POST")
    }

    /// A server that says nothing holds no stop up.
    @Test(.timeLimit(.minutes(2))) func itIsCalledOff() throws {
        let peer = try TCPPeer { $0.hang() }
        var settings = FHIRTaskSettings(base: try FHIRBase("http://127.0.0.1:\(peer.port)/fhir"), zone: Sample.zone)
        settings.network.timeoutSeconds = 300
        let writer = FHIRTaskWriter(settings, clock: ManualClock(Sample.now))
        let canceller = Thread {
            while !peer.heard.contains(where: { !$0.isEmpty }) { usleep(10_000) }
            writer.cancel()
        }
        canceller.start()
        #expect { try writer.write(try Self.task(), known: nil) } throws: { error in
            (error as? OperationError)?.cause == "it was called off"
        }
        #expect { try writer.write(try Self.task(), known: nil) } throws: { error in
            (error as? OperationError)?.cause == "it was called off"
        }
        #expect(peer.heard.count == 1, "and nothing is begun afterwards")
    }

    @Test func whatItSaysAndWhen() throws {
        let task = try Self.task()
        var later = task
        later.changedAt = Sample.now.adding(hours: 2)
        #expect(task.said == later.said, "when it was changed is nothing new by itself")
        for (state, tier, appointment, owner) in [
            (.inProgress, .today, "a1", "Practitioner/d1"), (.requested, .now, "a1", "Practitioner/d1"),
            (.requested, .today, nil, "Practitioner/d1"), (.requested, .today, "a1", nil),
        ] as [(FHIRTask.State, Tier, String?, String?)] {
            #expect(try Self.task(state, tier, appointment: appointment, owner: owner).said != task.said)
        }
        #expect(FHIRTask.practitioner("d1") == "Practitioner/d1" && FHIRTask.practitioner("https://x/d1") == nil)
    }

    @Test func aTaskThatNeverStandsStillIsLeftForLater() throws {
        let (server, tasks, writer) = try started()
        let first = try writer.write(try Self.task(), known: nil)
        tasks.changes.withLock { $0 = 10 }
        defer { #expect(server.heard.count == 6, "the first, one update, two merges") }
        #expect { try writer.write(try Self.task(.completed), known: first) } throws: { error in
            (error as? OperationError)?.retry ?? false
        }
    }

    @Test(arguments: [400, 403, 404, 412, 422, 500])
    func aRefusalIsAnError(_ status: Int) throws {
        let server = try ScriptedFHIR { _, _ in .status(status) }
        let settings = FHIRTaskSettings(base: try FHIRBase(server.base), zone: Sample.zone)
        let writer = FHIRTaskWriter(settings, clock: ManualClock(Sample.now), waiting: NoWait())
        #expect { try writer.write(try Self.task(), known: nil) } throws: { error in
            let text = "\(error)"
            return error is OperationError && !text.contains("p1") && !text.contains("a1") && !text.contains("7K3F")
        }
    }
}
