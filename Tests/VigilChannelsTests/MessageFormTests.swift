import Foundation
import Testing
import VigilChannels
import VigilCore
import VigilTestKit

/// What goes out, field by field (ux.md, "Channels, field level").
@Suite struct MessageFormTests {
    private static let now = WallTime(seconds: 1_795_550_400)

    private func heard(
        _ fixture: any ChannelFixture, _ message: Message = ChannelContract.page()
    ) throws -> String {
        let subject = try fixture.start(.takes)
        guard case .accepted = subject.channel.send(message, at: Self.now) else {
            Issue.record("\(fixture.name) did not take it")
            return ""
        }
        return try #require(subject.heard().first)
    }

    private func code(_ message: Message) -> String {
        if case .page(_, let code) = message.content { code.text } else { "" }
    }

    @Test func ntfy() throws {
        let text = try heard(NtfyFixture())
        let page = ChannelContract.page()
        let id = page.key.text.split(separator: "-")[0]
        #expect(text.hasPrefix("POST /\(Fixtures.canary)-topic HTTP/1.1\r\n"))
        #expect(text.contains("X-Title: vigil: follow-up to make now\r\n"))
        #expect(text.contains("X-Priority: 5\r\n"))
        #expect(text.contains("X-Click: https://vigil.example.org/f/\(id)\r\n"))
        #expect(text.contains("Authorization: Bearer \(Fixtures.canary)-token\r\n"))
        #expect(
            text.contains(
                "X-Actions: http, Acknowledge, https://vigil.example.org/v1/acknowledge, method=POST,"
                    + " body=code=\(code(page)), clear=true\r\n"))
        #expect(
            text.hasSuffix("\r\n\r\nvigil: 1 follow-up to make now. Open https://vigil.example.org/f/\(id)"),
            "that sentence and nothing else")
    }

    @Test func pagerDuty() throws {
        let page = ChannelContract.page()
        let triggered = try body(heard(PagerDutyFixture()))
        #expect(triggered["event_action"] as? String == "trigger")
        #expect(triggered["dedup_key"] as? String == page.key.text)
        #expect(triggered["routing_key"] as? String == "\(Fixtures.canary)-key")
        let payload = try #require(triggered["payload"] as? [String: Any])
        #expect(payload["severity"] as? String == "critical")
        #expect((payload["summary"] as? String)?.contains("Acknowledging here stops nothing in vigil.") == true)
        #expect(!String(describing: triggered).contains(code(page)), "a code that nobody could use there")
        guard case .page(let id, _) = page.content else { return }
        let settled = try body(heard(PagerDutyFixture(), Message(.settled(id), key: page.key)))
        #expect(settled["event_action"] as? String == "resolve")
        #expect(settled["dedup_key"] as? String == page.key.text, "what was triggered is resolved")
    }

    private func body(_ heard: String) throws -> [String: Any] {
        let text = try #require(heard.split(separator: "\r\n\r\n", maxSplits: 1).last)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The signature by another hand: Python's hmac.
    @Test func webhookSignature() throws {
        let text = try heard(WebhookFixture())
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        func header(_ name: String) -> String {
            parts[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.utf8.count + 2)) } ?? ""
        }
        #expect(header("webhook-id") == ChannelContract.page().key.text)
        #expect(header("webhook-timestamp") == String(Self.now.seconds))
        let script = """
            import base64, hashlib, hmac, sys
            key = base64.b64decode(sys.argv[1][6:])
            signed = f"{sys.argv[2]}.{sys.argv[3]}.{sys.argv[4]}".encode()
            print("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
            """
        let other = try ChildProcess.run(
            "/usr/bin/env",
            [
                "python3", "-c", script, WebhookFixture.secret, header("webhook-id"), header("webhook-timestamp"),
                String(parts[1]),
            ])
        #expect(other.output == header("webhook-signature") + "\n")
        let json = try body(text)
        #expect(Set(json.keys).isSubset(of: Self.documentKeys))
    }

    private static let documentKeys: Set<String> = [
        "schema", "type", "key", "urgent", "title", "text", "follow_up", "link", "acknowledge_link", "code", "open",
        "overdue", "alert",
    ]

    @Test func mail() throws {
        let text = try heard(MailFixture())
        let page = ChannelContract.page()
        let id = page.key.text.split(separator: "-")[0]
        for line in [
            "MAIL FROM:<vigil@example.org>", "RCPT TO:<ana@example.org>", "From: <vigil@example.org>",
            "To: <ana@example.org>", "Subject: vigil: follow-up to make now", "Date: Tue, 24 Nov 2026 20:00:00 +0000",
            "Message-ID: <\(page.key.text)@example.org>", "References: <\(id)@example.org>",
            "Auto-Submitted: auto-generated", "Content-Type: text/plain; charset=us-ascii",
            "vigil: 1 follow-up to make now. Open https://vigil.example.org/f/\(id)",
        ] {
            #expect(text.contains(line + "\r\n") || text.contains(line + " "), "\(line)")
        }
        #expect(!text.contains("List-Unsubscribe"), "nobody unsubscribes from safety mail")
        #expect(text.utf8.allSatisfy { $0 < 128 })
    }

    @Test func execGetsJSONAndNoSecret() throws {
        let text = try heard(ExecFixture())
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["type"] as? String == "page")
        #expect(json["code"] as? String == code(ChannelContract.page()))
        #expect(Set(json.keys).isSubset(of: Self.documentKeys))
    }

    /// What a program inherits: three descriptors, no blocked signal, no environment but two variables.
    @Test func execInheritsNothing() throws {
        let file = FileManager.default.temporaryDirectory.path + "/vigil-exec-\(UUID().uuidString).txt"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let script = "{ ls /proc/self/fd | tr '\\n' ' '; grep SigBlk /proc/self/status; env; } > \(file)"
        let channel = ChannelCatalog.make(
            try Fixtures.settings(.exec(ChannelSettings.Exec(command: ["/bin/sh", "-c", script], timeoutSeconds: 5))),
            credentials: Credentials(folder: nil), publicURL: nil)
        #expect(channel.send(ChannelContract.page(), at: Self.now) == .accepted(nil))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("0 1 2 3 "), "its own three, and the folder that ls reads")
        #expect(text.contains("SigBlk:\t0000000000000000"))
        let names = Set(
            text.split(separator: "\n").filter { $0.contains("=") }.compactMap { $0.split(separator: "=").first })
        #expect(names.isSubset(of: ["PATH", "VIGIL_KEY", "PWD", "SHLVL", "_", "OLDPWD"]))
    }

    /// Without a public address a page carries its code, and no link.
    @Test func withoutAPublicAddress() {
        let page = ChannelContract.page()
        let text = MessageText(page, publicURL: nil)
        #expect(text.link == nil && text.acknowledgeLink == nil)
        #expect(
            text.body
                == "vigil: 1 follow-up to make now. Acknowledge with 'vigil oncall acknowledge' and code \(code(page))."
        )
        #expect(MessageText(page, publicURL: Fixtures.publicURL).body.contains("code") == false)
    }

    @Test func everyMessageIsShortPlainAndSilentAboutPeople() {
        for message in ChannelContract.every {
            let text = MessageText(message, publicURL: Fixtures.publicURL)
            #expect((text.title + text.body).utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(message.content)")
            #expect(text.body.utf8.count <= 256, "\(message.content)")
            for banned in ["patient", "no-show", "suicid", "high-risk", "safe", "client"] {
                #expect(!text.body.lowercased().contains(banned), "\(message.content): \(banned)")
            }
        }
    }
}
