import Foundation

/// A practice of a few clients, each with one known situation; times count from now, so that it is always of today.
enum SmallPractice {
    /// Two therapists. T1 has the client to contact now, one to follow up in routine, and one who comes; T2 has one
    /// for routine.
    static func script() -> String {
        """
        INSERT INTO therapist (id, name) VALUES ('T1', 'Therapist One'), ('T2', 'Therapist Two');
        \(client("urgent", therapist: "T1", missedDaysAgo: 2))
        INSERT INTO screen (client_id, id, instrument, taken_on, ideation)
            VALUES ('urgent', 'Q1', 'C-SSRS-screener', date('now', '-9 days'), 4);
        \(client("routine1", therapist: "T1", missedDaysAgo: 3))
        \(client("routine2", therapist: "T2", missedDaysAgo: 4))
        \(client("regular", therapist: "T1", missedDaysAgo: nil))
        """
    }

    /// An active client who has come for a year, and has missed the session of so many days ago.
    static func client(_ id: String, therapist: String, missedDaysAgo: Int?) -> String {
        let kept = (1...12).map { session(id, therapist, 28 * $0, "attended") }
        let missed = missedDaysAgo.map { session(id, therapist, $0, "missed") } ?? ""
        return """
            INSERT INTO client (id, name, therapist_id, first_contact_on, emergency_contact, safety_plan)
                VALUES ('\(id)', 'Name of \(id)', '\(therapist)', date('now', '-400 days'), 1, 1);
            \(kept.joined(separator: "\n"))
            \(missed)
            \(session(id, therapist, -7, "scheduled"))
            """
    }

    static func session(_ client: String, _ therapist: String, _ daysAgo: Int, _ status: String) -> String {
        """
        INSERT INTO session (client_id, starts_at, id, therapist_id, status) VALUES ('\(client)',
            CAST(strftime('%s', 'now') AS INTEGER) - \(daysAgo) * 86400, '\(client)-\(daysAgo)',
            '\(therapist)', '\(status)');
        """
    }
}
