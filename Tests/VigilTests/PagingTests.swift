import Foundation
import Testing
import VigilSQL
import VigilTestKit

extension InUse {
    /// A follow-up to make now, from the store's row to a person's acknowledgement, with the real program and real peers.
    @Suite struct PagingTests {
        /// Seconds from the commit that asks for a page to its first try, and until a provider took it.
        private func delays(_ practice: PagedPractice) throws -> (tried: Int, taken: Int) {
            let tried = try practice.folder.ledgerCount(
                """
                SELECT min(s.started_at) - min(p.made_at) FROM page p JOIN delivery d ON d.key = p.key
                JOIN send_attempt s ON s.delivery = d.id WHERE p.number = 1
                """)
            let taken = try practice.folder.ledgerCount(
                """
                SELECT min(d.ended_at) - min(p.made_at) FROM page p JOIN delivery d ON d.key = p.key
                WHERE p.number = 1 AND d.state = 'sent'
                """)
            return (tried, taken)
        }

        @Test(.timeLimit(.minutes(2))) func aPageArrivesAndIsAcknowledged() async throws {
            let practice = try await PagedPractice()
            let daemon = try await practice.start()
            try await daemon.polled()
            try practice.missUrgently()
            let page = try await eventually("a page") { practice.heard("page").first }
            _ = try await eventually("its settling") {
                try practice.folder.ledgerCount(
                    "SELECT count(*) FROM delivery WHERE purpose = 'page' AND state = 'sent'") > 0
                    ? true : nil
            }
            let delays = try delays(practice)
            LoudLine.figure(
                "PagingTests: first page tried \(delays.tried) s and taken \(delays.taken) s after the commit")
            #expect(delays.tried <= 2 && delays.taken <= 2)

            // Nothing of the client, and the link that the page is to have.
            let id = try #require(page["follow_up"].text)
            #expect(page["text"].text == "vigil: 1 follow-up to make now. Open https://vigil.example.org/f/\(id)")
            #expect(!practice.peer.heard.joined().contains("Name of"))

            let code = try #require(page["code"].text)
            try await acknowledge(practice, code: code)
            // No new page, and who keeps it open over there is told.
            _ = try await eventually("the settled message") { practice.heard("settled").first }
            #expect(practice.heard("settled").first?["key"] == page["key"])
            let pages = try await practice.folder.json("oncall", "pages")["pages"].items
            #expect(pages.map { $0["state"].text } == ["acknowledged"])
            #expect(pages.first?["acknowledged_by"].text == "lead")
            #expect(pages.first?["id"].text == id)
            let attempt = try await practice.folder.vigil("queue", "record", id, "--outcome", "reached")
            #expect(attempt.exit == .status(0), "\(attempt.errors)")
            #expect(try await practice.folder.json("oncall", "pages")["pages"].items.isEmpty, "in a person's hands")
            #expect(practice.heard("page").count == 1)
            try await practice.verify("acknowledged")
            #expect(try await daemon.stop() == .status(0))
        }

        /// POST takes the code, once; GET never does; a wrong one tells nothing.
        private func acknowledge(_ practice: PagedPractice, code: String) async throws {
            let url = "http://127.0.0.1:\(practice.acknowledgePort)/v1/acknowledge"
            func curl(_ arguments: String...) async throws -> String {
                try await VigilProcess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"] + arguments + [url])
                    .output
            }
            #expect(try await curl() == "405", "mail programs fetch every link")
            #expect(try await curl("-G", "-d", "code=\(code)") == "405")
            #expect(try await curl("-d", "code=0000000000000000") == "409")
            #expect(try await curl("-d", "code=") == "400")
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM paging WHERE state = 'paging'") == 1)
            #expect(try await curl("-d", "code=\(code)") == "200")
            #expect(try await curl("-d", "code=\(code)") == "409", "used up")
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM paging WHERE state = 'acknowledged'") == 1)
        }

