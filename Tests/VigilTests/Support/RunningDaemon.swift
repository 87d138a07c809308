import Foundation

/// A `vigil daemon` that a test has started, with the messages that it sends to its service manager.
final class RunningDaemon: Sendable {
    let process: VigilProcess
    let notes: NotifySocket

    init(process: VigilProcess, notes: NotifySocket) {
        self.process = process
        self.notes = notes
    }

    /// Waits until it takes commands.
    func ready() async throws {
        _ = try await waited("READY=1") { notes.texts.first { $0 == "READY=1" } }
    }

    /// Waits until its first `count` polls are over.
    /// - Returns: the STATUS line of the last of them.
    @discardableResult
    func polled(_ count: Int = 1, within limit: Duration = .seconds(60)) async throws -> String {
        try await waited("poll \(count)", within: limit) {
            notes.polls.count >= count ? notes.polls[count - 1] : nil
        }
    }

    /// Waits for a poll that began after this call: the next one to end may have begun before.
    @discardableResult
    func polledAfresh() async throws -> String {
        try await polled(notes.polls.count + 2)
    }

    /// Waits until STATUS says it.
    @discardableResult
    func says(_ words: String) async throws -> String {
        try await waited("a STATUS with '\(words)'") {
            notes.texts.last { $0.hasPrefix("STATUS=") && $0.contains(words) }
        }
    }

    /// Waits until the last poll could read the store.
    func readsTheStore() async throws {
        _ = try await waited("a store that is read") {
            notes.polls.last.flatMap { $0.hasPrefix("STATUS=Watching") ? $0 : nil }
        }
    }

    /// Waits for a poll that saw another time: every STATUS line carries the time of its poll.
    func noticed(after change: () throws -> Void) async throws {
        let before = notes.polls.last
        try change()
        _ = try await waited("a poll at the new time") { notes.polls.last == before ? nil : true }
    }

    func stop(within limit: Duration = .seconds(60)) async throws -> VigilProcess.Exit {
        try await process.stop(within: limit)
    }

    func kill() async throws {
        _ = try await process.kill()
    }

    private struct Stuck: Error, CustomStringConvertible {
        var timeout: TimedOut
        var status: String
        var errors: String
        var description: String { "\(timeout); the daemon's last words: \(status); \(errors)" }
    }

    /// Waits, and says in what state the daemon was when that was in vain.
    private func waited<Value>(
        _ what: String, within limit: Duration = .seconds(60), _ probe: () throws -> Value?
    ) async throws -> Value {
        do {
            return try await eventually(what, within: limit) {
                if let value = try probe() { return value }
                try self.stillRuns()
                return nil
            }
        } catch let timeout as TimedOut {
            throw Stuck(timeout: timeout, status: notes.texts.last ?? "none", errors: process.standardError)
        }
    }

    private struct Ended: Error, CustomStringConvertible {
        var exit: VigilProcess.Exit
        var errors: String
        var description: String { "the daemon has ended with \(exit): \(errors)" }
    }

    private func stillRuns() throws {
        if let exit = process.exit { throw Ended(exit: exit, errors: process.standardError) }
    }
}
