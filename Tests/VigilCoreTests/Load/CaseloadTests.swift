import Testing
import VigilCore

@Suite struct CaseloadTests {
    private let now = WallTime(seconds: 100 * 86_400)

    private func item(
        _ therapist: String?, _ tier: Tier = .next, takenBy: String? = nil, days: Int = 0, hoursLeft: Int = 1
    ) -> Caseload.Item {
        Caseload.Item(
            therapist: therapist.map(TherapistRef.init), owner: tier == .now ? .onCall : .therapist,
            takenBy: takenBy.flatMap { PersonID($0) }, tier: tier, openedAt: now.adding(hours: -24 * days - 1),
            contactBy: now.adding(hours: hoursLeft))
    }

    @Test func countsPerTherapistAndPerHolder() {
        let load = Caseload(
            [
                item("T1", .now), item("T1", takenBy: "ana", days: 3), item("T2", takenBy: "ana", hoursLeft: -1),
                item(nil, .routine, days: 9),
            ], now: now)
        let document = CaseloadDocument(load, generatedAt: "t", names: [TherapistRef("T1"): "Dr One"])
        #expect(document.total.open == 4 && document.total.overdue == 1 && document.total.notTaken == 2)
        #expect(document.total.oldestDays == 9)
        #expect(document.total.tiers == ["now": 1, "today": 0, "next": 2, "routine": 1])
        #expect(document.therapists.map(\.therapist) == ["Dr One", "(no therapist)", "(not listed)"])
        #expect(document.therapists.map(\.share.open) == [2, 1, 1])
        #expect(document.holders.map(\.holder) == ["ana", "on_call", "therapist"])
        #expect(document.holders.map(\.isPerson) == [true, false, false])
        #expect(document.holders.first?.share.notTaken == 0)
        #expect(document.therapists.reduce(0) { $0 + $1.share.open } == document.total.open)
    }

    @Test func nothingIsOpen() {
        let document = CaseloadDocument(Caseload([], now: now), generatedAt: "t", names: [:])
        #expect(document.total.open == 0 && document.total.oldestDays == nil)
        #expect(document.therapists.isEmpty && document.holders.isEmpty)
    }
}
