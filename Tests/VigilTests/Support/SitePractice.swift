import Foundation
import Testing
import VigilTestKit

/// A small practice with its pages, and one person of every role.
final class SitePractice {
    let folder: PracticeFolder
    let port: Int
    private(set) var daemon: RunningDaemon?

    static let people: [PracticeFolder.Person] = [
        .lead, .init(id: "therapist1", role: "therapist", account: "p-therapist1", therapist: "T1"),
        .init(id: "therapist2", role: "therapist", account: "p-therapist2", therapist: "T2"),
        .init(id: "desk", role: "care_coordinator", account: "p-desk"),
        .init(id: "oncall", role: "on_call", account: "p-oncall"),
        .init(id: "privacy", role: "privacy_officer", account: "p-privacy"),
        .init(id: "boss", role: "admin", account: "p-boss"),
        .init(id: "auditor", role: "auditor", account: "p-auditor"),
    ]

    init(web: String = ", feeds: true", script: String = SmallPractice.script()) throws {
        folder = try PracticeFolder(people: Self.people)
        port = try TCPPeer.freePort()
        let config = try String(contentsOfFile: folder.configPath, encoding: .utf8)
        try folder.write(
            config + "web: {listen_port: \(port), public_url: \"http://127.0.0.1:\(port)\"\(web)}\n", to: "vigil.yaml")
        try folder.changeStore(script)
    }

    func start() async throws {
        let daemon = try folder.startDaemon()
        self.daemon = daemon
        try await daemon.polled()
        try await daemon.ready()
        try await eventually("the pages answer", every: .milliseconds(50)) {
            (try? SiteVisitor(port: self.port).get("/sign-in").status) == 200
        }
    }

    func stop() async throws {
        let daemon = try #require(daemon)
        #expect(try await daemon.stop() == .status(0))
    }

    func link(for id: String) async throws -> String {
        let link = try await folder.json("user", "add", id)["link"].text
        return try #require(link)
    }

    /// Somebody who has chosen a password, signed in.
    func visitor(_ id: String) async throws -> SiteVisitor {
        let visitor = SiteVisitor(port: port)
        #expect(try visitor.accept(try await link(for: id)).status == 303)
        #expect(try visitor.signIn(id).status == 303)
        return visitor
    }

    /// The id of the follow-up of a client of `SmallPractice`.
    func followUp(_ client: String) throws -> String {
        try #require(try folder.ledgerRows("SELECT id FROM follow_up WHERE client = '\(client)'").first)
    }
}
