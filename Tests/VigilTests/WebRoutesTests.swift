import Foundation
import Testing

extension InUse {
    /// What the pages rest on, asked for over the local socket by people of every role.
    @Suite(.enabled(if: OtherAccounts.areUsable)) struct WebRoutesTests {
        private static let people: [PracticeFolder.Person] = [
            .lead, .init(id: "desk", role: "care_coordinator", account: OtherAccounts.frontDesk),
            .init(id: "therapist2", role: "therapist", account: OtherAccounts.therapist, therapist: "T2"),
            .init(id: "oncall", role: "on_call", account: OtherAccounts.onCall),
            .init(id: "admin", role: "admin", account: OtherAccounts.administrator),
        ]

        private func withDaemon(_ body: (PracticeFolder, RunningDaemon) async throws -> Void) async throws {
            let practice = try PracticeFolder(people: Self.people)
            try practice.changeStore(SmallPractice.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            try await daemon.ready()
            try await body(practice, daemon)
            if daemon.process.exit == nil { #expect(try await daemon.stop() == .status(0)) }
            #expect(try LedgerPromises.faults(of: practice) == [])
        }

        private func id(_ client: String, _ practice: PracticeFolder) throws -> String {
            try #require(try practice.ledgerRows("SELECT id FROM follow_up WHERE client = '\(client)'").first)
        }

        /// A request as the account of the tests, and the status and body of its answer.
        private func ask(
            _ practice: PracticeFolder, _ line: String, ifMatch: String? = nil, _ body: String = "{}"
        ) throws -> (status: String, body: String) {
            let condition = ifMatch.map { "If-Match: \($0)\r\n" } ?? ""
            let text =
                "\(line) HTTP/1.1\r\nHost: localhost\r\n\(condition)Content-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n\(body)"
            let answer = String(
                decoding: try RawExchange.send(Array(text.utf8), to: .socket(practice.socketPath)), as: UTF8.self)
            return (String(answer.dropFirst(9).prefix(3)), answer)
        }

        @Test(.timeLimit(.minutes(3))) func whatHasChangedMeanwhileIsSaid() async throws {
            try await withDaemon { practice, _ in
                let id = try id("routine1", practice)
                let seen = try #require(
                    try await practice.json("queue", "list")["follow_ups"].items
                        .first { $0["id"].text == id }?["version"].int)
                let shown = try await practice.json("queue", "show", id)["follow_up"]["version"].int
                #expect(shown == seen)
                let note = #"{"reason":"kept_session","note":"secret words"}"#
                let close = "POST /v1/follow-ups/\(id)/close"
                let rehearsed = try ask(practice, close + "?dry_run=true", ifMatch: "\"\(seen)\"", note)
                #expect(rehearsed.status == "200", "\(rehearsed.body)")
                #expect(try ask(practice, "POST /v1/follow-ups/\(id)/take", ifMatch: "\"\(seen)\"").status == "200")
                let before = try LedgerPromises.rowCounts(of: practice)
                let second = try ask(practice, close, ifMatch: "\"\(seen)\"", note)
                #expect(second.status == "412")
                #expect(second.body.contains(#""kind":"conflict""#))
                #expect(second.body.contains("it has changed meanwhile: lead, follow up taken"), "\(second.body)")
                #expect(!second.body.contains("secret"))
                #expect(try LedgerPromises.rowCounts(of: practice) == before)
                for spoilt in ["*", "7", "\"x\"", "W/\"1\""] {
                    #expect(try ask(practice, close, ifMatch: spoilt, note).status == "400", "\(spoilt)")
                }
                let now = try await practice.json("queue", "show", id)["follow_up"]["version"].int ?? 0
                #expect(try ask(practice, close, ifMatch: "\"\(now)\"", note).status == "200")
            }
        }

        @Test(.timeLimit(.minutes(3))) func remindMeLater() async throws {
            try await withDaemon { practice, _ in
                let (routine, urgent) = (try id("routine1", practice), try id("urgent", practice))
                let snooze = ["queue", "snooze", routine, "--for", "2h"]
                #expect(try await practice.vigil(snooze).exit == .status(64), "needs a reason")
                let rehearsed = try await practice.vigil(snooze + ["--note", "-", "--dry-run"], input: "Rings at 3.")
                #expect(rehearsed.exit == .status(0) && rehearsed.output.hasPrefix("This would be done"))
                #expect(try await practice.json("queue", "show", routine)["follow_up"]["remind_at"].isNone)
                let done = try await practice.json(
                    snooze + ["--note", "-"], as: OtherAccounts.frontDesk, input: "Rings at 3.")
                #expect(done["follow_up"]["remind_words"].text?.hasSuffix(": Rings at 3.") == true)
                let rows = try await practice.json("queue", "list")["follow_ups"].items
                #expect(rows.map { $0["id"].text } == [urgent, try id("routine2", practice), routine])
                #expect(rows.last?["remind_words"].text?.hasPrefix("put off until ") == true)
                #expect(rows.last?["remind_words"].text?.contains("Rings") == false)
                #expect(rows.last?["remind_at"].text != nil && rows.first?["remind_at"].isNone == true)
                let hurry = try await practice.vigil(
                    ["queue", "snooze", urgent, "--for", "10m", "--note", "-"], input: "later")
                #expect(hurry.exit == .status(1) && hurry.errors.contains("is not put off"), "\(hurry.errors)")
                for (time, words) in [("2099-12-24T17:00", "after its deadline"), ("2020-12-24T17:00", "has passed")] {
                    let answer = try await practice.vigil(
                        ["queue", "snooze", routine, "--until", time, "--note", "-"], input: "later")
                    #expect(answer.exit != .status(0) && answer.errors.contains(words), "\(answer.errors)")
                }
                let foreign = ["queue", "snooze", routine, "--for", "1h", "--note", "-"]
                #expect(
                    try await practice.vigil(foreign, as: OtherAccounts.therapist, input: "n").exit == .status(1))
                #expect(
                    try await practice.vigil(foreign, as: OtherAccounts.administrator, input: "n").exit == .status(4))
                #expect(try await practice.vigil("queue", "take", routine).exit == .status(0))
                #expect(try await practice.json("queue", "show", routine)["follow_up"]["remind_at"].isNone)
            }
        }

