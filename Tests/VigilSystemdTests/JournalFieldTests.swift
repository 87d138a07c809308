import Testing
import VigilCore
import VigilSystemd

@Suite struct JournalFieldTests {
    @Test func everyFieldOfAFullEvent() throws {
        let id = try #require(FollowUpID("7K3F0000AAAAZZZZ"))
        let event = PublicEvent(
            .followUpOpened, followUp: id, tier: .now, rules: ["phq9_item9", "psychiatric_discharge"],
            counts: [.missed: 2, .followUps: 1], policy: "0123456789ab")
        #expect(
            JournalField.fields(of: event, auditSequence: 42).map { "\($0.name)=\($0.value)" } == [
                "MESSAGE=\(event.message)",
                "MESSAGE_ID=42c80bc84d7847eda3de6b5590da8ceb",
                "PRIORITY=2",
                "SYSLOG_IDENTIFIER=vigil",
                "VIGIL_EVENT=follow_up_opened",
                "VIGIL_AUDIT_SEQ=42",
                "VIGIL_FOLLOW_UP=7K3F0000AAAAZZZZ",
                "VIGIL_TIER=now",
                "VIGIL_REASONS=phq9_item9 psychiatric_discharge",
                "VIGIL_POLICY=0123456789ab",
                "VIGIL_COUNT_MISSED=2",
                "VIGIL_COUNT_FOLLOW_UPS=1",
            ])
    }

    @Test func whatAnEventDoesNotHaveIsAbsent() {
        let names = JournalField.fields(of: PublicEvent(.started), auditSequence: 1).map(\.name)
        #expect(names == ["MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "VIGIL_EVENT", "VIGIL_AUDIT_SEQ"])
    }

    /// journald drops other names without a word; at most 64 characters (systemd.journal-fields(7)).
    @Test(arguments: PublicEvent.Count.allCases) func countNamesAreAccepted(count: PublicEvent.Count) {
        let name = JournalField.name(of: count)
        #expect(name.hasPrefix("VIGIL_COUNT_"))
        #expect(name.utf8.count <= 64)
        #expect(name.wholeMatch(of: /[A-Z][A-Z0-9_]*/) != nil)
    }

    @Test func withoutAJournalNothingIsSent() {
        let journal = Journal(socketPath: "/nonexistent/journal/socket")
        #expect(journal.send(PublicEvent(.started), auditSequence: 1) == .noJournal)
    }
}
