import ArgumentParser
import VigilCore

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Every finding of a follow-up: present, absent or not known, with date, points and citation.")

    @Argument(help: "The follow-up's id.") var id: String
    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var reveal: RevealOptions

    func run() throws {
        let document = try FollowUpCall.get(id, config, reveal)
        if output.json { return try Output.json(document) }
        FollowUpText.explain(document).forEach { Output.line($0) }
    }
}
