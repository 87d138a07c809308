import Crypto
import Foundation
package import VigilCore
import VigilSQL

/// Copies of a ledger: made while the daemon works, proved before they are called a backup, and put back in its place.
package enum LedgerBackup {
    /// A backup that was made or looked at.
    package struct Facts: Sendable, Hashable {
        package var path: String
        package var bytes: Int
        package var auditRows: Int64
        /// Of the file, in hexadecimal.
        package var sha256: String
    }

    /// Copies the ledger at `path` to `target`, which appears whole or not at all.
    /// - Throws: `OperationError`; nothing is left behind then.
    package static func make(of path: String, store: String, to target: String) throws -> Facts {
        let working = target + ".tmp"
        try? FileManager.default.removeItem(atPath: working)
        try requireSpace(for: path, at: target)
        do {
            do throws(SQLError) {
                try SQLiteCopy.copy(from: path, to: working)
            } catch {
                throw OperationError(ledger: "back up the ledger", path: target, error)
            }
            let rows = try prove(working, store: store, operation: "back up the ledger")
            try sync(working)
            guard rename(working, target) == 0 else { throw failure("back up the ledger", target, errno) }
            return Facts(path: target, bytes: try size(target), auditRows: rows, sha256: try sha256(target))
        } catch {
            try? FileManager.default.removeItem(atPath: working)
            throw error
        }
    }

    /// Proves that a file is a ledger of this practice whose chain and promises hold.
    /// - Returns: the rows of its audit chain.
    package static func prove(_ path: String, store: String, operation: String) throws -> Int64 {
        guard FileManager.default.fileExists(atPath: path) else { throw failure(operation, path, ENOENT) }
        let copy = try Ledger(readingOnly: path, store: store)
        defer { try? copy.close() }
        let check = try copy.verify()
        guard check.faults.isEmpty else {
            throw OperationError(
                .badData, operation: operation, subject: path,
                cause: "the copy breaks a promise: \(check.faults[0].words)",
                remedy: "run 'vigil audit verify' on the ledger, and keep older backups")
        }
        let ofStore = try copy.read { try $0.isOf(store) }
        guard ofStore else {
            throw OperationError(
                .badData, operation: operation, subject: path, cause: "it is the ledger of another store",
                remedy: "compare store.id in vigil.yaml")
        }
        return check.auditRows
    }

    /// Puts a proved backup in the place of the ledger. Nobody may have the ledger open.
    ///
    /// The ledger that was there is kept beside it. What was paged for and not acknowledged waits for `holdSeconds` at the next
    /// start, so that a person can say that it is in hand, and is then paged for with its old key (I6).
    /// - Returns: where the ledger that was there lies now; nil when there was none.
    package static func restore(_ backup: String, to path: String, store: String, at now: WallTime) throws -> String? {
        let operation = "restore the ledger"
        _ = try prove(backup, store: store, operation: operation)
        let working = path + ".restoring"
        try? FileManager.default.removeItem(atPath: working)
        do {
            try FileManager.default.copyItem(atPath: backup, toPath: working)
        } catch {
            throw failure(operation, path, errno == 0 ? EIO : errno)
        }
        do {
            // Of the one who owns the ledger's folder, as the ledger is: restored by root, it is vigil's.
            var folder = stat()
            if stat((path as NSString).deletingLastPathComponent, &folder) == 0 {
                _ = chown(working, folder.st_uid, folder.st_gid)
            }
            _ = chmod(working, 0o600)
            let ledger = try Ledger(path: working, store: store)
            try ledger.noteRestore(at: now)
            try ledger.close()
            try sync(working)
            let kept = try setAside(path, at: now, store: store)
            guard rename(working, path) == 0 else { throw failure(operation, path, errno) }
            try sync(path)
            return kept
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: working + suffix) }
            throw error
        }
    }

    /// Keeps what is there under another name, and leaves it in its place too: a crash at any moment finds a whole ledger.
    private static func setAside(_ path: String, at now: WallTime, store: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let operation = "restore the ledger"
        let kept = "\(path).before-restore-\(now.seconds)"
        // Closed in good order it has no -wal any more, which must never meet the file that comes in its place. One that cannot be
        // opened, and is restored for that, takes its own along.
        try? Ledger(path: path, store: store).close()
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, kept + suffix) == 0 else { throw failure(operation, path, errno) }
        }
        guard link(path, kept) == 0 else { throw failure(operation, kept, errno) }
        return kept
    }

    /// What must stay free beside a backup: a copy that fills the disk would keep the ledger from recording.
    private static let sparedBytes = 100 << 20

    private static func requireSpace(for path: String, at target: String) throws {
        let folder = (target as NSString).deletingLastPathComponent
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.isEmpty ? "." : folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else { return }
        // The -wal is part of what is copied.
        let needed = try size(path) + ((try? size(path + "-wal")) ?? 0) + sparedBytes
        guard free < needed else { return }
        throw OperationError(
            .unavailable, operation: "back up the ledger", subject: target,
            cause: "\(free >> 20) MiB are free and \(needed >> 20) MiB are needed, some of them to spare",
            remedy: "free some, or keep fewer backups")
    }

    private static func sync(_ path: String) throws {
        for (name, flags) in [(path, O_RDONLY), ((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)]
        {
            let descriptor = open(name.isEmpty ? "." : name, flags | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure("back up the ledger", path, errno) }
            fsync(descriptor)
            close(descriptor)
        }
    }

    private static func size(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("back up the ledger", path, errno) }
        return Int(status.st_size)
    }

    private static func sha256(_ path: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        var hash = SHA256()
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    private static func failure(_ operation: String, _ path: String, _ number: Int32) -> OperationError {
        OperationError(
            number == EACCES || number == EROFS ? .permission : .unavailable, operation: operation, subject: path,
            cause: String(cString: strerror(number)), remedy: "check the path, its owner and the space on its disk")
    }
}

