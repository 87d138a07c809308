/// A store of many clients whose past sessions are all decided: what it must yield can be counted by one query.
enum CrowdedStore {
    /// A client every row, six sessions each, the last one 16 days ago; every status that the schema knows, two per
    /// cent of the clients discharged. One more session lies ahead, and some carry a mark that nobody can have meant
    /// yet.
    static func script(clients: Int) -> String {
        """
        INSERT INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');
        INSERT INTO client (id, name, standing, therapist_id, first_contact_on)
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(clients - 1))
            SELECT printf('C%06d', i), 'Client ' || i, CASE i % 50 WHEN 7 THEN 'discharged' ELSE 'active' END,
                CASE i % 2 WHEN 0 THEN 'T1' ELSE 'T2' END, '2024-01-15' FROM n;
        INSERT INTO session (client_id, starts_at, id, therapist_id, status, cancelled_at)
            WITH RECURSIVE w (week) AS (SELECT 0 UNION ALL SELECT week + 1 FROM w WHERE week < 5),
            planned AS (
                SELECT client.id AS client, week, therapist_id,
                    \(start) - (16 + 7 * week) * 86400 + CAST(substr(client.id, 2) AS INTEGER) % 9 * 3600 AS start,
                    (CAST(substr(client.id, 2) AS INTEGER) * 31 + week * 17) % 23 AS draw
                FROM client, w)
            SELECT client, start, 'S' || substr(client, 2) || '-' || week, therapist_id,
                CASE WHEN draw < 4 THEN 'missed' WHEN draw < 6 THEN 'scheduled' WHEN draw = 6 THEN 'late_cancel'
                    WHEN draw < 9 THEN 'client_cancel' WHEN draw = 9 THEN 'left_unseen' WHEN draw = 10 THEN 'excused'
                    WHEN draw = 11 THEN 'provider_cancel' WHEN draw = 12 THEN 'entered_in_error'
                    WHEN draw = 13 THEN 'arrived' ELSE 'attended' END,
                CASE draw WHEN 7 THEN start - 7200 WHEN 8 THEN start - 172800 END
            FROM planned;
        INSERT INTO session (client_id, starts_at, id, therapist_id, status)
            SELECT id, \(start) + 5 * 86400, 'S' || substr(id, 2) || '-ahead', therapist_id,
                CASE CAST(substr(id, 2) AS INTEGER) % 10 WHEN 0 THEN 'missed' ELSE 'scheduled' END FROM client;
        """
    }

    /// More missed sessions, for clients spread over the whole store, as the practice's staff would enter them late.
    static func lateEntries(batch: Int, every stride: Int) -> String {
        """
        INSERT INTO session (client_id, starts_at, id, therapist_id, status)
            SELECT id, \(start) - 40 * 86400 + \(batch) * 60, 'L\(batch)-' || substr(id, 2), therapist_id, 'missed'
            FROM client WHERE CAST(substr(id, 2) AS INTEGER) % \(stride) = \(batch % stride);
        """
    }

    /// The beginning of today, UTC, in seconds.
    private static let start = "CAST(strftime('%s', 'now', 'start of day') AS INTEGER)"
}
