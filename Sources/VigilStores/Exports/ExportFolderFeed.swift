import Foundation
import Synchronization
package import VigilCore
import VigilSQL

/// Reads the newest export of a folder into which the practice's program, or a person, puts them.
///
/// Contract, beyond that of `AppointmentFeed`:
/// - One export is the whole practice. Each is read once, in the order of their times, one with each read; the first time, the
///   newest alone.
/// - An export counts when it has not changed from one read to the next, or for a minute; one that changes while it is read is
///   not used.
/// - An export whose time is in the future is refused, and so is a newest one that is too old: then nothing comes any more.
/// - Within the time that it covers it is the whole truth: a session that the export before had and it has not is gone.
/// - It says how old the data is: the file's own time.
/// - A file that is refused (a status that nobody mapped) stops the reading until it is mended; the mirror stays as it was.
/// - A row that cannot be read becomes one that is asked about, under its line.
package final class ExportFolderFeed: AppointmentFeed {
    private let folder: String
    private let mapping: ImportMapping
    private let workFolder: String
    private let staleAfterHours: Int
    /// Seen at the last read, and still to be proved unchanged.
    private var candidate: Export?
    private let isCancelled = Atomic(false)

    /// A program that still writes has touched its file within this time.
    private static let settleSeconds: Int64 = 60
    /// Clocks of two machines differ by less.
    private static let futureSeconds: Int64 = 300

    /// - Parameters:
    ///   - workFolder: of vigil's own, for a copy that lives as long as a read.
    ///   - staleAfterHours: how old the newest export may be.
    package init(folder: String, mapping: ImportMapping, workFolder: String, staleAfterHours: Int) {
        self.folder = folder
        self.mapping = mapping
        self.workFolder = workFolder
        self.staleAfterHours = staleAfterHours
    }

    package var subject: String { folder }

    package var blindSpots: [BlindSpot] { mapping.blindSpots }

    package func cancel() { isCancelled.store(true, ordering: .releasing) }

    private func refuseIfCancelled() throws {
        guard isCancelled.load(ordering: .acquiring) else { return }
        throw failure(.unavailable, folder, "it was called off", "Nothing is to be done")
    }

    private struct Export: Comparable {
        var name: String
        var modified: Int64
        var size: Int64

        init(name: String, modified: Int64, size: Int64) {
            (self.name, self.modified, self.size) = (name, modified, size)
        }

        init?(_ cursor: FeedCursor) {
            let parts = cursor.text.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let modified = Int64(parts[0]), let size = Int64(parts[1]) else { return nil }
            self.init(name: String(parts[2]), modified: modified, size: size)
        }

        static func < (left: Export, right: Export) -> Bool {
            (left.modified, left.name) < (right.modified, right.name)
        }

        var cursor: FeedCursor { FeedCursor("\(modified) \(size) \(name)") }

        func path(in folder: String) -> String { "\(folder)/\(name)" }
    }

    package func check() throws {
        _ = try exports()
    }

    package func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        try refuseIfCancelled()
        let exports = try exports()
        guard let newest = exports.last else {
            throw failure(
                .unavailable, folder, "there is no export in it", "Put a .csv file there; it is read by itself")
        }
        try refuseAge(of: newest, at: request.now)
        let held = request.cursor.flatMap { Export($0) }
        // Never back to an older one: exports that somebody tidied away do not undo what they said.
        let next = held.map { held in exports.first { $0 > held } ?? held } ?? newest
        let asOf = WallTime(seconds: (held ?? next).modified)
        guard next != held else { return FeedAnswer(cursor: next.cursor, scopes: [], asOf: asOf) }
        // Still being written, perhaps: it has to look the same once more.
        guard request.now.seconds - next.modified >= Self.settleSeconds || candidate == next else {
            candidate = next
            guard let held else {
                throw failure(
                    .unavailable, next.path(in: folder), "it was put there just now", "It is read with the next look")
            }
            return FeedAnswer(cursor: held.cursor, scopes: [], asOf: asOf)
        }
        return try read(next, row)
    }

    private func refuseAge(of newest: Export, at now: WallTime) throws {
        let age = now.seconds - newest.modified
        guard age > -Self.futureSeconds else {
            throw failure(
                .badData, newest.path(in: folder), "its time lies in the future",
                "Set the clock of the machine that writes it, and export again")
        }
        guard age < Int64(staleAfterHours) * 3_600 else {
            throw failure(
                .unavailable, newest.path(in: folder),
                "the newest export is \(age / 3_600) hours old, more than stale_after_hours",
                "Find out why no new one comes")
        }
    }

    private func read(_ export: Export, _ row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        let copy = "\(workFolder)/export.db"
        for suffix in ["", ".tmp"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let report = try CSVImporter.run(
            source: export.path(in: folder), mapping: mapping, into: copy, schema: PracticeSchemaText.sql)
        guard self.export(export.name) == export else {
            throw failure(
                .unavailable, export.path(in: folder), "it was changed while it was read", "It is read again by itself")
        }
        let span = try rows(of: copy, row)
        for issue in report.badRows.first {
            try row(Self.unreadable(issue))
        }
        return FeedAnswer(
            cursor: export.cursor, scopes: (span.map { [$0] } ?? []) + [.sessionsWithoutTime],
            asOf: WallTime(seconds: export.modified))
    }

    /// - Returns: the time that the export covers; nil when it has no session.
    private func rows(of copy: String, _ row: (SourceRow) throws -> Void) throws -> FeedScope? {
        let database = try SQLiteDatabase(path: copy, mode: .readOnly)
        defer { try? database.close() }
        return try database.read { connection in
            for table in [SourceTable.therapist, .client, .session] {
                let columns = table.columns.joined(separator: ", ")
                try connection.each("SELECT \(columns) FROM \(table.rawValue)") { found in
                    try refuseIfCancelled()
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

    /// A session without a time: the store names it, and somebody is asked. Not by the export's name, which changes daily.
    private static func unreadable(_ issue: ImportIssue) -> SourceRow {
        SourceRow(
            .session,
            named: [
                "client_id": .text("(unreadable)"), "starts_at": .text("unreadable"),
                "id": .text("export, line \(issue.line ?? 0)"), "status": .text("scheduled"),
            ])
    }

    /// In the order of their times.
    private func exports() throws -> [Export] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw failure(
                .unavailable, folder, "the folder cannot be read",
                "Check that it exists and that vigil's account may read it")
        }
        return names.filter { $0.lowercased().hasSuffix(".csv") && !$0.hasPrefix(".") }.compactMap { export($0) }
            .sorted()
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
