import Foundation
import HTTPTypes
import Testing
import VigilCore
import VigilTestKit

@testable import VigilWeb

extension InUse {
    /// The pages against somebody who means harm: what ux.md promises, tried at the real program.
    @Suite struct SiteTests {
        // MARK: Who may go where

        /// Every route as every role and as nobody: the table of ACCESS.md, and 404 for what is not theirs.
        @Test(.timeLimit(.minutes(6))) func everyRouteAsEveryRole() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let ids = ["urgent", "routine1", "routine2"]
            let followUps = try Dictionary(uniqueKeysWithValues: ids.map { ($0, try practice.followUp($0)) })
            func path(_ route: String) -> String {
                route.replacingOccurrences(of: "/f/:id", with: "/f/\(followUps["urgent"] ?? "")")
                    .replacingOccurrences(of: ":person", with: "nobody-here")
                    .replacingOccurrences(of: ":id", with: "0123456789ABCDEF")
            }
            let nobody = SiteVisitor(port: practice.port)
            for route in Site.routes where route.place != nil {
                let answer =
                    route.method == .get ? try nobody.get(path(route.path)) : try nobody.post(path(route.path), [:])
                // Signing out without being in leads to the sign-in.
                let expected = route.path == "/sign-out" ? 303 : 401
                #expect(answer.status == expected, "\(route.method) \(route.path) as nobody")
                #expect(!answer.body.contains("Name of"), "\(route.path)")
            }
            for person in SitePractice.people {
                let visitor = try await practice.visitor(person.id)
                let role = try #require(Role(rawValue: person.role))
                let token = try visitor.token()
                for route in Site.routes
                where route.place != nil && !["/sign-out", "/session/extend"].contains(route.path) {
                    let place = try #require(route.place)
                    let answer =
                        route.method == .get
                        ? try visitor.get(path(route.path)) : try visitor.post(path(route.path), ["token": token])
                    let isRefused = answer.status == 403
                    #expect(
                        isRefused == !place.roles.contains(role),
                        "\(person.id) \(route.method) \(route.path): \(answer.status)")
                    if isRefused { #expect(!answer.body.contains("Name of"), "\(person.id) \(route.path)") }
                    #expect(answer.status != 500, "\(person.id) \(route.method) \(route.path)")
                }
                try matrixOfObjects(person, visitor, token, followUps)
            }
            try await practice.stop()
        }

        /// What is not theirs answers as what does not exist.
        private func matrixOfObjects(
            _ person: PracticeFolder.Person, _ visitor: SiteVisitor, _ token: String, _ followUps: [String: String]
        ) throws {
            let visible: Set<String> =
                switch person.id {
                case "lead": ["urgent", "routine1", "routine2"]
                case "therapist1": ["urgent", "routine1"]
                case "therapist2": ["routine2"]
                case "desk": ["routine1", "routine2"]
                case "oncall": ["urgent"]
                default: []
                }
            guard !visible.isEmpty else { return }
            let unknown = try visitor.get("/f/0123456789ABCDEF")
            for (client, id) in followUps {
                let answer = try visitor.get("/f/\(id)")
                #expect((answer.status == 200) == visible.contains(client), "\(person.id) \(client)")
                guard answer.status != 200 else { continue }
                #expect(answer.status == 404 && answer.body == unknown.body, "\(person.id) \(client)")
                let act = try visitor.post("/f/\(id)/take", ["token": token])
                #expect(act.status == 404 || act.status == 403, "\(person.id) \(client)")
            }
            let list = try visitor.get("/queue?show=all")
            for (client, id) in followUps {
                #expect(list.body.contains(id) == visible.contains(client), "\(person.id) \(client)")
            }
        }

        // MARK: Headers, forms, sessions

