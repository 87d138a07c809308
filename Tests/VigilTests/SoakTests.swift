import Foundation
import Testing
import VigilCore
import VigilTestKit

extension UnderLoad {
    /// Ten minutes of a busy practice (`deploy/test --long`): memory, descriptors and threads stay as they were.
    @Suite(.enabled(if: LongRun.soakMinutes > 0)) struct SoakTests {
        private static var minutes: Int { LongRun.soakMinutes }

        private struct Sample {
            var residentKiB: Int
            var descriptors: Int
            var threads: Int

            init(of process: pid_t) throws {
                let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
                func number(_ name: String) throws -> Int {
                    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
                    return Int(line.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
                }
                residentKiB = try number("VmRSS")
                threads = try number("Threads")
                descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
            }
        }

        @Test(.timeLimit(.minutes(90))) func steady() async throws {
            let practice = try await PagedPractice()
            let metrics = try TCPPeer.freePort()
            let config = try String(contentsOfFile: practice.folder.configPath, encoding: .utf8)
            try practice.folder.write(config + "metrics: {listen_port: \(metrics)}\n", to: "vigil.yaml")
            try practice.folder.changeStore(CrowdedStore.script(clients: 1_000))
            let daemon = try await practice.start()
            try await daemon.polled()
            try await daemon.ready()
            var samples: [Sample] = []
            let end = ContinuousClock.now + .seconds(60 * Self.minutes)
            var round = 0
            while ContinuousClock.now < end {
                round += 1
                // People work, the practice's program writes, monitoring asks, and now and then somebody is paged.
                try practice.folder.changeStore(
                    "UPDATE session SET status = CASE status WHEN 'attended' THEN 'missed' ELSE 'attended' END "
                        + "WHERE starts_at % 97 = \(round % 97) AND status IN ('attended', 'missed')")
                if round % 20 == 0 { try practice.missUrgently("urgent\(round)") }
                for path in ["/v1/queue", "/v1/status", "/v1/drifted", "/v1/questions"] {
                    let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    _ = try RawExchange.send(Array(request.utf8), to: .socket(practice.folder.socketPath))
                }
                _ = try RawExchange.send(
                    Array("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8),
                    to: .port(metrics))
                if round % 5 == 0,
                    let id = try practice.folder.ledgerRows(
                        "SELECT id FROM paging WHERE state = 'paging' LIMIT 1"
                    ).first
                {
                    _ = try await practice.folder.vigil("oncall", "acknowledge", id)
                }
                samples.append(try Sample(of: daemon.process.processID))
                try await Task.sleep(for: .seconds(1))
            }
            func median(_ part: ArraySlice<Sample>, _ value: (Sample) -> Int) -> Int {
                let sorted = part.map(value).sorted()
                return sorted[sorted.count / 2]
            }
            // The first fifth fills caches.
            let fifth = samples.count / 5
            let (early, late) = (samples[fifth..<2 * fifth], samples[(samples.count - fifth)...])
            let memory = (median(early, \.residentKiB), median(late, \.residentKiB))
            LoudLine.figure(
                "SoakTests: \(Self.minutes) min, \(round) rounds: resident \(memory.0) KiB, then \(memory.1) KiB, most "
                    + "\(samples.map(\.residentKiB).max() ?? 0) KiB; descriptors \(median(early, \.descriptors)), then "
                    + "\(median(late, \.descriptors)); threads \(median(early, \.threads)), then \(median(late, \.threads))"
            )
            #expect(memory.1 < memory.0 * 11 / 10 + 2_048, "memory grows")
            #expect(median(late, \.descriptors) <= median(early, \.descriptors) + 2, "descriptors are left open")
            #expect(median(late, \.threads) <= median(early, \.threads) + 4, "threads are left running")
            try await practice.verify("a soak")
            #expect(try await daemon.stop() == .status(0))
        }
    }
}
