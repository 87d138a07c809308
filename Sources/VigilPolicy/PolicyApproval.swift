import Foundation
package import VigilCore

/// Writes a clinician's approval into the policy file: four lines at its end, nothing else is touched.
package struct PolicyApproval {
    package let by: String
    package let role: String
    package let on: LocalDay

    package init(by: String, role: String, on: LocalDay) {
        self.by = by
        self.role = role
        self.on = on
    }

    /// - Returns: the text with the approval of its own content.
    /// - Throws: `OperationError` when the policy cannot be approved, or has no `approval` section to write to.
    package func signed(text: String, file: String) throws -> String {
        let loaded = try PolicyFile.parse(text: text, file: file)
        let values = [
            "approved_by": by, "role": role, "approved_on": on.iso, "policy_hash": loaded.policy.hash,
        ]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("approval:") }) else {
            throw failure(file, "it has no 'approval' section", "add the section as the shipped policy has it")
        }
        var missing = Set(values.keys)
        for index in lines.indices.dropFirst(start + 1) {
            guard lines[index].hasPrefix("  ") else { break }
            let key = lines[index].drop { $0 == " " }.prefix { $0 != ":" }
            guard let value = values[String(key)] else { continue }
            lines[index] = "  \(key): \"\(value)\""
            missing.remove(String(key))
        }
        guard missing.isEmpty else {
            throw failure(
                file, "its 'approval' section lacks \(missing.sorted().joined(separator: ", "))",
                "add these keys, empty")
        }
        let signed = lines.joined(separator: "\n")
        let again = try PolicyFile.parse(text: signed, file: file)
        switch again.approval {
        case .approved: return signed
        case .shadow(let reason): throw failure(file, "it cannot be approved", reason.words)
        }
    }

    /// Signs the file: written beside it and renamed, so that no reader sees half a policy. Owner and mode stay.
    package func sign(path: String) throws {
        let text = try ConfigFile.load(path: path, operation: "approve the policy") { _, _ in
            try? String(contentsOfFile: path, encoding: .utf8)
        }
        guard let text else { throw failure(path, "it cannot be read", "check its mode") }
        let signed = try signed(text: text, file: path)
        var status = stat()
        let beside = path + ".approving"
        guard stat(path, &status) == 0,
            FileManager.default.createFile(
                atPath: beside, contents: Data(signed.utf8),
                attributes: [.posixPermissions: Int(status.st_mode & 0o777)])
        else { throw unwritable(path) }
        _ = chown(beside, status.st_uid, status.st_gid)
        guard rename(beside, path) == 0 else {
            unlink(beside)
            throw unwritable(path)
        }
    }

    private func unwritable(_ path: String) -> OperationError {
        OperationError(
            .permission, operation: "approve the policy", subject: path, cause: "its folder cannot be written",
            remedy: "run this with an account that may, or write the four lines by hand")
    }

    private func failure(_ file: String, _ cause: String, _ remedy: String) -> OperationError {
        OperationError(
            .configuration, operation: "approve the policy", subject: file, cause: cause, remedy: remedy)
    }
}
