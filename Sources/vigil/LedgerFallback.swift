import Foundation
import VigilCore
import VigilDaemon
import VigilLedger
import VigilPolicy
import VigilStores

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

    private static let maxRows = 2_000

    /// - Parameter reveal: with names, as far as the store can be read; nothing can be written to the audit meanwhile.
    func queue(reveal: Bool = false) throws -> QueueDocument {
        let view = FollowUpView(policy: policy, now: now)
        let (document, clients) = try ledger.read { reader in
            let all = try reader.queue(at: now, limit: Self.maxRows + 1)
            let followUps = try all.prefix(Self.maxRows).filter { try reader.mayRead($0, person) }
            let document = QueueDocument(
                generatedAt: policy.zone.rfc3339(now), feed: feed, shadow: !policy.isApproved,
                followUps: try followUps.map { try view.row($0, reader) },
                questions: try reader.questionCounts(), truncated: all.count > Self.maxRows)
            return (document, followUps.map(\.client))
        }
        return reveal ? named(document, clients) : document
    }

    private func named(_ document: QueueDocument, _ clients: [ClientRef]) -> QueueDocument {
        var document = document
        do {
            let mapping = try SourceMapping.load(for: config)
            let store = StoreParts(config: config, zone: policy.zone, mapping: mapping).reader()
            _ = try store.check()
            for index in document.followUps.indices {
                document.followUps[index].client = try store.card(of: clients[index])
            }
            Output.error("vigil: names were shown, and that is not in the audit: the daemon is down. Write it down.")
        } catch let error as OperationError {
            Output.error("vigil: no names: \(error.description)")
        } catch {
            Output.error("vigil: no names: the store cannot be read")
        }
        return document
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
