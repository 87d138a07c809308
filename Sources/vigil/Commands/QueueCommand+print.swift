import ArgumentParser
import VigilCore

extension QueueCommand {
    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The list for paper, to work from while vigil or the machine is away: vigil queue print | lp",
            discussion:
                "Every open follow-up, with room to write down the call. With the daemon down it is read from the ledger. Lock the sheet away, and shred it with the next one."
        )

        @OptionGroup var config: ConfigOptions
        @OptionGroup var reveal: RevealOptions

        func run() throws {
            let document = try LedgerFallback.whenDown(try config.load()) { client in
                try client.get("/v1/queue?reveal=\(reveal.reveal)", as: QueueDocument.self)
            } read: {
                try $0.queue(reveal: reveal.reveal)
            }
            PaperText.lines(document).forEach { Output.line($0) }
        }
    }
}
