import VigilCore
import VigilSQL

/// The rows of a file on their way into the store.
///
/// They wait in temporary tables, which SQLite keeps in a file without a name, beside no one's data and gone with the
/// process. So the whole file is known before the store is touched, in memory that does not grow with it; and the store is
/// then locked for the merge alone, row by row in the order of its own keys.
struct ImportStaging {
    private let mapping: ImportMapping
    private let connection: any SQLConnection
    private let insertSession: String
    private let insertClient: String

    init(mapping: ImportMapping, connection: any SQLConnection) throws(SQLError) {
        self.mapping = mapping
        self.connection = connection
        let facts = mapping.client.map(\.target.rawValue)
        insertSession = "INSERT INTO temp.import_session VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        // A client has a row per session; the last text that says something holds.
        let places = (0...facts.count).map { "$\($0 + 1)" }.joined(separator: ", ")
        let updates = facts.map { "\($0) = coalesce(excluded.\($0), \($0))" }.joined(separator: ", ")
        insertClient =
            "INSERT INTO temp.import_client (\((["id"] + facts).joined(separator: ", "))) VALUES (\(places)) "
            + "ON CONFLICT (id) DO \(facts.isEmpty ? "NOTHING" : "UPDATE SET \(updates)")"
    }

    /// Outside of a transaction.
    static func makeTables(_ connection: any SQLConnection) throws(SQLError) {
        let columns = ClientColumn.allCases.map { "\($0.rawValue) \($0.isFlag ? "INTEGER" : "TEXT")" }
        try connection.execute(
            script: """
                PRAGMA temp_store = FILE;
                CREATE TEMP TABLE import_session (
                    line INTEGER PRIMARY KEY, client_id TEXT NOT NULL, starts_at INTEGER NOT NULL, id TEXT NOT NULL,
                    therapist_id TEXT, duration_minutes INTEGER, kind TEXT, status TEXT NOT NULL, reason TEXT,
                    cancelled_at INTEGER);
                CREATE TEMP TABLE import_client (id TEXT PRIMARY KEY, \(columns.joined(separator: ", "))) WITHOUT ROWID;
                CREATE TEMP TABLE import_therapist (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
                """)
    }

    func add(_ row: ImportRow) throws(SQLError) {
        try connection.run(
            insertSession,
            [
                .integer(row.line), .text(row.clientID), .integer(row.startsAt), .text(row.sessionID),
                .text(orNull: row.therapist), .integer(orNull: row.durationMinutes.map(Int64.init)),
                .text(orNull: row.kind), .text(row.status), .text(orNull: row.reason),
                .integer(orNull: row.cancelledAt),
            ])
        try connection.run(insertClient, [.text(row.clientID)] + row.client)
        if let therapist = row.therapist {
            try connection.run(
                "INSERT INTO temp.import_therapist VALUES ($1, $2) "
                    + "ON CONFLICT (id) DO UPDATE SET name = coalesce(excluded.name, name)",
                [.text(therapist), .text(orNull: row.therapistName)])
        }
    }

    /// Drops the rows that a later row of the file replaces, and counts what is left.
    func settle(_ report: inout ImportReport) throws {
        try connection.execute(
            script: "CREATE INDEX temp.import_session_by_key ON import_session (client_id, id, starts_at)")
        let isReplaced = """
            EXISTS (SELECT 1 FROM temp.import_session AS later WHERE later.client_id = import_session.client_id
                AND later.id = import_session.id AND later.starts_at = import_session.starts_at
                AND later.line > import_session.line)
            """
        var warnings = report.warnings
        try connection.each(
            "SELECT line FROM temp.import_session WHERE \(isReplaced) ORDER BY line LIMIT \(ImportIssues.maxKept)"
        ) { row in
            warnings.add(
                ImportIssue(line: Int(row.int64(0)), reason: "a later row has the same session, and replaces this one"))
            report.rowsSuperseded += 1
        }
        let kept = report.rowsSuperseded
        report.rowsSuperseded = try connection.run("DELETE FROM temp.import_session WHERE \(isReplaced)")
        warnings.add(uncounted: report.rowsSuperseded - kept)
        report.warnings = warnings
        try connection.each("SELECT status, count(*) FROM temp.import_session GROUP BY status") { row in
            report.statuses[row.text(0)] = Int(row.int64(1))
        }
        report.rowsImported = report.statuses.values.reduce(0, +)
        report.clients = try count("temp.import_client")
    }

    /// Brings the store to what the file says; one transaction. A row that the file does not change is not written.
    func merge(isNew: Bool, _ report: inout ImportReport) throws {
        if !isNew { try closeMovedSessions(&report) }
        try mergeTherapists()
        (report.clientsAdded, report.clientsChanged) = try counting("client") { try mergeClients() }
        (report.sessionsAdded, report.sessionsChanged) = try counting("session") { try mergeSessions() }
        let stored = try connection.first("SELECT value FROM practice WHERE name = 'as_of'") { $0.text(0) }
        if let stored = stored.flatMap({ Int64($0) }), stored > report.asOf.seconds {
            report.warnings.add(
                ImportIssue(line: nil, reason: "the file is older than the data that the store already held"))
        }
        try connection.run(
            "INSERT INTO practice VALUES ('as_of', $1) ON CONFLICT (name) DO \(update(["value"], of: "practice"))",
            [.text(String(report.asOf.seconds))])
    }

    // MARK: Merging

