import Foundation
package import VigilCore

/// Secrets, each in a file of `$CREDENTIALS_DIRECTORY` (systemd.exec(5)): never in a configuration file, argv or environment.
package struct Credentials: Sendable {
    private let folder: String?

    /// - Parameter folder: nil when the manager gave none.
    package init(folder: String?) {
        self.folder = folder
    }

    /// A key or password is far shorter.
    private static let maxBytes = 4_096

    /// Read at each use, so that a rotated secret counts at once. One line end at its end is not part of it.
    /// - Returns: nil when there is no such file, or it cannot be one of these.
    package func secret(_ name: CredentialName) -> String? {
        guard var text = text(name) else { return nil }
        if text.hasSuffix("\n") { text.removeLast() }
        // Anything but printable characters could not go into a header.
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return text
    }

    /// The same for a secret of several lines, such as a private key.
    package func text(_ name: CredentialName) -> String? {
        guard let folder, let handle = FileHandle(forReadingAtPath: "\(folder)/\(name.text)") else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Self.maxBytes + 1), data.count <= Self.maxBytes,
            let text = String(data: data, encoding: .utf8), !text.isEmpty
        else { return nil }
        return text
    }
}
