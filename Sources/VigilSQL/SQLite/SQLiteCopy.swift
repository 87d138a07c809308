import Foundation
import GRDB

/// Copies a database that is in use, as of one moment (SQLite's online backup).
package enum SQLiteCopy {
    /// Copies `path` into the new file `target`, and checks the copy's structure.
    ///
    /// It reads over a connection of its own: in WAL mode the owner goes on writing meanwhile, and a page never waits for a backup.
    /// - Throws: `SQLError`; what was written of `target` is left for the caller to remove.
    package static func copy(from path: String, to target: String) throws(SQLError) {
        do {
            var reading = Configuration()
            reading.readonly = true
            reading.busyMode = .timeout(10)
            let source = try DatabaseQueue(path: path, configuration: reading)
            let copy = try DatabaseQueue(path: target)
            // All pages in one step: between two steps a commit of the owner would make it begin again.
            try source.backup(to: copy, pagesPerStep: -1)
            try source.close()
            try check(copy)
            try copy.close()
        } catch {
            throw SQLError(wrapping: error)
        }
    }

    private static func check(_ copy: DatabaseQueue) throws {
        // A backup is one file: no -wal beside it to be forgotten.
        let answer = try copy.inDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            return try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
        }
        guard answer == "ok" else { throw SQLError(kind: .corrupt, code: 11, message: "quick_check fails") }
    }
}
