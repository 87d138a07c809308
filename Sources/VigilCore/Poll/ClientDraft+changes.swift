/// Sessions that the ledger knows, and what the store says about them now.
extension ClientDraft {
    /// Follows corrections, moves and disappearances. Nothing is deleted: each change is a row of its own (I8).
    mutating func noticeChanges() {
        guard !known.sessions.isEmpty else { return }
        for (key, state) in known.sessions.sorted(by: { $0.key < $1.key }) {
            if let position = position(of: key) {
                notice(sessions[position], state)
            } else {
                noticeAbsence(key, state)
            }
        }
    }

    private mutating func notice(_ session: ClassifiedSession, _ was: KnownSession) {
        switch was.state {
        case .standing, .history, .excluded:
            if session.outcome.isMiss {
                refine(session, was)
            } else {
                withdraw(session, was)
            }
        case .corrected, .rescheduled, .enteredInError:
            if session.outcome.isMiss { reinstate(session, was) }
        case .vanished:
            // Back in the store: what it says now is what holds.
            if session.outcome.isMiss { reinstate(session, was) } else { withdraw(session, was) }
        case .excused:
            // Another reason was recorded, and the session counts after all; or the client came.
            if session.outcome.isMiss {
                reinstate(session, was)
            } else if session.outcome != .excused {
                withdraw(session, was)
            }
        case .calledOff:
            // Called off first and missed after all: from now on it counts.
            if session.outcome.isMiss {
                reinstate(session, was)
            } else if !session.outcome.isCalledOff {
                withdraw(session, was)
            }
        }
    }

    /// Still missed; the store may have said more about how.
    private mutating func refine(_ session: ClassifiedSession, _ was: KnownSession) {
        guard session.outcome != was.outcome || session.basis != was.basis else { return }
        var after = was
        after.outcome = session.outcome
        after.basis = session.basis
        change(session.record.key, after, because: .outcomeRefined)
    }

    private mutating func withdraw(_ session: ClassifiedSession, _ was: KnownSession) {
        var after = was
        if session.isExcusedByReason { return excuse(session, was) }
        let reason: Reason
        switch session.outcome {
        case .attended, .attendedWeakly: (after.state, reason) = (.corrected, .correctedToAttended)
        case .cancelledInTime, .cancelledByProvider, .excused, .inCare:
            (after.state, reason) = (.corrected, .correctedToCalledOff)
        case .rescheduled: (after.state, reason) = (.rescheduled, .markedRescheduled)
        case .enteredInError: (after.state, reason) = (.enteredInError, .markedInError)
        // A mark that was taken back leaves the outcome unknown, and unknown does not lower anything.
        default: return
        }
        after.outcome = session.outcome
        after.basis = nil
        change(session.record.key, flipped(after), because: reason)
    }

    /// A person's word and no slip of the store: it is no flip, and asks for no confirmation.
    private mutating func excuse(_ session: ClassifiedSession, _ was: KnownSession) {
        var after = was
        after.state = .excused
        after.outcome = session.outcome
        after.basis = nil
        change(session.record.key, after, because: .reasonExcuses)
    }

    private mutating func reinstate(_ session: ClassifiedSession, _ was: KnownSession) {
        var after = was
        after.outcome = session.outcome
        after.basis = session.basis
        after.state = isHistory(session) ? .history : isExcluded ? .excluded : .standing
        let wasExcused = was.state == .excused
        change(session.record.key, wasExcused ? after : flipped(after), because: .correctedToMissed)
        // A word that was changed opens nothing that a person has closed.
        if wasExcused, was.followUp != known.followUp?.id { return }
        if after.state == .standing { assess(session) }
    }

    private mutating func noticeAbsence(_ key: SessionKey, _ was: KnownSession) {
        var after = was
        switch was.state {
        case .standing, .history, .excluded, .vanished:
            if isMoved(key) {
                after.state = .rescheduled
                after.outcome = .rescheduled
                change(key, flipped(after), because: .movedToNewStart)
            } else if was.state != .vanished {
                after.state = .vanished
                change(key, after, because: .vanishedFromStore)
                askAboutVanished(key)
            }
        // These do not count as missed any more, and whether their row is still there changes nothing.
        case .corrected, .rescheduled, .enteredInError, .calledOff, .excused: break
        }
    }

    /// Whether the store holds the session at another start.
    func isMoved(_ key: SessionKey) -> Bool {
        sessions.contains { session in
            session.record.key.id.utf8.elementsEqual(key.id.utf8) && session.record.start != key.start
        }
    }

    mutating func askAboutVanished(_ key: SessionKey) {
        ask(
            QuestionKind.vanished, .careCoordinator,
            "A session is no longer in the appointment book. Was it deleted or moved?", about: .session(key),
            because: .vanishedFromStore)
    }

    private func flipped(_ state: KnownSession) -> KnownSession {
        var state = state
        let window = Int64(policy.detection.flipWindowHours) * 3_600
        let isRecent = state.lastFlipAt.map { now.seconds(since: $0) < window } ?? false
        state.flips = isRecent ? state.flips + 1 : 1
        state.lastFlipAt = now
        return state
    }

    private mutating func change(_ key: SessionKey, _ state: KnownSession, because reason: Reason) {
        states[key] = state
        act(.changeSession(key, state), because: reason)
    }
}
