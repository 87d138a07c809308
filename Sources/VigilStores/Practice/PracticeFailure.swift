import Glibc
internal import VigilCore
internal import VigilSQL

/// Why the practice store cannot be read, in words that a person can act on.
///
/// The subject is the file's path. SQLite's own words are passed on only where they name tables and columns.
struct PracticeFailure {
    let path: String
    /// `read the appointment store`.
    var operation = "read the appointment store"

    func error(
        _ kind: OperationError.Kind, _ cause: String, _ remedy: String, retry: Bool = false
    ) -> OperationError {
        OperationError(kind, operation: operation, subject: path, cause: cause, remedy: remedy, retry: retry)
    }

    /// The look at the file failed with `code`, an errno.
    func missing(errno code: Int32) -> OperationError {
        switch code {
        case ENOENT, ENOTDIR:
            error(
                .unavailable, "the file does not exist", "Check store.path, and that its disk is mounted", retry: true)
        case EACCES, EPERM: denied
        default:
            error(
                .unavailable, "the file cannot be looked at (error \(code))", "Check the disk that it lies on",
                retry: true)
        }
    }

    var denied: OperationError {
        error(
            .permission, "vigil's user may not read it",
            "Give the user that runs vigil read access to the file and to its folder")
    }

    var notAFile: OperationError {
        error(.configuration, "it is a folder or a device, not a file", "Let store.path name the database file itself")
    }

    var empty: OperationError {
        error(
            .badData, "the file is empty", "Fill it with `vigil import csv`, or make it with config/stores/practice.sql"
        )
    }

    func wrongSchema(_ cause: String) -> OperationError {
        error(.badData, cause, "Compare the store with config/stores/practice.sql, which says what each table holds")
    }

    func reading(_ failure: SQLError) -> OperationError {
        switch failure.kind {
        case .busy:
            return error(
                .unavailable, "another program holds its lock",
                "End programs that keep a transaction open, if this goes on", retry: true)
        case .interrupted:
            return error(.unavailable, "the read was stopped", "Nothing needs to be done", retry: true)
        case .corrupt:
            return error(
                .badData, "the file is damaged", "Restore it from a backup; `PRAGMA integrity_check` names the damage")
        case .notADatabase:
            return error(
                .badData, "it is not an SQLite database, or it is encrypted", "Let store.path name the practice's store"
            )
        case .schema: return wrongSchema(failure.message)
        case .permission: return denied
        case .readOnly, .cannotOpen, .inputOutput: return refused(failure)
        case .diskFull, .constraint, .other:
            return error(
                .unavailable, "SQLite failed with code \(failure.code)", "Look this code up in SQLite's list",
                retry: true)
        }
    }

    // SQLITE_READONLY_RECOVERY, SQLITE_READONLY_ROLLBACK: a cut-off write must be finished by a program that may write.
    private static let recoveryCodes = [264, 776]

    /// The file is there and may be read, and SQLite cannot: almost always a file beside it that it cannot make.
    private func refused(_ failure: SQLError) -> OperationError {
        if Self.recoveryCodes.contains(failure.code) {
            return error(
                .unavailable, "a write to it was cut off and has to be finished or undone first",
                "Start the practice's own program once: it may write, vigil never does", retry: true)
        }
        if access(path, R_OK) != 0 { return missing(errno: errno) }
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/" : "."
        if access(folder, W_OK) != 0 {
            return error(
                .permission,
                "it uses SQLite's WAL mode, or a write to it was cut off, and its folder is not writable: a reader has to "
                    + "make the -shm file beside it",
                "Give vigil's user write access to the folder (ReadWritePaths= in the unit), or let the practice's program "
                    + "set PRAGMA journal_mode = DELETE")
        }
        return error(
            .unavailable, "the file cannot be read (code \(failure.code))",
            "Check the disk, and who may read the -wal and -shm files beside it", retry: true)
    }
}
