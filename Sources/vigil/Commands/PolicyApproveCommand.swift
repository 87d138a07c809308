import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon
import VigilPolicy

extension PolicyCommand {
    struct Approve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve the policy as a clinician: from its next start vigil pages.",
            discussion:
                "Without --hash it says what is to be approved. With the first 12 digits of the hash it writes the four"
                + " lines of the 'approval' section. Any edit of a rule afterwards voids the approval.")

        @Option(help: "The first 12 digits, at least, of the hash of what you have read.") var hash: String?
        @OptionGroup var config: ConfigOptions
        @Flag(help: "Say what would happen, and change nothing.") var dryRun = false

        func run() throws {
            let machine = try config.load()
            let account = NSUserName()
            guard let person = machine.people.first(where: { $0.account == account }), person.role.isClinician else {
                throw OperationError(
                    .notAllowed, operation: "approve the policy", subject: "this account",
                    cause: "it is not a clinician's in vigil.yaml",
                    remedy: "sign in as one, or write the four lines of 'approval' by hand")
            }
            let loaded = try PolicyFile.load(path: machine.policyPath)
            let full = loaded.policy.hash
            Output.line("policy \(machine.policyPath)")
            Output.line("hash   \(full)")
            Output.line("after 24 hours of failed attempts: \(words(loaded.policy))")
            if loaded.approval.isApproved { Output.line("It is approved already.") }
            guard let hash else {
                Output.line("Read the file. Then: vigil policy approve --hash \(loaded.policy.shortHash)")
                return
            }
            guard hash.utf8.count >= 12, full.hasPrefix(hash.lowercased()) else {
                throw OperationError(
                    .usage, operation: "approve the policy", subject: "--hash",
                    cause: "it is not the beginning of this policy's hash, 12 digits or more",
                    remedy: "read the file again: it may have been changed since")
            }
            let approval = PolicyApproval(
                by: person.id.text, role: person.role.rawValue,
                on: loaded.policy.zone.day(of: SystemClock().now()))
            let text = try String(contentsOfFile: machine.policyPath, encoding: .utf8)
            _ = try approval.signed(text: text, file: machine.policyPath)
            if dryRun { return Output.line("This would be approved; nothing was changed.") }
            try approval.sign(path: machine.policyPath)
            Output.line(
                "Approved by \(person.id.text). Restart vigil: follow-ups to make now will be paged from then on.")
        }

        private func words(_ policy: Policy) -> String {
            let text = policy.protocols[.now]?.whenNotReached ?? ""
            return text.isEmpty ? "NOT WRITTEN YET: protocol.now.when_not_reached is empty" : text
        }
    }
}
