import ArgumentParser
import Foundation
import VigilCore
import VigilLedger

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The append-only record of what happened.",
        subcommands: [Verify.self, Show.self, MakeCheckpoint.self, Key.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the audit chain and the promises that the ledger can prove. Exit 1 when one is broken.",
            discussion:
                "With a checkpoint that was kept elsewhere also: whether the newest rows were removed, or the chain was written anew."
        )

        @Option(help: "A checkpoint, as 'vigil audit checkpoint' printed it.") var checkpoint: String?
        @Option(help: "The public key that it must be signed by: NAME+ID+BASE64.") var key: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if (checkpoint == nil) != (key == nil) {
                throw ValidationError(
                    "--checkpoint and --key go together: a signature is checked by a key kept elsewhere")
            }
        }

        func run() throws {
            let held = try checkpoint.map { try Self.read($0, key ?? "") }
            var document = try LedgerFallback.whenDown(try config.load()) { client in
                try client.get("/v1/audit/verify\(held.map { "?row=\($0.rows)" } ?? "")", as: AuditDocument.self)
            } read: { fallback in
                let check = try fallback.ledger.verify()
                let hash = try held.flatMap { held in try fallback.ledger.read { try $0.auditHash(at: held.rows) } }
                return AuditDocument(
                    rows: check.auditRows, faults: check.faults.map(\.words),
                    hash: hash.map { Data($0).base64EncodedString() })
            }
            if let held {
                if document.hash == nil {
                    document.faults.append(
                        "I21: the checkpoint has \(held.rows) rows and the chain only \(document.rows)")
                } else if document.hash != Data(held.hash).base64EncodedString() {
                    document.faults.append("I21: row \(held.rows) is not the one that the checkpoint was made of")
                }
            }
            if output.json {
                try Output.json(document)
            } else {
                document.faults.forEach { Output.line("[fail] \($0)") }
                if document.faults.isEmpty {
                    let also = held.map { ", and it goes on from the checkpoint of \($0.rows) rows" } ?? ""
                    Output.line("[ok] \(document.rows) audit rows, chain and promises hold\(also)")
                }
            }
            if !document.faults.isEmpty { throw ExitCode(1) }
        }

        private static func read(_ path: String, _ key: String) throws -> Checkpoint {
            func refused(_ subject: String, _ cause: String, _ remedy: String) -> OperationError {
                OperationError(
                    .badData, operation: "check the checkpoint", subject: subject, cause: cause, remedy: remedy)
            }
            guard let verifier = CheckpointVerifier(text: key) else {
                throw refused("--key", "it is not a public key", "copy what 'vigil audit key' printed, NAME+ID+BASE64")
            }
            guard let note = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw refused(path, "it cannot be read", "check the path")
            }
            do throws(Checkpoint.Fault) {
                return try Checkpoint.verified(note, by: verifier)
            } catch {
                throw refused(path, error.rawValue, "compare it with other copies")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show who did what and when, newest first: for auditors, the privacy officer and administrators.",
            discussion: "Follow-ups by their random id; no client, and nothing that was written about one.")

        @Option(help: "Only rows before this sequence: to read on.") var before: Int64?
        @Option(help: "How many rows, at most 500.") var limit = 100
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...500).contains(limit) else { throw ValidationError("--limit must be from 1 to 500") }
        }

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let from = before.map { "&before=\($0)" } ?? ""
            let document = try client.get("/v1/audit/rows?limit=\(limit)\(from)", as: AuditRowsDocument.self)
            if output.json { return try Output.json(document) }
            for row in document.rows {
                Output.line("\(row.sequence)  \(row.at)  \(row.actor)  \(row.act)  \(row.subject)  \(row.reason)")
            }
            if let next = document.next { Output.line("Older ones: vigil audit show --before \(next)") }
        }
    }

    struct MakeCheckpoint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint",
            abstract: "Print the head of the audit chain, signed: keep it on another machine, for example every hour.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.post("/v1/audit/checkpoint", CommandDocument(), as: CheckpointDocument.self)
            if output.json { return try Output.json(document) }
            print(document.note, terminator: "")
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Make a key for checkpoints: the private one on standard output, the public one on standard error.",
            discussion:
                "vigil audit key practice.example.org/vigil > /etc/vigil/credentials/checkpoint. Keep the public one where checkpoints are checked."
        )

        @Argument(help: "Whose chain it signs for: a host and a path, without white space or a plus sign.") var name:
            String

        func run() throws {
            guard let key = CheckpointKey(name: name) else {
                throw ValidationError("a name has no white space, no plus sign and no letters beyond ASCII")
            }
            Output.line(key.text)
            Output.error(key.verifier.text)
        }
    }
}
