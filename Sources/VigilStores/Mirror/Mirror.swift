import Foundation
import VigilCore
import VigilSQL

/// Vigil's own copy of what a practice's system says, in the schema of config/stores/practice.sql.
///
/// Only what has changed is written, so that the schema's triggers note who has changed, and only what was read whole may lose a
/// row. All of a read is one transaction, with the feed's cursor: a read that fails leaves the copy as it was. Losing the file
/// costs a full read.
///
/// One connection writes, in WAL mode; the store reads over its own, which never writes nor checkpoints (reliability.md).
final class Mirror {
    let path: String
    private let source: String
    private let version: String
    private let database: SQLiteDatabase

    /// Tables of which rows are staged.
    private var staged: Set<SourceTable> = []
    /// The feed's newest cursor, where it is newer than the one in the file.
    private var ahead: FeedCursor?
    /// How old the data is, as the file has it.
    private var asOf: String?

    /// Rows between two calls of `stepped`.
    private static let stride = 2_000

    /// - Parameters:
    ///   - source: which system it is a copy of; of another one nothing is kept.
    ///   - version: of how it is read; after a change everything is read anew.
    init(path: String, source: String, version: String) throws {
        self.path = path
        self.source = source
        self.version = version
        do {
            // Client data: for vigil's own account alone, from its first byte.
            if !FileManager.default.fileExists(atPath: path) {
                let made = FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
                guard made else { throw SQLError(kind: .cannotOpen, code: 0, message: "it cannot be made") }
            }
            database = try SQLiteDatabase(path: path, mode: .ledger)
            try database.write { connection in
                let isNew = try connection.first("SELECT count(*) FROM sqlite_master") { $0.int64(0) } == 0
                if isNew { try connection.execute(script: PracticeSchemaText.sql) }
                asOf = try connection.first(PracticeSQL.setting, [.text("as_of")]) { $0.text(0) }
            }
        } catch let error as SQLError {
            throw Self.failure(path, error)
        }
    }

    func close() throws {
        try database.close()
    }

    /// Where the feed has read up to; nil before the first read.
    func cursor() throws -> FeedCursor? {
        if let ahead { return ahead }
        guard try setting("feed_source") == source, try setting("feed_version") == version else { return nil }
        return try setting("feed_cursor").map { FeedCursor($0) }
    }

    private func setting(_ name: String) throws -> String? {
        try using { try $0.read { try $0.first(PracticeSQL.setting, [.text(name)]) { $0.text(0) } } }
    }

    /// Takes over what `read` hands over.
    /// - Parameter stepped: called now and then while rows come, and between the steps of the merge.
    func update(
        stepped: @escaping () -> Void, _ read: @escaping (_ row: (SourceRow) throws -> Void) throws -> FeedAnswer
    ) throws {
        try using { database in
            // A row that an earlier read left behind would pass for one of this.
            try database.bare { try self.unstage($0) }
            // What was staged is client data too: it goes whatever happens.
            defer { _ = try? database.bare { try self.unstage($0) } }
            var count = 0
            let answer = try database.bare { connection in
                // A transaction of its own: thousands of single commits would take minutes, also in a temporary table.
                try connection.execute(script: "BEGIN")
                defer { _ = try? connection.execute(script: "COMMIT") }
                return try read { row in
                    try self.stage(row, connection)
                    count += 1
                    if count.isMultiple(of: Self.stride) { stepped() }
                }
            }
            stepped()
            let asOf = answer.asOf.map { String($0.seconds) }
            // Nothing came: an older place to go on from is as good, and an idle poll writes nothing to the disk.
            if count == 0, answer.scopes.isEmpty, asOf == self.asOf, try cursor() != nil {
                ahead = answer.cursor
                return
            }
            try database.write { connection in
                let before = try connection.first(PracticeSQL.setting, [.text("feed_source")]) { $0.text(0) }
                if let before, before != source {
                    for table in SourceTable.allCases { try connection.run("DELETE FROM \(table.rawValue)") }
                }
                try Self.note("feed_source", source, connection)
                try Self.note("feed_version", version, connection)
                for table in SourceTable.allCases where staged.contains(table) {
                    try connection.run(table.mergeSQL)
                    stepped()
                }
                for scope in answer.scopes { try remove(scope, connection) }
                try Self.note("feed_cursor", answer.cursor?.text, connection)
                try Self.note("as_of", asOf, connection)
            }
            ahead = nil
            self.asOf = asOf
            stepped()
        }
    }

    // MARK: Parts

    private func stage(_ row: SourceRow, _ connection: any SQLConnection) throws {
        try makeStage(of: row.table, connection)
        guard row.values.count == row.table.columns.count else {
            throw SQLError(
                kind: .other, code: 0,
                message:
                    "\(row.values.count) values for the \(row.table.columns.count) columns of \(row.table.rawValue)")
        }
        let statement = try connection.prepare(row.table.stageSQL)
        try statement.bind(zip(row.table.columns, row.values).map { SQLValue($1, orDefault: row.table.defaults[$0]) })
        while try statement.step() {}
    }

