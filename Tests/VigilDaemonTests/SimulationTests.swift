import Foundation
import Testing
import VigilCore
import VigilLedger
import VigilTestKit

/// Weeks of practice life from a seed, with crashes, broken channels and a moving clock: reliability.md after every step.
///
/// `VIGIL_TEST_SEED=n` runs one seed again; `VIGIL_TEST_SEEDS=n` runs so many (`deploy/test --long`).
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let only = environment["VIGIL_TEST_SEED"].flatMap { UInt64($0) }
    private static let count = environment["VIGIL_TEST_SEEDS"].flatMap { UInt64($0) } ?? 200
    /// Two weeks of one seed; a few more days than a promotion needs.
    private static let days = 16
    private static let shipped = Result { try TestPolicy.shared() }
    /// Runs of neighbouring seeds, so that both cores have work.
    private static let lots: [Range<UInt64>] = {
        if let only { return [only..<(only + 1)] }
        let size = max(1, count / 20)
        return stride(from: 0, to: count, by: Int(size)).map { $0..<min($0 + size, count) }
    }()

    @Test(arguments: lots) func promisesHold(_ seeds: Range<UInt64>) throws {
        for seed in seeds {
            let simulation = try PracticeSimulation(seed: seed, policy: Self.shipped.get())
            try simulation.run(days: Self.days)
            #expect(
                simulation.faults.isEmpty,
                "run it again with VIGIL_TEST_SEED=\(seed): it broke at step \(simulation.steps)")
        }
    }

    /// I27: the same seed gives the same ledger and the same messages, byte for byte.
    @Test(arguments: [UInt64(3), 14, 159]) func theSameSeedGivesTheSameRun(_ seed: UInt64) throws {
        func trace() throws -> [String] {
            let simulation = try PracticeSimulation(seed: seed, policy: Self.shipped.get())
            try simulation.run(days: 8)
            let audit = try simulation.ledger.read { try $0.audit(after: 0, limit: 100_000) }.map {
                "\($0.sequence) \($0.at.seconds) \($0.act) \($0.subject) \($0.reason) \($0.event)"
            }
            let arrivals = simulation.channels.sorted { $0.key < $1.key }.flatMap { id, channel in
                channel.arrivals.map { "\(id.text) \($0.at.seconds) \($0.message.key.text)" }
            }
            return audit + arrivals
        }
        let first = try trace()
        #expect(first.count > 50)
        #expect(try trace() == first)
    }
}
