import Foundation
import Testing
import VigilCore
import VigilStores
import VigilTestKit

/// Which export of a folder counts, and when.
@Suite struct ExportFolderFeedTests {
    private static let now = WallTime(seconds: 1_795_550_400)

    private final class Folder {
        let path = FileManager.default.temporaryDirectory.path + "/vigil-exports-\(UUID().uuidString)"
        private(set) var feed: ExportFolderFeed
        var cursor: FeedCursor?

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/work", withIntermediateDirectories: true)
            feed = try Self.open(path)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: path)
        }

        private static func open(_ path: String) throws -> ExportFolderFeed {
            ExportFolderFeed(
                folder: path, mapping: try ImportBench.read(ImportBench.mapping), workFolder: path + "/work",
                staleAfterHours: 26)
        }

        func put(_ name: String, _ ids: [Int], age seconds: Int64) throws {
            let rows = ids.map { "\($0),c1,2026-11-20 0\($0):00,Missed\n" }.joined()
            try ("ID,Client,Start,Status\n" + rows).write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
            let date = Date(timeIntervalSince1970: Double(ExportFolderFeedTests.now.seconds - seconds))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(path)/\(name)")
        }

        /// Ids of the sessions that a read hands over.
        func read(minutes: Int = 0) throws -> [String] {
            var ids: [String] = []
            let request = FeedRequest(now: ExportFolderFeedTests.now.adding(minutes: minutes), cursor: cursor)
            let answer = try feed.read(request) { row in
                if row.table == .session, case .text(let id) = row.values[2] { ids.append(id) }
            }
            cursor = answer.cursor
            return ids
        }
    }

    @Test func theNewestFirstAndThenEachInItsOrder() throws {
        let folder = try Folder()
        try folder.put("old.csv", [1], age: 7_200)
        try folder.put("new.csv", [2], age: 3_600)
        #expect(try folder.read() == ["2"])
        #expect(try folder.read() == [], "once")
        // Two come between two looks: neither is passed over.
        try folder.put("b.csv", [4], age: 600)
        try folder.put("a.csv", [3], age: 900)
        #expect(try folder.read() == ["3"])
        #expect(try folder.read() == ["4"])
        // The newest is tidied away: what it said stays said.
        try FileManager.default.removeItem(atPath: folder.path + "/b.csv")
        #expect(try folder.read() == [])
    }

    @Test func whatIsStillBeingWrittenWaits() throws {
        let folder = try Folder()
        try folder.put("old.csv", [1], age: 600)
        #expect(try folder.read() == ["1"])
        try folder.put("new.csv", [2], age: 5)
        #expect(try folder.read() == [], "seen for the first time")
        try folder.put("new.csv", [2, 3], age: 4)
        #expect(try folder.read() == [], "it has grown")
        #expect(try folder.read() == ["2", "3"], "and now it looks the same")
    }

    @Test func tooOldAndFromTheFuture() throws {
        let folder = try Folder()
        func refusal(minutes: Int = 0) throws -> String {
            do {
                _ = try folder.read(minutes: minutes)
                return "none"
            } catch let error as OperationError {
                return error.cause
            }
        }
        #expect(try refusal() == "there is no export in it")
        try folder.put("a.csv", [1], age: 3_600)
        #expect(try folder.read() == ["1"])
        #expect(try refusal(minutes: 26 * 60).contains("27 hours old"), "nothing comes any more, and that is no calm")
        try folder.put("b.csv", [2], age: -86_400)
        #expect(try refusal().contains("in the future"), "it would hide all that come after it")
        try FileManager.default.removeItem(atPath: folder.path + "/b.csv")
        #expect(try refusal() == "none")
    }
}
