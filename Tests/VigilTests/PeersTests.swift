import Foundation
import Testing
import VigilTestKit

extension UnderLoad {
    /// What the rules of attendance see, against programs of other hands on the same store, row by row (Tests/peers).
    ///
    /// A C program and SQLite's window functions always; DuckDB where its Python package is installed.
    @Suite struct PeersTests {
        @Test(
            .enabled(if: TestPython.path != nil), .timeLimit(.minutes(5)), arguments: [20_000])
        func theAnswersAreTheSame(_ sessions: Int) async throws {
            let python = try #require(TestPython.path)
            let folder = try PracticeFolder()
            let store = folder.path + "/peers.db"
            let features = folder.path + "/vigil.csv"
            // A zone that none of the peers has to convert to.
            let policy = try String(contentsOfFile: Checkout.path("config/policy.yaml"), encoding: .utf8)
            let inUTC = policy.replacing("  zone: America/New_York", with: "  zone: UTC")
            try #require(inUTC != policy)
            try folder.write(inUTC, to: "utc.yaml")
            let bench = [VigilProcess.vigil, "bench", "--policy", folder.path + "/utc.yaml"]
            let made = try await VigilProcess.run(bench + ["--rows", String(sessions), "--make", store])
            try #require(made.exit == .status(0), "\(made.errors)")
            let written = try await VigilProcess.run(bench + ["--practice", store, "--features", features])
            try #require(written.exit == .status(0), "\(written.errors)")

            let compared = try await VigilProcess.run(
                [python, Checkout.path("Tests/peers/peers.py"), "check", store, features],
                environment: ["PYTHONDONTWRITEBYTECODE": "1"], within: .seconds(240))
            #expect(compared.exit == .status(0), "\(compared.output)\(compared.errors)")
            let equal = compared.output.split(separator: "\n").filter { $0.hasPrefix("EQUAL ") }
            if compared.errors.contains("SKIPPED") {
                _ = LoudLine.skipped("DuckDB as a peer of the attendance rules: 'deploy/setup test' installs it")
                #expect(equal.count == 2)
            } else {
                #expect(equal.count == 3)
            }
            LoudLine.figure("PeersTests: \(equal.joined(separator: ", "))")
        }
    }
}
