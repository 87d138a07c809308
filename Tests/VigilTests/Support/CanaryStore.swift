/// A store in which every value that could name a client carries one unlikely word, with a client in every situation.
///
/// What leaves the machine is searched for that word afterwards (I20).
enum CanaryStore {
    /// In each name, telephone, id, preference, reason, code and broken cell of this store, and in nothing else: no word
    /// of vigil's has it, and no random id, whose alphabet has neither L, O nor U.
    static let mark = "OLUQ"
    /// In what people write about a client.
    static let noteMark = "ULOQ"

    static func script() -> String {
        let clients = situations.enumerated().map { number, rows in
            client(number) + rows.replacing("#", with: "\(mark)-id-\(number)").replacing("@", with: mark)
        }
        return """
            INSERT INTO therapist (id, name, team) VALUES ('\(mark)-T1', '\(mark) Therapist', '\(mark) team');
            \(clients.joined(separator: "\n"))
            \(oddClients)
            """
    }

    private static func client(_ number: Int) -> String {
        let kept = (1...4).map { week in
            """
            INSERT INTO session (client_id, starts_at, id, therapist_id, kind, status, reason) VALUES (
                '\(mark)-id-\(number)', \(now) - \(21 + 7 * week) * 86400, '\(mark)-kept-\(number)-\(week)',
                '\(mark)-T1', '\(mark)-kind', 'attended', '\(mark)-reason');
            """
        }
        return """
            INSERT INTO client (id, name, therapist_id, first_contact_on, phone, contact_preference, safe_to_call)
                VALUES (
                '\(mark)-id-\(number)', '\(mark) Name \(number)' || char(10) || 'PRIORITY=0' || char(10) || '\(mark)=1',
                '\(mark)-T1', date('now', '-300 days'), '+1 555 \(mark) \(number)', 'call after 5pm \(mark)', 0);
            \(kept.joined(separator: "\n"))
            """
    }

    /// `#` stands for the client's id, `@` for the mark.
    private static let situations = [
        missed(1)
            + "INSERT INTO screen VALUES ('#', '@-q', 'C-SSRS-screener', date('now', '-9 days'), NULL, NULL, 4, NULL);",
        missed(2)
            + "INSERT INTO event VALUES ('#', '@-e', 'discharge', date('now', '-9 days'), 'psychiatric_inpatient', 1);",
        session("\(now) - 2400", "scheduled"),
        session("\(now) - 7200", "scheduled") + "UPDATE client SET clinician_flag = 1 WHERE id = '#';",
        session("\(now) - 5 * 86400", "scheduled") + session("\(now) + 7200", "scheduled"),
        session("\(now) - 86400", "late_cancel"),
        session("\(now) - 86400", "client_cancel") + "UPDATE client SET clinician_flag = 1 WHERE id = '#';"
            + "UPDATE session SET cancelled_at = starts_at - 172800 WHERE client_id = '#' AND status LIKE 'client_c%';",
        session("\(now) - 7200", "@ status"),
        session("'@ Tuesday'", "missed") + missed(3),
        missed(2) + "UPDATE session SET duration_minutes = '@', cancelled_at = '@' WHERE client_id = '#';",
        missed(2) + "INSERT INTO screen VALUES ('#', '@-q', '@', '@', '@', '@', '@', '@');"
            + "INSERT INTO screen VALUES ('#', '@-r', 'PHQ-9', '@', '@', '@', '@', '@');",
        missed(2) + "INSERT INTO event VALUES ('#', '@-e', '@', '@', '@', '@');"
            + "INSERT INTO event VALUES ('#', '@-f', 'discharge', '@', '@', '@');",
        missed(2) + "INSERT INTO medication VALUES ('#', '@-m', '@', '@', '@');"
            + "INSERT INTO treatment VALUES ('#', '@ protocol', '@', '@');"
            + "INSERT INTO care_plan VALUES ('#', '@', '@', '@ step');"
            + "INSERT INTO coverage VALUES ('#', '@ payer', '@');"
            + "INSERT INTO waiting_list VALUES ('@-w', '#', '@', '@-T1', '@');",
        missed(2) + "INSERT INTO contact VALUES ('#', '@', '@', '@'), ('#', \(now) - 3600, '@', '@');",
        missed(2) + "UPDATE client SET standing = '@', part2 = '@', born_on = '@', clinician_flag = '@' WHERE id = '#';"
            + "UPDATE client SET therapist_changed_on = '@', anniversary = '@', pregnant = '@' WHERE id = '#';",
        missed(2) + "UPDATE client SET standing = 'discharged' WHERE id = '#';",
        missed(2) + "INSERT INTO diagnosis VALUES ('#', '@'), ('#', 'F33.2');",
        missed(2) + "UPDATE session SET reason = replace(hex(zeroblob(300000)), '00', '@') WHERE client_id = '#';",
        missed(2) + "UPDATE session SET therapist_id = '@-T9' || char(27) || '[31m' WHERE client_id = '#';",
        missed(2), missed(3), missed(4), missed(5),
    ]

    /// Sessions of nobody who is listed, an id that is no text, and one that is no UTF-8.
    private static let oddClients = """
        INSERT INTO session (client_id, starts_at, id, status) VALUES
            ('\(mark)-unlisted', \(now) - 86400, '\(mark)-u', 'missed'),
            (CAST('\(mark)-blob' AS BLOB), \(now) - 86400, CAST('\(mark)-b' AS BLOB), 'missed'),
            (CAST(x'4F4C5551FFFE' AS TEXT), \(now) - 86400, CAST(x'4F4C5551FE' AS TEXT), 'missed'),
            ('\(mark)-noid', \(now) - 86400, '', 'missed');
        """

    private static func missed(_ daysAgo: Int) -> String {
        session("\(now) - \(daysAgo) * 86400", "missed")
    }

    private static func session(_ start: String, _ status: String) -> String {
        """
        INSERT INTO session (client_id, starts_at, id, therapist_id, status, reason)
            VALUES ('#', \(start), '@-' || hex(randomblob(6)), '@-T1', '\(status)', '@ reason');
        """
    }

    private static let now = "CAST(strftime('%s', 'now') AS INTEGER)"

    /// What happens in the practice during a day, an hour each: marks, corrections, moves, deletions, new rows.
    static let hours = [
        "UPDATE session SET status = 'attended' WHERE client_id = '\(mark)-id-19' AND status = 'missed';",
        "UPDATE session SET starts_at = starts_at + 86400 WHERE client_id = '\(mark)-id-20' AND status = 'missed';",
        "DELETE FROM session WHERE client_id = '\(mark)-id-21' AND status = 'missed';",
        """
        INSERT INTO session (client_id, starts_at, id, status, reason)
            VALUES ('\(mark)-id-22', \(now) - 86400, '\(mark)-new', 'left_unseen', '\(mark)');
        """,
        "UPDATE session SET status = 'missed' WHERE client_id = '\(mark)-id-19' AND status = 'attended';",
        "UPDATE client SET name = '\(mark) Renamed', standing = 'deceased' WHERE id = '\(mark)-id-1';",
        "DELETE FROM client WHERE id = '\(mark)-id-5';",
        "INSERT INTO event VALUES ('\(mark)-id-22', '\(mark)-a', 'attempt', date('now'), '\(mark)', NULL);",
    ]
}
