import Foundation
package import VigilCore
import VigilStores

extension Setup {
    /// Everything that the store holds, of whatever kind it is. Another system is read into a mirror of its own, which goes
    /// afterwards: the daemon's is left alone.
    /// - Throws: `OperationError` when the store cannot be read.
    package func history(at now: WallTime) throws -> [ClientSnapshot] {
        guard config.source != nil else {
            let store = stores.reader()
            _ = try store.check()
            return try HistoryStore.all(of: store) { _ in }
        }
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-replay-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperationError(
                .permission, operation: "make a folder for a copy of the store", subject: folder,
                cause: "it cannot be made", remedy: "set TMPDIR to a folder that you may write to")
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var copy = config
        copy.storePath = folder + "/mirror.db"
        let store = StoreParts(config: copy, zone: policy.zone, mapping: mapping).pollStore {}
        _ = try store.check()
        _ = try store.changes(since: nil, now: now, limit: 0)
        return try HistoryStore.all(of: store) { _ in }
    }
}
