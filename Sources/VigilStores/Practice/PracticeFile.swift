import Glibc
internal import VigilCore
internal import VigilSQL

/// The store's file: opened when it is needed, proved before it is used, opened again after a failure or a replacement.
///
/// - Nothing is created: the connection is read only, and the file is looked at before SQLite is asked.
/// - A failure closes the connection, so that the next call starts afresh: a corrected file needs no restart of vigil.
/// - A file that another program put in its place (an import, a restored backup) is another inode: the open connection would
///   go on reading the old one, which nobody sees any more. `look()` finds that, and a file that was cut short.
/// - The file is never opened but by SQLite: closing any other descriptor of it would drop the locks that SQLite holds for
///   this process (sqlite.org/howtocorrupt.html, "Posix advisory locks canceled").
final class PracticeFile {
    let failure: PracticeFailure
    private let path: String
    private let busyMilliseconds: Int
    private let cacheKilobytes: Int
    private var database: SQLiteDatabase?
    private var seen: Seen?
    /// Counts openings: what is remembered of a connection holds for that connection only.
    private(set) var opening = 0
    /// The optional tables of the store that is open.
    private(set) var optionalTables: Set<String> = []
    /// Whether the file now open is another than one that was read before.
    var wasReplaced = false

    /// What identifies a file, and how large it was.
    private struct Seen {
        var device: UInt64
        var inode: UInt64
        var size: Int64
    }

    init(path: String, busyMilliseconds: Int, cacheKilobytes: Int = SQLiteDatabase.cacheKilobytes) {
        self.cacheKilobytes = cacheKilobytes
        self.path = path
        self.busyMilliseconds = busyMilliseconds
        failure = PracticeFailure(path: path)
    }

    /// Runs `body` on the open store.
    ///
    /// - Parameter looking: whether to see first if the file is still the one that was opened.
    /// - Throws: `OperationError`, whatever went wrong.
    func use<Value>(looking: Bool = false, _ body: (SQLiteDatabase) throws -> Value) throws -> Value {
        do {
            if looking || database == nil { try look() }
            return try body(try database ?? open())
        } catch {
            close()
            switch error {
            case let error as OperationError: throw error
            case let error as SQLError: throw failure.reading(error)
            default: throw failure.reading(SQLError(kind: .other, code: 0, message: "no SQL error"))
            }
        }
    }

    private func open() throws -> SQLiteDatabase {
        opening += 1
        let database = try SQLiteDatabase(
            path: path, mode: .readOnly, busyMilliseconds: busyMilliseconds, cacheKilobytes: cacheKilobytes)
        // Kept before it is proved, so that a failure closes it.
        self.database = database
        try database.read { try verify($0) }
        return database
    }

    /// Proves the schema, also of a store that is open: its program may have changed it.
    func verify(_ connection: any SQLConnection) throws {
        optionalTables = try PracticeSchema.verify(connection, failure)
    }

    private func look() throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure.missing(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure.notAFile }
        guard access(path, R_OK) == 0 else { throw failure.missing(errno: errno) }
        guard status.st_size > 0 else { throw failure.empty }
        let now = Seen(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size))
        if let seen, seen.device != now.device || seen.inode != now.inode || now.size < seen.size {
            close()
            // VACUUM makes a file smaller too; it then costs one reconcile too many.
            wasReplaced = true
        }
        seen = now
    }

    private func close() {
        // A connection that cannot be closed is dropped all the same; SQLite frees it with its last statement.
        try? database?.close()
        database = nil
    }
}
