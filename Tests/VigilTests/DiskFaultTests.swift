import Foundation
import Testing
import VigilTestKit

extension UnderLoad {
    /// The disk fails under the real program: once, at places all over a poll and its pages, and for good. The daemon stays,
    /// says so wherever somebody looks, and makes good what it could not do.
    @Suite(.enabled(if: FailingDisk.isUsable)) struct DiskFaultTests {
        private struct Place: CustomStringConvertible {
            var call: String
            var file: String
            var error: Int32
            var number: Int
            var description: String { "\(call) of \(file), \(number): \(String(cString: strerror(error)))" }
        }

        /// Every place is one call on the ledger, its log or the store, in the poll that finds a client.
        private static let places: [Place] = {
            func at(_ call: String, _ file: String, _ error: Int32, _ numbers: [Int]) -> [Place] {
                numbers.map { Place(call: call, file: file, error: error, number: $0) }
            }
            let writes = LongRun.isOn ? Array(1...60) : [1, 2, 3, 5, 8, 13, 21, 34]
            return at("pwrite", "ledger.db", ENOSPC, writes) + at("pwrite", "ledger.db", EIO, writes)
                + at("sync", "ledger.db", EIO, [1, 2, 3]) + at("pread", "ledger.db", EIO, [1, 2, 3])
                + at("lock", "ledger.db", EAGAIN, [1, 2, 3, 5, 8]) + at("lock", "practice.db", EAGAIN, [1, 2, 3])
                + at("pread", "practice.db", EIO, [1, 2, 3, 5, 8])
        }()

        @Test(.timeLimit(.minutes(15))) func eachCallFailsOnce() async throws {
            let practice = try await PagedPractice()
            let disk = try await FailingDisk(folder: practice.folder.path)
            let daemon = try await practice.start(environment: disk.environment)
            try await daemon.polled()
            var met = 0
            for (number, place) in Self.places.enumerated() {
                try disk.fail(
                    place.call, of: place.file, with: place.error, calls: place.number...place.number)
                try practice.missUrgently("client\(number)")
                _ = try await eventually("the follow-up and its page, \(place)") {
                    try practice.folder.ledgerCount(
                        "SELECT count(*) FROM delivery WHERE state = 'sent' AND purpose = 'page'") > number
                        ? true : nil
                }
                if disk.hasFailed { met += 1 }
                // One page each: what is acknowledged does not come again while the test goes on.
                for id in try practice.folder.ledgerRows("SELECT id FROM paging WHERE state = 'paging'") {
                    #expect(try await practice.folder.vigil("oncall", "acknowledge", id).exit == .status(0), "\(place)")
                }
            }
            try disk.works()
            LoudLine.figure("DiskFaultTests: \(met) of \(Self.places.count) faults were met")
            #expect(met >= Self.places.count * 2 / 3, "most places were never reached")
            let pages = Dictionary(grouping: practice.heard("page").compactMap { $0["key"].text }) { $0 }
            #expect(pages.count == Self.places.count, "a page each")
            #expect(pages.values.allSatisfy { $0.count <= 2 }, "one that could not be settled comes again, once")
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice.folder) == [])
            try await practice.verify("each call failed once")
        }

        /// A ledger on a disk that is full for a while: nobody is paged, and nobody may think that all is calm.
        @Test(.timeLimit(.minutes(5)), .enabled(if: SmallDisk.isUsable)) func aFullDisk() async throws {
            let pinged = try HTTPPeer.answer(status: 200).start()
            let practice = try await PagedPractice()
            try practice.folder.write("http://127.0.0.1:\(pinged.port)/alive", to: "credentials/alive")
            let config = try String(contentsOfFile: practice.folder.configPath, encoding: .utf8)
            try practice.folder.write(
                config
                    + "dead_man: {url: {credential: alive}, every_seconds: 10, allow_private: true, allow_plain: true}\n",
                to: "vigil.yaml")
            let disk = try SmallDisk(at: practice.folder.path + "/state", megabytes: 8)
            let daemon = try await practice.start()
            try await daemon.polled()
            _ = try await eventually("a ping") { pinged.heard.first }
            try disk.fill()
            try practice.missUrgently()

            _ = try await daemon.says("Cannot write")
            let queue = try await practice.folder.vigil("queue", "list")
            #expect(queue.output.contains("This list may be missing people."), "\(queue.output)")
            let status = try await practice.folder.vigil("status")
            #expect(status.exit == .status(1) && status.output.contains("free space on the disk"), "\(status.output)")
            func told(_ box: String, _ type: String) -> Bool {
                practice.files("boxes").contains {
                    $0.key.hasPrefix(box) && $0.value["type"].text == type && $0.value["alert"].text == "ledger_failing"
                }
            }
            try await eventually("the operator's message and the alarm") {
                told("admin.", "operator_alert") && told("siren.", "operator_alert")
            }
            let pings = pinged.heard.count
            try await Task.sleep(for: .seconds(12))
            #expect(pinged.heard.count == pings, "no ping while nothing can be recorded")
            #expect(practice.heard("page").isEmpty)

            try disk.free()
            _ = try await eventually("the page") { practice.heard("page").first }
            try await eventually("the end of it") {
                told("admin.", "operator_alert_over") && told("siren.", "operator_alert_over")
            }
            try await daemon.says("Watching")
            _ = try await eventually("a ping again", within: .seconds(30)) { pinged.heard.count > pings ? true : nil }
            #expect(try await practice.folder.vigil("status").exit == .status(0))
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice.folder) == [])
            try await practice.verify("a full disk")
        }

        /// A start on a full disk says what to do, and changes nothing.
        @Test(.timeLimit(.minutes(2)), .enabled(if: SmallDisk.isUsable)) func aStartOnAFullDisk() async throws {
            let practice = try PracticeFolder()
            try practice.changeStore(SmallPractice.script())
            let disk = try SmallDisk(at: practice.path + "/state", megabytes: 4)
            try disk.fill()
            let refused = try await practice.vigil("daemon")
            #expect(refused.exit == .status(75) && refused.errors.contains("free space on the disk"), "\(refused)")
            try disk.free()
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            #expect(try await daemon.stop() == .status(0))
            #expect(try LedgerPromises.faults(of: practice) == [])
        }
    }
}
