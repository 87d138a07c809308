import ArgumentParser
import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy

struct OnCallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oncall", abstract: "Who is on call, gaps, swaps; open pages, and acknowledging them.",
        subcommands: [Who.self, Gaps.self, Swap.self, Pages.self, Acknowledge.self], defaultSubcommand: Who.self)

    struct Who: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who is on call, now or at a time.")

        @Option(help: "A local time such as 2026-12-24T17:00, in the schedule's zone.") var at: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let document = try OnCallCall.document(config, at: at, days: 1)
            if output.json { return try Output.json(document) }
            OnCallText.who(document).forEach { Output.line($0) }
        }
    }

    struct Gaps: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Times at which nobody is on call. Exit 1 when there is one.")

        @Option(help: "How many days ahead.") var days = 90
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...400).contains(days) else { throw ValidationError("--days must be from 1 to 400") }
        }

        func run() throws {
            let document = try OnCallCall.document(config, at: nil, days: days)
            if output.json {
                try Output.json(document)
            } else if document.gaps.isEmpty {
                Output.line("[ok] somebody is on call at every minute of the next \(days) days")
            } else {
                document.gaps.forEach { Output.line("[fail] nobody is on call from \($0.from) to \($0.until)") }
            }
            if !document.gaps.isEmpty { throw ExitCode(1) }
        }
    }

    struct Swap: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put somebody else on call for a time.",
            discussion: "Times are local, such as 2026-12-24T17:00, in the schedule's zone. It takes effect at once.")

        @Argument(help: "The id of the person who takes over.") var person: String
        @Option(help: "From when.") var from: String
        @Option(help: "Until when.") var until: String
        @Option(help: "on_call or backup.") var rota: OnCallSchedule.Rota = .onCall
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Flag(help: "Say what would happen, and change nothing.") var dryRun = false

        func run() throws {
            guard let id = PersonID(person) else {
                throw OperationError(
                    .usage, operation: "swap shifts", subject: "the person", cause: "this is not a person's id",
                    remedy: "see 'people' in vigil.yaml")
            }
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document = try client.post(
                "/v1/oncall/swap?dry_run=\(dryRun)", SwapDocument(rota: rota, from: from, until: until, person: id),
                as: OnCallDocument.self)
            if output.json { return try Output.json(document) }
            if dryRun { Output.line("This would be done; nothing was changed. Without it:") }
            OnCallText.who(document).forEach { Output.line($0) }
        }
    }

    struct Pages: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open pages: who is asked, who has it, until when.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let document = try OnCallCall.document(config, at: nil, days: 1)
            if output.json { return try Output.json(document) }
            OnCallText.pages(document).forEach { Output.line($0) }
        }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that you have it: paging stops until the acknowledgement ends.",
            discussion: "By the id of the follow-up or test, as you; or by a page's one-time code, read from a file.")

        @Argument(help: "The id that the page names.") var id: String?
        @Option(help: "Read a one-time code from this file, - for standard input.") var code: String?
        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Flag(help: "Say what would happen, and change nothing; with an id.") var dryRun = false

        func validate() throws {
            if (id == nil) == (code == nil) { throw ValidationError("give an id, or --code, and not both") }
            if dryRun, code != nil { throw ValidationError("a code is used once: --dry-run goes with an id") }
        }

        func run() throws {
            let client = DaemonClient(socketPath: try config.load().socketPath)
            let document: AcknowledgedDocument
            if let id {
                document = try client.post(
                    "/v1/pages/\(try FollowUpCall.id(id).text)/acknowledge?dry_run=\(dryRun)", CommandDocument(),
                    as: AcknowledgedDocument.self)
            } else {
                guard let code = AcknowledgementCode(try NoteFile.read(code)) else {
                    throw OperationError(
                        .usage, operation: "read the code", subject: "the file",
                        cause: "it is not a code of 16 characters",
                        remedy: "copy it from the page")
                }
                document = try client.post(
                    "/v1/acknowledge", CommandDocument(code: code), as: AcknowledgedDocument.self)
            }
            if output.json { return try Output.json(document) }
            if dryRun { Output.line("This would be done; nothing was changed.") }
            Output.line(
                document.until.map { "\(document.id) is yours. Record an attempt by \($0), or paging begins again." }
                    ?? "The test page is acknowledged.")
        }
    }
}

/// Asks the daemon; while it is down, reads schedule and ledger itself.
enum OnCallCall {
    static func document(_ config: ConfigOptions, at: String?, days: Int) throws -> OnCallDocument {
        let machine = try config.load()
        guard let schedule = try ScheduleFile.load(for: machine) else {
            throw OperationError(
                .configuration, operation: "read the on-call schedule", subject: config.config,
                cause: "it has no 'paging' section, so nobody is on call", remedy: "add one, and an oncall.yaml")
        }
        let time = try at.map { text in
            guard let time = LocalTimeText.time(text, in: schedule.zone) else {
                throw OperationError(
                    .usage, operation: "read --at", subject: "the argument",
                    cause: "it is not a time such as 2026-12-24T17:00", remedy: "write it so, in the schedule's zone")
            }
            return time
        }
        let query = time.map { "&at=\($0.seconds)" } ?? ""
        return try LedgerFallback.whenDown(machine) { client in
            try client.get("/v1/oncall?days=\(days)\(query)", as: OnCallDocument.self)
        } read: { fallback in
            let swapped = schedule.adding(try fallback.ledger.read { try $0.overrides() })
            return OnCallView(
                policy: fallback.policy, schedule: swapped, fallback: machine.notify.paging?.fallback
            ).document(
                at: time ?? fallback.now, days: days, pagings: try fallback.ledger.read { try $0.livePagings() },
                pagesNobody: true)
        }
    }
}

enum OnCallText {
    static func who(_ document: OnCallDocument) -> [String] {
        var lines: [String] = []
        if document.pagesNobody {
            lines.append("Nobody is being paged: the policy is not approved, or the daemon is down.")
        }
        lines.append("At \(document.at)")
        lines.append("  on call  \(duty(document.onCall))")
        lines.append("  backup   \(duty(document.backup) )")
        return lines
    }

    private static func duty(_ duty: OnCallDocument.Duty?) -> String {
        guard let duty else { return "nobody" }
        if duty.source == "fallback" { return "\(duty.person.text) (fallback: the schedule names nobody)" }
        return "\(duty.person.text) until \(duty.until) (\(duty.source))"
    }

    static func pages(_ document: OnCallDocument) -> [String] {
        guard !document.pages.isEmpty else { return ["No open pages."] }
        return document.pages.map { page in
            var line = "\(page.id)   \(page.isTest ? "test, " : "")\(page.state.rawValue.replacing("_", with: " "))"
            line += ", step \(page.step), \(page.pages) pages since \(page.begunAt)"
            if let next = page.nextAt { line += ", next at \(next)" }
            if let by = page.acknowledgedBy, let until = page.until { line += ", \(by.text) has it until \(until)" }
            return line
        }
    }
}

extension OnCallSchedule.Rota: ExpressibleByArgument {}
