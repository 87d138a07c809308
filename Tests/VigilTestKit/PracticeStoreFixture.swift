import Foundation
package import VigilCore
package import VigilSQL
import VigilStores

/// A practice store in a folder of its own, made with config/stores/practice.sql and written to over a second connection.
package final class PracticeStoreFixture: StoreBench {
    package static let abilities: StoreAbilities = [.wrongKinds, .brokenText, .nulBytes, .longKeys]

    /// The store's file.
    package let path: String
    private let folder: URL
    private let writerMode: SQLiteDatabase.Mode

    /// - Parameter walMode: the journal mode that the practice's program has chosen.
    package init(walMode: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vigil-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("store.db").path
        // The ledger's mode is WAL; the bulk mode keeps a rollback journal.
        writerMode = walMode ? .ledger : .bulk
        try Self.make(at: path, writerMode)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The text of config/stores/practice.sql.
    package static func schema() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("config/stores/practice.sql"), encoding: .utf8)
    }

    /// An empty practice store at `path`.
    package static func make(at path: String) throws {
        try make(at: path, .bulk)
    }

    private static func make(at path: String, _ mode: SQLiteDatabase.Mode) throws {
        let writer = try SQLiteDatabase(path: path, mode: mode)
        let schema = try schema()
        try writer.write { try $0.execute(script: schema) }
        try writer.close()
    }

    package func makeStore() throws -> any AppointmentStore {
        PracticeStore(path: path, zone: .utc, busyMilliseconds: 50)
    }

    package func write(_ rows: StoreFixture) throws {
        try change { connection in
            for row in PracticeRow.rows(of: rows) { try row.insert(connection) }
        }
    }

    package func remove(_ rows: StoreFixture) throws {
        try change { connection in
            for row in PracticeRow.rows(of: rows) { try row.delete(connection) }
        }
    }

    /// Writes as the practice's program would, in one transaction.
    package func change(_ body: (any SQLConnection) throws -> Void) throws {
        let writer = try SQLiteDatabase(path: path, mode: writerMode)
        try writer.write(body)
        try writer.close()
    }

    /// Runs statements as the practice's program would.
    package func execute(_ script: String) throws {
        try change { try $0.execute(script: script) }
    }
}

/// A fixture's row as columns of a table; the first `keys` of them are its primary key.
private struct PracticeRow {
    var table: String
    var keys: Int
    var cells: [(column: String, cell: StoreFixture.Cell)]

    func insert(_ connection: any SQLConnection) throws {
        let columns = cells.map(\.column).joined(separator: ", ")
        let places = cells.enumerated().map { Self.place($0.offset + 1, $0.element.cell) }.joined(separator: ", ")
        try connection.run(
            "INSERT OR REPLACE INTO \(table) (\(columns)) VALUES (\(places))", cells.map { Self.value($0.cell) })
    }

    func delete(_ connection: any SQLConnection) throws {
        let key = cells.prefix(keys)
        let condition = key.enumerated().map { "\($0.element.column) = \(Self.place($0.offset + 1, $0.element.cell))" }
        try connection.run(
            "DELETE FROM \(table) WHERE \(condition.joined(separator: " AND "))", key.map { Self.value($0.cell) })
    }

    /// Bytes are bound as a blob, and the cast makes a text of them without looking at them.
    private static func place(_ number: Int, _ cell: StoreFixture.Cell) -> String {
        if case .bytes = cell { "CAST($\(number) AS TEXT)" } else { "$\(number)" }
    }

    private static func value(_ cell: StoreFixture.Cell) -> SQLValue {
        switch cell {
        case .none: .null
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .bytes(let bytes): .blob(bytes)
        }
    }

    static func rows(of fixture: StoreFixture) -> [PracticeRow] {
        var rows = fixture.clients.map(row)
        rows += fixture.sessions.map(row)
        rows += fixture.contacts.map(row)
        rows += fixture.diagnoses.map(row)
        rows += fixture.screens.map(row)
        rows += fixture.events.map(row)
        rows += fixture.medications.map(row)
        rows += fixture.treatments.map(row)
        rows += fixture.carePlans.map(row)
        return rows
    }

