import Foundation
import Testing
import VigilCore
import VigilSystemd

/// Records in a real journald.
///
/// A running process cannot move into another mount namespace once it has threads, so the test starts its own executable
/// again inside `deploy/with-journald`; `InsideJournaldTests` is what then runs there.
@Suite(.enabled(if: journaldAvailable)) struct JournaldTests {
    fileprivate static let script = Checkout.path("deploy/with-journald")

    @Test func recordsArriveAndAreExplained() throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let inside = try Checkout.run(
            JournaldTests.script,
            [
                "--catalog", Checkout.path("deploy/vigil.catalog"), own, "--testing-library", "swift-testing",
                "--filter", "InsideJournaldTests",
            ], environment: ["VIGIL_IN_JOURNALD_NAMESPACE": "1"])
        #expect(inside.status == 0, "\(inside.output)")
        // A filter that matches nothing would pass as well.
        #expect(inside.output.contains("with \(InsideJournaldTests.testCount) tests"), "\(inside.output)")
    }

    @Test func theCommandsExitStatusComesThrough() throws {
        #expect(try Checkout.run(JournaldTests.script, ["bash", "-c", "exit 7"]).status == 7)
        #expect(try Checkout.run(JournaldTests.script, []).status == 64)
        #expect(try Checkout.run(JournaldTests.script, ["--catalog", "/dev/null", "true"]).status == 65)
    }

    @Test func journaldEndsWithTheCommand() throws {
        let told = try Checkout.run(
            JournaldTests.script, ["bash", "-c", "journalctl --sync; journalctl -o export _COMM=systemd-journal"])
        let line = try #require(told.output.split(separator: "\n").first { $0.hasPrefix("_PID=") })
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(line.dropFirst(5))"))
    }

    @Test func aSignalEndsTheCommandAndJournald() throws {
        // The command signals the script, its parent, and would otherwise run for a minute.
        let stopped = try Checkout.run(JournaldTests.script, ["bash", "-c", "kill -TERM $PPID; exec sleep 60"])
        #expect(stopped.status == 128 + 15)
    }
}

/// Runs only where `JournaldTests` has started it: in a namespace whose journald is ours to disturb.
@Suite(.serialized, .enabled(if: insideOwnJournald)) struct InsideJournaldTests {
    static let testCount = 3

    private static func fullEvent(_ kind: EventKind) throws -> PublicEvent {
        let id: FollowUpID = try #require(FollowUpID("7K3F0000AAAAZZZZ"))
        return PublicEvent(
            kind, followUp: id, tier: .now,
            rules: ["phq9_item9", "psychiatric_discharge"],
            counts: Dictionary(uniqueKeysWithValues: PublicEvent.Count.allCases.map { ($0, 3) }),
            policy: "0123456789ab")
    }

    private static func journalctl(_ arguments: [String]) throws -> String {
        try #require(try Checkout.run("/usr/bin/journalctl", ["--sync"]).status == 0)
        let answer = try Checkout.run("/usr/bin/journalctl", ["--no-pager"] + arguments)
        try #require(answer.status == 0, "\(answer.output)")
        return answer.output
    }

    @Test func everyFieldOfEveryKind() throws {
        let journal = Journal()
        for (index, kind) in EventKind.allCases.enumerated() {
            let event = try InsideJournaldTests.fullEvent(kind)
            let sequence = Int64(1_000 + index)
            #expect(journal.send(event, auditSequence: sequence) == .sent)
            let lines = try InsideJournaldTests.journalctl(
                ["-o", "json", "SYSLOG_IDENTIFIER=vigil", "VIGIL_AUDIT_SEQ=\(sequence)"]
            ).split(separator: "\n")
            try #require(lines.count == 1)
            let record = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
            for field in JournalField.fields(of: event, auditSequence: sequence) {
                #expect(record[field.name] as? String == field.value, "\(kind.rawValue) \(field.name)")
            }
            // Neither file nor function of the caller is added.
            #expect(record["CODE_FILE"] == nil)
        }
    }

    @Test func journalctlExplainsEveryKind() throws {
        let journal = Journal()
        for (index, kind) in EventKind.allCases.enumerated() {
            let sequence = Int64(2_000 + index)
            #expect(journal.send(try InsideJournaldTests.fullEvent(kind), auditSequence: sequence) == .sent)
            let shown = try InsideJournaldTests.journalctl(["-x", "VIGIL_AUDIT_SEQ=\(sequence)"])
            #expect(shown.contains("Subject: ") && shown.contains("Defined-By: vigil"), "\(kind.rawValue)")
            #expect(!shown.contains("@"), "\(kind.rawValue)")
        }
        let opened = try InsideJournaldTests.journalctl([
            "-x", "MESSAGE_ID=\(EventKind.followUpOpened.messageID)", "VIGIL_TIER=now",
        ])
        #expect(opened.contains("Subject: Follow-up 7K3F0000AAAAZZZZ was opened (now)"))
    }

    /// A socket without a listener, as when journald has crashed; and no socket at all.
    @Test func aDeadJournalIsTold() throws {
        let path = "/run/systemd/journal/socket"
        let files = FileManager.default
        try files.moveItem(atPath: path, toPath: "\(path).kept")
        defer {
            try? files.removeItem(atPath: path)
            try? files.moveItem(atPath: "\(path).kept", toPath: path)
        }
        let journal = Journal()
        #expect(journal.send(PublicEvent(.started), auditSequence: 1) == .noJournal)
        try UnixSocket(type: .datagram, boundTo: path).close()
        #expect(journal.send(PublicEvent(.started), auditSequence: 1) == .failed(ECONNREFUSED))
    }
}

/// Needs root, a kernel that grants mount namespaces, and the systemd package.
private let journaldAvailable: Bool = {
    let trial = try? Checkout.run(JournaldTests.script, ["true"])
    if trial?.status == 0 { return true }
    let reason = trial?.output.trimmingCharacters(in: .whitespacesAndNewlines) ?? "it does not start"
    FileHandle.standardError.write(Data("SKIPPED: journald tests: \(reason)\n".utf8))
    return false
}()

private let insideOwnJournald =
    ProcessInfo.processInfo.environment["VIGIL_IN_JOURNALD_NAMESPACE"] == "1"
    && FileManager.default.fileExists(atPath: "/run/systemd/journald.conf.d/own.conf")
