import VigilCore
import VigilDaemon

/// A simulation for a terminal.
enum SimulationText {
    static func lines(_ report: SimulationReport) -> [String] {
        var lines = [
            "From \(report.from) to \(report.to), \(report.zone), policy \(report.policy.prefix(12))",
            "\(report.clients) clients, \(report.missed) missed sessions, \(report.followUps) follow-ups"
                + " (\(report.checkUps) check-ups, \(report.raisedLater) raised later, \(report.stillOpen) still open at the end)",
            "",
        ]
        lines += TextTable.lines(
            [["tier", "follow-ups", "of missed sessions", "aim", "found after (half)", "(nine of ten)"]]
                + report.tiers.map { row in
                    [
                        row.label, "\(row.followUps)", row.perMilleOfMisses.map(PracticeReportText.percent) ?? "-",
                        row.targetPercent.map { "under \($0) %" } ?? "-", minutes(row.found.medianMinutes),
                        minutes(row.found.ninthDecileMinutes),
                    ]
                })
        let tiers = SimulationReport.order
        lines += ["", "By therapist"]
        lines += TextTable.lines(
            [["therapist", "missed"] + tiers.map(\.rawValue) + ["follow-ups", "a week"]]
                + report.therapists.map { row in
                    [Output.safe(row.therapist), "\(row.missed)"] + tiers.map { "\(row.tiers[$0.rawValue] ?? 0)" }
                        + ["\(row.followUps)", "\(row.tenthsPerWeek / 10).\(row.tenthsPerWeek % 10)"]
                })
        lines += ["", "By week"]
        lines += TextTable.lines(
            [["week of", "missed"] + tiers.map(\.rawValue) + ["follow-ups"]]
                + report.weeks.map { row in
                    [row.week, "\(row.missed)"] + tiers.map { "\(row.tiers[$0.rawValue] ?? 0)" } + ["\(row.followUps)"]
                })
        for (title, rows) in [
            ("Floors that held, in missed sessions", report.floors), ("Factors that scored", report.factors),
            ("Signs that it is hard to come", report.engagement), ("Not known", report.notKnown),
            ("How sessions came to count as missed", report.bases), ("How follow-ups ended", report.closed),
        ] where !rows.isEmpty {
            lines += ["", title]
            lines += TextTable.lines(rows.map { [$0.rule, "\($0.sessions)"] })
        }
        if let comparison = report.comparison { lines += [""] + self.comparison(comparison) }
        return lines + ["", "What is assumed"] + report.assumptions.map { "  - \($0)" } + ["", standingSentence]
    }

    private static func minutes(_ minutes: Int?) -> String {
        guard let minutes else { return "-" }
        return minutes < 120 ? "\(minutes) min" : minutes < 2_880 ? "\(minutes / 60) h" : "\(minutes / 1_440) d"
    }

    private static func comparison(_ comparison: SimulationComparison) -> [String] {
        var lines = ["The other policy, \(comparison.policy.prefix(12))"]
        lines += TextTable.lines(
            [["tier", "follow-ups", "other policy", "sessions", "other policy"]]
                + comparison.tiers.map { row in
                    [
                        row.tier.rawValue, "\(row.followUps)", "\(row.otherFollowUps)", "\(row.sessions)",
                        "\(row.otherSessions)",
                    ]
                })
        lines += ["", "\(comparison.changed.count) sessions have another tier"]
        lines += comparison.changed.map { change in
            let ids = change.client.map { "  \(Output.safe($0)) \(Output.safe(change.session ?? ""))" } ?? ""
            return
                "  \(change.reference)  \(change.startedAt)  \(Output.safe(change.therapist))  \(change.tier?.rawValue ?? "none") -> "
                + "\(change.otherTier?.rawValue ?? "none")  \(change.rules.joined(separator: ", "))\(ids)"
        }
        return lines
    }
}
