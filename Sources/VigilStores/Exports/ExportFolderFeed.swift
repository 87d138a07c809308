import Foundation
package import VigilCore
import VigilSQL

/// Reads the newest export of a folder into which the practice's program, or a person, puts them.
///
/// Contract, beyond that of `AppointmentFeed`:
/// - An export counts as soon as nothing has been written to it for a few seconds, and is read once.
/// - Within the time that it covers it is the whole truth: a session that the export before had and it has not is gone.
/// - It says how old the data is: the file's own time.
/// - A file that is refused (a status that nobody mapped) stops the reading until it is mended; the mirror stays as it was.
/// - A row that cannot be read becomes one that is asked about, under its line.
package final class ExportFolderFeed: AppointmentFeed {
    private let folder: String
    private let mapping: ImportMapping
    private let workFolder: String

    /// A program that still writes has touched its file within this time.
    private static let settleSeconds: Int64 = 3

    /// - Parameter workFolder: of vigil's own, for a copy that lives as long as a read.
    package init(folder: String, mapping: ImportMapping, workFolder: String) {
        self.folder = folder
        self.mapping = mapping
        self.workFolder = workFolder
    }

    package var subject: String { folder }

    private struct Export: Comparable {
        var name: String
        var modified: Int64
        var size: Int64

        static func < (left: Export, right: Export) -> Bool {
            (left.modified, left.name) < (right.modified, right.name)
        }

        var cursor: FeedCursor { FeedCursor("\(modified) \(size) \(name)") }
    }

    package func check() throws {
        _ = try newest()
    }

    package func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        guard let export = try newest(at: request.now) else {
            throw failure(
                .unavailable, folder, "there is no export in it", "Put a .csv file there; it is read by itself")
        }
        let asOf = WallTime(seconds: export.modified)
        guard export.cursor != request.cursor else {
            return FeedAnswer(cursor: export.cursor, scopes: [], asOf: asOf)
        }
        let copy = "\(workFolder)/export-\(ProcessInfo.processInfo.processIdentifier).db"
        try? FileManager.default.removeItem(atPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let report = try CSVImporter.run(
            source: "\(folder)/\(export.name)", mapping: mapping, into: copy, schema: PracticeSchemaText.sql)
        let span = try rows(of: copy, row)
        for issue in report.badRows.first {
            try row(Self.unreadable(issue, of: export.name))
        }
        return FeedAnswer(cursor: export.cursor, scopes: span.map { [$0] } ?? [], asOf: asOf)
    }

    /// - Returns: the time that the export covers; nil when it has no session.
    private func rows(of copy: String, _ row: (SourceRow) throws -> Void) throws -> FeedScope? {
        let database = try SQLiteDatabase(path: copy, mode: .readOnly)
        defer { try? database.close() }
        return try database.read { connection in
            for table in [SourceTable.therapist, .client, .session] {
                let columns = table.columns.joined(separator: ", ")
                try connection.each("SELECT \(columns) FROM \(table.rawValue)") { found in
                    try row(SourceRow(table, table.columns.indices.map { SourceValue(found, $0) }))
                }
            }
            let span = try connection.first("SELECT min(starts_at), max(starts_at) FROM session") {
                ($0.optionalInt64(0), $0.optionalInt64(1))
            }
            guard let first = span?.0, let last = span?.1 else { return nil }
            return .sessions(from: WallTime(seconds: first), until: WallTime(seconds: last + 1))
        }
    }

    /// A session without a time: the store names it, and somebody is asked.
    private static func unreadable(_ issue: ImportIssue, of name: String) -> SourceRow {
        SourceRow(
            .session,
            named: [
                "client_id": .text("(unreadable)"), "starts_at": .text("unreadable"),
                "id": .text("\(name), line \(issue.line ?? 0)"), "status": .text("scheduled"),
            ])
    }

    /// - Parameter now: nil takes also an export that is still being written.
    private func newest(at now: WallTime? = nil) throws -> Export? {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw failure(
                .unavailable, folder, "the folder cannot be read",
                "Check that it exists and that vigil's account may read it")
        }
        let exports = names.filter { $0.lowercased().hasSuffix(".csv") && !$0.hasPrefix(".") }.compactMap { name in
            export(name)
        }
        return exports.filter { export in
            now.map { abs($0.seconds - export.modified) >= Self.settleSeconds } ?? true
        }.max()
    }

    private func export(_ name: String) -> Export? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)"),
            attributes[.type] as? FileAttributeType == .typeRegular, let date = attributes[.modificationDate] as? Date,
            let size = attributes[.size] as? NSNumber
        else { return nil }
        return Export(name: name, modified: Int64(date.timeIntervalSince1970), size: size.int64Value)
    }

    private func failure(
        _ kind: OperationError.Kind, _ subject: String, _ cause: String, _ remedy: String
    ) -> OperationError {
        OperationError(
            kind, operation: "read the appointment store", subject: subject, cause: cause, remedy: remedy, retry: true)
    }
}

extension SourceValue {
    fileprivate init(_ row: any SQLStatement, _ column: Int) {
        switch row.type(column) {
        case .null: self = .null
        case .integer: self = .integer(row.int64(column))
        case .real: self = .real(row.double(column))
        case .text, .blob: self = .text(row.text(column))
        }
    }
}
