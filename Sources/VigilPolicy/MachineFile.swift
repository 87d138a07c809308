package import VigilCore

/// Reads `vigil.yaml`.
package enum MachineFile {
    /// - Throws: `OperationError` with every issue of the file.
    package static func load(path: String) throws -> MachineConfig {
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
        return try ConfigFile.load(path: path, operation: "read the configuration") { reader, _ in
            MachineConfig(reading: reader, folder: folder)
        }
    }
}
