import Foundation
import VigilCore
import VigilTestKit

/// The shipped policy, read once for all tests of this target.
enum ShippedPolicy {
    private static let loaded = Result { try TestPolicy.shared() }

    static func get() throws -> Policy {
        try loaded.get()
    }
}

/// One row of a table: a client, and what a rule must say about them.
struct RuleCase: Sendable, CustomStringConvertible {
    var description: String
    var client: ClientBuilder
    var points: Int
    var state: Finding.State?

    init(_ description: String, _ points: Int, _ client: ClientBuilder) {
        self.init(description, points, nil, client)
    }

    init(_ description: String, _ points: Int, _ state: Finding.State?, _ client: ClientBuilder) {
        self.description = description
        self.client = client
        self.points = points
        self.state = state
    }
}

extension ClientBuilder {
    /// The index session alone, missed.
    static let one = ClientBuilder().missed(0)

    func finding(_ rule: RuleID, minutesAfter: Int = 20) throws -> Finding? {
        try assess(ShippedPolicy.get(), minutesAfter: minutesAfter).findings.first { $0.rule == rule }
    }

    func floors(minutesAfter: Int = 20) throws -> [RuleID] {
        try assess(ShippedPolicy.get(), minutesAfter: minutesAfter).floors.map(\.rule)
    }
}

/// The seed of a randomised test: a fixed one, or `VIGIL_TEST_SEED` to try another. Printed, so that a failure can be run again.
enum Seed {
    static func announce(_ test: String, _ standard: UInt64) -> UInt64 {
        let seed = ProcessInfo.processInfo.environment["VIGIL_TEST_SEED"].flatMap { UInt64($0) } ?? standard
        FileHandle.standardError.write(Data("\(test): VIGIL_TEST_SEED=\(seed)\n".utf8))
        return seed
    }
}
