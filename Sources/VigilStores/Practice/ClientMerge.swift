internal import VigilCore
internal import VigilSQL

/// Walks the tables side by side, one client at a time.
///
/// Every statement is ordered by client, so each is stepped once from its beginning to its end: a page costs one pass over
/// the rows of its clients, with no query for each client and no more than one client's rows in hand. Sessions drive.
struct ClientMerge {
    private let sessions: ClientCursor
    private let clients: ClientCursor
    private let clinical: [(cursor: ClientCursor, read: @Sendable (any SQLStatement, inout ClientSnapshot) -> Void)]
    private var sessionRows = SessionRows()
    private var lastCount = 0

    /// Positions all statements at the client bound by `parameter`, or behind it.
    ///
    /// - Parameter optional: the optional tables that the store has.
    init(
        _ connection: any SQLConnection, _ selection: PracticeSQL.Selection, _ parameter: SQLValue,
        optional: Set<String>
    ) throws(SQLError) {
        func cursor(_ table: PracticeSQL.Table) throws(SQLError) -> ClientCursor {
            try ClientCursor(connection.prepare(table.select(selection)), [parameter])
        }
        sessions = try cursor(PracticeSQL.session)
        clients = try cursor(PracticeSQL.client)
        var clinical: [(cursor: ClientCursor, read: @Sendable (any SQLStatement, inout ClientSnapshot) -> Void)] = [
            (try cursor(PracticeSQL.contact), PracticeRows.contact),
            (try cursor(PracticeSQL.diagnosis), PracticeRows.diagnosis),
            (try cursor(PracticeSQL.screen), PracticeRows.screen),
            (try cursor(PracticeSQL.event), PracticeRows.event),
            (try cursor(PracticeSQL.medication), PracticeRows.medication),
            (try cursor(PracticeSQL.treatment), PracticeRows.treatment),
        ]
        if optional.contains(PracticeSQL.carePlan.name) {
            clinical.append((try cursor(PracticeSQL.carePlan), PracticeRows.carePlan))
        }
        self.clinical = clinical
    }

    /// The client of the next session; nil when there are no more.
    var nextClient: StoredID? {
        sessions.hasRow ? StoredID(sessions.row, 0) : nil
    }

    /// All rows of `client`. Clients are asked for in the order of the store.
    mutating func snapshot(of client: StoredID, _ ref: ClientRef) throws(SQLError) -> ClientSnapshot {
        var snapshot = ClientSnapshot(client: ClientRecord(ref: ref))
        if try clients.seek(client) {
            PracticeRows.client(clients.row, into: &snapshot)
        } else {
            snapshot.client.standing = .unlisted
        }
        // Clients have about as many sessions as the one before; an array that grows is copied several times.
        snapshot.sessions.reserveCapacity(lastCount)
        while sessions.isAt(client) {
            sessionRows.append(sessions.row, to: &snapshot)
            try sessions.advance()
        }
        lastCount = snapshot.sessions.count
        SessionRows.order(&snapshot.sessions)
        for (cursor, read) in clinical {
            while try cursor.seek(client) {
                read(cursor.row, &snapshot)
                try cursor.advance()
            }
        }
        return snapshot
    }

    /// Passes over the sessions of `client`.
    func skip(_ client: StoredID) throws(SQLError) {
        while sessions.isAt(client) { try sessions.advance() }
    }
}
