import VigilCore

/// The practice's report for a terminal and for a spreadsheet.
enum PracticeReportText {
    typealias Totals = PracticeReportDocument.TotalsRow

    static func lines(_ document: PracticeReportDocument) -> [String] {
        var lines = ["Sessions from \(document.from) to \(document.to), \(document.zone)", document.feed.words, ""]
        lines += table(document)
        if let fees = document.fees { lines += [""] + self.fees(fees, document) }
        lines += [""] + freeHours(document)
        return lines + [""] + document.notes
    }

    // MARK: Hours

    private static func cells(_ totals: Totals) -> [String] {
        [
            hours(totals.minutesAllocated), hours(totals.minutesLost), hours(totals.minutesFilledAgain),
            String(totals.missed), String(totals.cancelledLate), totals.latePerMille.map(percent) ?? "-",
            String(totals.excused), String(totals.calledOffByPractice), String(totals.notKnown),
            totals.feeValueCents.map { Money(cents: $0).words } ?? "-",
        ]
    }

    private static func table(_ document: PracticeReportDocument) -> [String] {
        var rows = [
            [
                document.by?.rawValue ?? "", "hours kept for clients", "lost", "filled again", "missed", "late",
                "late share", "excused", "practice", "not known", "fee value",
            ]
        ]
        for group in document.groups { rows.append([Output.safe(group.name)] + cells(group.totals)) }
        rows.append(["in all"] + cells(document.totals))
        return TextTable.lines(rows)
    }

    /// Tenths of an hour would not add up: `12:30`.
    static func hours(_ minutes: Int) -> String { "\(minutes / 60):\(padded(minutes % 60, 2))" }

    static func percent(_ perMille: Int) -> String { "\(perMille / 10).\(perMille % 10) %" }

    // MARK: Fees

    private static func fees(
        _ fees: PracticeReportDocument.FeeSection, _ document: PracticeReportDocument
    ) -> [String] {
        var lines = [
            "Cancellation policy: a fee may apply to \(fees.mayApply), does not apply to \(fees.doesNotApply); "
                + "barred by the payer: \(fees.barredByPayer); held, somebody speaks with the client first: \(fees.held)."
        ]
        for row in fees.lines {
            let client = row.client.map { "\(Output.safe($0)), " } ?? ""
            let amount = row.mayApply ? " (\(Money(cents: row.feeCents).words) \(document.currency ?? ""))" : ""
            lines.append(
                "  \(row.startedWords)  \(client)\(Output.safe(row.therapist ?? "-")), \(Output.safe(row.kind)): \(row.words)\(amount)"
            )
        }
        if fees.truncated { lines.append("  The list is longer than what is shown here.") }
        return lines
    }

    // MARK: Free hours

    private static func freeHours(_ document: PracticeReportDocument) -> [String] {
        var lines: [String] = []
        if let waiting = document.waiting {
            let longest = waiting.longestDays.map { ", the first for \($0) days" } ?? ""
            lines.append("Waiting for a session: \(waiting.count)\(longest).")
            for row in waiting.people {
                lines.append(
                    "  \(row.client.map(Output.safe) ?? "(no client yet)"), since \(row.since ?? "a day that is not on file"), \(row.therapist.map(Output.safe) ?? "any therapist"), \(row.kind.map(Output.safe) ?? "any kind")"
                )
            }
        }
        lines.append(
            document.freeHours.isEmpty
                ? "No hour that was given back is free." : "Hours that were given back and are free:")
        for row in document.freeHours {
            let fits = row.waitingFor.map { "; \($0) of those who wait could take it" } ?? ""
            lines.append(
                "  \(row.startsWords)  \(Output.safe(row.therapist)), \(row.minutes) min, \(Output.safe(row.kind))\(fits)"
            )
        }
        return lines
    }

    // MARK: CSV

