import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy

/// Reads the ledger itself while the daemon is down, and says so: a list from yesterday must not look like one of now.
struct LedgerFallback {
    let config: MachineConfig
    let policy: Policy
    let ledger: Ledger
    let person: Person
    let now: WallTime

    init(config: MachineConfig) throws {
        self.config = config
        let account = NSUserName()
        guard let person = config.people.first(where: { $0.account == account }) else {
            throw OperationError(
                .permission, operation: "read the ledger", subject: "this account",
                cause: "it is not a person of vigil", remedy: "an administrator adds it in vigil.yaml")
        }
        self.person = person
        guard FileManager.default.fileExists(atPath: config.ledgerPath) else {
            throw OperationError(
                .daemonUnreachable, operation: "read the ledger", subject: config.ledgerPath,
                cause: "the daemon is down and there is no ledger yet", remedy: "start the daemon: 'vigil daemon'")
        }
        policy = try PolicyFile.load(path: config.policyPath).policy
        ledger = try Ledger(readingOnly: config.ledgerPath, store: config.storeID)
        now = SystemClock().now()
        Output.error("vigil: the daemon is down; this is what the ledger held when it stopped. Nobody is watching now.")
    }

    var feed: FeedDocument {
        FeedDocument(
            state: .stale, lastReadAt: nil,
            words: "The daemon is down: nobody is reading the appointments. This list may be missing people.")
    }

    func queue() throws -> QueueDocument {
        let view = FollowUpView(policy: policy, now: now)
        return try ledger.read { reader in
            let followUps = try reader.queue(at: now, limit: 2_000).filter { try reader.mayRead($0, person) }
            return QueueDocument(
                generatedAt: policy.zone.rfc3339(now), feed: feed, shadow: !policy.isApproved,
                followUps: try followUps.map { try view.row($0, assessments: reader.assessments(of: $0.id)) },
                questions: try reader.questionCounts(), truncated: followUps.count >= 2_000)
        }
    }

    func followUp(_ id: FollowUpID) throws -> FollowUpDocument {
        let view = FollowUpView(policy: policy, now: now)
        let document = try ledger.read { reader -> FollowUpDocument? in
            guard let followUp = try reader.followUp(id), try reader.mayRead(followUp, person) else { return nil }
            return try view.document(followUp, reader)
        }
        guard let document else {
            throw OperationError(
                .negative, operation: "find the follow-up", subject: "the id", cause: "there is none that you may see",
                remedy: "run 'vigil queue list'")
        }
        return document
    }

    /// Runs `ask`; when nobody answers the socket, `read`.
    static func whenDown<Document>(
        _ config: MachineConfig, ask: (DaemonClient) throws -> Document, read: (LedgerFallback) throws -> Document
    ) throws -> Document {
        do {
            return try ask(DaemonClient(socketPath: config.socketPath))
        } catch let error as OperationError where error.kind == .daemonUnreachable {
            let fallback: LedgerFallback
            do {
                fallback = try LedgerFallback(config: config)
            } catch let second as OperationError where second.kind == .daemonUnreachable {
                throw error
            }
            return try read(fallback)
        }
    }
}