extension LedgerReader {
    /// Whether the ledger holds records of this store, or of none yet.
    func isOf(_ store: String) throws -> Bool {
        let stores = try connection.all("SELECT store FROM cursor") { $0.text(0) }
        return stores.isEmpty || stores.contains(store)
    }

    /// After a restore; may have passed.
    package func pagesHeldUntil() throws -> WallTime? {
        try meta("pages_held_until").flatMap { Int64($0) }.map(WallTime.init(seconds:))
    }
}

extension Ledger {
    /// How long what was paged for waits after a restore (I6).
    private static let holdSeconds: Int64 = 300

    fileprivate func noteRestore(at now: WallTime) throws {
        try rethrowing("restore the ledger") {
            try database.write { connection in
                var writer = try LedgerWriter(connection: connection, store: store, at: now, policy: "")
                try writer.setMeta("restored_at", String(now.seconds))
                try writer.note(PublicEvent(.ledgerRestored), subject: "vigil", because: "person_decided")
            }
        }
    }

    /// The first start after a restore: nobody is paged at once for what may be in hand since.
    /// - Returns: whether it was one.
    package func holdAfterRestore(at now: WallTime) throws -> Bool {
        try rethrowing("write the ledger") {
            try database.write { connection in
                guard try LedgerReader(connection: connection, store: store).meta("restored_at") != nil else {
                    return false
                }
                let until = SQLValue.integer(now.seconds + Self.holdSeconds)
                // Begun anew as far as the alarm is concerned: that no provider has taken it is not known before it is sent.
                try connection.run(
                    """
                    UPDATE paging SET due_at = max(due_at, $1), begun_at = max(begun_at, $2) WHERE state = 'paging'
                    """, [until, until])
                try connection.run(
                    """
                    UPDATE delivery SET next_at = max(next_at, $1)
                    WHERE state = 'waiting' AND purpose IN ('page', 'alarm')
                    """, [until])
                try connection.run(
                    "UPDATE paging SET expires_at = max(expires_at, $1) WHERE state = 'acknowledged'", [until])
                try connection.run("DELETE FROM meta WHERE name = 'restored_at'", [])
                let writer = try LedgerWriter(connection: connection, store: store, at: now, policy: "")
                try writer.setMeta("pages_held_until", String(now.seconds + Self.holdSeconds))
                return true
            }
        }
    }
}
