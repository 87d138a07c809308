import Foundation
import Testing
import VigilCore
import VigilTestKit

@testable import VigilFHIR

/// How a search is read: pages, refusals, rest and retries.
@Suite struct FHIRPagingTests {
    private let wait = NoWait()

    private func feed(
        _ server: ScriptedFHIR, clock: ManualClock = ManualClock(Sample.now),
        _ change: (inout FHIRSettings) -> Void = { _ in }
    ) throws -> FHIRFeed {
        var settings = try Sample.settings(server)
        change(&settings)
        return try FHIRFeed(settings, clock: clock, waiting: wait)
    }

    /// Answers everything but appointments with an empty bundle.
    private func server(
        _ appointments: @escaping @Sendable (ScriptedFHIR.Request, Int) -> ScriptedFHIR.Answer
    ) throws -> ScriptedFHIR {
        let count = Counter()
        return try ScriptedFHIR { request, _ in
            if request.path == "/fhir/metadata" { return .json(Sample.capability) }
            let isWindow = request.path == "/fhir/Appointment" && request.query("status").isEmpty
            return isWindow ? appointments(request, count.next()) : .json(Sample.bundle([]))
        }
    }

    private func failure(_ body: () throws -> Void) -> OperationError? {
        do {
            try body()
            return nil
        } catch {
            return error as? OperationError
        }
    }