        /// The first channel refuses, hangs, or answers with an error: the next one has the page within a minute.
        @Test(.timeLimit(.minutes(3)), arguments: ["refuses", "hangs", "fails"])
        func theNextChannelHasItWithinAMinute(_ fault: String) async throws {
            let practice = try await PagedPractice(
                fault == "fails" ? .answer(status: 500) : .hang, port: fault == "refuses" ? TCPPeer.closedPort() : nil)
            let daemon = try await practice.start()
            try await daemon.polled()
            try practice.missUrgently()
            let (file, page) = try await eventually("a page by the second channel", within: .seconds(70)) {
                practice.files("pages").first
            }
            let delays = try delays(practice)
            let first = try practice.folder.ledgerRows(
                "SELECT outcome FROM send_attempt ORDER BY delivery, number LIMIT 1")
            LoudLine.figure(
                "PagingTests: \(fault): taken by the next channel \(delays.taken) s after the commit; the first said \(first)"
            )
            #expect(delays.taken <= 60)
            #expect(page["type"].text == "page")
            #expect(page["key"].text == file)
            // The same key as through the first (I13).
            let keys = try practice.folder.ledgerRows("SELECT DISTINCT key FROM delivery WHERE purpose = 'page'")
            #expect(keys == [file])
            try await practice.verify("\(fault)")
            #expect(try await daemon.stop() == .status(0))
        }

        /// In shadow nobody is paged, and the banner says so; from approval on the same follow-up is.
        @Test(.timeLimit(.minutes(2))) func approvalBeginsPaging() async throws {
            let practice = try await PagedPractice()
            let approved = try String(contentsOfFile: practice.folder.policyPath, encoding: .utf8)
            // An edit of a rule voids the approval.
            try practice.folder.write(
                approved.replacing("notice_hours: 24", with: "notice_hours: 25"), to: "policy.yaml")
            var daemon = try await practice.start()
            try await daemon.polled()
            try practice.missUrgently()
            try await daemon.polledAfresh()
            #expect(try await practice.folder.json("status")["shadow"].bool == true)
            #expect(practice.heard.isEmpty)
            _ = try await eventually("the operator's message") {
                practice.files("boxes").values.contains { $0["alert"].text == "shadow_mode" } ? true : nil
            }
            #expect(try await daemon.stop() == .status(0))
            try practice.folder.write(approved, to: "policy.yaml")
            daemon = try await practice.start()
            _ = try await eventually("a page") { practice.heard("page").first }
            try await practice.verify("approved")
            #expect(try await daemon.stop() == .status(0))
        }

        /// Rows of one paging that do not fit must not keep the daemon from starting: everybody else is paged.
        @Test(.timeLimit(.minutes(2))) func oneBrokenPagingDoesNotStopTheStart() async throws {
            let practice = try await PagedPractice()
            let first = try await practice.start()
            try await first.polled()
            try practice.missUrgently("one")
            _ = try await eventually("a page") { practice.heard("page").first }
            #expect(try await first.stop() == .status(0))
            let ledger = try SQLiteDatabase(path: practice.folder.ledgerPath, mode: .ledger)
            try ledger.write {
                try $0.execute(
                    script: """
                        INSERT INTO page (key, paging, number, step, target, person, made_at, code)
                            SELECT key || 'X', paging, 2, 0, 'on_call', 'lead', 0, 'X' FROM page WHERE number = 1;
                        UPDATE paging SET due_at = due_at - 3600;
                        """)
            }
            try ledger.close()
            let second = try await practice.start()
            try await second.polled()
            try practice.missUrgently("two")
            _ = try await eventually("the other's page") {
                Set(practice.heard("page").map { $0["follow_up"] }).count == 2 ? true : nil
            }
            _ = try await eventually("the operator's message", within: .seconds(90)) {
                practice.files("boxes").values.contains { $0["alert"].text == "timer_repaired" } ? true : nil
            }
            #expect(try await second.stop() == .status(0))
        }

