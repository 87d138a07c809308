import VigilCore
import VigilSQL

/// Fills an embedded appointment store from a CSV file: `vigil import csv`.
///
/// All of the file goes in as one transaction, or nothing does. Two rules hold for what the file says:
/// - a status that the mapping does not name refuses the whole file by that name: a guess there would hide missed sessions;
/// - a row that cannot be read is reported by line and column, never with its value, and the others go in (`exitStatus` 3).
///
/// The file is read once. Its rows wait in temporary tables (`ImportStaging`), and the store is written when all is known; so
/// the file cannot change between a first look and a second one.
package enum CSVImporter {
    /// - Parameters:
    ///   - source: path of the CSV file.
    ///   - path: the store; made when it is not there, else brought up to date.
    ///   - schema: the text of `config/stores/practice.sql`.
    ///   - isDryRun: does everything and keeps nothing.
    ///   - progress: called about every thousandth row.
    /// - Throws: `OperationError`; the store is then as it was before.
    package static func run(
        source: String, mapping: ImportMapping, into path: String, schema: String, isDryRun: Bool = false,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws -> ImportReport {
        let reader = try CSVReader(path: source, delimiter: mapping.delimiter.byte)
        let (mapping, fieldCount) = try readHeader(reader, mapping, source)
        do {
            let target = try ImportTarget(path: path)
            do {
                var rows = ImportRowReader(mapping: mapping, fieldCount: fieldCount)
                try target.database.bare { try ImportStaging.makeTables($0) }
                // A transaction that reads nothing from the store and writes temporary tables alone locks nobody out.
                var report = try target.database.read { connection in
                    let staging = try ImportStaging(mapping: mapping, connection: connection)
                    let rowsRead = try stage(reader, &rows, staging, progress)
                    try refuse(rows, rowsRead, source)
                    var report = ImportReport()
                    report.rowsRead = rowsRead
                    report.badRows = rows.badRows
                    report.warnings = rows.warnings
                    report.asOf = reader.modified
                    try staging.settle(&report)
                    return report
                }
                do {
                    report = try target.database.write { connection in
                        if target.isNew { try connection.execute(script: schema) }
                        var merged = report
                        let staging = try ImportStaging(mapping: mapping, connection: connection)
                        try staging.merge(isNew: target.isNew, &merged)
                        if isDryRun { throw DryRun(report: merged) }
                        return merged
                    }
                } catch let dryRun as DryRun {
                    target.abandon()
                    return dryRun.report
                }
                try target.publish()
                return report
            } catch {
                target.abandon()
                throw error
            }
        } catch let error as SQLError {
            throw OperationError.importing(into: path, error)
        }
    }

    /// Thrown to roll the transaction back after all has been tried.
    private struct DryRun: Error {
        var report: ImportReport
    }

    private static let rowsPerProgress = 1_000

    private static func readHeader(
        _ reader: CSVReader, _ mapping: ImportMapping, _ source: String
    ) throws -> (ImportMapping, fieldCount: Int) {
        guard case .record(let record)? = try reader.next() else {
            throw OperationError(
                .badData, operation: "import the file", subject: source, cause: "it has no header that can be read",
                remedy: "The first line must name the columns.")
        }
        let header = CSVHeader(record)
        let resolved = mapping.resolved(in: header)
        if !header.complaints.isEmpty {
            throw OperationError(
                .badData, operation: "import the file", subject: source,
                cause: header.complaints.joined(separator: "; "),
                remedy: "Make the columns in the mapping those of the file's first line, and check the delimiter.")
        }
        return (resolved, header.count)
    }

    private static func stage(
        _ reader: CSVReader, _ rows: inout ImportRowReader, _ staging: ImportStaging,
        _ progress: (ImportProgress) -> Void
    ) throws -> Int {
        var count = 0
        while let item = try reader.next() {
            count += 1
            switch item {
            case .record(let record):
                if let row = rows.read(record) { try staging.add(row) }
            case .fault(let fault, let line, let lastLine):
                rows.note(fault, line: line, lastLine: lastLine)
            }
            if count.isMultiple(of: rowsPerProgress) {
                progress(ImportProgress(rows: count, bytesRead: reader.bytesRead, bytesTotal: reader.bytesTotal))
            }
        }
        progress(ImportProgress(rows: count, bytesRead: reader.bytesRead, bytesTotal: reader.bytesTotal))
        return count
    }

    private static func refuse(_ rows: ImportRowReader, _ rowsRead: Int, _ source: String) throws {
        if !rows.unmapped.isEmpty {
            throw OperationError(
                .badData, operation: "import the file", subject: source,
                cause: "words that the mapping does not name: \(rows.unmapped.description)",
                remedy: "Add them to the values of that column, and import again. Nothing was changed.")
        }
        // An empty export that made the store look fresh would read as "nobody missed".
        if rowsRead == rows.badRows.total {
            let first = rows.badRows.first.first.map { issue in
                let column = issue.column.map { " column '\($0)'" } ?? ""
                return ", the first in line \(issue.line ?? 0):\(column) \(issue.reason)"
            }
            throw OperationError(
                .badData, operation: "import the file", subject: source,
                cause: rowsRead == 0 ? "it has no rows" : "none of its \(rowsRead) rows can be read\(first ?? "")",
                remedy: "Check the file and the mapping. Nothing was changed.")
        }
    }
}
