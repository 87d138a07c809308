import Foundation
package import VigilCore

/// Reads a YAML configuration file into a value, or says everything that is wrong with it at once.
package enum ConfigFile {
    /// - Parameters:
    ///   - operation: for the error, as in "cannot read the policy".
    ///   - read: reads the outermost mapping; issues that it reports to the reader make the whole load fail.
    /// - Throws: `OperationError`; nothing of the file is used then (a reload is all or nothing).
    package static func load<Value>(
        path: String, operation: String, read: (ConfigReader, ConfigNode) -> Value
    ) throws -> Value {
        try parse(text: text(path: path, operation: operation), file: path, operation: operation, read: read)
    }

    /// The same for a text that is already in memory; `file` is its name in messages.
    package static func parse<Value>(
        text: String, file: String, operation: String, read: (ConfigReader, ConfigNode) -> Value
    ) throws -> Value {
        let yaml = YAMLFile(text: text)
        var issues = yaml.issues
        if let root = yaml.root {
            let reader = ConfigReader(root: root)
            let value = read(reader, root)
            issues += reader.issues
            if issues.isEmpty { return value }
        }
        throw ConfigReport(file: file, text: text, issues: issues).error(operation: operation)
    }

    private static func text(path: String, operation: String) throws -> String {
        func failure(_ kind: OperationError.Kind, _ cause: String, _ remedy: String) -> OperationError {
            OperationError(kind, operation: operation, subject: path, cause: cause, remedy: remedy)
        }
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: YAMLFile.maxBytes + 1) ?? Data()
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw failure(.permission, "reading it is not permitted", "Give the vigil user read access")
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            throw failure(.configuration, "the file does not exist", "Create it, or correct its path")
        } catch {
            throw failure(.configuration, "it cannot be read as a file", "Check that the path names a regular file")
        }
        guard data.count <= YAMLFile.maxBytes else {
            throw failure(.configuration, "it is larger than \(YAMLFile.maxBytes / 1_024) KiB", "Check the path")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw failure(.configuration, "it is not UTF-8 text", "Save it as UTF-8")
        }
        return text
    }
}
