import Foundation
package import VigilCore
import VigilSQL
package import VigilStores

/// A demo practice reduced to what an export and a FHIR server can carry too: clients with name, birthday, standing and therapist,
/// and sessions with time, length and one of five statuses. No clinical record, no time of cancellation.
package final class PlainDemo {
    /// A session with what is known of its client.
    package struct Row: Sendable {
        package var session: String
        package var client: String
        package var name: String
        package var bornOn: String?
        package var standing: String
        package var clientTherapist: String?
        package var start: WallTime
        package var minutes: Int
        package var status: String
        package var therapist: String?
    }

    package static let now = WallTime(seconds: 1_795_550_400)
    package static let zone = Zone(identifier: "America/New_York") ?? .utc

    /// Of the embedded store.
    package let path: String
    package let folder: String
    package let rows: [Row]

    package init(seed: UInt64) throws {
        folder = FileManager.default.temporaryDirectory.path + "/vigil-plain-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        path = folder + "/practice.db"
        _ = try DemoPractice(seed: seed, now: Self.now, zone: Self.zone).fill(
            path: path, schema: PracticeSchemaText.sql)
        let store = try SQLiteDatabase(path: path, mode: .bulk)
        try store.write { try $0.execute(script: Self.reduce) }
        rows = try store.read { connection in
            try connection.all(
                """
                SELECT s.id, s.client_id, c.name, c.born_on, c.standing, c.therapist_id, s.starts_at, s.duration_minutes,
                    s.status, s.therapist_id
                FROM session s JOIN client c ON c.id = s.client_id ORDER BY s.id
                """
            ) { row in
                Row(
                    session: row.text(0), client: row.text(1), name: row.text(2), bornOn: row.optionalText(3),
                    standing: row.text(4), clientTherapist: row.optionalText(5),
                    start: WallTime(seconds: row.int64(6)), minutes: Int(row.int64(7)), status: row.text(8),
                    therapist: row.optionalText(9))
            }
        }
        try store.close()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    package func store() -> PracticeStore {
        PracticeStore(path: path, zone: Self.zone, busyMilliseconds: 1_000)
    }

    private static let reduce = """
        DELETE FROM contact; DELETE FROM diagnosis; DELETE FROM screen; DELETE FROM event; DELETE FROM medication;
        DELETE FROM treatment; DELETE FROM care_plan; DELETE FROM coverage; DELETE FROM waiting_list;
        DELETE FROM session WHERE typeof(starts_at) <> 'integer' OR typeof(duration_minutes) <> 'integer'
            OR duration_minutes NOT BETWEEN 1 AND 600 OR typeof(id) <> 'text' OR id = '' OR id GLOB '*[^A-Za-z0-9.-]*'
            OR status NOT IN ('scheduled', 'arrived', 'attended', 'missed', 'client_cancel')
            OR starts_at NOT BETWEEN \(now.seconds - 86_400 * 1_000) AND \(now.seconds + 86_400 * 200)
            OR id IN (SELECT id FROM session GROUP BY id HAVING count(*) > 1)
            OR client_id NOT IN (SELECT id FROM client);
        DELETE FROM client WHERE typeof(id) <> 'text' OR id = '' OR id GLOB '*[^A-Za-z0-9.-]*'
            OR id NOT IN (SELECT client_id FROM session);
        DELETE FROM session WHERE client_id NOT IN (SELECT id FROM client);
        UPDATE session SET kind = 'individual', reason = NULL, cancelled_at = NULL,
            therapist_id = CASE WHEN therapist_id IN (SELECT id FROM therapist) THEN therapist_id END;
        UPDATE client SET therapist_changed_on = NULL, first_contact_on = NULL, phone = NULL, contact_preference = NULL,
            safe_to_call = NULL, voicemail_allowed = NULL, guardian_contact = NULL, emergency_contact = NULL,
            safety_plan = NULL, pregnant = NULL, delivered_on = NULL, clinician_flag = NULL, clinician_flag_since = NULL,
            anniversary = NULL, part2 = NULL,
            name = 'Name of ' || id, born_on = CASE WHEN born_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' THEN born_on END,
            standing = CASE standing WHEN 'deceased' THEN 'deceased' WHEN 'active' THEN 'active' ELSE 'discharged' END,
            therapist_id = CASE WHEN therapist_id IN (SELECT id FROM therapist) THEN therapist_id END;
        """
}