        @Test(.timeLimit(.minutes(3))) func aYearOfSessionsOnlyWithReveal() async throws {
            try await withDaemon { practice, _ in
                let id = try id("routine1", practice)
                let plain = try await practice.json("queue", "show", id)
                #expect(plain["attendance"].items.isEmpty && plain["safety_plan"].text == "")
                #expect(plain["next_booked"].isNone)
                let shown = try await practice.json("queue", "show", id, "--reveal")
                let kinds = shown["attendance"].items.compactMap { $0["kind"].text }
                #expect(kinds == Array(repeating: "attended", count: 12) + ["missed"])
                let times = shown["attendance"].items.compactMap { $0["started_at"].text }
                #expect(times == times.sorted() && times.count == 13)
                #expect(shown["safety_plan"].text == "a safety plan is on file")
                #expect(shown["next_booked"].text?.hasPrefix("next session booked: ") == true)
                try FileManager.default.moveItem(atPath: practice.storePath, toPath: practice.storePath + ".away")
                let blind = try await practice.json("queue", "show", id, "--reveal")
                #expect(blind["attendance"].items.isEmpty)
                #expect(blind["safety_plan"].text?.hasPrefix("not known whether") == true)
                #expect(blind["next_booked"].text?.hasPrefix("not known") == true)
                try FileManager.default.moveItem(atPath: practice.storePath + ".away", toPath: practice.storePath)
            }
        }

