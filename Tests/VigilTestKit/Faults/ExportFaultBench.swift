import Foundation
package import VigilCore
import VigilPolicy
import VigilStores

/// A folder of exports: none comes any more, or the folder is gone.
///
/// One that breaks off has no place here: until a file has not changed from one look to the next nothing of it is used, which
/// `ExportFolderFeedTests` tries.
package final class ExportFaultBench: StoreFaultBench {
    package let faults: Set<StoreFault> = [.hung, .refused]
    package let keepsCopy = true
    package let canBeCalledOff = false

    private let folder: String
    private var rows: [String: String] = [:]
    private var exports = 0

    private static let mapping = """
        schema: vigil-import/1
        zone: America/New_York
        columns:
          session_id: ID
          client_id: Client
          starts_at: {column: Start, format: epoch}
          status:
            column: Status
            values: {Missed: missed}
        """

    package init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/vigil-fault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/exports", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/work", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    package func fill(clients: Int, sessionsEach: Int) throws {
        for client in 0..<clients {
            for number in 0..<sessionsEach {
                rows["s00\(client)-\(number)"] = "\(Self.client(client)),\(Self.start(number).seconds),Missed"
            }
        }
        try export()
    }

    package func change() throws {
        rows["s000-0"] = nil
        rows["s00late"] = "late,\(Self.start(0).seconds),Missed"
        try export()
    }

    /// Each a second newer than the one before.
    private func export() throws {
        exports += 1
        let lines = rows.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)\n" }
        let path = "\(folder)/exports/\(exports).csv"
        try ("ID,Client,Start,Status\n" + lines.joined()).write(toFile: path, atomically: true, encoding: .utf8)
        try date(exports)
    }

    private func date(_ number: Int, hoursAgo: Int = 0) throws {
        let seconds = Self.now.seconds - 3_600 * Int64(hoursAgo) + Int64(number)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(seconds))],
            ofItemAtPath: "\(folder)/exports/\(number).csv")
    }

    package func makeStore(patienceSeconds: Int) throws -> any AppointmentStore {
        let mapping = try ConfigFile.parse(text: Self.mapping, file: "mapping.yaml", operation: "read") { reader, _ in
            ImportMapping(reading: reader)
        }
        // The contract's looks are a day apart.
        let feed = ExportFolderFeed(
            folder: folder + "/exports", mapping: mapping, workFolder: folder + "/work", staleAfterHours: 720)
        return MirroredStore(feed: feed, path: folder + "/work/mirror.db", zone: .utc, busyMilliseconds: 1_000)
    }

    package func begin(_ fault: StoreFault) throws {
        switch fault {
        case .hung: for number in 1...exports { try date(number, hoursAgo: 2_000) }
        default: try FileManager.default.moveItem(atPath: folder + "/exports", toPath: folder + "/away")
        }
    }

    package func end() throws {
        if FileManager.default.fileExists(atPath: folder + "/away") {
            try FileManager.default.moveItem(atPath: folder + "/away", toPath: folder + "/exports")
        }
        for number in 1...exports { try date(number) }
    }
}
