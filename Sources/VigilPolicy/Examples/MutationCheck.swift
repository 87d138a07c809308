import Dispatch
import Synchronization
package import VigilCore

/// Moves each number of a policy by one and asks the examples: a number that can be moved without one of them noticing is a
/// number that nobody has said anything about.
package struct MutationCheck: Sendable {
    private let root: ConfigNode
    private let policy: Policy
    private let examples: PolicyExamples
    private let agreed: Set<String>

    package init(root: ConfigNode, policy: Policy, examples: PolicyExamples) {
        self.root = root
        self.policy = policy
        self.examples = examples
        agreed = Set(examples.agreed.map(\.key))
    }

    private enum Outcome: Sendable {
        case noticed
        case agreed
        case refused
        case changesNothing
        case survived
    }

    /// - Parameter progress: called from several threads, never from two at a time.
    package func run(progress: @Sendable (Int, Int) -> Void = { _, _ in }) -> MutationReport {
        let mutations = PolicyMutation.all(of: root)
        let outcomes = Mutex([Outcome?](repeating: nil, count: mutations.count))
        let done = Mutex(0)
        // Neighbours in the policy are noticed by neighbours among the examples: each thread has a stretch of the file, and begins
        // with the example that noticed the last number.
        let lot = 24
        DispatchQueue.concurrentPerform(iterations: (mutations.count + lot - 1) / lot) { number in
            var last = 0
            for index in number * lot..<min((number + 1) * lot, mutations.count) {
                let outcome = outcome(of: mutations[index], beginAt: &last)
                outcomes.withLock { $0[index] = outcome }
                done.withLock { count in
                    count += 1
                    progress(count, mutations.count)
                }
            }
        }
        var report = MutationReport(
            policy: policy.hash, numbers: Set(mutations.map(\.path)).count, moved: mutations.count)
        for (mutation, outcome) in zip(mutations, outcomes.withLock { $0 }) {
            switch outcome {
            case .noticed: report.noticed += 1
            case .agreed: report.agreed += 1
            case .refused: report.refused += 1
            case .changesNothing: report.changesNothing += 1
            case .survived, nil:
                report.survivors.append(
                    MutationReport.Survivor(
                        key: mutation.key, line: mutation.line, from: mutation.from, to: mutation.to))
            }
        }
        return report
    }

    private func outcome(of mutation: PolicyMutation, beginAt last: inout Int) -> Outcome {
        let moved = mutation.applied(to: root)
        let reader = ConfigReader(root: moved)
        let other = Policy(reading: reader, zone: policy.zone)
        guard reader.issues.isEmpty else { return .refused }
        if mutation.changesNothing(in: root, moved) { return .changesNothing }
        let count = examples.examples.count
        for step in 0..<2 * count {
            // Outwards from the last: 0, +1, -1, +2, -2 …
            let index = last + (step % 2 == 0 ? -(step / 2) : step / 2 + 1)
            guard examples.examples.indices.contains(index) else { continue }
            if PolicyTest.failure(examples.examples[index], other, examples.file) != nil {
                last = index
                return .noticed
            }
        }
        return agreed.contains(mutation.key) ? .agreed : .survived
    }
}

/// What `vigil policy lint --mutations` says.
package struct MutationReport: Sendable, Hashable, Encodable {
    package struct Survivor: Sendable, Hashable, Encodable {
        package var key: String
        package var line: Int
        package var from: String
        package var to: String
    }

    package var schema = "vigil.policy_mutations/1"
    package var policy: String
    package var numbers: Int
    package var moved: Int
    /// An example failed.
    package var noticed = 0
    /// No example failed; the number is one of those that are agreed on.
    package var agreed = 0
    /// The policy itself cannot be like that.
    package var refused = 0
    /// Another row covers it, or no instrument has the value.
    package var changesNothing = 0
    package var survivors: [Survivor] = []

    enum CodingKeys: String, CodingKey {
        case schema, policy, numbers, moved, noticed, agreed, refused, survivors
        case changesNothing = "changes_nothing"
    }

    init(policy: String, numbers: Int, moved: Int) {
        self.policy = policy
        self.numbers = numbers
        self.moved = moved
    }
}
