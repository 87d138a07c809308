import ArgumentParser
import VigilCore
import VigilLedger

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The append-only record of what happened.", subcommands: [Verify.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the audit chain and the promises that the ledger can prove. Exit 1 when one is broken.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let document = try LedgerFallback.whenDown(try config.load()) { client in
                try client.get("/v1/audit/verify", as: AuditDocument.self)
            } read: { fallback in
                let check = try fallback.ledger.verify()
                return AuditDocument(rows: check.auditRows, faults: check.faults.map(\.words))
            }
            if output.json {
                try Output.json(document)
            } else {
                document.faults.forEach { Output.line("[fail] \($0)") }
                if document.faults.isEmpty { Output.line("[ok] \(document.rows) audit rows, chain and promises hold") }
            }
            if !document.faults.isEmpty { throw ExitCode(1) }
        }
    }
}
