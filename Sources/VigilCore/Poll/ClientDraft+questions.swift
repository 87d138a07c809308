/// What a person is asked: outcomes nobody recorded, rows nobody can read; and when to look again.
extension ClientDraft {
    mutating func askQuestions() {
        askForOutcomes()
        endQuestionsAboutVanished()
        reportUnreadableRows()
        planNextLook()
    }

    /// "Did X come?", from the first limit until somebody says so or the session counts as missed.
    private mutating func askForOutcomes() {
        var pending: Set<SessionKey> = []
        if !isExcluded {
            for index in sessions.indices where isUndecided(index) {
                let session = sessions[index]
                guard planner.detector.stage(of: session.record, at: now) >= .ask else { continue }
                pending.insert(session.record.key)
                let isUnrecognised = session.record.status == .unrecognised
                ask(
                    isUnrecognised ? QuestionKind.unrecognisedStatus : QuestionKind.outcome, .therapist,
                    isUnrecognised
                        ? "This session has a status that vigil does not know. Did the client come?"
                        : "No outcome is recorded for this session. Did the client come?",
                    about: .session(session.record.key),
                    because: isUnrecognised ? .statusUnrecognised : .outcomeNotRecorded)
            }
        }
        for held in known.tasks {
            guard held.task.kind == QuestionKind.outcome || held.task.kind == QuestionKind.unrecognisedStatus,
                case .session(let key) = held.task.subject, !pending.contains(key)
            else { continue }
            if position(of: key) != nil || isExcluded {
                let isMissed = states[key]?.state == .standing
                act(.supersedeTask(held.id), because: isMissed ? .countsAsMissed : .outcomeRecorded)
            } else if isMoved(key) {
                act(.supersedeTask(held.id), because: .movedToNewStart)
            } else {
                // Gone without an answer: unknown, and asked about under its own name.
                act(.supersedeTask(held.id), because: .vanishedFromStore)
                askAboutVanished(key)
            }
        }
    }

    private mutating func endQuestionsAboutVanished() {
        for held in known.tasks where held.task.kind == QuestionKind.vanished {
            guard case .session(let key) = held.task.subject else { continue }
            if position(of: key) != nil {
                act(.supersedeTask(held.id), because: .backInStore)
            } else if isMoved(key) {
                act(.supersedeTask(held.id), because: .movedToNewStart)
            }
        }
    }

    private mutating func reportUnreadableRows() {
        for row in snapshot.unreadable {
            ask(
                QuestionKind.unreadableRow, .careCoordinator,
                "A row of \(row.table) cannot be read: \(row.column). Correct it in the practice's record.",
                about: .row(row), because: .rowUnreadable)
        }
        for held in known.tasks where held.task.kind == QuestionKind.unreadableRow {
            guard case .row(let row) = held.task.subject, !snapshot.unreadable.contains(row) else { continue }
            act(.supersedeTask(held.id), because: .rowReadable)
        }
    }

    /// The earliest limit of a session that has begun and that nobody marked; later starts are the store's to notice.
    private mutating func planNextLook() {
        for index in sessions.indices where isUndecided(index) {
            guard let next = planner.detector.nextLimit(of: sessions[index].record, after: now)
            else { continue }
            plan.lookAgainAt = min(plan.lookAgainAt ?? next, next)
        }
    }

    /// Begun, nobody recorded an outcome, and the last limit has not passed.
    private func isUndecided(_ index: Int) -> Bool {
        let status = sessions[index].record.status
        guard status == .scheduled || status == .unrecognised, sessions[index].record.key.start <= now else {
            return false
        }
        return sessions[index].basis != .neverRecorded && sessions[index].outcome != .inCare
            && !sessions[index].isExcusedByReason
    }
}
