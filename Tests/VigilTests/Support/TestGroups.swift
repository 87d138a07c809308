import Dispatch
import Testing

/// Tests that keep a core busy; one after the other.
@Suite(.serialized, .onThreads) enum UnderLoad {}

/// Tests that mostly wait for a daemon; one after the other, beside those under load.
@Suite(.serialized, .onThreads) enum InUse {}

/// Runs tests that block on threads made for them.
///
/// Swift's own pool has one thread a core. Two tests that wait for a child process would hold all of it on a small machine, and
/// every asynchronous test beside them would stand still until its time limit.
struct OnThreads: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingThreads.shared) { try await function() }
    }
}

extension Trait where Self == OnThreads {
    /// Blocking is allowed here: see ``OnThreads``.
    static var onThreads: Self { OnThreads() }
}

/// An executor that has a thread for every job: Dispatch adds threads to a concurrent queue whose jobs block.
private final class BlockingThreads: TaskExecutor {
    static let shared = BlockingThreads()
    private let queue = DispatchQueue(label: "vigil.tests.blocking", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