    /// One file of three kinds of rows; the first column says which.
    static func csv(_ document: PracticeReportDocument) -> [String] {
        var rows = [
            [
                "row", "name", "kept", "missed", "cancelled_late", "cancelled_in_time", "excused",
                "called_off_by_practice", "not_known", "minutes_allocated", "minutes_lost", "minutes_filled_again",
                "fee_value", "currency",
            ]
        ]
        func add(_ row: String, _ name: String, _ totals: Totals) {
            rows.append(
                [
                    row, name, totals.kept, totals.missed, totals.cancelledLate, totals.cancelledInTime, totals.excused,
                    totals.calledOffByPractice, totals.notKnown, totals.minutesAllocated, totals.minutesLost,
                    totals.minutesFilledAgain, totals.feeValueCents.map { Money(cents: $0).plain } ?? "",
                    document.currency ?? "",
                ].map { "\($0)" })
        }
        add("total", "\(document.from) to \(document.to)", document.totals)
        for group in document.groups { add(document.by?.rawValue ?? "group", group.name, group.totals) }
        var lines = rows.map(CSVText.line)
        if let fees = document.fees, !fees.lines.isEmpty {
            lines += [
                "", CSVText.line(["row", "started_at", "therapist", "kind", "outcome", "answer", "fee", "client"]),
            ]
            lines += fees.lines.map { row in
                CSVText.line([
                    "fee", row.startedAt, row.therapist ?? "", row.kind, row.outcome.rawValue, row.words,
                    row.mayApply ? Money(cents: row.feeCents).plain : "", row.client ?? "",
                ])
            }
        }
        if !document.freeHours.isEmpty {
            lines += ["", CSVText.line(["row", "starts_at", "therapist", "kind", "minutes", "waiting_for"])]
            lines += document.freeHours.map { row in
                CSVText.line([
                    "free_hour", row.startsAt, row.therapist, row.kind, String(row.minutes),
                    row.waitingFor.map { "\($0)" } ?? "",
                ])
            }
        }
        return lines
    }
}

/// What vigil asks of people, for a terminal.
enum LoadReportText {
    static func lines(_ document: LoadReportDocument) -> [String] {
        var lines = [
            "Follow-ups opened from \(document.from) to \(document.to): \(document.whole.followUps) in \(document.workingDays) working days; \(document.missed) sessions recorded as missed.",
            "",
        ]
        var tiers = [["tier", "follow-ups", "of missed sessions", "target"]]
        for row in document.tiers {
            tiers.append([
                row.tier.rawValue, String(row.followUps), row.perMilleOfMisses.map(PracticeReportText.percent) ?? "-",
                row.targetPerMille.map { "under \($0 / 10) %" } ?? "-",
            ])
        }
        lines += TextTable.lines(tiers) + [""]
        var rows = [
            [
                "therapist", "follow-ups", "a day", "check-ups", "first attempt", "contact", "closed after", "overdue",
                "open",
            ]
        ]
        for row in document.therapists { rows.append(cells(Output.safe(row.therapist ?? "(no therapist)"), row.share)) }
        rows.append(cells("in all", document.whole))
        lines += TextTable.lines(rows)
        return lines + [
            "",
            "Times are the median, and in brackets what nine of ten did not exceed, over those of which it is known. They count from detection.",
        ]
    }

    private static func cells(_ name: String, _ share: LoadReportDocument.ShareRow) -> [String] {
        [
            name, String(share.followUps), "\(share.tenthsPerDay / 10).\(share.tenthsPerDay % 10)",
            String(share.checkUps), words(share.firstAttempt), words(share.contact), words(share.closure),
            String(share.overdue), String(share.stillOpen),
        ]
    }

    private static func words(_ times: LoadReport.Times) -> String {
        guard let median = times.medianMinutes, let decile = times.ninthDecileMinutes else { return "-" }
        return "\(duration(median)) [\(duration(decile))], \(times.count)"
    }

    private static func duration(_ minutes: Int) -> String {
        minutes < 120 ? "\(minutes) min" : minutes < 2_880 ? "\(minutes / 60) h" : "\(minutes / 1_440) d"
    }
}

/// Columns of text: the first to the left, the others to the right.
enum TextTable {
    static func lines(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: max(0, widths[column] - text.count))
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ")
        }
    }
}
