import Foundation
import VigilCore
import VigilSQL

/// The store that an import writes into: a new file that appears whole or not at all, or one that is there.
///
/// A new store is filled as `STORE.tmp` beside its place and renamed at the end, so a crash leaves no half store. That file
/// has a fixed name on purpose: what a killed import left behind holds client data, and the next import empties it. A lock
/// on it keeps two imports apart.
///
/// A store that is there is changed in place, in one transaction with a rollback journal: a copy that replaces it would lose
/// what the practice's own program writes meanwhile. A store in WAL mode is taken out of it, which SQLite refuses while
/// another program has it open; that is wanted, because two writers on a WAL file meet the bug named in reliability.md.
final class ImportTarget {
    let path: String
    let isNew: Bool
    let database: SQLiteDatabase
    private let workPath: String
    /// Holds the lock until the end: closing any descriptor of a file drops SQLite's own locks on it.
    private let lock: Int32?

    init(path: String) throws {
        self.path = path
        var status = stat()
        isNew = stat(path, &status) != 0
        if isNew {
            guard errno == ENOENT else { throw OperationError.target(path, errno) }
            workPath = path + ".tmp"
            lock = try Self.takeEmptyFile(workPath, for: path)
        } else {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw OperationError(
                    .usage, operation: "import into the store", subject: path, cause: "it is not an ordinary file",
                    remedy: "Name the store's file after --into.")
            }
            workPath = path
            lock = nil
        }
        do {
            database = try SQLiteDatabase(path: workPath, mode: .bulk)
            if !isNew { try Self.check(database, path) }
            // `bulk` keeps its journal in memory. In a store that is there a crash would then leave it broken; and in any
            // store the copies of pages that one long statement changes would grow with the file (120 MB at 2 M rows).
            try database.bare { connection in
                _ = try connection.first("PRAGMA journal_mode = DELETE") { $0.text(0) }
                try connection.execute(script: "PRAGMA synchronous = FULL")
            }
        } catch {
            if let lock { Self.remove(workPath, lock) }
            throw error
        }
    }

    /// Makes a new store appear at its place. When it throws, `abandon` is still to be called.
    func publish() throws {
        try database.close()
        guard let lock else { return }
        var status = stat()
        guard stat(path, &status) != 0 else {
            throw OperationError(
                .unavailable, operation: "import into the store", subject: path,
                cause: "somebody else made the file meanwhile", remedy: "Run the import again to bring it up to date.")
        }
        guard fsync(lock) == 0, rename(workPath, path) == 0 else { throw OperationError.target(path, errno) }
        // Without this the new name may be lost with the power.
        let folder = open((path as NSString).deletingLastPathComponent.orCurrent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        close(lock)
    }

    /// Leaves everything as it was before.
    func abandon() {
        // After a failed write SQLite leaves its rollback journal to the next reader, and the daemon, which reads only, could
        // not play it back. Failing here loses nothing: the journal stays.
        if !isNew { _ = try? database.read { try $0.first("SELECT 1 FROM practice") { _ in true } } }
        try? database.close()
        if let lock { Self.remove(workPath, lock) }
    }

    private static func remove(_ workPath: String, _ lock: Int32) {
        unlink(workPath + "-journal")
        unlink(workPath)
        close(lock)
    }

    private static func takeEmptyFile(_ workPath: String, for path: String) throws -> Int32 {
        // Client data: readable for the owner and the daemon's group, nobody else. NOFOLLOW: the name is guessable.
        let descriptor = open(workPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw OperationError.target(path, errno) }
        var held = stat()
        var named = stat()
        // The name must still be this file's: the holder of the lock may have renamed it while this one waited.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &held) == 0, stat(workPath, &named) == 0,
            held.st_ino == named.st_ino
        else {
            close(descriptor)
            throw OperationError(
                .unavailable, operation: "import into the store", subject: path,
                cause: "another import is filling it", remedy: "Wait for it to end.")
        }
        unlink(workPath + "-journal")
        guard ftruncate(descriptor, 0) == 0 else {
            let code = errno
            close(descriptor)
            throw OperationError.target(path, code)
        }
        return descriptor
    }

    private static func check(_ database: SQLiteDatabase, _ path: String) throws {
        let schema = try database.read { connection in
            let isThere =
                try connection.first("SELECT 1 FROM sqlite_schema WHERE name = 'practice'") { _ in true } ?? false
            return isThere
                ? try connection.first("SELECT value FROM practice WHERE name = 'schema'") { $0.text(0) } : nil
        }
        guard schema == "vigil-practice/1" else {
            throw OperationError(
                .badData, operation: "import into the store", subject: path,
                cause: "it is not an embedded appointment store (vigil-practice/1)",
                remedy: "Name another file after --into; vigil makes it when it is not there.")
        }
    }
}

extension OperationError {
    /// A failure of the operating system on the target.
    fileprivate static func target(_ path: String, _ code: Int32) -> OperationError {
        let isRefused = code == EACCES || code == EPERM || code == EROFS
        return OperationError(
            isRefused ? .permission : .unavailable, operation: "import into the store", subject: path,
            cause: String(cString: strerror(code)),
            remedy: isRefused
                ? "Check who may write in that folder. Nothing was changed."
                : "Check the folder and the space on the disk. Nothing was changed.")
    }

    /// A failure of the database on the target.
    static func importing(into path: String, _ error: SQLError) -> OperationError {
        let (kind, cause, remedy): (Kind, String, String) =
            switch error.kind {
            case .diskFull:
                (
                    .unavailable, "there is no space left on the disk",
                    "Free some, also where SQLite keeps temporary files."
                )
            case .readOnly, .permission, .cannotOpen:
                (.permission, "it may not be written", "Check who may write the file, and beside it in its folder.")
            case .busy:
                (.unavailable, "another program is using it", "Try again when that program has ended or paused.")
            case .corrupt: (.badData, "the file is damaged", "Restore it from a backup, or import into a new file.")
            case .notADatabase: (.badData, "it is not a SQLite file", "Name another file after --into.")
            case .schema:
                (.badData, "its tables are not those of vigil-practice/1: \(error)", "Import into a new file.")
            default: (.unavailable, error.description, "See whether the disk is in order.")
            }
        return OperationError(
            kind, operation: "import into the store", subject: path, cause: cause,
            remedy: "\(remedy) Nothing was changed.")
    }
}

extension String {
    fileprivate var orCurrent: String { isEmpty ? "." : self }
}