    /// Deletes what was read whole and did not come.
    private func remove(_ scope: FeedScope, _ connection: any SQLConnection) throws {
        switch scope {
        case .table(let table):
            try makeStage(of: table, connection)
            try connection.run("DELETE FROM \(table.rawValue) WHERE \(table.isNotStaged)")
        case .sessions(let from, let until):
            try makeStage(of: .session, connection)
            try connection.run(
                "DELETE FROM session WHERE starts_at >= $1 AND starts_at < $2 AND \(SourceTable.session.isNotStaged)",
                [.integer(from.seconds), .integer(until.seconds)])
        case .sessionsWithoutTime:
            try makeStage(of: .session, connection)
            try connection.run(
                "DELETE FROM session WHERE typeof(starts_at) <> 'integer' AND \(SourceTable.session.isNotStaged)")
        case .clients(let clients, let table):
            guard let column = table.clientColumn else { return }
            try makeStage(of: table, connection)
            try connection.execute(
                script: """
                    CREATE TEMP TABLE IF NOT EXISTS read_client (id TEXT PRIMARY KEY) WITHOUT ROWID;
                    DELETE FROM temp.read_client;
                    """)
            for client in clients {
                try connection.run("INSERT OR IGNORE INTO temp.read_client VALUES ($1)", [.text(client.storeID)])
            }
            try connection.run(
                """
                DELETE FROM \(table.rawValue) WHERE \(column) IN (SELECT id FROM temp.read_client)
                    AND \(table.isNotStaged)
                """)
        }
    }

    /// The types are those of the schema: the merge must compare like with like.
    private func makeStage(of table: SourceTable, _ connection: any SQLConnection) throws {
        guard !staged.contains(table) else { return }
        try connection.execute(
            script: """
                CREATE TEMP TABLE IF NOT EXISTS stage_\(table.rawValue) AS SELECT * FROM \(table.rawValue) WHERE false;
                CREATE UNIQUE INDEX IF NOT EXISTS temp.stage_\(table.rawValue)_key
                    ON stage_\(table.rawValue) (\(table.columns.prefix(table.keys).joined(separator: ", ")));
                """)
        staged.insert(table)
    }

    private func unstage(_ connection: any SQLConnection) throws {
        for table in staged { try connection.execute(script: "DROP TABLE IF EXISTS temp.stage_\(table.rawValue)") }
        try connection.execute(script: "DROP TABLE IF EXISTS temp.read_client")
        staged = []
    }

    private static func note(_ name: String, _ value: String?, _ connection: any SQLConnection) throws {
        if let value {
            try connection.run(
                "INSERT INTO practice (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [.text(name), .text(value)])
        } else {
            try connection.run("DELETE FROM practice WHERE name = $1", [.text(name)])
        }
    }

    private func using<Value>(_ body: (SQLiteDatabase) throws -> Value) throws -> Value {
        do {
            return try body(database)
        } catch let error as SQLError {
            throw Self.failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: SQLError) -> OperationError {
        let (kind, remedy): (OperationError.Kind, String) =
            switch error.kind {
            case .diskFull: (.unavailable, "Free space on the disk; nothing is lost meanwhile")
            case .cannotOpen: (.unavailable, "Check that the folder exists and that vigil may write there")
            case .readOnly, .permission: (.permission, "Check owner and mode of the file and its folder")
            case .corrupt, .notADatabase: (.badData, "Remove it: vigil reads everything anew")
            default: (.unavailable, "Check the disk")
            }
        return OperationError(
            kind, operation: "write the mirror of the appointment store", subject: path, cause: error.description,
            remedy: remedy, retry: true)
    }
}

extension SourceTable {
    fileprivate var stageSQL: String {
        """
        INSERT OR REPLACE INTO temp.stage_\(rawValue) (\(columns.joined(separator: ", ")))
        VALUES (\(columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")))
        """
    }

    /// New rows, and those of which something has changed; the others are left alone, so that no change is noted.
    fileprivate var mergeSQL: String {
        let (key, rest) = (columns.prefix(keys), columns.dropFirst(keys))
        let all = columns.joined(separator: ", ")
        let insert = "INSERT INTO \(rawValue) (\(all)) SELECT \(all) FROM temp.stage_\(rawValue) WHERE true"
        guard !rest.isEmpty else { return "\(insert) ON CONFLICT DO NOTHING" }
        let held = rest.map { "\(rawValue).\($0)" }.joined(separator: ", ")
        let new = rest.map { "excluded.\($0)" }.joined(separator: ", ")
        return """
            \(insert) ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE
            SET \(rest.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")) WHERE (\(held)) IS NOT (\(new))
            """
    }

    fileprivate var isNotStaged: String {
        let same = columns.prefix(keys).map { "s.\($0) = \(rawValue).\($0)" }.joined(separator: " AND ")
        return "NOT EXISTS (SELECT 1 FROM temp.stage_\(rawValue) s WHERE \(same))"
    }
}

extension SQLValue {
    fileprivate init(_ value: SourceValue, orDefault fallback: SourceValue?) {
        switch value {
        case .null: self = fallback.map { SQLValue($0, orDefault: nil) } ?? .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        }
    }
}