        @Test(.timeLimit(.minutes(2))) func oncallCommands() async throws {
            let practice = try await PagedPractice()
            let daemon = try await practice.start()
            try await daemon.polled()
            let who = try await practice.folder.json("oncall", "who")
            #expect(who["on_call"]["person"].text == "lead")
            #expect(who["on_call"]["source"].text == "always")
            #expect(try await practice.folder.vigil("oncall", "gaps", "--days", "90").exit == .status(0))
            let wrong = try await practice.folder.vigil(
                "oncall", "swap", "ben", "--from", "2026-13-01T09:00", "--until", "2026-12-02T09:00")
            #expect(wrong.exit == .status(64), "\(wrong.errors)")
            let swapped = try await practice.folder.vigil(
                "oncall", "swap", "ana", "--from", "2036-12-01T09:00", "--until", "2036-12-02T09:00")
            #expect(swapped.exit == .status(0), "\(swapped.errors)")
            let then = try await practice.folder.json("oncall", "who", "--at", "2036-12-01T12:00")
            #expect(then["on_call"]["person"].text == "ana")
            #expect(then["on_call"]["source"].text == "override")
            let tested = try await practice.folder.vigil("channel", "test", "hook")
            #expect(tested.exit == .status(0), "\(tested.output)")
            #expect(practice.heard("test_page").count == 1)
            #expect(try await practice.folder.vigil("channel", "test", "nothing").exit == .status(1))
            #expect(try await practice.folder.vigil("oncall", "acknowledge", "0000000000000000").exit == .status(1))
            #expect(try await daemon.stop() == .status(0))
            // While the daemon is down the schedule still answers.
            let down = try await practice.folder.json("oncall", "who", "--at", "2036-12-01T12:00")
            #expect(down["on_call"]["person"].text == "ana")
            #expect(down["pages_nobody"].bool == true)
        }

        /// A gap is an error of the configuration, and at run time a named person is paged.
        @Test(.timeLimit(.minutes(2))) func aGapIsAnErrorAndFallsBack() async throws {
            let practice = try await PagedPractice()
            try practice.folder.write(
                """
                version: vigil.oncall/1
                zone: America/New_York
                on_call:
                  layers:
                    - {id: long-ago, people: [ana], rotation: {every: 1, unit: weeks, at: "09:00", from: 2099-01-05}}
                """, to: "oncall.yaml")
            let checked = try await practice.folder.vigil("config", "check")
            #expect(checked.exit == .status(78))
            #expect(checked.errors.contains("nobody is on call"))
            let daemon = try await practice.start()
            try await daemon.polled()
            #expect(try await practice.folder.vigil("oncall", "gaps").exit == .status(1))
            try practice.missUrgently()
            _ = try await eventually("a page to the fallback") { practice.heard("page").first }
            #expect(try practice.folder.ledgerRows("SELECT person FROM page") == ["lead"])
            _ = try await eventually("the operator's message") {
                practice.files("boxes").values.contains { $0["alert"].text == "schedule_gap" } ? true : nil
            }
            #expect(try await daemon.stop() == .status(0))
        }
    }
}

extension InUse {
    /// Nothing of a client leaves by any channel (I20).
    @Suite(.enabled(if: ShiftedClock.isUsable)) struct MessagePrivacyTests {
        @Test(.timeLimit(.minutes(3))) func noChannelCarriesClientData() async throws {
            let practice = try await PagedPractice()
            let clock = try await ShiftedClock(folder: practice.folder.path)
            let daemon = try await practice.start(environment: clock.environment)
            try await daemon.polled()
            try practice.folder.changeStore(CanaryStore.script())
            _ = try await eventually("pages") { practice.heard("page").count > 1 ? true : nil }
            // Digests, expiring steps, operator alerts: two days on, hour by hour.
            for hour in stride(from: 1, through: 48, by: 6) {
                try clock.set(seconds: hour * 3_600)
                try await daemon.polledAfresh()
            }
            _ = try await eventually("a digest") {
                practice.files("boxes").values.contains { $0["type"].text == "digest" } ? true : nil
            }
            let out = practice.peer.heard.joined() + "\(practice.files("boxes"))" + "\(practice.files("pages"))"
            #expect(out.count > 2_000, "there is something to look through")
            for mark in [CanaryStore.mark, CanaryStore.noteMark] {
                #expect(!out.contains(mark), "a mark of the store has left")
            }
            let outbox = try practice.folder.ledgerRows("SELECT message FROM delivery")
            #expect(outbox.allSatisfy { !$0.contains(CanaryStore.mark) })
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
