import Foundation
import Synchronization
package import VigilCore
package import VigilSQL

/// Reads a practice's own database by a mapping.
///
/// Contract, beyond that of `AppointmentFeed`:
/// - Each read is one transaction, so that everything in it is of one moment.
/// - With a `changes` section the fence is asked for *before* the clients: a row that is committed behind it later is at or after
///   it, and is read by the next poll (I7).
/// - Without one each poll reads the sessions of a window, and everything once in a while.
/// - Series are expanded within bounds, so a read of everything concludes nothing about sessions outside of them.
package final class MappedFeed: AppointmentFeed {
    private let mapping: StoreMapping
    private let engine: SQLServerEngine
    private let connect: () throws -> any SQLServerConnection
    package let subject: String
    private let state = Mutex(State())
    /// The columns that each table's query yielded at the last read.
    private var yielded: [SourceTable: [String]] = [:]

    private struct State {
        var connection: (any SQLServerConnection)?
        var isCancelled = false
    }

    /// More changed clients than this are read with everything.
    private static let maxClients = 5_000
    /// Clients named in one statement.
    private static let clientsInStatement = 500

    /// - Parameters:
    ///   - subject: the database, for errors: host and name, no password.
    ///   - connect: makes a connection; asked again after a failure.
    package init(
        mapping: StoreMapping, engine: SQLServerEngine, subject: String,
        connect: @escaping () throws -> any SQLServerConnection
    ) {
        self.mapping = mapping
        self.engine = engine
        self.subject = subject
        self.connect = connect
    }

    package var blindSpots: [BlindSpot] { mapping.blindSpots(yielded: yielded) }

    package func check() throws {
        try using { _ in }
    }

    package func read(_ request: FeedRequest, row: (SourceRow) throws -> Void) throws -> FeedAnswer {
        try using { connection in
            try connection.readTransaction {
                let fence = try self.fence(connection)
                let held = request.cursor.flatMap { Cursor($0.text) }
                if let held, !isFullDue(held, fence, request.now),
                    let scopes = try changed(since: held, request.now, connection, row)
                {
                    return FeedAnswer(cursor: Cursor(fullAt: held.fullAt, fence: fence).feed, scopes: scopes)
                }
                let scopes = try everything(request.now, connection, row)
                return FeedAnswer(cursor: Cursor(fullAt: request.now.seconds, fence: fence).feed, scopes: scopes)
            }
        }
    }

    /// When everything was read last, and the database's own fence.
    private struct Cursor {
        var fullAt: Int64
        var fence: String?

        init(fullAt: Int64, fence: String?) {
            self.fullAt = fullAt
            self.fence = fence
        }

        init?(_ text: String) {
            let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let at = Int64(first) else { return nil }
            fullAt = at
            fence = parts.count == 2 ? String(parts[1]) : nil
        }

        var feed: FeedCursor { FeedCursor(fence.map { "\(fullAt) \($0)" } ?? "\(fullAt)") }
    }

    /// Also when the clock was set back, and when the fence has fallen: then it is another database, a restored one.
    private func isFullDue(_ held: Cursor, _ fence: String?, _ now: WallTime) -> Bool {
        if let old = held.fence.flatMap({ Int64($0) }), let new = fence.flatMap({ Int64($0) }), new < old {
            return true
        }
        if let old = held.fence, let new = fence, old.utf8.count == new.utf8.count, new < old { return true }
        if (held.fence == nil) != (fence == nil) { return true }
        let passed = now.seconds - held.fullAt
        let interval = Int64(mapping.fullEveryMinutes) * 60
        // With a fence nothing is missed between full reads; once a day all the same, as a guard.
        return passed < 0 || passed >= (mapping.changes[engine] == nil ? interval : max(interval, 86_400))
    }

    private func fence(_ connection: any SQLServerConnection) throws -> String? {
        guard let changes = mapping.changes[engine] else { return nil }
        var fence: String?
        try connection.query(changes.fence, []) { row in fence = try row.value(0).plainText }
        return fence
    }

    // MARK: What is read

    private func everything(
        _ now: WallTime, _ connection: any SQLServerConnection, _ row: (SourceRow) throws -> Void
    ) throws -> [FeedScope] {
        let hasSeries = mapping.tables[.session]?.hasSeries ?? false
        let span = Span(
            from: now.adding(hours: -24 * mapping.historyDays), until: now.adding(hours: 24 * mapping.daysAhead),
            zone: mapping.zone)
        let seen = try encounters(connection)
        var scopes: [FeedScope] = []
        for (table, held) in ordered {
            try query(held, table, .everything, span, seen, connection, row)
            scopes += table == .session && hasSeries ? [span.scope, .sessionsWithoutTime] : [.table(table)]
        }
        return scopes
    }

    /// - Returns: nil when so much has changed that everything is to be read.
    private func changed(
        since held: Cursor, _ now: WallTime, _ connection: any SQLServerConnection, _ row: (SourceRow) throws -> Void
    ) throws -> [FeedScope]? {
        guard let changes = mapping.changes[engine], let fence = held.fence else {
            return try window(now, connection, row)
        }
        var clients: Set<String> = []
        let (sql, values) = SQLTemplate(changes.clients).filled { name in
            name == "fence" ? [.text(fence)] : nil
        }
        try connection.query(sql, values) { clients.insert(try $0.value(0).plainText ?? "") }
        guard !clients.isEmpty else { return [] }
        guard clients.count <= Self.maxClients else { return nil }
        return try rows(of: clients.sorted(), now, connection, row)
    }

    private func rows(
        of clients: [String], _ now: WallTime, _ connection: any SQLServerConnection,
        _ row: (SourceRow) throws -> Void
    ) throws -> [FeedScope] {
        let span = Span(
            from: now.adding(hours: -24 * mapping.historyDays), until: now.adding(hours: 24 * mapping.daysAhead),
            zone: mapping.zone)
        let seen = try encounters(connection)
        var scopes: [FeedScope] = []
        for (table, held) in ordered where held.of != nil {
            for start in stride(from: 0, to: clients.count, by: Self.clientsInStatement) {
                let part = Array(clients[start..<min(start + Self.clientsInStatement, clients.count)])
                try query(held, table, .clients(part), span, seen, connection, row)
            }
            scopes.append(.clients(clients.map { ClientRef($0) }, table))
        }
        return scopes
    }

    private func window(
        _ now: WallTime, _ connection: any SQLServerConnection, _ row: (SourceRow) throws -> Void
    ) throws -> [FeedScope] {
        guard let sessions = mapping.tables[.session], sessions.within != nil else {
            return try everything(now, connection, row)
        }
        let span = Span(
            from: now.adding(hours: -24 * mapping.daysBack), until: now.adding(hours: 24 * mapping.daysAhead),
            zone: mapping.zone)
        try query(sessions, .session, .window, span, try encounters(connection), connection, row)
        return [span.scope]
    }

    /// Tables in the order of the schema.
    private var ordered: [(SourceTable, StoreMapping.Table)] {
        SourceTable.allCases.compactMap { table in mapping.tables[table].map { (table, $0) } }
    }

    private func encounters(_ connection: any SQLServerConnection) throws -> Set<SeenDay> {
        guard let held = mapping.encounters else { return [] }
        var seen: Set<SeenDay> = []
        let (sql, values) = SQLTemplate(held.query).filled { _ in nil }
        try connection.query(sql, values) { row in
            if let client = try row.value(0).plainText, let day = try row.value(1).day {
                seen.insert(SeenDay(client: client, day: day))
            }
        }
        return seen
    }

    private enum Part {
        case everything, window
        case clients([String])
    }

    private func query(
        _ held: StoreMapping.Table, _ table: SourceTable, _ part: Part, _ span: Span, _ seen: Set<SeenDay>,
        _ connection: any SQLServerConnection, _ row: (SourceRow) throws -> Void
    ) throws {
        // Between two statements there is none that a cancel could end.
        if state.withLock({ $0.isCancelled }) { throw calledOff }
        let condition: String =
            switch part {
            case .everything: "1 = 1"
            case .window: held.within ?? "1 = 1"
            case .clients: held.of ?? "1 = 1"
            }
        let (sql, values) = SQLTemplate(held.query.replacing("{scope}", with: "(\(condition))")).filled { name in
            switch (name, part) {
            case ("clients", .clients(let clients)): return clients.map { SQLValue.text($0) }
            case ("from", _): return [.integer(span.from.seconds)]
            case ("until", _): return [.integer(span.until.seconds)]
            case ("from_day", _): return [.text(span.fromDay.iso)]
            case ("until_day", _): return [.text(span.untilDay.iso)]
            default: return nil
            }
        }
        var reader: MappedRows?
        try connection.query(sql, values) { found in
            if reader == nil {
                yielded[table] = found.columnNames
                reader = try MappedRows(
                    table: table, mapping: held, zone: mapping.zone, columns: found.columnNames, span: span, seen: seen,
                    failure: { cause in self.failure(.configuration, cause, "Correct the mapping") })
            }
            try reader?.read(found, row)
        }
    }

    // MARK: The connection

    /// Opens the connection when it is needed, proves it, and gives it up after a failure.
    private func using<Value>(_ body: (any SQLServerConnection) throws -> Value) throws -> Value {
        do {
            let held = state.withLock { $0.isCancelled ? nil : $0.connection }
            return try body(try held ?? open())
        } catch {
            state.withLock { state in
                state.connection?.close()
                state.connection = nil
            }
            switch error {
            case let error as OperationError: throw error
            case let error as SQLError: throw failure(error)
            default: throw error
            }
        }
    }

    private func open() throws -> any SQLServerConnection {
        if state.withLock({ $0.isCancelled }) { throw calledOff }
        let opened = try connect()
        state.withLock { $0.connection = opened }
        try opened.proveReadOnly(trying: mapping.writeProbe)
        let readable = try opened.readableColumns(mapping.forbiddenColumns)
        guard readable.isEmpty else {
            throw failure(
                .permission, "vigil's account can read \(readable.joined(separator: ", "))",
                "Take this right from it: vigil must not be able to read psychotherapy notes")
        }
        return opened
    }

    private var calledOff: OperationError {
        failure(.unavailable, "it was called off", "Nothing is to be done")
    }

    package func cancel() {
        let running = state.withLock { state in
            state.isCancelled = true
            return state.connection
        }
        // Outside the lock: it waits until the statement has ended.
        running?.cancel()
    }

    private func failure(_ kind: OperationError.Kind, _ cause: String, _ remedy: String) -> OperationError {
        OperationError(
            kind, operation: "read the appointment store", subject: subject, cause: cause, remedy: remedy,
            retry: kind == .unavailable)
    }

    private func failure(_ error: SQLError) -> OperationError {
        switch error.kind {
        case .cannotOpen:
            failure(.unavailable, error.message, "Check host, port, user and password, and that the server runs")
        case .permission, .readOnly:
            failure(.permission, error.message, "Give vigil's account the right to read, and no other")
        case .schema: failure(.badData, error.message, "Compare the mapping with the database's tables")
        case .interrupted, .busy: failure(.unavailable, error.message, "Nothing needs to be done, unless it goes on")
        case .inputOutput:
            failure(.unavailable, error.message, "Check that the server runs; vigil makes a new connection by itself")
        default: failure(.unavailable, error.message, "Look into the server's log")
        }
    }
}

/// A client was seen on a day, says the record of treatment.
struct SeenDay: Hashable {
    var client: String
    var day: LocalDay
}

/// The time of which sessions are read.
struct Span {
    var from: WallTime
    var until: WallTime
    var fromDay: LocalDay
    var untilDay: LocalDay

    /// Whole days, so that a series is cut between two days.
    init(from: WallTime, until: WallTime, zone: Zone) {
        fromDay = zone.day(of: from)
        untilDay = zone.day(of: until)
        self.from = zone.time(on: fromDay, secondOfDay: 0)
        self.until = zone.time(on: untilDay, secondOfDay: 0)
    }

    /// What a query for this time is sure to have yielded: one by the day passes over a session whose time runs on into the next
    /// day, so the first two days prove no absence.
    var scope: FeedScope { .sessions(from: from.adding(hours: 48), until: until) }
}
