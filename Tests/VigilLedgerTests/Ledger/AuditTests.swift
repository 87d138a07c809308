import Testing
import VigilCore
import VigilLedger
import VigilSQL
import VigilTestKit

/// Audit rows are append-only, hash-chained and gap-free (I21).
@Suite struct AuditTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("ledger.db")
        let run = try PracticeRun(path: path)
        try run.poll(ClientBuilder().missed(0).attempt(on: -20))
        run.pass(hours: 1)
        try run.poll(ClientBuilder().session(0, .attended).attempt(on: -20))
        #expect(try run.ledger.verify().faults.isEmpty)
        try run.ledger.close()
    }

    /// Opens the file as a program that is not vigil would, and changes it.
    private func tamper(_ script: String) throws {
        let file = try SQLiteDatabase(path: path, mode: .bulk)
        try file.write { try $0.execute(script: script) }
        try file.close()
    }

    private func faults() throws -> [LedgerCheck.Fault] {
        let ledger = try Ledger(path: path, store: "practice")
        let check = try ledger.verify()
        try ledger.close()
        return check.faults
    }

    private func brokenLinks(_ faults: [LedgerCheck.Fault]) -> [Int64] {
        faults.compactMap { fault in
            if case .chain(let sequence, _) = fault { sequence } else { nil }
        }
    }

    @Test func everyChangeHasItsRow() throws {
        let ledger = try Ledger(path: path, store: "practice")
        let rows = try ledger.read { try $0.audit(after: 0, limit: 1_000) }
        #expect(rows.map(\.sequence) == rows.indices.map { Int64($0 + 1) })
        #expect(rows.allSatisfy { $0.actor == "vigil" && $0.at.seconds > 0 && !$0.reason.isEmpty })
        #expect(rows.map(\.act).contains("follow_up_opened") && rows.map(\.act).contains("follow_up_closed"))
        #expect(try ledger.verify().auditRows == Int64(rows.count))
        try ledger.close()
    }

    @Test(arguments: [
        "UPDATE audit SET reason = 'x' WHERE sequence = 2", "DELETE FROM audit WHERE sequence = 2", "DELETE FROM audit",
    ])
    func rowsCannotBeChanged(statement: String) throws {
        #expect(throws: SQLError.self) { try tamper(statement) }
        let ledger = try Ledger(path: path, store: "practice")
        #expect(throws: SQLError.self) { try ledger.database.write { _ = try $0.run(statement) } }
        try ledger.close()
        #expect(try faults().isEmpty)
    }

    @Test(arguments: [
        "at = at + 1", "actor = 'person:ana'", "act = 'task_done'", "subject = 'x'", "reason = 'x'", "event = '{}'",
    ])
    func aChangedRowIsFound(assignment: String) throws {
        try tamper("DROP TRIGGER audit_is_never_changed; UPDATE audit SET \(assignment) WHERE sequence = 3;")
        #expect(try brokenLinks(faults()) == [3])
    }

    @Test func aRowThatIsGoneIsFound() throws {
        try tamper("DROP TRIGGER audit_is_never_deleted; DELETE FROM audit WHERE sequence = 3;")
        #expect(try brokenLinks(faults()).contains(4))
    }

    @Test func twoRowsThatChangedPlacesAreFound() throws {
        try tamper(
            """
            DROP TRIGGER audit_is_never_changed;
            UPDATE audit SET sequence = 1000 WHERE sequence = 3;
            UPDATE audit SET sequence = 3 WHERE sequence = 4;
            UPDATE audit SET sequence = 4 WHERE sequence = 1000;
            """)
        #expect(try brokenLinks(faults()).contains(3))
    }

    @Test func theChainGoesOnAfterARestart() throws {
        let ledger = try Ledger(path: path, store: "practice")
        let before = try ledger.read { try $0.lastAuditSequence() }
        try ledger.note(PublicEvent(.started), at: WallTime(seconds: 1_800_000_000))
        try ledger.close()
        let again = try Ledger(path: path, store: "practice")
        #expect(try again.read { try $0.lastAuditSequence() } == before + 1)
        #expect(try again.verify().faults.isEmpty)
        try again.close()
    }

    @Test(arguments: [
        ("UPDATE session_record SET follow_up = NULL, state = 'standing'", "I4"),
        ("UPDATE session_record SET follow_up = 'X'", "I4"), ("UPDATE session_record SET row_as_read = ''", "I2"),
        ("DELETE FROM assessment", "I4"), ("DELETE FROM session_record", "I4"),
        ("UPDATE task SET ended_by = NULL", "I5"), ("UPDATE follow_up SET closed_by = NULL", "I5"),
        (
            """
            DELETE FROM task;
            UPDATE follow_up SET state = 'open', closed_at = NULL, close_reason = NULL
            """, "I4"
        ),
    ])
    func aBrokenPromiseIsFound(script: String, invariant: String) throws {
        try tamper(script)
        let found = try faults().compactMap { fault in
            if case .broken(let invariant, _, _) = fault { invariant } else { nil }
        }
        #expect(found.contains(invariant))
    }

    /// What leaves the process is the event, and it has no room for client data (I20).
    @Test func eventsHoldNoStoreIds() throws {
        let other = folder.path("other.db")
        let run = try PracticeRun(path: other)
        run.store.put(ClientBuilder("Jane Doe 1980").session(0, .missed, id: "MRN-4711", therapist: "Dr Poe").snapshot)
        try run.poll()
        let events = try run.ledger.read { try $0.audit(after: 0, limit: 1_000) }.map(\.event).joined()
        #expect(!events.isEmpty)
        for word in ["Jane", "4711", "Poe"] { #expect(!events.contains(word)) }
        try run.ledger.close()
    }
}
