import Foundation
import VigilCore

extension SeededRandom {
    /// A generator whose seed is printed; `VIGIL_TEST_SEED` repeats a run.
    static func printed(for test: String) -> SeededRandom {
        let given = ProcessInfo.processInfo.environment["VIGIL_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1_000_000)
        LoudLine.figure("\(test): seed \(seed) (repeat with VIGIL_TEST_SEED=\(seed))")
        return SeededRandom(seed: seed)
    }
}