    private func mergeTherapists() throws(SQLError) {
        if mapping.client.contains(where: { $0.target == .therapist }) {
            try connection.run(
                """
                INSERT INTO temp.import_therapist SELECT DISTINCT therapist_id, NULL FROM temp.import_client
                WHERE therapist_id IS NOT NULL ON CONFLICT (id) DO NOTHING
                """)
        }
        try connection.run(
            """
            INSERT INTO therapist (id, name) SELECT id, coalesce(name, id) FROM temp.import_therapist WHERE true ORDER BY id
            ON CONFLICT (id) DO \(update(mapping.therapistName == nil ? [] : ["name"], of: "therapist"))
            """)
    }

    private func mergeClients() throws(SQLError) -> Int {
        let facts = mapping.client.map(\.target.rawValue)
        let others = mapping.client.filter { $0.target != .name && $0.target != .standing }.map(\.target.rawValue)
        // Without a name on file the id stands for it: the queue must be able to show something.
        return try connection.run(
            """
            INSERT INTO client (\((["id", "name", "standing"] + others).joined(separator: ", ")))
            SELECT \((["id", "coalesce(name, id)", "coalesce(standing, 'active')"] + others).joined(separator: ", "))
            FROM temp.import_client WHERE true ORDER BY id
            ON CONFLICT (id) DO \(update(facts, of: "client"))
            """)
    }

    private func mergeSessions() throws(SQLError) -> Int {
        let mapped: [(column: String, isMapped: Bool)] = [
            ("therapist_id", mapping.therapist != nil), ("duration_minutes", mapping.durationMinutes != nil),
            ("kind", mapping.kind != nil), ("status", mapping.status != nil), ("reason", mapping.reason != nil),
            ("cancelled_at", mapping.cancelledAt != nil),
        ]
        return try connection.run(
            """
            INSERT INTO session
                (client_id, starts_at, id, therapist_id, duration_minutes, kind, status, reason, cancelled_at)
            SELECT client_id, starts_at, id, therapist_id, coalesce(duration_minutes, $1), coalesce(kind, $2), status, reason,
                cancelled_at
            FROM temp.import_session WHERE true ORDER BY client_id, starts_at, id
            ON CONFLICT (client_id, starts_at, id) DO \(update(mapped.filter(\.isMapped).map(\.column), of: "session"))
            """, [.integer(mapping.defaultDurationMinutes), .text(mapping.defaultKind)])
    }

    /// An update that leaves a row alone which is already so: no change is noted, and the next poll reads nothing.
    private func update(_ columns: [String], of table: String) -> String {
        if columns.isEmpty { return "NOTHING" }
        let list = columns.joined(separator: ", ")
        let isChanged = columns.map { "\(table).\($0) IS NOT excluded.\($0)" }.joined(separator: " OR ")
        let values = columns.map { "excluded.\($0)" }.joined(separator: ", ")
        return columns.count == 1
            ? "UPDATE SET \(list) = \(values) WHERE \(isChanged)"
            : "UPDATE SET (\(list)) = (\(values)) WHERE \(isChanged)"
    }

    /// Closes sessions that have moved to another start, and counts those that the file does not name.
    ///
    /// A session has moved when the file covers its old time, does not have it there, and has its id at another. Then it is
    /// `rescheduled` (reliability.md, I3), but only if nobody had recorded an outcome: what was marked attended, missed or
    /// cancelled has happened, and a missed session that is dragged to next week in the calendar is still owed a follow-up.
    /// Outside of the time between the file's first and last session nothing is concluded: there an export that covers two
    /// weeks would close the older sessions of a series, whose occurrences share one id, and hide those that nobody marked.
    /// Sessions that the file does not name at all are left as they are: that is a question for a person, and until it is
    /// answered an unmarked one counts as missed.
    private func closeMovedSessions(_ report: inout ImportReport) throws {
        let span = try connection.first("SELECT min(starts_at), max(starts_at) FROM temp.import_session") {
            ($0.int64(0), $0.int64(1))
        }
        guard let span else { return }
        let isElsewhere = """
            starts_at BETWEEN $1 AND $2 AND status <> 'rescheduled'
            AND NOT EXISTS (SELECT 1 FROM temp.import_session AS row WHERE row.client_id = session.client_id
                AND row.id = session.id AND row.starts_at = session.starts_at)
            """
        let hasMoved = """
            EXISTS (SELECT 1 FROM temp.import_session AS row WHERE row.client_id = session.client_id
                AND row.id = session.id)
            """
        let bounds: [SQLValue] = [.integer(span.0), .integer(span.1)]
        // Without ids of appointments nothing can be followed from one start to another.
        if mapping.sessionID != nil {
            report.sessionsRescheduled = try connection.run(
                "UPDATE session SET status = 'rescheduled' WHERE \(isElsewhere) AND status = 'scheduled' AND \(hasMoved)",
                bounds)
        }
        report.sessionsNotInFile =
            try connection.first("SELECT count(*) FROM session WHERE \(isElsewhere)", bounds) { Int($0.int64(0)) } ?? 0
    }

    /// Rows that `body` added to `table`, and those it changed.
    private func counting(_ table: String, _ body: () throws -> Int) throws -> (added: Int, changed: Int) {
        let before = try count(table)
        let written = try body()
        let added = try count(table) - before
        return (added, written - added)
    }

    private func count(_ table: String) throws -> Int {
        try connection.first("SELECT count(*) FROM \(table)") { Int($0.int64(0)) } ?? 0
    }
}
