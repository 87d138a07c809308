package import VigilCore
package import VigilLedger

/// Renders follow-ups for people: reasons first, in words, with dates; times in the practice's zone.
package struct FollowUpView: Sendable {
    let policy: Policy
    let now: WallTime
    let showsText: Bool

    /// - Parameter showsText: whether words that somebody wrote in the store are shown.
    package init(policy: Policy, now: WallTime, showsText: Bool = false) {
        self.showsText = showsText
        self.policy = policy
        self.now = now
    }

    package func row(_ followUp: FollowUp, _ reader: LedgerReader) throws -> FollowUpRow {
        row(
            followUp, assessments: try reader.assessments(of: followUp.id, presentOnly: true),
            version: try reader.version(of: followUp.id))
    }

    private func row(_ followUp: FollowUp, assessments: [StoredAssessment], version: Int64) -> FollowUpRow {
        let latest = followUp.sessions.last?.start ?? followUp.openedAt
        let reasons = (followUp.about.isEmpty ? [] : [followUp.about]) + reasons(assessments)
        var row = FollowUpRow(
            id: followUp.id.text, tier: followUp.tier, label: policy.protocols[followUp.tier]?.label ?? "",
            symbol: followUp.tier.symbol, state: followUp.state, owner: followUp.owner, takenBy: followUp.takenBy?.text,
            missedAt: policy.zone.rfc3339(latest), missedWords: dayAndClock(latest), sessions: followUp.sessions.count,
            reasons: Array(reasons.prefix(2)), contactBy: policy.zone.rfc3339(followUp.contactBy),
            contactByWords: due(followUp.contactBy), overdue: followUp.state != .closed && followUp.contactBy < now,
            client: nil)
        row.origin = followUp.origin
        row.version = version
        if let reminder = followUp.reminder(holdingAt: now) {
            row.remindAt = policy.zone.rfc3339(reminder.at)
            row.remindWords = "put off until \(dayAndClock(reminder.at))"
        }
        row.care = assessments.first?.assessment.care.map {
            CareDocument($0, seenFrom: policy.zone.day(of: now), showsText: showsText)
        }
        return row
    }

    package func document(_ followUp: FollowUp, _ reader: LedgerReader) throws -> FollowUpDocument {
        let assessments = try reader.assessments(of: followUp.id)
        let zone = policy.zone
        let tasks = try reader.openTasks(of: followUp.id) + reader.questions(about: followUp.id)
        var document = FollowUpDocument(
            row: row(followUp, assessments: assessments, version: try reader.version(of: followUp.id)),
            openedAt: zone.rfc3339(followUp.openedAt),
            closedAs: try reader.closeReason(of: followUp.id),
            tasks: tasks.map { row($0.task) },
            sessions: assessments.map { stored in
                SessionExplanation(
                    startedAt: zone.rfc3339(stored.session.start), startedWords: dayAndClock(stored.session.start),
                    outcome: stored.outcome, policy: String(stored.policy.prefix(12)), assessment: stored.assessment,
                    citations: policy.citations, sayings: policy.sayings)
            },
            attempts: try reader.attempts(of: followUp.id).map { attempt in
                AttemptRow(
                    at: zone.rfc3339(attempt.at), by: attempt.by.text, channel: attempt.channel,
                    outcome: attempt.outcome, note: attempt.note, reason: attempt.reason)
            },
            history: try reader.history(of: followUp.id).map { row in
                HistoryRow(at: zone.rfc3339(row.at), actor: row.actor, act: row.act, reason: row.reason)
            })
        if let reminder = followUp.reminder(holdingAt: now) {
            document.row.remindWords = document.row.remindWords.map { "\($0): \(reminder.note)" }
        }
        if tasks.contains(where: { $0.task.kind == policy.care.commitment.task.id }) {
            document.conversationGuide = policy.care.commitment.guide
        }
        let reasons = try reader.reasons(of: followUp.client).filter { followUp.sessions.contains($0.key) }
        document.reasonsGiven = reasons.sorted { $0.key > $1.key }.map { key, reason in
            ReasonRow(
                startedAt: zone.rfc3339(key.start), startedWords: dayAndClock(key.start), reason: reason,
                excuses: policy.detection.involuntaryReasons.contains(reason))
        }
        if followUp.state != .closed, !followUp.sessions.isEmpty, reasons.isEmpty {
            document.asksForReason = document.attempts.contains { $0.outcome.tellsReasons }
        }
        document.paging = try reader.paging(followUp.id).map(pagingRow)
        return document
    }

    func row(_ task: FollowUpTask) -> TaskRow {
        TaskRow(
            kind: task.kind, role: task.role, say: task.say, due: policy.zone.rfc3339(task.due),
            dueWords: due(task.due), overdue: task.due < now)
    }

    private func pagingRow(_ paging: Paging) -> PagingRow {
        let end = paging.state == .paging ? paging.dueAt : paging.acknowledgement?.expiresAt
        let by = paging.acknowledgement?.by
        let words =
            switch paging.state {
            case .paging: "being paged, \(paging.pages) so far, next \(paging.dueAt.map(due) ?? "now")"
            case .acknowledged:
                "\(by?.text ?? "somebody") has it; without an attempt paging begins again \(end.map(due) ?? "now")"
            case .inHand: "nobody is paged: the client was reached, or the effort is made"
            case .ended: "nobody is paged: it is closed"
            }
        return PagingRow(
            state: paging.state, pages: paging.pages, acknowledgedBy: by,
            until: paging.state == .paging || paging.state == .acknowledged ? end.map(policy.zone.rfc3339) : nil,
            words: words)
    }

    /// "Outcome not recorded" first, then what set a floor, then most points; each fact once.
    private func reasons(_ assessments: [StoredAssessment]) -> [String] {
        var sentences: [String] = []
        func add(_ sentence: String) {
            if !sentences.contains(sentence) { sentences.append(sentence) }
        }
        for stored in assessments {
            if stored.outcome == .missedUnmarked { add("outcome not recorded") }
            let present = stored.assessment.findings.filter { $0.state == .present }.sorted { $0.points > $1.points }
            for floor in stored.assessment.floors {
                // A floor and a factor often rest on the same fact: the factor's sentence says more.
                let same = present.first { $0.rule == floor.rule || ($0.day != nil && $0.day == floor.day) }
                add((same ?? floor).reason)
            }
            for finding in present { add(finding.reason) }
            for flag in stored.assessment.engagement { add(flag.reason) }
            for finding in stored.assessment.care?.findings ?? [] { add(finding.reason) }
        }
        return sentences
    }

    /// `Tue 24 November, 2pm`.
    func dayAndClock(_ time: WallTime) -> String {
        let today = policy.zone.day(of: now)
        return "\(policy.zone.day(of: time).wordsWithWeekday(seenFrom: today)), \(policy.zone.clockWords(time))"
    }

    /// `3:30pm, 38 min left`, `Tue 24 November, 3:30pm, 2 h overdue`.
    private func due(_ time: WallTime) -> String {
        let seconds = time.seconds(since: now)
        let distance = abs(seconds)
        let amount =
            distance < 3_600
            ? "\(distance / 60) min" : distance < 172_800 ? "\(distance / 3_600) h" : "\(distance / 86_400) days"
        let isToday = policy.zone.day(of: time) == policy.zone.day(of: now)
        let clock = isToday ? policy.zone.clockWords(time) : dayAndClock(time)
        return "\(clock), \(amount) \(seconds < 0 ? "overdue" : "left")"
    }
}
