import ArgumentParser
import VigilCore

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the daemon is doing, and what it cannot see. No client data.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions

    /// Exit 0 when all is well, 1 when the store or the ledger is not.
    func run() throws {
        let client = DaemonClient(socketPath: try config.load().socketPath)
        let status = try client.get("/v1/status", as: StatusDocument.self)
        if output.json {
            try Output.json(status)
        } else {
            lines(status).forEach { Output.line($0) }
        }
        if status.lastError != nil || status.feed.state == .stale { throw ExitCode(1) }
    }

    private func lines(_ status: StatusDocument) -> [String] {
        var lines = ["vigil \(status.version), policy \(status.policy)"]
        if !status.shadow { lines.append("The policy is \(status.approval).") }
        if status.shadow {
            lines.append("SHADOW: the policy is not approved. vigil lists follow-ups and pages nobody.")
            lines.append("Why: \(status.approval).")
        }
        lines.append(status.feed.words)
        let open = Tier.allCases.reversed().map { "\(status.open[$0.rawValue] ?? 0) \($0.rawValue)" }
        lines.append("Follow-ups waiting: \(open.joined(separator: ", ")); \(status.overdue) overdue.")
        lines.append("Questions to answer: \(status.questions).")
        let paging = status.paging
        if paging.pagesNobody, !status.shadow {
            lines.append("NOBODY IS PAGED: vigil.yaml has no 'paging' section.")
        }
        lines.append(
            "Open pages: \(paging.openPages). Messages waiting: \(paging.waiting), given up: \(paging.givenUp).")
        if !paging.failingChannels.isEmpty {
            lines.append("Channels that fail: \(paging.failingChannels.joined(separator: ", ")).")
        }
        if let test = paging.lastTest { lines.append("Last test page, \(test.at): \(test.words).") }
        if !paging.operatorAlerts.isEmpty {
            let words = paging.operatorAlerts.map { $0.replacing("_", with: " ") }
            lines.append("For the operator: \(words.joined(separator: ", ")).")
        }
        if let tasks = status.tasks { lines.append("Tasks at \(tasks.server): \(tasks.words).") }
        lines.append(
            "Polls: \(status.polls), overruns: \(status.overruns). Journal behind by \(status.journalBehind) lines.")
        if let at = status.reconciledAt { lines.append("Whole store last read: \(at).") }
        for spot in status.blindSpots { lines.append("Cannot see: \(spot).") }
        if let error = status.lastError { lines.append("Error: \(error)") }
        return lines
    }
}
