package import VigilCore

/// Reads `practice.yaml`.
package enum PracticeRulesFile {
    /// - Returns: nil when `vigil.yaml` names none.
    /// - Throws: `OperationError` of kind `configuration` with every issue of the file.
    package static func load(for machine: MachineConfig) throws -> PracticeRules? {
        guard let path = machine.practicePath else { return nil }
        return try ConfigFile.load(path: path, operation: "read the practice's own rules") { reader, _ in
            PracticeRules(reading: reader)
        }
    }
}
