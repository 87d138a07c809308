import VigilCore

/// A simulation as one page: no script, no file beside it, nothing asked of any other host. Light and dark, on paper too.
package struct SimulationPage {
    private let report: SimulationReport

    package init(_ report: SimulationReport) {
        self.report = report
    }

    package var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <link rel="icon" href="data:,">
        <title>What vigil would have done, \(report.from) to \(report.to)</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        \(SimulationChart.definitions)
        <main>
        <h1>What vigil would have done</h1>
        <p>\(report.from) to \(report.to), \(escaped(report.zone)). Policy <code>\(escaped(String(report.policy.prefix(12))))</code>.</p>
        <p class="sum">\(report.clients) clients, \(report.missed) missed sessions, \(report.followUps) follow-ups: \
        \(report.checkUps) check-ups of clients who had drifted away, \(report.raisedLater) raised later, \
        \(report.stillOpen) still open at the end.</p>
        <p>\(escaped(standingSentence))</p>
        \(sections.joined(separator: "\n"))
        <section aria-labelledby="h-assumed"><h2 id="h-assumed">What is assumed</h2>
        <ul>\(report.assumptions.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n"))</ul></section>
        </main>
        </body>
        </html>

        """
    }

    private func escaped(_ text: String) -> String { HTMLText.escaped(text) }

    private var sections: [String] {
        var sections = [tiers, weeks, therapists, found]
        sections.append(
            rules("floors", "Floors that held", "Missed sessions for which each floor held", report.floors))
        sections.append(
            rules("factors", "Factors that scored", "Missed sessions in which each factor scored", report.factors))
        sections.append(
            rules(
                "engagement", "Signs that it is hard to come", "Missed sessions with each sign", report.engagement))
        sections.append(
            rules(
                "unknown", "Not known", "Missed sessions for which something was not on file or not asked",
                report.notKnown))
        sections.append(
            rules(
                "bases", "How sessions came to count as missed", "Missed sessions by how they were found", report.bases)
        )
        if let comparison = report.comparison { sections.append(self.comparison(comparison)) }
        return sections
    }

    // MARK: Parts

    private func section(_ id: String, _ title: String, _ chart: String, _ table: String) -> String {
        """
        <section aria-labelledby="h-\(id)"><h2 id="h-\(id)">\(escaped(title))</h2>
        \(chart.isEmpty ? "" : "<figure>\(chart)</figure>")
        \(table)</section>
        """
    }

    private func table(_ caption: String, _ head: [String], _ rows: [[String]]) -> String {
        let columns = head.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.dropFirst().map { "<td>\(escaped($0))</td>" }.joined()
            return "<tr><th scope=\"row\">\(escaped(row.first ?? ""))</th>\(cells)</tr>"
        }
        return """
            <div class="wide" role="region" tabindex="0" aria-label="\(escaped(caption)), table"><table><caption>\(escaped(caption))</caption>
            <thead><tr>\(columns)</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
            """
    }

    private var tiers: String {
        let chart = SimulationChart(
            id: "tiers", title: "Follow-ups by tier",
            description: report.tiers.map { "\($0.label): \($0.followUps)" }.joined(separator: ". ")
        ).bars(
            report.tiers.map {
                .init(
                    label: $0.label, value: $0.followUps, words: "\($0.followUps)", fill: SimulationChart.fill($0.tier))
            })
        return section(
            "tiers", "Follow-ups by tier", chart,
            table(
                "Follow-ups by tier, and their share of missed sessions",
                ["Tier", "Follow-ups", "Of missed sessions", "Aim"],
                report.tiers.map { row in
                    [
                        row.label, "\(row.followUps)", row.perMilleOfMisses.map { "\($0 / 10).\($0 % 10) %" } ?? "-",
                        row.targetPercent.map { "under \($0) %" } ?? "-",
                    ]
                }))
    }

    private var weeks: String {
        // The most urgent at the bottom, where it can be compared.
        let order = SimulationReport.order
        let most = report.weeks.max { $0.followUps < $1.followUps }
        let chart = SimulationChart(
            id: "weeks", title: "Follow-ups by week",
            description:
                "A column for each of \(report.weeks.count) weeks, stacked by tier. The most, \(most?.followUps ?? 0), in the week of \(most?.week ?? "-")."
        ).weeks(
            report.weeks.map { week in .init(label: week.week, counts: order.map { week.tiers[$0.rawValue] ?? 0 }) },
            order: order)
        return section(
            "weeks", "Follow-ups by week", chart,
            table(
                "Missed sessions and follow-ups by week",
                ["Week of", "Missed"] + order.map(\.rawValue) + ["Follow-ups"],
                report.weeks.map { week in
                    [week.week, "\(week.missed)"] + order.map { "\(week.tiers[$0.rawValue] ?? 0)" } + [
                        "\(week.followUps)"
                    ]
                }))
    }

    private var therapists: String {
        let order = SimulationReport.order
        let chart = SimulationChart(
            id: "therapists", title: "Follow-ups by therapist",
            description: report.therapists.map { "\($0.therapist): \($0.followUps)" }.joined(separator: ". ")
        ).bars(
            report.therapists.map {
                .init(
                    label: $0.therapist, value: $0.followUps, words: "\($0.followUps)",
                    fill: SimulationChart.fill(.today))
            })
        let names = report.therapists.map(\.therapist)
        return section(
            "therapists", "Follow-ups by therapist", chart,
            table(
                "Missed sessions and follow-ups by therapist",
                ["Therapist", "Missed"] + order.map(\.rawValue) + ["Follow-ups", "A week"],
                report.therapists.map { row in
                    [row.therapist, "\(row.missed)"] + order.map { "\(row.tiers[$0.rawValue] ?? 0)" }
                        + ["\(row.followUps)", "\(row.tenthsPerWeek / 10).\(row.tenthsPerWeek % 10)"]
                })
                + table(
                    "Follow-ups by therapist and week", ["Week of"] + names,
                    report.weeks.map { week in [week.week] + names.map { "\(week.therapists[$0] ?? 0)" } }))
    }

    private var found: String {
        let rows = report.tiers.filter { $0.found.count > 0 }
        let chart = SimulationChart(
            id: "found", title: "How soon after the start of the session half were found",
            description: rows.map { "\($0.label): \(Self.minutes($0.found.medianMinutes))" }.joined(separator: ". ")
        ).bars(
            rows.map { row in
                .init(
                    label: row.label, value: row.found.medianMinutes ?? 0, words: Self.minutes(row.found.medianMinutes),
                    fill: SimulationChart.fill(row.tier))
            })
        return section(
            "found", "How soon they were found", rows.isEmpty ? "" : chart,
            table(
                "From the start of the session to the follow-up",
                ["Tier", "Follow-ups", "Half within", "Nine of ten within"],
                rows.map { row in
                    [
                        row.label, "\(row.found.count)", Self.minutes(row.found.medianMinutes),
                        Self.minutes(row.found.ninthDecileMinutes),
                    ]
                }))
    }

    private static func minutes(_ minutes: Int?) -> String {
        guard let minutes else { return "-" }
        return minutes < 120 ? "\(minutes) min" : minutes < 2_880 ? "\(minutes / 60) h" : "\(minutes / 1_440) d"
    }

    private func rules(_ id: String, _ title: String, _ caption: String, _ rows: [SimulationReport.RuleRow]) -> String {
        guard !rows.isEmpty else {
            return section(id, title, "", "<p>None.</p>")
        }
        let chart = SimulationChart(
            id: id, title: title, description: rows.map { "\($0.rule): \($0.sessions)" }.joined(separator: ". ")
        ).bars(
            rows.map {
                .init(label: $0.rule, value: $0.sessions, words: "\($0.sessions)", fill: SimulationChart.fill(.next))
            })
        return section(
            id, title, chart, table(caption, ["Rule", "Sessions"], rows.map { [$0.rule, "\($0.sessions)"] }))
    }

    private func comparison(_ comparison: SimulationComparison) -> String {
        let bars = comparison.tiers.flatMap { row -> [SimulationChart.Bar] in
            [
                .init(
                    label: "\(row.tier.rawValue), this policy", value: row.followUps, words: "\(row.followUps)",
                    fill: SimulationChart.fill(.now)),
                .init(
                    label: "\(row.tier.rawValue), the other", value: row.otherFollowUps, words: "\(row.otherFollowUps)",
                    fill: SimulationChart.fill(.today)),
            ]
        }
        let chart = SimulationChart(
            id: "other", title: "Follow-ups by tier under both policies",
            description: comparison.tiers.map { "\($0.tier.rawValue): \($0.followUps), then \($0.otherFollowUps)" }
                .joined(separator: ". ")
        ).bars(bars)
        let hasIDs = comparison.changed.contains { $0.client != nil }
        let changed =
            comparison.changed.isEmpty
            ? "<p>No session has another tier.</p>"
            : table(
                "Sessions that have another tier (\(comparison.changed.count))",
                ["Session", "Started", "Therapist", "This policy", "The other", "Rules of one alone"]
                    + (hasIDs ? ["Client", "Session in the store"] : []),
                comparison.changed.map { change in
                    [
                        change.reference, change.startedAt, change.therapist, change.tier?.rawValue ?? "none",
                        change.otherTier?.rawValue ?? "none", change.rules.joined(separator: ", "),
                    ] + (hasIDs ? [change.client ?? "", change.session ?? ""] : [])
                })
        return section(
            "other", "What the other policy, \(comparison.policy.prefix(12)), would change", chart,
            table(
                "Follow-ups and sessions by tier under both policies",
                ["Tier", "Follow-ups", "Other policy", "Sessions", "Other policy, sessions"],
                comparison.tiers.map { row in
                    [
                        row.tier.rawValue, "\(row.followUps)", "\(row.otherFollowUps)", "\(row.sessions)",
                        "\(row.otherSessions)",
                    ]
                }) + changed)
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#1a1c1e;--paper:#ffffff;--soft:#4a4f55;--line:#b9bec4}
        @media (prefers-color-scheme:dark){:root{--ink:#eceff1;--paper:#14171a;--soft:#bcc4cb;--line:#4d555c}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}
        figure{margin:0 0 1rem}
        .defs{position:absolute}
        .chart{width:100%;height:auto;font:13px system-ui,sans-serif}
        .chart text{fill:var(--ink)}
        .ink{fill:var(--ink)}.paper{fill:var(--paper)}
        .edge{stroke:var(--ink);stroke-width:1}
        .grid{stroke:var(--line)}
        .wide{overflow-x:auto;margin:1rem 0}
        .wide:focus-visible{outline:3px solid var(--ink)}
        table{border-collapse:collapse}
        caption{text-align:start;color:var(--soft);padding:.25rem 0}
        th,td{padding:.2rem .7rem;border-bottom:1px solid var(--line);text-align:end;white-space:nowrap}
        th:first-child{text-align:start}
        @media print{.wide{overflow:visible}section{break-inside:avoid}}
        """
}
