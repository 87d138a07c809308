import Foundation
import VigilCore
import VigilSQL
import VigilStores
import VigilTestKit

/// A folder with CSV files, mappings and stores, gone after the test.
final class ImportBench {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vigil-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String {
        folder.appendingPathComponent(name).path
    }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// - Parameter modified: the file's modification time; else the same for every file.
    func importCSV(
        _ csv: String, mapping: String = ImportBench.mapping, store: String = "store.db", modified: Int = 1_780_000_000,
        isDryRun: Bool = false
    ) throws -> ImportReport {
        let source = try write(csv.utf8, to: "export.csv")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(modified))], ofItemAtPath: source)
        return try CSVImporter.run(
            source: source, mapping: try Self.read(mapping), into: path(store),
            schema: try PracticeStoreFixture.schema(), isDryRun: isDryRun)
    }

    /// The rows of a query on the store, a text for each column, joined with `|`.
    func rows(_ sql: String, store: String = "store.db") throws -> [String] {
        let database = try SQLiteDatabase(path: path(store), mode: .readOnly)
        defer { try? database.close() }
        return try database.read { connection in
            try connection.all("SELECT concat FROM (SELECT \(sql))") { $0.text(0) }
        }
    }

    func execute(_ script: String, store: String = "store.db") throws {
        let database = try SQLiteDatabase(path: path(store), mode: .bulk)
        try database.bare { try $0.execute(script: script) }
        try database.close()
    }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    static func read(_ mapping: String) throws -> ImportMapping {
        let reader = try ConfigReader.yaml(mapping)
        let value = ImportMapping(reading: reader)
        if !reader.issues.isEmpty { throw ConfigReader.YAMLFault(issues: reader.issues) }
        return value
    }

    static let mapping = """
        schema: vigil-import/1
        zone: America/New_York
        columns:
          session_id: ID
          client_id: Client
          starts_at: {column: Start, format: yyyy-MM-dd HH:mm}
          status:
            column: Status
            values: {Booked: scheduled, Came: attended, Missed: missed}
        """

    /// A file of config/stores.
    static func shipped(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("config/stores/\(name)"), encoding: .utf8)
    }
}

/// What `body` threw, as an `OperationError`.
func operationError(_ body: () throws -> Void) -> OperationError? {
    do {
        try body()
        return nil
    } catch {
        return error as? OperationError
    }
}
