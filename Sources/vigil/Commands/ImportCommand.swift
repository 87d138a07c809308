import ArgumentParser
import Foundation
import VigilCore
import VigilPolicy
import VigilStores

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Fill an embedded appointment store.", subcommands: [CSV.self])

    struct CSV: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "csv", abstract: "Import a CSV export through a mapping file.",
            discussion: """
                Exit 0 when every row went in, 3 when some rows could not be read (each is named), 65 when the file was \
                refused and nothing was written.
                """)

        @Option(help: "Header names, statuses, date format and zone of this export.") var mapping: String
        @Argument(help: "The CSV file.") var source: String
        @Option(help: "The store to fill; made when it does not exist.") var into: String
        @Flag(help: "Read and check everything, and write nothing.") var dryRun = false
        @OptionGroup var output: OutputOptions

        func run() throws {
            umask(0o077)
            let rules = try ConfigFile.load(path: mapping, operation: "read the mapping") { reader, _ in
                ImportMapping(reading: reader)
            }
            let progress = ProgressLine(label: "importing")
            let report = try CSVImporter.run(
                source: source, mapping: rules, into: into, schema: PracticeSchemaText.sql, isDryRun: dryRun
            ) { progress.show(done: $0.bytesRead, total: $0.bytesTotal) }
            progress.finish()
            if output.json {
                try Output.json(report)
            } else {
                lines(report).forEach { Output.line($0) }
            }
            if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
        }

        private func lines(_ report: ImportReport) -> [String] {
            var lines = [
                "\(report.rowsImported) of \(report.rowsRead) rows, \(report.clients) clients\(dryRun ? " (nothing written)" : "")"
            ]
            for (status, count) in report.statuses.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(status): \(count)")
            }
            lines += issues("warning", report.warnings) + issues("not imported", report.badRows)
            return lines
        }

        private func issues(_ word: String, _ issues: ImportIssues) -> [String] {
            var lines = issues.first.map { issue in
                let place = [issue.line.map { "line \($0)" }, issue.column].compactMap(\.self).joined(separator: ", ")
                return "\(word): \(place): \(issue.reason)"
            }
            if issues.total > issues.first.count { lines.append("\(word): \(issues.total - issues.first.count) more") }
            return lines
        }
    }
}