    @Test func theSearchAndItsPages() throws {
        let server = try server { request, index in
            // What the server calls its next page is the server's own business.
            index < 2
                ? .json(
                    Sample.bundle(
                        [Sample.appointment("a\(index)")], next: "/fhir/Appointment?_getpages=%7Bx%7D&amp;o=\(index)"))
                : .json(Sample.bundle([Sample.appointment("a2")]))
        }
        let (rows, answer) = try Sample.read(try feed(server))
        #expect(rows.of(.session).map { $0["id"] } == [.text("a0"), .text("a1"), .text("a2")])
        let asked = server.asked("Appointment").filter { $0.query("status").isEmpty }
        #expect(asked[0].query("date") == ["ge2026-10-10T04:00:00Z", "lt2027-02-23T05:00:00Z"])
        #expect(asked[0].query("_count") == ["100"])
        #expect(asked[1].target == "/fhir/Appointment?_getpages=%7Bx%7D&amp;o=0")
        #expect(
            answer.scopes.contains(
                .sessions(from: WallTime(seconds: 1_791_604_800), until: WallTime(seconds: 1_803_358_800))))
    }

    @Test func aLinkToAnotherServerIsNotFollowed() throws {
        let other = try ScriptedFHIR { _, _ in .json(Sample.bundle([])) }
        let server = try server { _, _ in .json(Sample.bundle([Sample.appointment("a1")], next: other.base)) }
        let error = try #require(failure { _ = try Sample.read(try feed(server) { $0.auth = .bearer("t") }) })
        #expect(error.kind == .badData && error.cause.contains("another server"))
        #expect(other.heard.isEmpty)
    }

    @Test(arguments: [400, 403, 404, 410, 500, 302])
    func aFailedPageVoidsTheRead(_ status: Int) throws {
        let server = try server { _, index in
            index == 0
                ? .json(Sample.bundle([Sample.appointment("secret-1")], next: "Appointment?p=2")) : .status(status)
        }
        let error = try #require(failure { _ = try Sample.read(try feed(server)) })
        #expect(error.subject.contains("Appointment, page 2"))
        #expect(!error.description.contains("secret-1") && !error.description.contains("p=2"))
    }

    @Test(arguments: [
        "", "<html>Sign in</html>", "[]", "{}", "{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Bundle\"",
    ])
    func aPageThatIsNoBundle(_ body: String) throws {
        let server = try server { _, _ in .json(body) }
        #expect(failure { _ = try Sample.read(try feed(server)) }?.kind == .badData)
    }

    @Test func pagesThatLeadBack() throws {
        let server = try server { _, index in
            .json(Sample.bundle([Sample.appointment("a\(index)")], next: "Appointment?p=\(index % 3)"))
        }
        #expect(failure { _ = try Sample.read(try feed(server)) }?.cause.contains("lead back") ?? false)
        let endless = try self.server { _, index in .json(Sample.bundle([], next: "Appointment?p=\(index)")) }
        let error = failure { _ = try Sample.read(try feed(endless) { $0.limits.pages = 20 }) }
        #expect(error?.cause.contains("too many pages") ?? false)
        #expect(endless.asked("Appointment").count == 20)
    }

    @Test func aHugePageIsRefused() throws {
        let server = try server { _, _ in .json(String(repeating: " ", count: 200_000)) }
        let error = failure { _ = try Sample.read(try feed(server) { $0.limits.pageBytes = 100_000 }) }
        #expect(error?.cause.contains("too large") ?? false)
        #expect(FHIRLimits().pageBytes == 32 << 20)
        let total = failure { _ = try Sample.read(try feed(server) { $0.limits.bytes = 100_000 }) }
        #expect(total?.cause.contains("too large") ?? false)
    }

    @Test func deepNestingIsRefusedAndNothingBreaks() throws {
        let deep = "{\"resourceType\":\"Bundle\",\"entry\":" + String(repeating: "[", count: 100_000)
        let server = try server { _, _ in .json(deep) }
        #expect(failure { _ = try Sample.read(try feed(server)) }?.kind == .badData)
    }

    @Test func outcomesAreNoAppointments() throws {
        let hint =
            """
            {"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}
            """
        let server = try server { _, _ in .json(Sample.bundle([hint, Sample.appointment("a1")])) }
        let (rows, answer) = try Sample.read(try feed(server))
        #expect(rows.of(.session).count == 1)
        #expect(answer.scopes.contains { if case .sessions = $0 { true } else { false } })
    }

    /// Nothing is taken for gone when the server says that it did not find everything.
    @Test func anOutcomeThatTellsOfAFailureMakesTheReadPartial() throws {
        let outcome =
            "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"timeout\"}]}"
        let server = try server { _, _ in .json(Sample.bundle([outcome, Sample.appointment("a1")])) }
        let feed = try feed(server)
        let (rows, answer) = try Sample.read(feed)
        #expect(rows.of(.session).count == 1)
        #expect(!answer.scopes.contains { if case .sessions = $0 { true } else { false } })
        #expect(feed.unavailable.contains { $0.hasPrefix("Appointment (not whole") })
    }

    @Test func aTotalThatWasNotReachedMakesTheReadPartial() throws {
        let server = try server { _, _ in .json(Sample.bundle([Sample.appointment("a1")], total: 2)) }
        let (_, answer) = try Sample.read(try feed(server))
        #expect(!answer.scopes.contains { if case .sessions = $0 { true } else { false } })
    }

    @Test func anIDOnTwoPagesIsOneRowAndTheNewerCounts() throws {
        let server = try server { _, index in
            let old = Sample.appointment("a1", "booked", more: ",\"meta\":{\"lastUpdated\":\"2026-11-24T10:00:00Z\"}")
            let new = Sample.appointment("a1", "noshow", more: ",\"meta\":{\"lastUpdated\":\"2026-11-24T14:59:00Z\"}")
            return index == 0 ? .json(Sample.bundle([new], next: "Appointment?p=2")) : .json(Sample.bundle([old]))
        }
        let (rows, _) = try Sample.read(try feed(server))
        #expect(rows.of(.session).map { $0["status"] } == [.text("missed")])
    }

    @Test func hostileTextStaysData() throws {
        let name = "\\u0000'; DROP TABLE client;--\\n\\u202e<script>"
        let server = try ScriptedFHIR { request, _ in
            switch request.path {
            case "/fhir/Appointment" where request.query("status").isEmpty:
                .json(Sample.bundle([Sample.appointment("a'1", "x\\ny", client: "p/../1")]))
            case "/fhir/Patient":
                .json(Sample.bundle(["{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"text\":\"\(name)\"}]}"]))
            default: .json(Sample.bundle([]))
            }
        }
        let (rows, _) = try Sample.read(try feed(server))
        #expect(rows.of(.session).first?["status"] == .text("x\ny"), "a status that nobody mapped")
        guard case .text(let text)? = rows.of(.client).first?["name"] else {
            Issue.record("no name")
            return
        }
        #expect(text.contains("DROP TABLE") && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
    }

    // MARK: Rest and retries

    @Test(arguments: [429, 503])
    func retryAfterIsHonoured(_ status: Int) throws {
        let server = try server { _, index in
            index < 2 ? .status(status, headers: ["Retry-After: 7"]) : .json(Sample.bundle([Sample.appointment("a1")]))
        }
        #expect(try Sample.read(try feed(server)).rows.of(.session).count == 1)
        #expect(wait.seconds == [7, 7])
    }

    /// Over all pages: a read that waits a little at each would hold up everything else.
    @Test func theWaitingOfAReadIsBounded() throws {
        let server = try server { _, index in
            index % 2 == 0
                ? .status(429, headers: ["Retry-After: 7"])
                : .json(Sample.bundle([], next: "Appointment?p=\(index)"))
        }
        let error = try #require(failure { _ = try Sample.read(try feed(server)) })
        #expect(error.cause.contains("not to be read before"))
        #expect(wait.seconds == [7, 7])
    }

    @Test func aLongRestEndsTheReadAndTheNextOnesUntilItIsOver() throws {
        let server = try server { _, index in
            index == 0 ? .status(429, headers: ["Retry-After: 300"]) : .json(Sample.bundle([]))
        }
        let clock = ManualClock(Sample.now)
        let feed = try feed(server, clock: clock)
        let error = try #require(failure { _ = try Sample.read(feed) })
        #expect(error.kind == .unavailable && error.retry && error.cause.contains("2026-11-24T15:05:00Z"))
        let heard = server.heard.count
        clock.pass(seconds: 299)
        #expect(failure { _ = try Sample.read(feed) } == nil ? false : true)
        #expect(server.heard.count == heard, "not a request")
        clock.pass(seconds: 1)
        _ = try Sample.read(feed)
        #expect(wait.seconds.isEmpty)
    }

    @Test func aServerErrorIsTriedOnceMore() throws {
        let once = try server { _, index in index == 0 ? .status(502) : .json(Sample.bundle([])) }
        _ = try Sample.read(try feed(once))
        let always = try server { _, _ in .status(500) }
        let error = try #require(failure { _ = try Sample.read(try feed(always)) })
        #expect(error.kind == .unavailable && error.retry)
        #expect(always.asked("Appointment").count == 2)
    }

    @Test func aFixedTokenThatIsRefusedIsNotTriedAgain() throws {
        let server = try server { _, _ in .status(401) }
        let error = try #require(failure { _ = try Sample.read(try feed(server) { $0.auth = .bearer("top-secret") }) })
        #expect(error.kind == .permission && !error.description.contains("top-secret"))
        #expect(server.asked("Appointment").count == 1)
        #expect(server.asked("Appointment")[0].headers["authorization"] == "Bearer top-secret")
    }

    @Test func nobodyThere() throws {
        var settings = FHIRSettings(
            base: try FHIRBase("http://127.0.0.1:\(try TCPPeer.closedPort())/fhir"), zone: Sample.zone)
        settings.network.timeoutSeconds = 2
        let feed = try FHIRFeed(settings, clock: ManualClock(Sample.now), waiting: wait)
        let error = try #require(failure { _ = try Sample.read(feed) })
        #expect(error.kind == .unavailable && error.retry)
    }

    @Test func settingsThatCannotHold() throws {
        let server = try server { _, _ in .status(500) }
        for change in [{ $0.overlapMinutes = 4 }, { $0.pageCount = 0 }, { $0.daysBack = 0 }]
            as [(inout FHIRSettings) -> Void]
        {
            #expect(failure { _ = try feed(server, change) }?.kind == .configuration)
        }
    }
}
