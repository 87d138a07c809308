import Crypto
import Foundation
package import VigilCore
package import VigilSQL

/// The append-only chain of what happened: each row's hash covers its content and the hash before it (I21).
///
/// Made inside the transaction of the change that it records, so the two exist together or not at all.
package struct AuditChain {
    private let connection: any SQLConnection
    package private(set) var sequence: Int64
    private var hash: [UInt8]
    private let encoder: JSONEncoder

    /// Hash before the first row.
    package static let genesis = [UInt8](repeating: 0, count: 32)

    package init(connection: any SQLConnection) throws {
        self.connection = connection
        let last = try connection.first("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1") { row in
            (row.int64(0), row.withBytes(1) { [UInt8]($0) })
        }
        sequence = last?.0 ?? 0
        hash = last?.1 ?? Self.genesis
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
    }

    package mutating func append(
        at: WallTime, actor: Actor, subject: String, reason: String, event: PublicEvent
    ) throws {
        let row = AuditRow(
            sequence: sequence + 1, at: at, actor: actor.text, act: event.kind.rawValue, subject: subject,
            reason: reason,
            event: String(decoding: try encoder.encode(event), as: UTF8.self))
        let next = row.hash(after: hash)
        try connection.run(
            """
            INSERT INTO audit (sequence, at, actor, act, subject, reason, event, previous_hash, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .integer(row.sequence), .integer(row.at.seconds), .text(row.actor), .text(row.act), .text(row.subject),
                .text(row.reason), .text(row.event), .blob(hash), .blob(next),
            ])
        sequence = row.sequence
        hash = next
    }
}

/// One row of the audit chain.
package struct AuditRow: Sendable, Hashable {
    package var sequence: Int64
    package var at: WallTime
    package var actor: String
    package var act: String
    /// A follow-up's id, `session`, `task`, `vigil`; with a store id where there is one: client data, for the ledger alone.
    package var subject: String
    package var reason: String
    /// The event as JSON: what the journal may say.
    package var event: String

    /// SHA-256 over the previous hash and every field, each with its length, so that no two rows share a rendering.
    func hash(after previous: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        for field in [String(sequence), String(at.seconds), actor, act, subject, reason, event] {
            hasher.update(data: Array("\(field.utf8.count):".utf8))
            hasher.update(data: Array(field.utf8))
        }
        return Array(hasher.finalize())
    }
}
