import ArgumentParser
import VigilCore

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "The ways by which vigil tells people something.", subcommands: [Test.self])

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a test page through one channel, and say what became of it. Exit 1 when it was not taken.")

        @Argument(help: "The channel's id in vigil.yaml.") var id: String
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            guard let channel = ChannelID(id) else {
                throw OperationError(
                    .usage, operation: "test the channel", subject: "the argument",
                    cause: "it is not a channel's id", remedy: "see 'channels' in vigil.yaml")
            }
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.post(
                "/v1/channels/\(channel.text)/test", CommandDocument(), as: ChannelTestDocument.self)
            if output.json {
                try Output.json(document)
            } else if document.accepted {
                Output.line("[ok] \(channel.text) took it in \(document.milliseconds) ms")
            } else {
                let words = document.failure?.rawValue.replacing("_", with: " ") ?? "not taken"
                Output.line("[fail] \(channel.text): \(words), after \(document.milliseconds) ms")
            }
            if !document.accepted { throw ExitCode(1) }
        }
    }
}
