import Foundation
import Testing

/// A disk of a few megabytes that a test can fill: a file system in memory, mounted over a folder.
final class SmallDisk: Sendable {
    private let folder: String

    /// Whether this account may mount; said once, loudly, when not.
    static let isUsable: Bool = {
        let folder = FileManager.default.temporaryDirectory.path + "/vigil-mount-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) else {
            return LoudLine.skipped("tests with a full disk: no file system can be mounted here (they need root)")
        }
        return run("umount", folder)
    }()

    init(at folder: String, megabytes: Int) throws {
        self.folder = folder
        try #require(Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0755", "tmpfs", folder))
    }

    deinit {
        _ = Self.run("umount", "--lazy", folder)
    }

    /// Leaves no byte.
    func fill() throws {
        let full = folder + "/full"
        try #require(FileManager.default.createFile(atPath: full, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: full))
        let block = Data(repeating: 0, count: 4_096)
        while (try? file.write(contentsOf: block)) != nil {}
        try? file.close()
    }

    func free() throws {
        try FileManager.default.removeItem(atPath: folder + "/full")
    }

    fileprivate static func run(_ command: String...) -> Bool {
        guard let process = try? VigilProcess(command) else { return false }
        while process.exit == nil { usleep(2_000) }
        return process.exit == .status(0)
    }
}

/// A folder mounted over itself so that nobody may write there, until it is thawed.
final class FrozenFolder: Sendable {
    private let folder: String

    init(_ folder: String) throws {
        self.folder = folder
        try #require(SmallDisk.run("mount", "--bind", folder, folder))
        try #require(SmallDisk.run("mount", "-o", "remount,ro,bind", folder))
    }

    deinit {
        _ = SmallDisk.run("umount", "--lazy", folder)
    }

    func thaw() throws {
        try #require(SmallDisk.run("umount", folder))
    }
}
