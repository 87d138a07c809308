import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilSQL

/// Ten thousand sessions missed at once: a snow day, or a front desk that marks a month in one evening.
extension Bench {
    private static let burst = 10_000

    /// The poll that finds them, until all of it is committed.
    ///
    /// In the store that is measured: sessions of the day before are added, one for a client, and taken out again.
    func measureBurst() throws {
        var clients = 0
        var times: [Duration] = []
        BenchTable.resetPeak()
        defer { try? removeBurst() }
        let pager = try Self.pager(policy)
        for _ in 0..<runs {
            try removeBurst()
            let ledger = try newLedger()
            let running = poller(ledger, pager: { pager })
            _ = try running.poll(at: now)
            clients = try addBurst()
            times.append(try time { try running.poll(at: now) })
            try ledger.close()
        }
        table.row(sessions, "\(clients) missed at once", times)
    }

    /// - Returns: how many clients the store had for it.
    private func addBurst() throws -> Int {
        let database = try SQLiteDatabase(path: storePath, mode: .bulk)
        defer { try? database.close() }
        return try database.write { connection in
            try connection.run(
                """
                INSERT INTO session (client_id, starts_at, id, status)
                SELECT id, $1, 'burst-' || id, 'missed' FROM client WHERE standing = 'active' ORDER BY id LIMIT $2
                """, [.integer(now.seconds - 86_400), .integer(Self.burst)])
        }
    }

    private func removeBurst() throws {
        let database = try SQLiteDatabase(path: storePath, mode: .bulk)
        defer { try? database.close() }
        try database.write { connection in
            _ = try connection.run(
                "DELETE FROM session WHERE starts_at = $1 AND id LIKE 'burst-%'", [.integer(now.seconds - 86_400)])
        }
    }

    /// Somebody is on call, so that whoever needs a page gets one in the same commit.
    private static func pager(_ policy: Policy) throws -> Pager {
        let text = """
            version: vigil.oncall/1
            zone: \(policy.zone.identifier)
            on_call:
              layers:
                - {id: always, people: [lead]}
            """
        let schedule = try ConfigFile.parse(text: text, file: "bench", operation: "make a schedule") { reader, _ in
            OnCallSchedule(reading: reader)
        }
        guard let lead = PersonID("lead"), let modem = ChannelID("modem") else {
            throw OperationError(
                .usage, operation: "make a schedule", subject: "bench", cause: "its names are not usable",
                remedy: "report this")
        }
        let contact = PageRoute.Contact(channel: modem, tellsSettled: false)
        let route = PageRoute(
            schedule: schedule, contacts: [lead: [contact]], clinicalLeads: [lead], fallback: lead, alarm: [contact])
        return Pager(escalation: policy.escalation, route: route)
    }
}
