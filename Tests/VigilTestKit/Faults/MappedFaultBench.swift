import Foundation
package import VigilCore
package import VigilSQL
import VigilStores

/// A practice on a database server, with a line to it that goes wrong.
package final class MappedFaultBench: StoreFaultBench, @unchecked Sendable {
    package let faults: Set<StoreFault> = [.slow, .hung, .silent, .refused, .partial]
    package let keepsCopy = true
    package let canBeCalledOff = true

    private let fixture: MappedStoreFixture
    private let line: FaultyLine
    private let folder: String
    private let lock = NSLock()
    /// Where vigil looks for the server.
    private var port: Int
    private var holder: Thread?

    package init(_ engine: SQLServerEngine) throws {
        fixture = try MappedStoreFixture(engine)
        line = try FaultyLine(to: fixture.database.server.port)
        port = line.port
        folder = FileManager.default.temporaryDirectory.path + "/vigil-fault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try fixture.database.run("CREATE TABLE go (id int);")
        try fixture.grant()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private var engine: SQLServerEngine { fixture.database.server.engine }

    package func fill(clients: Int, sessionsEach: Int) throws {
        try fixture.database.run(FaultRows.script(clients: clients, sessionsEach: sessionsEach))
    }

    package func change() throws {
        try fixture.database.run(FaultRows.change)
    }

    package func makeStore(patienceSeconds: Int) throws -> any AppointmentStore {
        let (engine, reader) = (engine, fixture.database.reader)
        let feed = MappedFeed(mapping: try MappedStoreFixture.mapping("practice"), engine: engine, subject: "test") {
            [weak self] in
            var address = reader
            address.port = self?.lock.withLock { self?.port } ?? 0
            address.statementTimeoutSeconds = patienceSeconds
            address.connectTimeoutSeconds = 5
            return try engine.connect(address)
        }
        return MirroredStore(feed: feed, path: folder + "/mirror.db", zone: .utc, busyMilliseconds: 1_000)
    }

    package func begin(_ fault: StoreFault) throws {
        switch fault {
        case .slow: line.set(.trickling)
        case .silent: line.set(.silent)
        // Twenty kilobytes are a part of an answer of 2,000 sessions.
        case .partial: line.set(.cut(afterBytes: 20_000))
        case .refused:
            let closed = try TCPPeer.closedPort()
            lock.withLock { port = closed }
            line.set(.cut(afterBytes: 0))
        case .hung: try holdTable()
        }
    }

    package func end() throws {
        lock.withLock { port = line.port }
        line.set(.open)
        guard let holder else { return }
        try fixture.database.run(
            engine == .postgresql
                ? "INSERT INTO go VALUES (1);"
                : """
                SELECT id INTO @holder FROM information_schema.processlist WHERE info = 'DO SLEEP(600)' AND db = DATABASE();
                EXECUTE IMMEDIATE CONCAT('KILL ', @holder);
                """)
        while !holder.isFinished { usleep(20_000) }
        self.holder = nil
    }

    /// As the practice's own program does while it changes the table: nobody reads it meanwhile.
    private func holdTable() throws {
        let (database, engine) = (fixture.database, engine)
        let thread = Thread {
            try? database.run(
                engine == .postgresql
                    ? """
                    BEGIN;
                    LOCK TABLE session IN ACCESS EXCLUSIVE MODE;
                    DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP; END $$;
                    COMMIT;
                    """
                    : "LOCK TABLES session WRITE;\nDO SLEEP(600);")
        }
        thread.start()
        holder = thread
        var isHeld = false
        while !isHeld {
            let probe = try database.connect { $0.statementTimeoutSeconds = 1 }
            do {
                _ = try probe.all("SELECT count(*) FROM session")
                usleep(50_000)
            } catch {
                isHeld = true
            }
            probe.close()
        }
    }
}

/// The rows of a fault bench in the words of config/stores/practice.sql.
enum FaultRows {
    static func script(clients: Int, sessionsEach: Int) -> String {
        let names = (0..<clients).map { "('\(MappedFaultBench.client($0))', 'Name')" }
        let sessions = (0..<clients).flatMap { client in
            (0..<sessionsEach).map { number in
                let start = MappedFaultBench.start(number).seconds
                return "('\(MappedFaultBench.client(client))', \(start), 's00\(client)-\(number)', 'missed')"
            }
        }
        return
            (inserts("client (id, name)", names)
            + inserts("session (client_id, starts_at, id, status)", sessions))
            .joined(separator: "\n")
    }

    private static func inserts(_ table: String, _ rows: [String]) -> [String] {
        stride(from: 0, to: rows.count, by: 500).map { start in
            "INSERT INTO \(table) VALUES \(rows[start..<min(start + 500, rows.count)].joined(separator: ", "));"
        }
    }

    static let change = """
        INSERT INTO client (id, name) VALUES ('late', 'Name');
        INSERT INTO session (client_id, starts_at, id, status) VALUES
            ('late', \(MappedFaultBench.start(0).seconds), 's00late', 'missed');
        DELETE FROM session WHERE id = 's000-0';
        """
}
