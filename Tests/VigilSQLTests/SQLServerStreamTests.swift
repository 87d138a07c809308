import Foundation
import Testing
import VigilSQL
import VigilTestKit

/// Long results: memory, limits, cancelling, a server that dies.
@Suite(.enabled(if: !SQLTestServers.usable.isEmpty)) struct SQLServerStreamTests {
    /// In PostgreSQL from a SELECT list: from FROM, the server would make all rows before it sends the first.
    static func rows(_ engine: SQLServerEngine, _ count: Int) -> String {
        engine == .postgresql
            ? "SELECT i::int8, 'row number ' || i, repeat('x', 200) FROM (SELECT generate_series(1, \(count)) AS i) s"
            : "SELECT seq, CONCAT('row number ', seq), REPEAT('x', 200) FROM seq_1_to_\(count)"
    }

    /// In a process of its own, where no other test's memory counts.
    @Test(arguments: SQLTestServers.usable)
    func aMillionRowsInConstantMemory(engine: SQLServerEngine) async throws {
        let server = try SQLTestServers.shared(engine)
        let name = try server.database().name
        await #expect(processExitsWith: .success) {
            [engine = engine.rawValue as String, port = server.port as Int, name = name as String] in
            let address = SQLServerAddress(
                host: "127.0.0.1", port: port, database: name, user: "vigil_reader",
                password: SQLTestDatabase.password(of: "vigil_reader"), tls: .off)
            let engine = try #require(SQLServerEngine(rawValue: engine))
            let connection = try engine.connect(address)
            func peakKilobytes() throws -> Int {
                let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
                let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
                return try #require(Int(line.filter(\.isNumber)))
            }
            func take(_ count: Int) throws {
                var sum: Int64 = 0
                try connection.query(SQLServerStreamTests.rows(engine, count), []) { row in
                    guard case .integer(let number) = try row.value(0), case .text = try row.value(1),
                        case .text(let long) = try row.value(2), long.utf8.count == 200
                    else { throw SQLError(kind: .other, code: 0, message: "not what was asked for") }
                    sum += number
                }
                #expect(sum == Int64(count) * Int64(count + 1) / 2)
            }
            try take(1_000)
            let before = try peakKilobytes()
            try take(1_000_000)
            #expect(try peakKilobytes() - before < 20_000)
        }
    }

    @Test(arguments: SQLTestServers.usable)
    func aStatementHasALimit(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect { $0.statementTimeoutSeconds = 1 }
        let start = ContinuousClock.now
        let error = #expect(throws: SQLError.self) { try connection.query(Self.endless(engine), []) { _ in } }
        #expect(error?.kind == .interrupted, "\(String(describing: error))")
        #expect(error?.message.contains("its limit is 1 s") == true)
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(try connection.all("SELECT 1") == [[.integer(1)]])
    }

    /// A statement that gives no row for a long time, and not by sleeping: MariaDB's SLEEP answers 1 when it is stopped.
    static func endless(_ engine: SQLServerEngine) -> String {
        engine == .postgresql
            ? "SELECT count(*) FROM (SELECT generate_series(1, 100000000000) AS a) s"
            : "SELECT count(*) FROM seq_1_to_100000000 a, seq_1_to_1000 b WHERE a.seq % 7 = b.seq + 1"
    }

    @Test(arguments: SQLTestServers.usable)
    func cancelIsHeardWheneverItComes(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        // Until it is heard: before the statement has begun, a cancel does nothing.
        let isOver = Flag()
        let thread = Thread {
            while !isOver.value { connection.cancel() }
        }
        thread.start()
        for _ in 0..<10 {
            let start = ContinuousClock.now
            let error = #expect(throws: SQLError.self) { try connection.query(Self.endless(engine), []) { _ in } }
            #expect(error?.kind == .interrupted, "\(String(describing: error))")
            #expect(error?.message.contains("was cancelled") == true)
            #expect(
                ContinuousClock.now - start < .seconds(20), "it was the cancel, and not the statement's limit of 60 s")
        }
        isOver.value = true
    }

    /// Only the server can stop it then: it gives no row at which the client could look up.
    @Test(arguments: SQLTestServers.usable)
    func cancelStopsWhatTheServerIsAt(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        let (connection, watcher) = (try database.connect(), try database.connect())
        let isAtIt =
            engine == .postgresql
            ? """
            SELECT 1 FROM pg_stat_activity
            WHERE state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()
            """
            : """
            SELECT 1 FROM information_schema.processlist
            WHERE command = 'Execute' AND db = DATABASE() AND id <> connection_id()
            """
        let thread = Thread {
            while (try? watcher.all(isAtIt))?.isEmpty == true { usleep(10_000) }
            connection.cancel()
        }
        let start = ContinuousClock.now
        thread.start()
        let error = #expect(throws: SQLError.self) { try connection.query(Self.endless(engine), []) { _ in } }
        #expect(error?.kind == .interrupted, "\(String(describing: error))")
        #expect(ContinuousClock.now - start < .seconds(20), "it was the cancel, and not the statement's limit of 60 s")
        #expect(try connection.all("SELECT 7") == [[.integer(7)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func cancelStopsAResult(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        var count = 0
        let error = #expect(throws: SQLError.self) {
            try connection.query(Self.rows(engine, 100_000_000), []) { _ in
                count += 1
                guard count == 1_000 else { return }
                let thread = Thread { connection.cancel() }
                thread.start()
            }
        }
        #expect(error?.kind == .interrupted, "\(String(describing: error))")
        #expect(count >= 1_000)
        // Nothing of it is left over.
        for _ in 0..<20 { #expect(try connection.all("SELECT 7") == [[.integer(7)]]) }
        connection.cancel()
        #expect(try connection.all("SELECT 8") == [[.integer(8)]], "a cancel while nothing runs does nothing")
    }

    @Test(arguments: SQLTestServers.usable)
    func aCallerMayStopInTheMiddle(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        for _ in 0..<3 {
            var count = 0
            let start = ContinuousClock.now
            #expect(throws: CancellationError.self) {
                try connection.readTransaction {
                    try connection.query(Self.rows(engine, 100_000_000), []) { _ in
                        count += 1
                        if count == 1_000 { throw CancellationError() }
                    }
                }
            }
            #expect(count == 1_000)
            #expect(ContinuousClock.now - start < .seconds(10), "the rest is not read")
            #expect(try connection.all("SELECT 7") == [[.integer(7)]])
        }
    }

    /// A server of its own, which is killed while rows come.
    @Test(arguments: SQLTestServers.usable)
    func aServerDiesInTheMiddle(engine: SQLServerEngine) throws {
        let server: any SQLTestServer = try engine == .postgresql ? PostgresServer() : MariaDBServer()
        let database = try server.database()
        let connection = try database.connect()
        var count = 0
        let error = #expect(throws: SQLError.self) {
            try connection.query(Self.rows(engine, 100_000_000), []) { _ in
                count += 1
                if count == 1_000 { server.crash() }
            }
        }
        #expect(error?.kind == .inputOutput, "\(String(describing: error))")
        let later = #expect(throws: SQLError.self) { _ = try connection.all("SELECT 1") }
        #expect(later?.kind == .inputOutput)
        let refused = #expect(throws: SQLError.self) { _ = try database.connect() }
        #expect(refused?.kind == .cannotOpen)
        try server.start()
        #expect(try database.connect().all("SELECT 1") == [[.integer(1)]])
        connection.close()
    }

    @Test(arguments: SQLTestServers.usable)
    func aSessionIsEndedByTheServer(engine: SQLServerEngine) throws {
        let database = try SQLTestServers.shared(engine).database()
        let connection = try database.connect()
        let own = engine == .postgresql ? "pg_backend_pid()" : "connection_id()"
        guard case .integer(let id) = try connection.all("SELECT \(own)").first?.first else {
            Issue.record("no id")
            return
        }
        try database.run(engine == .postgresql ? "SELECT pg_terminate_backend(\(id));" : "KILL \(id);")
        let error = #expect(throws: SQLError.self) { try connection.readTransaction {} }
        #expect(error?.kind == .inputOutput, "\(String(describing: error))")
        #expect(try database.connect().all("SELECT 1") == [[.integer(1)]])
    }

    @Test(arguments: SQLTestServers.usable)
    func aClosedConnectionSaysSo(engine: SQLServerEngine) throws {
        let connection = try SQLTestServers.shared(engine).database().connect()
        connection.close()
        connection.close()
        connection.cancel()
        for call in [{ _ = try connection.all("SELECT 1") }, { try connection.readTransaction {} }] {
            let error = #expect(throws: SQLError.self) { try call() }
            #expect(error?.kind == .inputOutput, "\(String(describing: error))")
        }
    }
}

/// A yes or no that two threads see.
private final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var held = false

    var value: Bool {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }
}
