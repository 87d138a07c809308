package import VigilCore
internal import VigilSQL

/// Makes a practice store of any size out of a seed: for benchmarks and for tests of scale.
///
/// The same parameters give the same rows. Clients have weekly sessions over a span around `now`; most were attended, some
/// missed, some never marked, and about half of the clients have something clinical on file. Nothing in it is of a person.
///
/// Fast, because it writes what the file needs and nothing twice: rows in the order of their keys, so that tables only grow
/// at their end; the index is sorted once at the end; the triggers, which would note each row, are put back when one line
/// for each client has been written in their stead.
package struct StoreGenerator {
    package var seed: UInt64
    package var sessions: Int
    package var clients: Int
    /// The time about which sessions lie.
    package var now: WallTime
    /// How far back sessions go, and how far ahead they are booked.
    package var daysBack = 730
    package var daysAhead = 42
    /// Of the sessions before `now`.
    package var missedPercent = 13
    package var unmarkedPercent = 5

    package init(seed: UInt64, sessions: Int, clients: Int, now: WallTime) {
        self.seed = seed
        self.sessions = sessions
        self.clients = max(1, clients)
        self.now = now
    }

    /// - Parameters:
    ///   - path: a file that does not exist yet.
    ///   - schema: the text of config/stores/practice.sql.
    ///   - progress: called now and then with the number of sessions written.
    /// - Throws: `SQLError`; the file is then to be thrown away.
    package func fill(path: String, schema: String, progress: (Int) -> Void) throws {
        let database = try SQLiteDatabase(path: path, mode: .bulk)
        try database.write { connection in
            try connection.execute(script: schema)
            let later = try connection.all(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
            ) { (type: $0.text(0), name: $0.text(1), sql: $0.text(2)) }
            for object in later { try connection.execute(script: "DROP \(object.type) \(object.name)") }

            try writeTherapists(connection)
            var random = SeededRandom(seed: seed)
            var written = 0
            for number in 0..<clients {
                let client = SQLValue.text("C" + padded(number, 8))
                try writeClient(client, number, &random, connection)
                let end = sessions / clients * (number + 1) + sessions % clients * (number + 1) / clients
                try writeSessions(client, written..<end, &random, connection)
                // A figure about every 100,000 sessions is enough for a person to see that it goes on.
                if end / 100_000 > written / 100_000 { progress(end) }
                written = end
            }
            try connection.execute(
                script: "INSERT INTO client_change SELECT id, row_number() OVER (ORDER BY id) FROM client ORDER BY id")
            for object in later { try connection.execute(script: object.sql) }
        }
        try database.close()
        progress(sessions)
    }

    /// One for about forty clients.
    private var therapists: Int { max(1, clients / 40) }

    private func writeTherapists(_ connection: any SQLConnection) throws {
        for number in 0..<therapists {
            try connection.run(
                "INSERT INTO therapist (id, name) VALUES ($1, $2)",
                [.text("T" + padded(number, 6)), .text("Therapist \(number)")])
        }
    }

    private func writeSessions(
        _ client: SQLValue, _ numbers: Range<Int>, _ random: inout SeededRandom, _ connection: any SQLConnection
    ) throws {
        guard !numbers.isEmpty else { return }
        let statement = try connection.prepare(
            """
            INSERT INTO session (client_id, starts_at, id, therapist_id, status, reason, cancelled_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """)
        let therapist = SQLValue.text("T" + padded(Int(random.next() % UInt64(therapists)), 6))
        let quarterHour: Int64 = 900
        let span = Int64(daysBack + daysAhead) * 86_400
        let step = span / Int64(numbers.count)
        let first = (now.seconds - Int64(daysBack) * 86_400) / quarterHour * quarterHour
        for (index, number) in numbers.enumerated() {
            // Within the first half of its step, so that starts ascend.
            let shift = Int64(random.next() % UInt64(max(1, step / 2)))
            let start = first + (Int64(index) * step + shift) / quarterHour * quarterHour
            let (status, reason, cancelledAt) = outcome(ofSessionAt: start, &random)
            try statement.bind([
                client, .integer(start), .text("A" + padded(number, 9)), therapist, .text(status),
                .text(orNull: reason),
                .integer(orNull: cancelledAt),
            ])
            while try statement.step() {}
        }
    }

    private func outcome(ofSessionAt start: Int64, _ random: inout SeededRandom) -> (String, String?, Int64?) {
        guard start <= now.seconds else { return ("scheduled", nil, nil) }
        let draw = Int(random.next() % 100)
        let unmarked = missedPercent + unmarkedPercent
        switch draw {
        case ..<missedPercent: return ("missed", nil, nil)
        case ..<unmarked: return ("scheduled", nil, nil)
        case ..<(unmarked + 4): return ("client_cancel", nil, start - 2 * 86_400)
        case ..<(unmarked + 7): return ("late_cancel", nil, start - 3_600)
        case ..<(unmarked + 9): return ("provider_cancel", nil, start - 86_400)
        case unmarked + 9: return ("excused", "hospital", start - 7_200)
        case unmarked + 10: return ("arrived", nil, nil)
        default: return ("attended", nil, nil)
        }
    }
}

// MARK: - What stands beside the sessions

extension StoreGenerator {
    private func writeClient(
        _ client: SQLValue, _ number: Int, _ random: inout SeededRandom, _ connection: any SQLConnection
    ) throws {
        func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
        func day(_ daysBack: UInt64) -> SQLValue {
            let today = Zone.utc.day(of: now)
            return .text(today.adding(days: -Int(random.next() % daysBack) - 1).iso)
        }
        try connection.run(
            "INSERT INTO client (id, name, born_on, standing, first_contact_on, safety_plan) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                client, .text("Client \(number)"), .text(LocalDay(number: -Int32(random.next() % 18_000)).iso),
                .text(chance(2) ? "discharged" : "active"), day(1_000), .integer(chance(50) ? 1 : 0),
            ])
        if chance(60) {
            let codes = ["F33.1", "F32.2", "F43.10", "F41.1", "F31.9", "F60.3", "F10.20"]
            let code = codes[Int(random.next() % UInt64(codes.count))]
            try connection.run("INSERT INTO diagnosis VALUES ($1, $2)", [client, .text(code)])
        }
        if chance(40) {
            for number in 0..<2 {
                try connection.run(
                    "INSERT INTO screen (client_id, id, instrument, taken_on, total, item9) VALUES ($1, $2, $3, $4, $5, $6)",
                    [
                        client, .text("S\(number)"), .text("PHQ-9"), day(400), .integer(Int(random.next() % 28)),
                        .integer(chance(10) ? 1 : 0),
                    ])
            }
        }
        if chance(15) {
            try connection.run(
                "INSERT INTO medication VALUES ($1, $2, $3, $4, $5)",
                [client, .text("M0"), .text("antidepressant"), .text(chance(20) ? "stopped" : "adherent"), day(400)])
        }
        if chance(3) {
            try connection.run(
                "INSERT INTO event (client_id, id, kind, happened_on, detail) VALUES ($1, $2, $3, $4, $5)",
                [client, .text("E0"), .text("attempt"), day(2_000), .text("actual")])
        }
        if chance(5) {
            try connection.run(
                "INSERT INTO contact (client_id, at, outcome) VALUES ($1, $2, $3)",
                [client, .integer(now.seconds - Int64(random.next() % 8_640_000)), .text("no_answer")])
        }
        if chance(10) {
            try connection.run(
                "INSERT INTO treatment VALUES ($1, $2, $3, $4)",
                [client, .text("CPT"), .integer(1), .integer(Int(random.next() % 13))])
        }
    }
}