        @Test(.timeLimit(.minutes(3))) func consideredCaseloadAndAuditByRole() async throws {
            try await withDaemon { practice, _ in
                let considered = try await practice.json("queue", "considered")
                #expect(considered["schema"].text == "vigil.considered/1")
                #expect(considered["truncated"].bool == false)
                let rows = considered["sessions"].items
                #expect(rows.compactMap { $0["therapist"].text } == ["Therapist One", "Therapist Two"])
                #expect(rows.allSatisfy { $0["client"].isNone && $0["tier"].text == "routine" })
                #expect(rows.allSatisfy { !$0["factors"].items.isEmpty && $0["follow_up"].text != nil })
                let named = try await practice.json("queue", "considered", "--reveal")["sessions"].items
                #expect(named.first?["client"]["name"].text == "Name of routine1")
                let early = try await practice.json("queue", "considered", "--from", "2020-01-01", "--to", "2020-01-02")
                #expect(early["sessions"].items.isEmpty)
                #expect(try await practice.vigil("queue", "considered").output.contains("not known:"))

                let load = try ask(practice, "GET /v1/caseload", "")
                #expect(load.status == "200" && load.body.contains(#""schema":"vigil.caseload/1""#))
                #expect(load.body.contains("Therapist One") && load.body.contains(#""open":3"#))

                #expect(try ask(practice, "GET /v1/audit/rows", "").status == "403")
                let audit = try await practice.json("audit", "show", "--limit", "5", as: OtherAccounts.administrator)
                #expect(audit["schema"].text == "vigil.audit_rows/1")
                let numbers = audit["rows"].items.compactMap { $0["sequence"].int }
                #expect(numbers.count == 5 && numbers == numbers.sorted(by: >))
                let next = try #require(audit["next"].int)
                let more = try await practice.json(
                    "audit", "show", "--limit", "500", "--before", "\(next)", as: OtherAccounts.administrator)
                #expect(more["rows"].items.first?["sequence"].int == next - 1)
                #expect(more["next"].isNone)
                let subjects = Set(more["rows"].items.compactMap { $0["subject"].text })
                #expect(subjects.contains("session"))
                // No id of the store, though the ledger's own rows hold them.
                #expect(try practice.ledgerCount("SELECT count(*) FROM audit WHERE subject LIKE '%routine1-3%'") > 0)
                #expect(subjects.allSatisfy { !$0.contains("routine") && !$0.contains("urgent") })

                for account in [OtherAccounts.frontDesk, OtherAccounts.therapist, OtherAccounts.onCall] {
                    #expect(try await practice.vigil("queue", "considered", as: account).exit == .status(4))
                    #expect(try await practice.vigil("audit", "show", as: account).exit == .status(4))
                }
                #expect(
                    try await practice.vigil("queue", "considered", as: OtherAccounts.administrator).exit == .status(4))
                #expect(try await practice.vigil("audit", "show", as: OtherAccounts.stranger).exit == .status(77))
            }
        }

        @Test(.timeLimit(.minutes(3))) func theListForPaper() async throws {
            try await withDaemon { practice, daemon in
                let ids = try practice.ledgerRows("SELECT id FROM follow_up")
                func check(_ text: String, _ what: String) {
                    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                    #expect(lines.allSatisfy { $0.count <= 80 }, "\(what)")
                    for id in ids { #expect(text.contains(id), "\(what)") }
                    #expect(text.contains("!! CONTACT NOW") && text.contains("-  ROUTINE FOLLOW-UP"), "\(what)")
                    #expect(text.contains("contact by ") && text.contains("who has it: ") && text.contains("____"))
                    #expect(text.contains("It cannot tell who will come to harm."), "\(what)")
                    #expect(!text.contains(" left"), "\(what): relative times are wrong soon")
                }
                let plain = try await practice.vigil("queue", "print")
                check(plain.output, "running")
                #expect(!plain.output.contains("Name of"))
                #expect(try await practice.vigil("queue", "print", "--reveal").output.contains("Name of urgent"))
                let therapist = try await practice.vigil("queue", "print", as: OtherAccounts.therapist).output
                #expect(ids.count { therapist.contains($0) } == 1)

                #expect(try await daemon.stop() == .status(0))
                let down = try await practice.vigil("queue", "print")
                check(down.output, "down")
                #expect(down.output.contains("The daemon is down") && !down.output.contains("Name of"))
                let named = try await practice.vigil("queue", "print", "--reveal")
                #expect(named.output.contains("Name of urgent") && named.errors.contains("not in the audit"))
                try FileManager.default.moveItem(atPath: practice.storePath, toPath: practice.storePath + ".away")
                let blind = try await practice.vigil("queue", "print", "--reveal")
                check(blind.output, "without the store")
                #expect(blind.exit == .status(0) && !blind.output.contains("Name of"))
                try FileManager.default.moveItem(atPath: practice.storePath + ".away", toPath: practice.storePath)
            }
        }
    }
}