        @Test(.timeLimit(.minutes(3))) func headersOfEveryAnswer() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let visitor = try await practice.visitor("lead")
            let id = try practice.followUp("urgent")
            let answers = [
                try visitor.get("/queue"), try visitor.get("/f/\(id)"), try visitor.get("/nowhere"),
                try visitor.get("/people"), try visitor.get("/f/x"), try visitor.post("/queue", [:]),
                try visitor.act("/f/\(id)/close", ["reason": "declined"]), try visitor.get("/assets/vigil.css"),
                try visitor.get("/sign-in"), try visitor.get("/%2e%2e/etc/passwd"),
                try visitor.get("/considered?from=x"),
                try SiteVisitor(port: practice.port).get("/queue"),
            ]
            #expect(Set(answers.map(\.status)) == [200, 400, 401, 403, 404, 303, 422], "\(answers.map(\.status))")
            for answer in answers {
                for (name, value) in SecurityHeaders.headers {
                    #expect(answer[name] == value, "\(answer.status) \(name)")
                }
                let isAsset = answer.body.contains("One stylesheet")
                #expect((answer["cache-control"] == "no-store") == !isAsset, "\(answer.status)")
                #expect(answer["server"] == nil)
            }
            let set = try #require(try visitor.signIn("lead").all("set-cookie").last)
            for part in ["__Host-vigil=", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                #expect(set.contains(part), "\(part)")
            }
            #expect(!set.contains("Domain"))
            try await practice.stop()
        }

        /// A form from elsewhere changes nothing, however it comes.
        @Test(.timeLimit(.minutes(3))) func formsFromElsewhere() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let visitor = try await practice.visitor("lead")
            let token = try visitor.token()
            let path = "/f/\(try practice.followUp("routine1"))/take"
            let origin = "http://127.0.0.1:\(practice.port)"
            let foreign: [[String: String]] = [
                [:], ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
                ["Origin": "https://evil.example"], ["Origin": "null"],
                ["Origin": origin, "Sec-Fetch-Site": "cross-site"],
            ]
            for headers in foreign {
                #expect(try visitor.post(path, ["token": token], headers: headers).status == 403, "\(headers)")
                #expect(
                    try SiteVisitor(port: practice.port).post("/sign-in", ["name": "lead"], headers: headers).status
                        == 403)
            }
            for wrong in ["", "x", String(token.dropLast()), try await practice.visitor("desk").token()] {
                #expect(try visitor.post(path, ["token": wrong]).status == 403)
            }
            #expect(try visitor.get(path).status == 404)
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM follow_up WHERE taken_by IS NOT NULL") == 0)
            // An older browser sends Origin alone.
            let seen = try #require(try visitor.get(String(path.dropLast("/take".count))).hidden("version"))
            #expect(
                try visitor.post(path, ["token": token, "version": seen], headers: ["Origin": origin]).status == 303)
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM follow_up WHERE taken_by = 'lead'") == 1)
            try await practice.stop()
        }

        @Test(.timeLimit(.minutes(3))) func sessionsAreTheirOwn() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let lead = try await practice.visitor("lead")
            let first = try #require(lead.cookie)
            // A cookie that somebody brings is not taken over at a sign-in, and the old one ends.
            #expect(try lead.signIn("lead").status == 303)
            #expect(lead.cookie != first)
            let old = SiteVisitor(port: practice.port)
            old.cookie = first
            #expect(try old.get("/queue").status == 401)
            old.cookie = "__Host-vigil=\(String(repeating: "A", count: 43))"
            #expect(try old.get("/queue").status == 401)
            // What the ledger holds opens nothing.
            let stored = try practice.folder.ledgerRows("SELECT hex(key) FROM web_session")
            #expect(stored.count == 1)
            #expect(
                try !practice.folder.ledgerRows("SELECT hex(key) || form_token FROM web_session").contains {
                    $0.contains(first.dropFirst(13))
                })
            // Signing out ends it everywhere.
            let copy = SiteVisitor(port: practice.port)
            copy.cookie = lead.cookie
            #expect(try lead.act("/sign-out").status == 303)
            #expect(try copy.get("/queue").status == 401)
            // Switched off: at once.
            let desk = try await practice.visitor("desk")
            #expect(try desk.get("/queue").status == 200)
            #expect(try await practice.folder.vigil("user", "disable", "desk").exit == .status(0))
            #expect(try desk.get("/queue").status == 401)
            #expect(try desk.signIn("desk").status == 401)
            // Somebody else's link: an id that nobody has, and a role that may not.
            #expect(try await practice.folder.vigil("user", "add", "nobody-here").exit == .status(1))
            try await practice.stop()
        }

        @Test(.timeLimit(.minutes(4))) func guessing() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let visitor = try await practice.visitor("lead")
            let guesser = SiteVisitor(port: practice.port)
            func milliseconds(_ name: String) throws -> Double {
                let began = ContinuousClock.now
                #expect(try guesser.signIn(name, password: "wrong", code: "000000").status == 401)
                return (ContinuousClock.now - began) / .milliseconds(1)
            }
            // One who is there and one who is not cost the same: both are hashed. Medians, since machines are noisy.
            let known = try (1...5).map { _ in try milliseconds("lead") }.sorted()[2]
            let unknown = try (1...5).map { try milliseconds("nobody\($0)") }.sorted()[2]
            print("SiteTests: a wrong try takes \(Int(known)) ms for a person, \(Int(unknown)) ms for nobody")
            #expect(unknown > known / 3 && known > unknown / 3)
            // The sixth is not looked at, the right one neither; who is in stays in.
            #expect(try visitor.signIn("lead").status == 429)
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM audit WHERE act = 'sign_in_blocked'") == 1)
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM audit WHERE act = 'sign_in_failed'") == 4)
            #expect(try visitor.get("/queue").status == 200)
            try await practice.stop()
        }

        // MARK: What people and stores write

        /// Text that would be markup, in every field of the store and of the forms, is text in every page.
        @Test(.timeLimit(.minutes(3))) func hostileTextIsText() async throws {
            let evil = "\"\u{301}><script>x()</script><img src=x onerror=y>{{token}}</textarea>"
            let quoted = evil.replacingOccurrences(of: "'", with: "''")
            let practice = try SitePractice(
                script: SmallPractice.script()
                    + """
                    UPDATE client SET name = '\(quoted)' || id, phone = '\(quoted)', contact_preference = '\(quoted)',
                        safe_to_call = 0;
                    UPDATE therapist SET name = '\(quoted)';
                    """)
            try await practice.start()
            let visitor = try await practice.visitor("lead")
            let id = try practice.followUp("urgent")
            let seen = try #require(try visitor.get("/f/\(id)").hidden("version"))
            #expect(
                try visitor.act("/f/\(id)/record", ["outcome": "no_answer", "note": evil, "version": seen]).status
                    == 303)
            let refused = try visitor.act("/f/\(id)/record", ["outcome": evil, "note": evil, "channel": evil])
            #expect(refused.status == 422)
            let kept = try SiteVisitor(port: practice.port).post(
                "/f/\(id)/record", ["note": evil, "outcome": evil, "token": evil])
            #expect(kept.status == 401)
            let pages = [
                try visitor.get("/queue"), try visitor.get("/f/\(id)"), refused, kept, try visitor.get("/drifted"),
                try visitor.get("/considered"), try visitor.get("/caseload"), try visitor.get("/report"),
                try visitor.get("/questions"), try visitor.get("/on-call"),
                try visitor.get("/sign-in?next=\"><script>"),
                try SiteVisitor(port: practice.port).post(
                    "/sign-in", ["name": evil, "password": "x", "code": "1", "next": evil]),
            ]
            for (number, page) in pages.enumerated() {
                for raw in ["<script>x", "<img src=x", "\"\u{301}>", "</textarea>{{"] {
                    #expect(!page.body.contains(raw), "page \(number): \(raw)")
                }
            }
            #expect(pages[1].body.contains("&lt;script&gt;x()&lt;/script&gt;"))
            #expect(practice.daemon?.process.standardError.contains("script") == false)
            try await practice.stop()
        }

        /// Two people at one follow-up: the second is told, and what they wrote is kept.
        @Test(.timeLimit(.minutes(3))) func twoPeopleAtOnce() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let (lead, therapist) = (try await practice.visitor("lead"), try await practice.visitor("therapist1"))
            let id = try practice.followUp("routine1")
            let seen = try #require(try lead.get("/f/\(id)").hidden("version"))
            #expect(try lead.get("/f/\(id)")["etag"] == "\"\(seen)\"")
            #expect(
                try therapist.act(
                    "/f/\(id)/close", ["reason": "kept_session", "note": "came on Monday", "version": seen]
                )
                .status == 303)
            let late = try lead.act(
                "/f/\(id)/record", ["outcome": "no_answer", "note": "kept words of the lead", "version": seen])
            #expect(late.status == 412)
            #expect(try lead.act("/f/\(id)/record", ["outcome": "no_answer", "version": "of a page"]).status == 422)
            #expect(late.body.contains("kept words of the lead"))
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM attempt") == 0)
            try await practice.stop()
        }

        /// A session that has ended takes nothing, loses nothing: the words come back after the sign-in.
        @Test(.timeLimit(.minutes(3))) func whatWasWrittenOutlivesASession() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let lead = try await practice.visitor("lead")
            let id = try practice.followUp("routine1")
            let token = try lead.token()
            #expect(try lead.act("/sign-out").status == 303)
            let asked = try lead.post(
                "/f/\(id)/record", ["outcome": "no_answer", "note": "a long note", "token": token])
            #expect(asked.status == 401 && asked.body.contains("What you wrote is kept"))
            #expect(asked.hidden("draft-note") == "a long note" && asked.hidden("next") == "/f/\(id)")
            let back = try lead.post(
                "/sign-in",
                [
                    "name": "lead", "password": SiteVisitor.password, "code": lead.freshCode(), "next": "/f/\(id)",
                    "draft-note": "a long note", "draft-outcome": "no_answer",
                ])
            #expect(back.status == 200 && back.body.contains("a long note</textarea>"))
            #expect(back.body.contains("value=\"no_answer\" required checked"))
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM attempt") == 0)
            try await practice.stop()
        }

        // MARK: Feeds, break-glass, a proxy

        @Test(.timeLimit(.minutes(3))) func feeds() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let therapist = try await practice.visitor("therapist1")
            let page = try therapist.act("/account/feeds")
            let address = try #require(page.body.firstMatch(of: /\/feeds\/([A-Za-z0-9_-]{43})/).map { String($0.1) })
            let stranger = SiteVisitor(port: practice.port)
            let urgent = try practice.followUp("urgent")
            let foreign = try practice.followUp("routine2")
            for form in ["ics", "csv", "jsonl"] {
                let feed = try stranger.get("/feeds/\(address).\(form)")
                #expect(feed.status == 200, "\(form)")
                #expect(feed.body.contains(form == "ics" ? String(urgent.prefix(4)) : urgent), "\(form)")
                #expect(!feed.body.contains(foreign.prefix(8)) && !feed.body.contains("Name"), "\(form)")
            }
            #expect(try stranger.get("/feeds/\(address)").status == 404)
            #expect(try stranger.get("/feeds/\(address).pdf").status == 404)
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM feed_token WHERE used_at IS NOT NULL") == 1)
            // Somebody else's cannot be revoked; one's own at once.
            let desk = try await practice.visitor("desk")
            #expect(try desk.act("/account/feeds/1/revoke").status == 303)
            #expect(try stranger.get("/feeds/\(address).ics").status == 200)
            #expect(try therapist.act("/account/feeds/1/revoke").status == 303)
            #expect(try stranger.get("/feeds/\(address).ics").status == 404)
            try await practice.stop()
            // Off unless vigil.yaml says otherwise.
            let off = try SitePractice(web: "")
            try await off.start()
            let lead = try await off.visitor("lead")
            #expect(try lead.act("/account/feeds").status == 404)
            #expect(try SiteVisitor(port: off.port).get("/feeds/\(address).ics").status == 404)
            try await off.stop()
        }

        @Test(.timeLimit(.minutes(3))) func breakGlass() async throws {
            let practice = try SitePractice()
            try await practice.start()
            let therapist = try await practice.visitor("therapist2")
            let urgent = try practice.followUp("urgent")
            #expect(try therapist.get("/f/\(urgent)").status == 404)
            let why = "her sister called and nobody else is here"
            func ask(_ fields: [String: String]) throws -> Int { try therapist.act("/break-glass", fields).status }
            #expect(try ask(["reason": "x", "password": SiteVisitor.password, "code": therapist.freshCode()]) == 422)
            #expect(try ask(["reason": why, "password": "wrong", "code": therapist.freshCode()]) == 403)
            #expect(try therapist.get("/f/\(urgent)").status == 404)
            #expect(try ask(["reason": why, "password": SiteVisitor.password, "code": therapist.freshCode()]) == 303)
            let page = try therapist.get("/f/\(urgent)")
            #expect(page.status == 200 && page.body.contains("You see more than your role shows"))
            // In this session alone.
            let other = try await practice.visitor("therapist1")
            #expect(try other.get("/f/\(try practice.followUp("routine2"))").status == 404)
            let privacy = try await practice.visitor("privacy")
            let review = try privacy.get("/break-glass/review")
            #expect(review.body.contains(why) && review.body.contains("I have reviewed this"))
            #expect(try privacy.act("/break-glass/1/review").status == 303)
            #expect(try privacy.get("/break-glass/review").body.contains("Reviewed by privacy"))
            #expect(try practice.folder.ledgerCount("SELECT count(*) FROM audit WHERE act = 'glass_broken'") == 1)
            #expect(practice.daemon?.process.standardError.contains("sister") == false)
            try await practice.stop()
        }

        @Test(.timeLimit(.minutes(3))) func aProxySignsPeopleIn() async throws {
            let practice = try SitePractice(web: ", proxy: {header: X-Remote-User, addresses: [127.0.0.1]}")
            try await practice.start()
            let visitor = SiteVisitor(port: practice.port)
            func get(_ account: String?) throws -> SiteVisitor.Answer {
                try visitor.send("GET", "/queue", headers: account.map { ["X-Remote-User": $0] } ?? [:])
            }
            #expect(try get(nil).status == 401)
            #expect(try get("p-stranger").status == 401)
            let answer = try get("p-therapist1")
            #expect(answer.status == 200)
            visitor.cookie = answer.all("set-cookie").last.flatMap { $0.split(separator: ";").first.map(String.init) }
            #expect(try get("p-therapist1").all("set-cookie").isEmpty)
            // The proxy's word counts, not the cookie's.
            #expect(try get(nil).status == 401)
            #expect(try get("p-boss").status == 403)
            #expect(try visitor.post("/sign-in", ["name": "lead"]).status == 403)
            try await practice.stop()
            let open = try SitePractice(web: ", proxy: {header: X-Remote-User, addresses: []}")
            let check = try await open.folder.vigil("config", "check")
            #expect(check.exit == .status(78) && check.errors.contains("names no proxy"))
        }
    }
}
