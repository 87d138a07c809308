import ArgumentParser
import VigilCore
import VigilDaemon

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the ledger while the daemon works, and prove the copy.",
        discussion:
            "The copy lies in the folder 'backups' beside the ledger, readable for vigil's account alone. It holds client data: take it to another machine, encrypted."
    )

    @Option(help: "How many backups stay; older ones are removed.") var keep = 14
    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let client = DaemonClient(socketPath: try config.load().socketPath)
        let document = try client.post("/v1/backup?keep=\(keep)", CommandDocument(), as: BackupDocument.self)
        if output.json { return try Output.json(document) }
        Output.line("\(document.path)")
        Output.line(
            "proved: \(document.auditRows) audit rows, \(document.bytes) bytes, sha256 \(document.sha256)\(document.removed > 0 ? "; \(document.removed) older removed" : "")"
        )
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the ledger, while the daemon is stopped.",
        discussion:
            "The ledger that is there is kept beside it. After the next start nobody is paged for five minutes: acknowledge what is in hand."
    )

    @Argument(help: "The backup.") var backup: String
    @Flag(help: "Prove the backup, and change nothing.") var dryRun = false
    @OptionGroup var config: ConfigOptions

    func run() throws {
        let machine = try config.load()
        let kept = try Restore.run(backup, config: machine, at: SystemClock().now(), dryRun: dryRun)
        if dryRun { return Output.line("The backup is proved; nothing was changed.") }
        Output.line("Restored \(machine.ledgerPath).")
        if let kept { Output.line("The ledger that was there: \(kept)") }
        Output.line("Next: start vigil, then 'vigil oncall pages': nobody is paged for five minutes.")
    }
}
