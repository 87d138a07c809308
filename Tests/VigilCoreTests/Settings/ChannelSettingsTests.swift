import Testing
import VigilCore
import VigilTestKit

/// `channels:` of `vigil.yaml`, and what stands beside it.
@Suite struct ChannelSettingsTests {
    private func read(_ yaml: String) throws -> (settings: [ChannelSettings], issues: [String]) {
        let reader = ConfigReader(root: try ConfigNode(yaml: yaml))
        let settings = reader.sections("channels").compactMap { ChannelSettings(reading: $0) }
        return (settings, reader.issues.map(\.message))
    }

    @Test func oneOfEachKind() throws {
        let (settings, issues) = try read(
            """
            channels:
              - {id: push, kind: ntfy, url: "https://ntfy.example.org/", topic: {credential: topic}}
              - {id: pager, kind: pagerduty, routing_key: {credential: key}}
              - {id: hook, kind: webhook, url: "https://example.org/hook/", secret: {credential: hook}}
              - {id: mail, kind: smtp, host: mail.example.org, from: v@example.org, to: a@example.org, user: v,
                 password: {credential: mail}}
              - {id: modem, kind: exec, command: [/usr/local/bin/send-sms, "+15550100"], timeout_seconds: 20}
            """)
        #expect(issues == [])
        #expect(settings.map(\.id.text) == ["push", "pager", "hook", "mail", "modem"])
        guard case .webhook(let hook) = settings[2].kind else { return #expect(Bool(false), "of another kind") }
        #expect(hook.url == "https://example.org/hook/", "a slash at its end is the receiver's own")
        guard case .ntfy(let ntfy) = settings[0].kind, case .pagerDuty(let duty) = settings[1].kind,
            case .smtp(let mail) = settings[3].kind
        else { return #expect(Bool(false), "of another kind") }
        #expect(ntfy.url == "https://ntfy.example.org")
        #expect(!ntfy.network.allowsPrivate && !ntfy.network.allowsPlain && ntfy.network.timeoutSeconds == 10)
        #expect(duty.url == "https://events.pagerduty.com/v2/enqueue")
        #expect(mail.security == .tls && mail.port == 465)
        #expect(settings.map(\.tellsSettled) == [false, true, true, false, true])
    }

    @Test(arguments: [
        (
            "{id: a, kind: ntfy, url: \"https://x.org\", topic: hunter2}",
            "a secret does not belong in a configuration file"
        ),
        ("{id: a, kind: ntfy, url: \"http://x.org\", topic: {credential: t}}", "must begin with https://"),
        ("{id: a, kind: ntfy, url: \"https://u:p@x.org\", topic: {credential: t}}", "holds a user or password"),
        ("{id: a, kind: ntfy, url: \"https://\", topic: {credential: t}}", "is not an address such as"),
        ("{id: a, kind: ntfy, url: \"https://x y.org\", topic: {credential: t}}", "is not an address such as"),
        ("{id: a, kind: ntfy, url: \"https://x.org\", topic: {credential: ../etc/passwd}}", "must be a file's name"),
        (
            "{id: a, kind: webhook, url: \"https://x:99999/\", secret: {credential: s}}", "is not an address such as"
        ),
        ("{id: a, kind: webhook, url: \"https:///p\", secret: {credential: s}}", "is not an address such as"),
        ("{id: a, kind: ntfy, url: \"https://x.org?a=b\", topic: {credential: t}}", "without a query"),
        ("{id: a, kind: smtp, host: \"h:25\", from: v@b.org, to: a@b.org}", "is not a host's name"),
        ("{id: a, kind: ntfi, url: \"https://x.org\", topic: {credential: t}}", "did you mean 'ntfy'?"),
        ("{id: A b, kind: exec, command: [/bin/true]}", "a channel's id is 1 to 32 characters"),
        ("{id: a, kind: exec, command: [true]}", "must begin with the absolute path"),
        ("{id: a, kind: exec, command: [/bin/true], timeout_seconds: 90}", "must be from 1 to 30"),
        ("{id: a, kind: exec, command: [/bin/true], shell: yes}", "unknown key 'shell'"),
        ("{id: a, kind: webhook, url: \"https://x.org\"}", "secret is missing"),
        (
            "{id: a, kind: webhook, url: \"http://x.org\", secret: {credential: s}, allow_plain: true}",
            "needs allow_private"
        ),
        ("{id: a, kind: smtp, host: h, from: v, to: a@b.org}", "is not a mail address"),
        (
            "{id: a, kind: smtp, host: h, from: v@b.org, to: \"a@b.org\\r\\nBcc: x@y.org\"}",
            "holds a space or a character"
        ),
        ("{id: a, kind: smtp, host: h/x, from: v@b.org, to: a@b.org}", "is not a host's name"),
        ("{id: a, kind: smtp, host: h, from: v@b.org, to: a@b.org, security: none}", "mail without TLS"),
        ("{id: a, kind: smtp, host: h, from: v@b.org, to: a@b.org, user: u}", "needs user and password"),
    ]) func eachFaultIsSaid(_ entry: String, _ words: String) throws {
        let (_, issues) = try read("channels:\n  - \(entry)\n")
        #expect(issues.contains { $0.contains(words) }, "\(issues)")
        #expect(issues.allSatisfy { !$0.contains("hunter2") }, "the secret itself is never shown")
    }

    @Test func whatIsNamedMustExist() throws {
        let reader = ConfigReader(
            root: try ConfigNode(
                yaml: """
                    version: vigil.config/1
                    store: {kind: practice, path: s.db}
                    ledger: {path: l.db}
                    policy: p.yaml
                    socket: v.sock
                    channels:
                      - {id: push-ana, kind: exec, command: [/bin/true]}
                    people:
                      - {id: ana, role: on_call, account: ana, channels: [push-anna], digest: mail-ana}
                      - {id: desk, role: care_coordinator, account: desk}
                    paging: {schedule: oncall.yaml, fallback: desk, alarm: [siren]}
                    operator: {channels: [push-ana, pager]}
                    quiet_hours: {from: "21:00", to: "07:00", hold: [digest, now]}
                    web: {public_url: "http://vigil.example.org"}
                    """))
        _ = MachineConfig(reading: reader, folder: "/etc/vigil")
        let issues = reader.issues.map(\.message)
        for words in [
            "people: ana: there is no channel 'push-anna'; did you mean 'push-ana'?",
            "people: ana: digest: there is no channel 'mail-ana'", "paging.alarm: there is no channel 'siren'",
            "operator.channels: there is no channel 'pager'", "paging.fallback: 'desk' has no channels",
            "paging.fallback: 'desk' must be a clinician",
            "quiet hours never hold a page of a follow-up to make now; remove 'now'",
            "web.public_url must be an https address",
        ] {
            #expect(issues.contains { $0.contains(words) }, "\(words) in \(issues)")
        }
    }
}
