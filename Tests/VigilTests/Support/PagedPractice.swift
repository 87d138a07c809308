import Foundation
import Testing
import VigilTestKit

/// A practice whose policy is approved and whose clinicians can be paged: by a webhook to a peer of the test's own first, by a
/// command that writes a file second.
final class PagedPractice: Sendable {
    let folder: PracticeFolder
    /// What the webhook's other side does.
    let peer: TCPPeer
    let acknowledgePort: Int

    private static let people = [
        // The account that runs the tests is the on-call clinician, and the clinical lead is reached the same way.
        "  - {id: lead, role: clinical_lead, account: \(NSUserName()), channels: [hook, modem], digest: box-lead}",
        "  - {id: ana, role: therapist, account: nobody-ana, therapist: T1, channels: [hook], digest: box-ana}",
        "  - {id: ben, role: therapist, account: nobody-ben, therapist: T2, channels: [hook], digest: box-ben}",
    ]

    /// - Parameter escalation: replaces the policy's own numbers, for tests that cannot wait 15 minutes.
    init(_ script: HTTPPeer = .answer(status: 204), port: Int? = nil) async throws {
        folder = try PracticeFolder()
        let peer = try script.start()
        self.peer = peer
        acknowledgePort = try TCPPeer.freePort()
        for name in ["/pages", "/boxes", "/credentials"] {
            try FileManager.default.createDirectory(atPath: folder.path + name, withIntermediateDirectories: false)
        }
        try folder.write(
            "whsec_" + Data("a secret of twenty-four b".utf8).base64EncodedString(), to: "credentials/hook")
        try folder.write(config(port: port ?? peer.port), to: "vigil.yaml")
        try folder.write(
            """
            version: vigil.oncall/1
            zone: America/New_York
            on_call:
              layers:
                - {id: always, people: [lead]}
            """, to: "oncall.yaml")
        try await folder.approvePolicy()
    }

    private func config(port: Int) -> String {
        let boxes = ["lead", "ana", "ben", "admin"].map { name in
            """
              - {id: box-\(name), kind: exec, command: [/bin/sh, -c, "cat > \(folder.path)/boxes/\(name).$VIGIL_KEY"]}
            """
        }
        return """
            version: vigil.config/1
            store: {kind: practice, id: test, path: store/practice.db}
            ledger: {path: state/ledger.db}
            policy: policy.yaml
            socket: vigil.sock
            poll: {interval_seconds: 1}
            channels:
              - {id: hook, kind: webhook, url: "http://127.0.0.1:\(port)/hook", secret: {credential: hook},
                 allow_private: true, allow_plain: true, timeout_seconds: 2}
              - {id: modem, kind: exec, command: [/bin/sh, -c, "cat > \(folder.path)/pages/$VIGIL_KEY"]}
              - {id: siren, kind: exec, command: [/bin/sh, -c, "cat > \(folder.path)/boxes/siren.$VIGIL_KEY"]}
            \(boxes.joined(separator: "\n"))
            people:
            \(Self.people.joined(separator: "\n"))
            paging: {schedule: oncall.yaml, fallback: lead, alarm: [siren]}
            digest: {at: "00:00"}
            operator: {channels: [box-admin]}
            web: {listen_port: \(acknowledgePort), public_url: "https://vigil.example.org"}

            """
    }

    /// Starts the daemon and waits for its first poll: what is found afterwards is new.
    func start(through wrapper: [String] = [], environment: [String: String] = [:]) async throws -> RunningDaemon {
        let daemon = try folder.startDaemon(
            through: wrapper,
            environment: environment.merging(["CREDENTIALS_DIRECTORY": folder.path + "/credentials"]) { given, _ in
                given
            })
        return daemon
    }

    /// A client misses a session; a C-SSRS of 4 nine days before makes it one to contact now.
    func missUrgently(_ id: String = "urgent") throws {
        try folder.changeStore(
            """
            INSERT OR IGNORE INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');
            \(SmallPractice.client(id, therapist: "T1", missedDaysAgo: 2))
            INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
                VALUES ('\(id)', 'Q-\(id)', 'C-SSRS-screener', date('now', '-9 days'), 4);
            """)
    }

    // MARK: What arrived

    /// The documents that the webhook's other side has heard.
    var heard: [JSONTree] {
        peer.heard.compactMap { text in
            text.split(separator: "\r\n\r\n", maxSplits: 1).last.flatMap { try? JSONTree(String($0)) }
        }
    }

    func heard(_ type: String) -> [JSONTree] {
        heard.filter { $0["type"].text == type }
    }

    /// Files that the commands wrote, by name.
    func files(_ name: String) -> [String: JSONTree] {
        let path = "\(folder.path)/\(name)"
        var found: [String: JSONTree] = [:]
        for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            // One that is still being written is no JSON yet.
            found[file] = (try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)).flatMap {
                try? JSONTree($0)
            }
        }
        return found
    }

    func verify(_ what: Comment) async throws {
        let verified = try await folder.vigil("audit", "verify")
        #expect(verified.exit == .status(0), "\(what): \(verified.output)")
    }
}
