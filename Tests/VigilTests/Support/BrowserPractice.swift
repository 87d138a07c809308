import Foundation
import Testing
import VigilTestKit

/// A practice with a site, and people who sign in to it by the links of `vigil user add`, for a walk in a real browser.
struct BrowserPractice {
    let folder: PracticeFolder
    let daemon: RunningDaemon
    private let origin: String

    /// Python with playwright, and Debian's Chromium; said once, loudly, when they are not there.
    static let isUsable: Bool = {
        guard TestPython.path != nil else { return false }
        return FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
            || LoudLine.skipped("tests in a browser: 'deploy/setup test' installs /usr/bin/chromium")
    }()

    /// Who works there. Nobody but the lead needs an account of the machine: they come by browser.
    struct Staff {
        var id: String
        var role: String
        var therapist: String?
        /// Somebody whom an administrator invites at the pages has no link at first.
        var isInvited = true
    }

    /// Starts the daemon over a filled store, and invites everybody.
    /// - Parameters:
    ///   - missing: what goes into the store after the first poll: sessions found missed then are paged.
    ///   - pages: how many pages that gives.
    init(
        _ folder: PracticeFolder, staff: [Staff], extra: String = "", missing: String, pages: Int
    ) async throws {
        self.folder = folder
        let port = try TCPPeer.freePort()
        origin = "http://127.0.0.1:\(port)"
        try FileManager.default.createDirectory(atPath: folder.path + "/pages", withIntermediateDirectories: false)
        try folder.write(Self.config(folder.path, staff, origin, port) + extra, to: "vigil.yaml")
        try folder.write(
            """
            version: vigil.oncall/1
            zone: America/New_York
            on_call:
              layers:
                - {id: always, people: [nora]}
            """, to: "oncall.yaml")
        try await folder.approvePolicy()
        daemon = try folder.startDaemon()
        try await daemon.polled()
        try await daemon.ready()
        try folder.changeStore(missing)
        let found = folder
        try await eventually("\(pages) pages") {
            try found.ledgerCount("SELECT count(*) FROM page") >= pages
        }
        try await describe(staff)
    }

    private static func config(_ path: String, _ staff: [Staff], _ origin: String, _ port: Int) -> String {
        let people = staff.map { person in
            let account = person.id == "lead" ? NSUserName() : "nobody-\(person.id)"
            let therapist = person.therapist.map { ", therapist: \($0)" } ?? ""
            let isClinician = ["therapist", "on_call", "clinical_lead"].contains(person.role)
            return "  - {id: \(person.id), role: \(person.role), account: \(account)\(therapist)"
                + (isClinician ? ", channels: [modem]}" : "}")
        }
        return """
            version: vigil.config/1
            store: {kind: practice, id: test, path: store/practice.db}
            ledger: {path: state/ledger.db}
            policy: policy.yaml
            socket: vigil.sock
            poll: {interval_seconds: 1, stale_after_minutes: 1}
            channels:
              - {id: modem, kind: exec, command: [/bin/sh, -c, "cat > \(path)/pages/$VIGIL_KEY"]}
              - {id: siren, kind: exec, command: [/bin/sh, -c, "cat > \(path)/pages/siren.$VIGIL_KEY"]}
            people:
            \(people.joined(separator: "\n"))
            paging: {schedule: oncall.yaml, fallback: lead, alarm: [siren]}
            web: {listen_port: \(port), public_url: "\(origin)", feeds: true}

            """
    }

    /// What the walk is told: addresses, people and their links, and the texts that must stay texts.
    private struct Description: Encodable {
        struct Person: Encodable {
            var id: String
            var role: String
            var link: String?
        }
        var origin: String
        var store: String
        var artefacts: String
        var hostile: [String]
        var people: [Person]
    }

    private func describe(_ staff: [Staff]) async throws {
        var people: [Description.Person] = []
        for person in staff {
            var link: String?
            if person.isInvited {
                link = try await folder.json("user", "add", person.id)["link"].text
            }
            people.append(.init(id: person.id, role: person.role, link: link))
        }
        let description = Description(
            origin: origin, store: folder.storePath, artefacts: Checkout.path(".build/browser"),
            hostile: HostileText.all, people: people)
        try folder.write(String(decoding: try JSONEncoder().encode(description), as: UTF8.self), to: "site.json")
    }

    /// Runs a walk of Tests/Browser to its end; each of its faults is an issue of the test.
    func walk(_ name: String, comparesStore: Bool = true) async throws {
        let python = try #require(TestPython.path)
        let result = try await VigilProcess.run(
            [python, Checkout.path("Tests/Browser/walk.py"), name, folder.path + "/site.json"],
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"], within: .seconds(480))
        for line in result.output.split(separator: "\n") {
            if line.hasPrefix("FAULT ") { Issue.record("\(line.dropFirst(6))") }
            if line.hasPrefix("FIGURE ") { LoudLine.figure("browser: \(line.dropFirst(7))") }
        }
        #expect(result.exit == .status(0), "\(result.errors.suffix(2_000))")
        #expect(try await daemon.stop() == .status(0))
        for fault in try LedgerPromises.faults(of: folder, comparesStore: comparesStore) { Issue.record("\(fault)") }
    }
}

/// What somebody may have typed into the practice's program, and what a page must show as it is.
enum HostileText {
    static let all = [
        "<script>document.title='owned'</script>",
        // A quotation mark with a combining accent is one character to Swift, and still ends an attribute.
        "\"\u{301} onmouseover=\"document.title='owned'",
        "</textarea><img src=x onerror=\"document.title='owned'\">",
        "{{token}} {{{token}}} {{>layout}} <b>bold</b> &amp;",
    ]

    /// A client of therapist T1 for each, who has it for a name, a telephone and a preference.
    static func clients() -> String {
        all.enumerated().map { number, text in
            let quoted = text.replacing("'", with: "''")
            return SmallPractice.client("hostile\(number)", therapist: "T1", missedDaysAgo: 2)
                + "UPDATE client SET name = '\(quoted) \(number)', phone = '\(quoted)', contact_preference = '\(quoted)'"
                + " WHERE id = 'hostile\(number)';"
        }.joined(separator: "\n")
    }
}
