import Foundation
import VigilCore
import VigilLedger

/// Backups, made by the one process that may.
extension Control {
    func backup(keep: Int, for person: Person) async throws -> BackupDocument {
        switch person.role {
        case .admin, .clinicalLead: break
        case .therapist, .careCoordinator, .onCall, .privacyOfficer, .auditor:
            throw OperationError(
                .notAllowed, operation: "back up the ledger", subject: "role \(person.role.rawValue)",
                cause: "it is not for this role", remedy: "ask an administrator")
        }
        return try await offload {
            let now = clock.now()
            let folder = BackupFolder(beside: config.ledgerPath)
            try folder.make()
            let facts = try LedgerBackup.make(of: config.ledgerPath, store: config.storeID, to: folder.path(at: now))
            try ledger.note(PublicEvent(.backupMade), by: .person(person.id), at: now)
            return BackupDocument(
                path: facts.path, bytes: facts.bytes, auditRows: facts.auditRows, sha256: facts.sha256,
                removed: folder.removeOld(keeping: keep))
        }
    }

    func doctor(for person: Person) async throws -> DoctorDocument {
        try await offload { DoctorDocument(checks: Doctor(control: self, now: clock.now()).examine()) }
    }
}

/// The folder `backups` beside the ledger.
struct BackupFolder {
    let path: String

    init(beside ledgerPath: String) {
        path = (ledgerPath as NSString).deletingLastPathComponent + "/backups"
    }

    func make() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperationError(
                .permission, operation: "back up the ledger", subject: path, cause: "it cannot be made",
                remedy: "check the owner and the mode of its folder")
        }
    }

    /// By the world's clock, so that names sort by time over a change of the practice's.
    func path(at now: WallTime) -> String {
        "\(path)/ledger-\(Zone.utc.rfc3339(now).filter { $0 != "-" && $0 != ":" }).db"
    }

    /// Files that carry a backup's name, oldest first.
    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { $0.wholeMatch(of: /ledger-[0-9]{8}T[0-9]{6}Z\.db/) != nil }.sorted()
    }

    var newest: (path: String, madeAt: WallTime)? {
        guard let name = names.last else { return nil }
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        guard let date = attributes?[.modificationDate] as? Date else { return nil }
        return ("\(path)/\(name)", WallTime(seconds: Int64(date.timeIntervalSince1970)))
    }

    func removeOld(keeping keep: Int) -> Int {
        names.dropLast(keep).count { (try? FileManager.default.removeItem(atPath: "\(path)/\($0)")) != nil }
    }
}
