import ArgumentParser
import Foundation
import VigilCore

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "The follow-ups that wait: list, show, take, record a call, hand over, close.",
        subcommands: [
            List.self, Show.self, Take.self, Record.self, HandOver.self, Snooze.self, Close.self,
            Reopen.self, See.self, Reason.self, Questions.self, Drifted.self, Considered.self, Print.self,
        ], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the follow-ups that wait, in the queue's order.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let document = try LedgerFallback.whenDown(try config.load()) { client in
                try client.get("/v1/queue?reveal=\(reveal.reveal)", as: QueueDocument.self)
            } read: {
                try $0.queue()
            }
            if output.json { return try Output.json(document) }
            QueueText.lines(document).forEach { Output.line($0) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one follow-up: what to do next, why, what is not known, history.")

        @Argument(help: "The follow-up's id.") var id: String
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let document = try FollowUpCall.get(id, config, reveal)
            if output.json { return try Output.json(document) }
            FollowUpText.show(document).forEach { Output.line($0) }
        }
    }

    struct Take: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a follow-up yours.")

        @Argument(help: "The follow-up's id.") var id: String
        @OptionGroup var call: WriteOptions

        func run() throws { try call.send(id, "take", CommandDocument()) }
    }

    struct Record: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record a try to reach the client.",
            discussion:
                "'reached_with_plan' closes the follow-up; it needs the plan in --note. A failed try never closes it.")

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "What came of it: \(Attempt.Outcome.words).") var outcome: Attempt.Outcome
        @Option(help: "How: \(Attempt.Channel.words).") var channel: Attempt.Channel = .phone
        @Option(help: "Why the latest session was missed, as they said: \(MissReason.words).") var reason: MissReason?
        @Option(help: "Read the note from this file, - for standard input: client data does not belong in arguments.")
        var note: String?
        @OptionGroup var call: WriteOptions

        func run() throws {
            try call.send(
                id, "attempts",
                CommandDocument(
                    channel: channel, outcome: outcome, missReason: reason, note: try NoteFile.read(note)))
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a follow-up with its outcome.",
            discussion: "'now' and 'today', 'declined' and 'not_reached_with_plan' are closed by clinicians only.")

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "How it ended: \(CloseReason.words).") var reason: CloseReason
        @Option(help: "Read the note from this file, - for standard input: client data does not belong in arguments.")
        var note: String?
        @OptionGroup var call: WriteOptions

        func run() throws {
            try call.send(id, "close", CommandDocument(reason: reason, note: try NoteFile.read(note)))
        }
    }
}

extension QueueCommand {
    struct Reason: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record why a session was missed, as the client said; also afterwards. The latest word holds.",
            discussion:
                "A reason that is nobody's choice (policy: involuntary_reasons) excuses the session from then on. The follow-up stays open until somebody closes it."
        )

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "Why: \(MissReason.words).") var reason: MissReason
        @Flag(help: "It holds for every session of the follow-up, not for the latest alone.") var allSessions = false
        @OptionGroup var call: WriteOptions

        func run() throws {
            try call.send(id, "reason", CommandDocument(missReason: reason, allSessions: allSessions))
        }
    }

    struct Questions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what vigil asks: did they come, where is the session, what does this row say.",
            discussion: "A question ends by itself once the practice's record says it.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.get("/v1/questions?reveal=\(reveal.reveal)", as: QuestionsDocument.self)
            if output.json { return try Output.json(document) }
            QueueText.questions(document).forEach { Output.line($0) }
        }
    }

    struct Drifted: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List active clients with nothing booked who have not come for longer than twice their cadence.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.get("/v1/drifted?reveal=\(reveal.reveal)", as: DriftedDocument.self)
            if output.json { return try Output.json(document) }
            QueueText.drifted(document).forEach { Output.line($0) }
        }
    }

    struct HandOver: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "handover", abstract: "Give a follow-up to another person. Deadlines stay as they are.")

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "The id of the person in vigil.yaml.") var to: String
        @OptionGroup var call: WriteOptions

        func run() throws {
            guard let person = PersonID(to) else {
                throw OperationError(
                    .usage, operation: "hand over the follow-up", subject: "--to", cause: "this is not a person's id",
                    remedy: "see 'people' in vigil.yaml")
            }
            try call.send(id, "hand-over", CommandDocument(to: person))
        }
    }

    struct Reopen: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a closed follow-up again; it is yours then, and its protocol begins anew.")

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "Read the reason from this file, - for standard input.") var note: String?
        @OptionGroup var call: WriteOptions

        func run() throws { try call.send(id, "reopen", CommandDocument(note: try NoteFile.read(note))) }
    }

    struct See: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "As a clinical lead: you have looked at a closed follow-up to make now.")

        @Argument(help: "The follow-up's id.") var id: String
        @OptionGroup var call: WriteOptions

        func run() throws { try call.send(id, "see", CommandDocument()) }
    }
}

/// What every command that changes a follow-up has.
struct WriteOptions: ParsableArguments {
    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Say what would happen, and change nothing.") var dryRun = false

    func send(_ id: String, _ verb: String, _ command: CommandDocument) throws {
        let client = DaemonClient(socketPath: try config.load().socketPath)
        let path = "/v1/follow-ups/\(try FollowUpCall.id(id).text)/\(verb)?dry_run=\(dryRun)"
        let document = try client.post(path, command, as: FollowUpDocument.self)
        if output.json { return try Output.json(document) }
        if dryRun { Output.line("This would be done; nothing was changed.") }
        FollowUpText.show(document).forEach { Output.line($0) }
    }
}

enum FollowUpCall {
    static func id(_ typed: String) throws -> FollowUpID {
        guard let id = FollowUpID(typed) else {
            throw OperationError(
                .usage, operation: "read the id", subject: "the argument", cause: "it is not an id of 16 characters",
                remedy: "copy it from 'vigil queue list'")
        }
        return id
    }

    static func get(_ typed: String, _ config: ConfigOptions, _ reveal: RevealOptions) throws -> FollowUpDocument {
        let id = try id(typed)
        return try LedgerFallback.whenDown(try config.load()) { client in
            try client.get("/v1/follow-ups/\(id.text)?reveal=\(reveal.reveal)", as: FollowUpDocument.self)
        } read: {
            try $0.followUp(id)
        }
    }
}

/// A note by file or standard input, never by argument: argv is for every process to read.
enum NoteFile {
    /// A note is a few sentences; the daemon takes no more than 64 KiB of a whole request.
    private static let maxBytes = 32_768

    static func read(_ path: String?) throws -> String {
        guard let path else { return "" }
        func failure(_ cause: String) -> OperationError {
            OperationError(
                .usage, operation: "read the note", subject: path == "-" ? "standard input" : path, cause: cause,
                remedy: "give a text file of at most 32 KiB")
        }
        do {
            let handle = path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
            let data = try handle.read(upToCount: maxBytes + 1) ?? Data()
            guard data.count <= maxBytes else { throw failure("it is too long") }
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch let error as OperationError {
            throw error
        } catch {
            throw failure("it cannot be read")
        }
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Attempt.Outcome: ExpressibleByArgument {}
extension Attempt.Channel: ExpressibleByArgument {}
extension CloseReason: ExpressibleByArgument {}
extension MissReason: ExpressibleByArgument {}
