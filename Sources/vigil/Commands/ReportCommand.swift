import ArgumentParser
import VigilCore

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What missed sessions cost the practice, and what vigil asks of people.",
        subcommands: [Practice.self, Load.self])

    struct Practice: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hours lost and filled again, fee value, free hours and who waits for one.",
            discussion:
                "For the practice, not for the clinical queue. Vigil bills nobody; it says nothing about a fee while somebody is to speak with the client first."
        )

        @OptionGroup var range: RangeOptions
        @Option(help: "Also by: \(PracticeReport.Grouping.words).") var by: PracticeReport.Grouping?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Flag(help: "Print CSV.") var csv = false
        @OptionGroup var reveal: RevealOptions

        func validate() throws {
            if csv, output.json { throw ValidationError("--csv and --json are two forms of the same; choose one") }
        }

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let grouping = by.map { "&by=\($0.rawValue)" } ?? ""
            let document = try client.get(
                "/v1/reports/practice?\(try range.query)\(grouping)&reveal=\(reveal.reveal)",
                as: PracticeReportDocument.self)
            if output.json { return try Output.json(document) }
            let lines = csv ? PracticeReportText.csv(document) : PracticeReportText.lines(document)
            lines.forEach { Output.line($0) }
        }
    }

    struct Load: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow-ups per therapist and day, how soon they were acted on, and the clinic's targets.")

        @OptionGroup var range: RangeOptions
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.get("/v1/reports/load?\(try range.query)", as: LoadReportDocument.self)
            if output.json { return try Output.json(document) }
            LoadReportText.lines(document).forEach { Output.line($0) }
        }
    }
}

/// Which days a report is about.
struct RangeOptions: ParsableArguments {
    @Option(help: "First day, YYYY-MM-DD; without it 27 days before the last.") var from: String?
    @Option(help: "Last day, included; without it today.") var to: String?

    var query: String {
        get throws { try Self.query(from: from, to: to) }
    }

    static func query(from: String?, to: String?) throws -> String {
        try [("from", from), ("to", to)].compactMap { name, text in
            guard let text else { return nil }
            guard LocalDay(iso: text) != nil else {
                throw OperationError(
                    .usage, operation: "make the report", subject: "--\(name)",
                    cause: "it is not a day such as 2026-11-24", remedy: "write year, month and day")
            }
            return "\(name)=\(text)"
        }.joined(separator: "&")
    }
}

extension PracticeReport.Grouping: ExpressibleByArgument {}
