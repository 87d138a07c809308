import Testing
import VigilCore
import VigilTestKit

/// clinical.md section 4: every status at every time.
@Suite struct MissDetectorTests {
    private let detector: MissDetector

    init() throws {
        detector = try ShippedPolicy.get().detector
    }

    private func outcome(
        _ status: SessionStatus, minutes: Int, reason: SessionReason = .none, cancelledHoursBefore: Int? = nil
    ) -> Outcome? {
        let client = ClientBuilder().session(0, status, reason: reason, cancelledHoursBefore: cancelledHoursBefore)
        let now = client.time(minutes: minutes)
        return client.record(client.key()).map { detector.classify($0, at: now).outcome }
    }

    struct Case: Sendable, CustomStringConvertible {
        var status: SessionStatus
        var reason = SessionReason.none
        /// An hour before, at the start, an hour and a minute after, and when the next working day has ended.
        var outcomes: [Outcome]
        var description: String { "\(status.rawValue) \(reason)" }
    }

    static let cases: [Case] = {
        let always = { (status: SessionStatus, outcome: Outcome) in
            Case(status: status, outcomes: [outcome, outcome, outcome, outcome])
        }
        let begun = { (status: SessionStatus, outcome: Outcome) in
            Case(status: status, outcomes: [.future, outcome, outcome, outcome])
        }
        return [
            Case(status: .scheduled, outcomes: [.future, .unmarked, .unmarked, .missedUnmarked]),
            Case(status: .unrecognised, outcomes: [.future, .unrecognised, .unrecognised, .missedUnmarked]),
            begun(.attended, .attended), begun(.arrived, .attendedWeakly), begun(.missed, .missed),
            begun(.leftUnseen, .missed),
            always(.clientCancel, .lateCancel), always(.lateCancel, .lateCancel),
            always(.providerCancel, .cancelledByProvider), always(.excused, .excused),
            always(.rescheduled, .rescheduled), always(.enteredInError, .enteredInError),
        ]
    }()

    @Test(arguments: cases) func statusAndTime(_ row: Case) {
        for (minutes, expected) in zip([-60, 0, 61, 30 * 60], row.outcomes) {
            #expect(outcome(row.status, minutes: minutes) == expected, "\(row) at \(minutes) min")
        }
    }

    @Test func everyStatusIsInTheTable() {
        #expect(Set(Self.cases.map(\.status)) == Set(SessionStatus.allCases))
    }

    @Test(arguments: SessionStatus.allCases)
    func anAdmissionExcusesAnyStatusButAttended(_ status: SessionStatus) {
        let after = outcome(status, minutes: 20, reason: .psychiatricAdmission)
        switch status {
        case .attended: #expect(after == .attended)
        case .enteredInError: #expect(after == .enteredInError)
        default: #expect(after == .inCare)
        }
        #expect(outcome(.scheduled, minutes: -1, reason: .psychiatricAdmission) == .future)
    }

    @Test func anotherReasonChangesNoMark() {
        for reason in [SessionReason.involuntary, .tooStressful, .other] {
            #expect(outcome(.missed, minutes: 20, reason: reason) == .missed)
            #expect(outcome(.lateCancel, minutes: 20, reason: reason) == .lateCancel, "a mark of the practice is final")
            #expect(outcome(.providerCancel, minutes: 20, reason: reason) == .cancelledByProvider)
        }
    }

    @Test func theNoticePeriodIsTwentyFourHours() {
        func cancelled(_ hours: Int?, _ reason: SessionReason = .none) -> Outcome? {
            outcome(.clientCancel, minutes: 20, reason: reason, cancelledHoursBefore: hours)
        }
        #expect(cancelled(25) == .cancelledInTime)
        #expect(cancelled(24) == .cancelledInTime)
        #expect(cancelled(23) == .lateCancel)
        #expect(cancelled(0) == .lateCancel)
        #expect(cancelled(-2) == .lateCancel, "after the session")
        #expect(cancelled(nil) == .lateCancel, "nobody wrote down when: up, not down (I29)")
        #expect(cancelled(23, .involuntary) == .excused, "an involuntary reason wins inside the period")
        #expect(cancelled(nil, .involuntary) == .excused)
        #expect(cancelled(24, .involuntary) == .cancelledInTime)
        #expect(cancelled(23, .other) == .lateCancel)
    }

    @Test func theNoticePeriodIsMeasuredToTheSecond() throws {
        let client = ClientBuilder().session(0, .clientCancel, cancelledHoursBefore: 24)
        var record = try #require(client.record(client.key()))
        record.cancelledAt = record.cancelledAt?.adding(seconds: 1)
        #expect(detector.classify(record, at: client.time()).outcome == .lateCancel)
    }

    @Test func theBasisSaysWhy() throws {
        func basis(_ status: SessionStatus, minutes: Int = 20) -> MissBasis? {
            let client = ClientBuilder().session(0, status)
            return client.record(client.key()).flatMap {
                detector.classify($0, at: client.time(minutes: minutes)).basis
            }
        }
        #expect(basis(.missed) == .recorded)
        #expect(basis(.leftUnseen) == .leftUnseen)
        #expect(basis(.lateCancel) == .lateCancel)
        #expect(basis(.scheduled, minutes: 3_000) == .neverRecorded)
        #expect(basis(.scheduled) == nil)
        #expect(basis(.attended) == nil)
    }

    /// Whatever a store holds beside it, and at whatever time: never a miss, never counted (clinical.md section 4).
    @Test func aProvidersCancellationIsNeverAMiss() {
        var random = SeededRandom(seed: Seed.announce("MissDetector.aProvidersCancellation", 7))
        for number in 0..<2_000 {
            var record = SessionRecord(
                key: SessionKey(id: "s", start: WallTime(seconds: .random(in: 0...4_000_000_000, using: &random))),
                therapist: nil, durationMinutes: .random(in: 1...1_440, using: &random), status: .providerCancel,
                rawStatus: "?")
            record.reason =
                [.none, .psychiatricAdmission, .involuntary, .tooStressful, .other].randomElement(using: &random)
                ?? .none
            record.cancelledAt =
                Bool.random(using: &random)
                ? record.start.adding(hours: .random(in: -100...100, using: &random)) : nil
            let now = record.start.adding(minutes: .random(in: -100_000...100_000, using: &random))
            let outcome = detector.classify(record, at: now).outcome
            #expect(!outcome.isMiss && !outcome.isCounted, "case \(number)")
            #expect(outcome.isCalledOff || outcome == .future, "case \(number)")
        }
    }

    @Test func theDayIsThePracticesDay() throws {
        let client = ClientBuilder(minuteOfDay: 23 * 60 + 30).missed(0)
        let record = try #require(client.record(client.key()))
        #expect(detector.classify(record, at: client.time()).day == client.day(0), "although it is tomorrow in UTC")
    }
}
