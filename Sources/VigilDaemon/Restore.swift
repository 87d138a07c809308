package import VigilCore
import VigilLedger

/// `vigil restore`: puts a backup in the place of the ledger while no daemon owns it.
package enum Restore {
    /// - Parameter dryRun: prove the backup and change nothing.
    /// - Returns: where the ledger that was there lies now; nil when there was none, or nothing was done.
    package static func run(_ backup: String, config: MachineConfig, at now: WallTime, dryRun: Bool) throws -> String? {
        let lock = try DaemonLock(beside: config.ledgerPath)
        defer { lock.release() }
        if dryRun {
            _ = try LedgerBackup.prove(backup, store: config.storeID, operation: "restore the ledger")
            return nil
        }
        return try LedgerBackup.restore(backup, to: config.ledgerPath, store: config.storeID, at: now)
    }
}
