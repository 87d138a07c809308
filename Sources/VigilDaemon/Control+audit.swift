import Foundation
import VigilChannels
import VigilCore
import VigilLedger

/// The audit chain: checked, and its head signed.
extension Control {
    func verifyAudit(hashOf row: Int64?) async throws -> AuditDocument {
        try await offload {
            let check = try ledger.verify()
            let hash = try row.flatMap { row in try ledger.read { try $0.auditHash(at: row) } }
            return AuditDocument(
                rows: check.auditRows, faults: check.faults.map(\.words),
                hash: hash.map { Data($0).base64EncodedString() })
        }
    }

    /// One page of the chain at most.
    private static let maxAuditRows = 500

    func auditRows(before: Int64?, limit: Int, for person: Person) async throws -> AuditRowsDocument {
        switch person.role {
        case .admin, .auditor, .privacyOfficer: break
        case .therapist, .careCoordinator, .onCall, .clinicalLead:
            throw OperationError(
                .notAllowed, operation: "read the audit", subject: "role \(person.role.rawValue)",
                cause: "it is not for this role", remedy: "ask the privacy officer")
        }
        return try await offload {
            let limit = min(max(limit, 1), Self.maxAuditRows)
            let rows = try ledger.read { try $0.auditRows(before: before, limit: limit + 1) }
            return AuditRowsDocument(
                generatedAt: policy.zone.rfc3339(clock.now()),
                rows: rows.prefix(limit).map { row in
                    AuditRowsDocument.Row(
                        sequence: row.sequence, at: policy.zone.rfc3339(row.at), actor: row.actor, act: row.act,
                        subject: row.subject, reason: row.reason)
                }, next: rows.count > limit ? rows[limit - 1].sequence : nil)
        }
    }

    func checkpoint(for person: Person) async throws -> CheckpointDocument {
        @Sendable func refused(_ kind: OperationError.Kind, _ cause: String, _ remedy: String) -> OperationError {
            OperationError(
                kind, operation: "sign a checkpoint", subject: "the audit chain", cause: cause, remedy: remedy)
        }
        switch person.role {
        case .admin, .auditor, .privacyOfficer, .clinicalLead: break
        case .therapist, .careCoordinator, .onCall:
            throw refused(.notAllowed, "it is not for this role", "ask an administrator")
        }
        guard let name = config.checkpointKey else {
            throw refused(
                .configuration, "vigil.yaml names no key", "'vigil audit key NAME', then audit: {checkpoint_key: …}")
        }
        let credentials = Credentials(folder: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
        guard let key = credentials.secret(name).flatMap({ CheckpointKey(text: $0) }) else {
            throw refused(
                .configuration, "the credential is missing or is no key",
                "LoadCredential= in the unit, and 'vigil audit key'")
        }
        return try await offload {
            let head = try ledger.read { try $0.auditHead() }
            // A chain that is broken already is not to be vouched for.
            if let fault = try ledger.verify().faults.first {
                throw refused(.badData, fault.words, "look with 'vigil audit verify'")
            }
            let checkpoint = Checkpoint(origin: key.name, rows: head.rows, hash: head.hash)
            return CheckpointDocument(note: try checkpoint.signed(by: key), publicKey: key.verifier.text)
        }
    }
}
