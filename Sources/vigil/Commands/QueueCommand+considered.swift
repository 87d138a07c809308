import ArgumentParser
import VigilCore

extension QueueCommand {
    struct Considered: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "As a clinical lead: the missed sessions that asked for no contact now or today, and why.",
            discussion: "Without days the last fourteen. To find what vigil should have seen and did not.")

        @Option(help: "First day, YYYY-MM-DD; without it 13 days before the last.") var from: String?
        @Option(help: "Last day, included; without it today.") var to: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let query = try RangeOptions.query(from: from, to: to)
            let document = try client.get(
                "/v1/considered?\(query)&reveal=\(reveal.reveal)", as: ConsideredDocument.self)
            if output.json { return try Output.json(document) }
            ConsideredText.lines(document).forEach { Output.line($0) }
        }
    }
}

enum ConsideredText {
    static func lines(_ document: ConsideredDocument) -> [String] {
        var lines = [
            document.feed.words,
            "\(document.sessions.count) missed sessions from \(document.from) to \(document.to) asked for no contact now or today.",
        ]
        for row in document.sessions { lines += [""] + self.lines(row) }
        if document.truncated { lines.append("There are more: name fewer days with --from and --to.") }
        return lines + ["", document.note]
    }

    private static func lines(_ row: ConsideredRow) -> [String] {
        let assessed = row.tier.map { "\($0.symbol) \($0.rawValue), \(row.points ?? 0) points" } ?? "not assessed"
        let outcome = row.outcome.rawValue.replacing("_", with: " ")
        var lines = [
            "- \(row.startedWords): \(outcome)   \(assessed)   therapist \(row.therapist.map(Output.safe) ?? "-")"
        ]
        if let client = row.client { lines.append("   \(Output.safe(client.name))") }
        if !row.factors.isEmpty { lines.append("   found: \(row.factors.map(Output.safe).joined(separator: "; "))") }
        if !row.unknown.isEmpty {
            lines.append("   not known: \(row.unknown.map(Output.safe).joined(separator: "; "))")
        }
        if let id = row.followUp { lines.append("   follow-up \(id)") }
        if let why = row.whyNoFollowUp { lines.append("   \(row.followUp == nil ? "no follow-up: " : "")\(why)") }
        return lines
    }
}
