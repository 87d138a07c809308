import Foundation
import Testing
import VigilTestKit

extension InUse {
    /// The operator's own route, and the ping that stops when vigil is not well (I24, I25).
    @Suite(.enabled(if: ShiftedClock.isUsable)) struct OperatorTests {
        private func alerts(_ practice: PagedPractice) -> Set<String> {
            Set(
                practice.files("boxes").filter { $0.key.hasPrefix("admin.") }.compactMap { _, document in
                    document["type"].text.map { "\($0) \(document["alert"].text ?? "")" }
                })
        }

        /// A store that is away for longer than `stale_after`: the operator hears of it, the clinician does not, the ping
        /// stops; all of it is over when the store is back.
        @Test(.timeLimit(.minutes(4))) func aStoreOutage() async throws {
            let pinged = try HTTPPeer.answer(status: 200).start()
            let practice = try await PagedPractice()
            try practice.folder.write("http://127.0.0.1:\(pinged.port)/alive", to: "credentials/alive")
            let config = try String(contentsOfFile: practice.folder.configPath, encoding: .utf8)
            try practice.folder.write(
                config
                    + "dead_man: {url: {credential: alive}, every_seconds: 10, allow_private: true, allow_plain: true}\n",
                to: "vigil.yaml")
            let clock = try await ShiftedClock(folder: practice.folder.path)
            let daemon = try await practice.start(environment: clock.environment)
            try await daemon.polled()
            _ = try await eventually("a ping") { pinged.heard.first }

            let away = practice.folder.storePath + ".away"
            try FileManager.default.moveItem(atPath: practice.folder.storePath, toPath: away)
            try clock.set(seconds: 16 * 60)
            _ = try await eventually("the operator's message", within: .seconds(90)) {
                alerts(practice).contains("operator_alert store_stale") ? true : nil
            }
            let pings = pinged.heard.count
            #expect(practice.heard("page").isEmpty, "no clinician is woken for a database")
            try await Task.sleep(for: .seconds(12))
            #expect(pinged.heard.count == pings, "no ping while the queue may be missing people")

            try FileManager.default.moveItem(atPath: away, toPath: practice.folder.storePath)
            _ = try await eventually("the end of it", within: .seconds(90)) {
                alerts(practice).contains("operator_alert_over store_stale") ? true : nil
            }
            _ = try await eventually("a ping again", within: .seconds(30)) { pinged.heard.count > pings ? true : nil }
            #expect(alerts(practice).contains("operator_alert clock_stepped"), "it was moved, and that is told too")
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
