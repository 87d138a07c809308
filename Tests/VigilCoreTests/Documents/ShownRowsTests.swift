import Testing
import VigilCore
import VigilTestKit

/// What rows for a screen say of what the ledger and the store hold.
@Suite struct ShownRowsTests {
    private func subject(_ held: String) -> String {
        AuditRowsDocument.Row(sequence: 1, at: "", actor: "vigil", act: "a", subject: held, reason: "r").subject
    }

    /// I20: an id of the store never leaves with the audit.
    @Test func subjectsNameNobody() {
        var random = SeededRandom(seed: 1)
        let id = FollowUpID(from: &random).text
        #expect(subject(id) == id)
        #expect(subject("session:Jane Doe@1") == "session")
        #expect(subject("task:17") == "task")
        for fixed in ["vigil", "delivery", "operator", "on_call"] { #expect(subject(fixed) == fixed) }
        for unknown in ["Jane Doe", "", "session", "client:Jane", "\(id) ", "row:session"] {
            #expect(["session", "other"].contains(subject(unknown)), "\(unknown)")
        }
    }

    @Test func everyOutcomeHasItsPlaceInTheStrip() {
        func kind(_ outcome: Outcome) -> AttendanceRow.Kind? {
            AttendanceRow(startedAt: "", startedWords: "", outcome: outcome)?.kind
        }
        let kinds = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0, kind($0)) })
        #expect(
            kinds == [
                .attended: .attended, .attendedWeakly: .attended, .missed: .missed, .missedUnmarked: .missed,
                .lateCancel: .lateCancel, .cancelledInTime: .cancelled, .cancelledByProvider: .cancelledByUs,
                .excused: .other, .inCare: .other, .rescheduled: .other, .unmarked: .other, .unrecognised: .other,
                .future: nil, .enteredInError: nil, .vanished: nil,
            ])
        for outcome in Outcome.allCases {
            #expect(AttendanceRow(startedAt: "", startedWords: "", outcome: outcome)?.words.isEmpty != true)
        }
    }
}
