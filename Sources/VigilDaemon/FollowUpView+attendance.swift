import VigilCore

/// What the store says beside a follow-up: the sessions of a year, the safety plan, what is booked.
extension FollowUpView {
    /// A year: what the attendance strip shows (ux.md).
    private static let attendanceDays = 365

    /// - Parameters:
    ///   - snapshot: nil when the store could not be read.
    ///   - known: what the ledger holds about the client.
    func fill(_ document: inout FollowUpDocument, from snapshot: ClientSnapshot?, _ known: KnownClient) {
        guard let snapshot else {
            document.safetyPlan = "not known whether a safety plan is on file: the store could not be read"
            document.nextBooked = "not known what is booked: the store could not be read"
            return
        }
        document.safetyPlan =
            switch snapshot.clinical.safetyPlanOnFile {
            case .value(true): "a safety plan is on file"
            case .value(false): "no safety plan is on file"
            case .absent, .invalid: "not known whether a safety plan is on file"
            }
        let first = policy.zone.day(of: now).adding(days: -Self.attendanceDays)
        let sessions = snapshot.sessions.map { record in
            (record.start, outcome(of: record, known))
        }
        document.attendance = sessions.compactMap { start, outcome in
            guard start <= now, policy.zone.day(of: start) >= first else { return nil }
            return AttendanceRow(
                startedAt: policy.zone.rfc3339(start), startedWords: dayAndClock(start), outcome: outcome)
        }
        let next = sessions.filter { $0.0 > now && $0.1 == .future }.map(\.0).min()
        document.nextBooked = next.map { "next session booked: \(dayAndClock($0))" } ?? "nothing is booked"
    }

    /// One that nobody marked is missed where vigil has recorded it so: a floor made it one (clinical.md section 4).
    private func outcome(of record: SessionRecord, _ known: KnownClient) -> Outcome {
        let outcome = policy.detector.classify(record, given: known.reasons[record.key], at: now).outcome
        guard outcome == .unmarked, let held = known.sessions[record.key], held.state == .standing else {
            return outcome
        }
        return held.outcome
    }
}
