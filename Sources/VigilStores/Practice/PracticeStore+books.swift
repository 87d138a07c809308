package import VigilCore
internal import VigilSQL

/// The practice's books in the embedded store: its tables `coverage` and `waiting_list`, which may be missing.
extension PracticeStore: PracticeBooks {
    package func clients(withSessionsFrom from: WallTime, until: WallTime) throws -> [ClientRef] {
        try reading { connection in
            let found = try connection.all(
                PracticeSQL.clientsInBook, [.integer(from.seconds), .integer(until.seconds)]
            ) {
                StoredID($0, 0)
            }
            return Set(found.map { ClientRef($0.text) }).sorted()
        }
    }

    package func coverage(of clients: [ClientRef]) throws -> [ClientRef: Coverage]? {
        try reading { connection in
            guard try has("coverage", connection) else { return nil }
            var result: [ClientRef: Coverage] = [:]
            let statement = try connection.prepare(PracticeSQL.coverage)
            for client in clients {
                try statement.bind([StoredID(client.storeID).parameter])
                if try statement.step() {
                    let payer = statement.optionalBoundedText(0)
                    // Beyond a million it is no fee for a session.
                    result[client] = Coverage(payer: payer, ownFee: statement.integer(1).within(0...100_000_000))
                }
                statement.rewind()
            }
            return result
        }
    }

    package func waitingList() throws -> [WaitingEntry]? {
        try reading { connection in
            guard try has("waiting_list", connection) else { return nil }
            return try connection.all(PracticeSQL.waitingList) { row in
                WaitingEntry(
                    client: row.optionalBoundedText(0).map { ClientRef($0) }, since: row.day(1),
                    therapist: row.optionalBoundedText(2).map { TherapistRef($0) }, kind: row.optionalBoundedText(3))
            }
        }
    }

    package func therapistNames() throws -> [TherapistRef: String] {
        try reading { connection in
            let names = try connection.all(PracticeSQL.therapists) {
                (TherapistRef($0.boundedText(0)), $0.boundedText(1))
            }
            return Dictionary(names, uniquingKeysWith: { first, _ in first })
        }
    }

    private func has(_ table: String, _ connection: any SQLConnection) throws -> Bool {
        try connection.first(PracticeSQL.hasTable, [.text(table)]) { _ in true } ?? false
    }
}
