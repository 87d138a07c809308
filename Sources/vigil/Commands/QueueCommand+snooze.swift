import ArgumentParser
import VigilCore

extension QueueCommand {
    struct Snooze: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Be reminded of a follow-up later, before its deadline. It stays in the queue.",
            discussion:
                "Only 'next' and 'routine', with a reason. Until then it comes after the others of its tier; what somebody does about it ends it early."
        )

        @Argument(help: "The follow-up's id.") var id: String
        @Option(help: "A local time such as 2026-12-24T17:00, on the practice's clock.") var until: String?
        @Option(name: .customLong("for"), help: "So long from now: 90m, 2h, 1d.") var duration: String?
        @Option(help: "Read the reason from this file, - for standard input: client data does not belong in arguments.")
        var note: String?
        @OptionGroup var call: WriteOptions

        func validate() throws {
            if (until == nil) == (duration == nil) { throw ValidationError("give --until or --for, and not both") }
        }

        func run() throws {
            let text = until ?? duration.map { "+\($0)" }
            guard let text, LocalTimeText.time(text, in: .utc, from: WallTime(seconds: 0)) != nil else {
                throw OperationError(
                    .usage, operation: "put off the follow-up", subject: "the time",
                    cause: "it is not a time such as 2026-12-24T17:00, or 90m, 2h, 1d",
                    remedy: "write it so, on the practice's clock")
            }
            try call.send(id, "remind", CommandDocument(note: try NoteFile.read(note), until: text))
        }
    }
}