    private static func row(_ client: StoreFixture.Client) -> PracticeRow {
        PracticeRow(
            table: "client", keys: 1,
            cells: [
                ("id", client.id), ("name", client.name), ("born_on", client.bornOn), ("standing", client.standing),
                ("therapist_id", client.therapist), ("therapist_changed_on", client.therapistChangedOn),
                ("first_contact_on", client.firstContactOn), ("phone", client.phone),
                ("contact_preference", client.contactPreference), ("safe_to_call", client.safeToCall),
                ("voicemail_allowed", client.voicemailAllowed), ("guardian_contact", client.guardianContact),
                ("emergency_contact", client.emergencyContact), ("safety_plan", client.safetyPlan),
                ("pregnant", client.pregnant), ("delivered_on", client.deliveredOn),
                ("clinician_flag", client.clinicianFlag), ("clinician_flag_since", client.clinicianFlagSince),
                ("anniversary", client.anniversary), ("part2", client.part2),
            ])
    }

    private static func row(_ session: StoreFixture.Session) -> PracticeRow {
        PracticeRow(
            table: "session", keys: 3,
            cells: [
                ("client_id", session.client), ("starts_at", session.startsAt), ("id", session.id),
                ("therapist_id", session.therapist), ("duration_minutes", session.durationMinutes),
                ("kind", session.kind), ("status", session.status), ("reason", session.reason),
                ("cancelled_at", session.cancelledAt),
            ])
    }

    private static func row(_ screen: StoreFixture.Screen) -> PracticeRow {
        PracticeRow(
            table: "screen", keys: 2,
            cells: [
                ("client_id", screen.client), ("id", screen.id), ("instrument", screen.instrument),
                ("taken_on", screen.takenOn), ("total", screen.total), ("item9", screen.item9),
                ("ideation", screen.ideation), ("behaviour", screen.behaviour),
            ])
    }

    private static func row(_ contact: StoreFixture.Contact) -> PracticeRow {
        PracticeRow(
            table: "contact", keys: 3,
            cells: [
                ("client_id", contact.client), ("at", contact.at), ("outcome", contact.outcome),
                ("plan_documented", contact.planDocumented),
            ])
    }

    private static func row(_ diagnosis: StoreFixture.Diagnosis) -> PracticeRow {
        PracticeRow(table: "diagnosis", keys: 2, cells: [("client_id", diagnosis.client), ("code", diagnosis.code)])
    }

    private static func row(_ event: StoreFixture.Event) -> PracticeRow {
        PracticeRow(
            table: "event", keys: 2,
            cells: [
                ("client_id", event.client), ("id", event.id), ("kind", event.kind), ("happened_on", event.happenedOn),
                ("detail", event.detail), ("suicide_related", event.suicideRelated),
            ])
    }

    private static func row(_ entry: StoreFixture.Medication) -> PracticeRow {
        PracticeRow(
            table: "medication", keys: 2,
            cells: [
                ("client_id", entry.client), ("id", entry.id), ("class", entry.drugClass), ("status", entry.status),
                ("noted_on", entry.notedOn),
            ])
    }

    private static func row(_ treatment: StoreFixture.Treatment) -> PracticeRow {
        PracticeRow(
            table: "treatment", keys: 1,
            cells: [
                ("client_id", treatment.client), ("protocol", treatment.protocolName),
                ("trauma_focused", treatment.traumaFocused), ("sessions_attended", treatment.sessionsAttended),
            ])
    }

    private static func row(_ plan: StoreFixture.CarePlan) -> PracticeRow {
        PracticeRow(
            table: "care_plan", keys: 1,
            cells: [
                ("client_id", plan.client), ("cadence_days", plan.cadenceDays),
                ("safety_plan_review_on", plan.safetyPlanReviewOn), ("next_step", plan.nextStep),
            ])
    }
}
