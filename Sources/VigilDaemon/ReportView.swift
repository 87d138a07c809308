import VigilCore

/// Renders the practice's report: names of therapists, times in the practice's zone, and what the words mean.
struct ReportView {
    let policy: Policy
    let practice: PracticeRules?
    let names: [TherapistRef: String]
    let now: WallTime
    /// Whose clients may be named.
    let scope: Reporter.Scope

    /// - Parameters:
    ///   - showsLines: false for who sees counts and no sessions.
    ///   - card: the client's name; nil when nobody asked to see it.
    func document(
        _ report: PracticeReport, feed: FeedDocument, by: PracticeReport.Grouping?, waiting: [WaitingEntry]?,
        keepsCoverage: Bool, showsLines: Bool, maxRows: Int, card: ((ClientRef) -> String?)?
    ) -> PracticeReportDocument {
        let lines = showsLines ? report.feeLines : []
        let fees = report.feeCounts.map { counts in
            PracticeReportDocument.FeeSection(
                counts, lines: lines.prefix(maxRows).map { row($0, card) }, truncated: lines.count > maxRows)
        }
        return PracticeReportDocument(
            generatedAt: policy.zone.rfc3339(now), feed: feed, from: report.from.iso, to: report.to.iso,
            zone: policy.zone.identifier, currency: practice?.currency, totals: .init(report.totals), by: by,
            groups: report.groups.map { .init(name: name(of: $0.group), totals: .init($0.totals)) }, fees: fees,
            freeHours: report.slots.prefix(maxRows).map { row($0, waiting) },
            waiting: waiting.map { section($0, showsLines ? card : nil) },
            notes: notes(report, feed, hasWaiting: waiting != nil, keepsCoverage: keepsCoverage))
    }

    private func row(
        _ line: PracticeReport.FeeLine, _ card: ((ClientRef) -> String?)?
    ) -> PracticeReportDocument.FeeRow {
        let record = line.session.record
        return PracticeReportDocument.FeeRow(
            startedAt: policy.zone.rfc3339(record.start), startedWords: words(record.start),
            therapist: record.therapist.map(name), kind: record.kind, outcome: line.session.outcome,
            mayApply: line.why == nil, because: line.why?.words, feeCents: line.fee.cents, client: card?(line.client))
    }

    private func row(_ slot: FreeSlot, _ waiting: [WaitingEntry]?) -> PracticeReportDocument.FreeHourRow {
        PracticeReportDocument.FreeHourRow(
            startsAt: policy.zone.rfc3339(slot.start), startsWords: words(slot.start), minutes: slot.minutes,
            therapist: name(slot.therapist), kind: slot.kind,
            waitingFor: waiting.map { entries in entries.count { $0.fits(slot) } })
    }

    private func section(
        _ waiting: [WaitingEntry], _ card: ((ClientRef) -> String?)?
    ) -> PracticeReportDocument.WaitingSection {
        let today = policy.zone.day(of: now)
        let days = waiting.compactMap(\.since.value).map { today.days(since: $0) }
        // Who is on a waiting list is a fact about a client: without --reveal a number.
        let people = card.map { card in
            waiting.filter { scope == .everybody || scope.therapist == $0.therapist }.map { entry in
                PracticeReportDocument.WaitingRow(
                    client: entry.client.flatMap { card($0) }, since: entry.since.value?.iso,
                    therapist: entry.therapist.map(name), kind: entry.kind)
            }
        }
        return PracticeReportDocument.WaitingSection(
            count: waiting.count, longestDays: days.max(), people: people ?? [])
    }

    private func notes(
        _ report: PracticeReport, _ feed: FeedDocument, hasWaiting: Bool, keepsCoverage: Bool
    ) -> [String] {
        var notes = [
            "Hours are a therapist's: a group of ten is one hour. Lost: of sessions missed or cancelled late. Filled again: the "
                + "therapist saw somebody else in that time.",
            "Excused sessions, and those that the practice called off, are counted apart and cost nobody anything.",
        ]
        if let practice {
            notes.append(
                "The fee value is what the lost sessions are worth, in \(practice.currency), not what anybody owes.")
            if practice.cancellation != nil {
                notes.append(
                    "Vigil bills nobody. While somebody is to speak with a client first, nothing is said about a fee.")
            }
        } else {
            notes.append("No practice.yaml is named in vigil.yaml: this report has hours and no money.")
        }
        if practice?.cancellation != nil, !keepsCoverage {
            notes.append("The store has no table coverage: who pays is not known, and so no fee is said to apply.")
        }
        if !hasWaiting { notes.append("The store has no table waiting_list.") }
        if feed.state != .current {
            notes.append("The appointments may have changed: \(feed.words) Fees are held back.")
        }
        return notes
    }

    private func name(of group: PracticeReport.Group) -> String {
        switch group {
        case .therapist(let therapist): therapist.map(name) ?? "(no therapist)"
        case .week(let monday): monday.iso
        case .kind(let kind): kind
        }
    }

    private func name(_ therapist: TherapistRef) -> String { names[therapist] ?? "(not listed)" }

    private func words(_ time: WallTime) -> String {
        "\(policy.zone.day(of: time).wordsWithWeekday(seenFrom: policy.zone.day(of: now))), \(policy.zone.clockWords(time))"
    }
}
