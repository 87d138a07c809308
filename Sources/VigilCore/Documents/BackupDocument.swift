/// `vigil backup`: `vigil.backup/1`.
package struct BackupDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.backup/1"
    package var path: String
    package var bytes: Int
    package var auditRows: Int64
    package var sha256: String
    /// Older backups that were removed.
    package var removed: Int

    package init(path: String, bytes: Int, auditRows: Int64, sha256: String, removed: Int) {
        self.path = path
        self.bytes = bytes
        self.auditRows = auditRows
        self.sha256 = sha256
        self.removed = removed
    }

    enum CodingKeys: String, CodingKey {
        case schema, path, bytes, sha256, removed
        case auditRows = "audit_rows"
    }
}
