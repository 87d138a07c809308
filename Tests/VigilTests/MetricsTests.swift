import Foundation
import Testing
import VigilTestKit

extension InUse {
    /// What a monitoring system reads, checked by Prometheus' own tool.
    @Suite struct MetricsTests {
        private func get(_ port: Int, _ path: String, accept: String = "*/*") async throws -> (Int, String, String) {
            let result = try await VigilProcess.run([
                "curl", "-s", "-m", "10", "-H", "Accept: \(accept)", "-w", "\n%{http_code} %{content_type}",
                "http://127.0.0.1:\(port)\(path)",
            ])
            let parts = result.output.split(separator: "\n", omittingEmptySubsequences: false)
            let last = parts.last?.split(separator: " ", maxSplits: 1) ?? []
            return (
                Int(last.first ?? "") ?? 0, last.count > 1 ? String(last[1]) : "",
                parts.dropLast().joined(separator: "\n") + (parts.count > 1 ? "" : "\n")
            )
        }

        private func started() async throws -> (PracticeFolder, RunningDaemon, Int) {
            let practice = try PracticeFolder()
            let port = try TCPPeer.freePort()
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + "metrics: {listen_port: \(port)}\n", to: "vigil.yaml")
            try practice.changeStore(CanaryStore.script())
            let daemon = try practice.startDaemon()
            try await daemon.polled()
            return (practice, daemon, port)
        }

        @Test(.timeLimit(.minutes(2))) func bothFormatsAndNobodyInThem() async throws {
            let (practice, daemon, port) = try await started()
            let (status, type, text) = try await get(port, "/metrics")
            #expect(status == 200 && type == "text/plain; version=0.0.4; charset=utf-8")
            let queue = try await practice.json("status")["open"]
            #expect(text.contains("vigil_follow_ups_open{tier=\"now\"} \(queue["now"].int ?? -1)\n"))
            #expect(text.contains("# TYPE vigil_polls_total counter\n") && text.contains("\nvigil_feed_current 1\n"))
            #expect(text.contains("vigil_operator_alert{condition=\"shadow_mode\"}"))
            #expect(!text.contains(CanaryStore.mark))
            let promtool = try await VigilProcess.run(["promtool", "check", "metrics"], input: text)
            #expect(promtool.exit == .status(0), "\(promtool.output) \(promtool.errors)")

            let (_, openType, open) = try await get(
                port, "/metrics", accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
            #expect(openType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open.contains("# TYPE vigil_polls counter\nvigil_polls_total ") && open.hasSuffix("# EOF\n"))
            #expect(try await daemon.stop() == .status(0))
        }

        @Test(.timeLimit(.minutes(2))) func aliveIsNotReady() async throws {
            let (practice, daemon, port) = try await started()
            #expect(try await get(port, "/livez").0 == 200)
            #expect(try await get(port, "/readyz").0 == 200)
            try FileManager.default.removeItem(atPath: practice.storePath)
            _ = try await eventually("not ready", within: .seconds(20)) {
                try await get(port, "/readyz").0 == 503 ? true : nil
            }
            #expect(try await get(port, "/livez").0 == 200)
            #expect(try await get(port, "/").0 == 404)
            #expect(try await daemon.stop() == .status(0))
        }

        @Test func notOnThePortThatPeopleReach() async throws {
            let practice = try PracticeFolder()
            let config = try String(contentsOfFile: practice.configPath, encoding: .utf8)
            try practice.write(config + "metrics: {listen_port: 8471}\nweb: {listen_port: 8471}\n", to: "vigil.yaml")
            let check = try await practice.vigil("config", "check")
            #expect(check.exit == .status(78) && check.errors.contains("metrics.listen_port is web.listen_port"))
        }
    }
}
