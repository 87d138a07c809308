import Dispatch
import Foundation
import VigilCore
import VigilLedger
import VigilPolicy

/// Answers the local socket: reads the ledger, and the store where somebody asked to see a name.
struct Control: ControlService {
    let setup: Setup
    let readAt: WallTime
    let ledger: Ledger
    let health: Health
    let clock: any WallClock
    /// The store's own connection for names, apart from the poll's.
    let cards: CardReader
    let books: BookReader
    let pagers: PagerSource
    let channels: [ChannelID: any Channel]
    let courier: Courier
    let committed: @Sendable () -> Void

    var config: MachineConfig { setup.config }
    var policy: Policy { setup.policy }
    var practice: Result<PracticeRules?, any Error> { setup.practice }

    func runningConfig() async throws -> ConfigDocument {
        ConfigDocument(readAt: policy.zone.rfc3339(readAt), policy: policy.hash, files: setup.files)
    }

    /// A queue longer than this is shown in part, and says so (I26).
    private static let maxRows = 2_000
    static let queue = DispatchQueue(label: "vigil.control", attributes: .concurrent)

    /// Nil where no Tasks are written.
    var taskCondition: TaskCondition? {
        config.tasks.map { TaskCondition(outlet: $0, ledger: ledger, isApproved: policy.isApproved) }
    }

    var people: [Person] { config.people }
    var zone: Zone { policy.zone }

    func person(forAccount account: String) -> Person? {
        config.people.first { $0.account == account }
    }

    func status() async throws -> StatusDocument {
        try await offload {
            let state = health.now
            let now = clock.now()
            let counts = try ledger.read { try $0.counts(at: now) }
            let behind = try ledger.read { try $0.lastAuditSequence() } - ledger.journalSequence()
            let (outbox, pages, alerts, test) = try ledger.read {
                (try $0.outbox(), try $0.livePagings().count, try $0.operatorAlerts(), try $0.lastTest())
            }
            let tasks = try taskCondition.map { try $0.status(state.taskError, at: now, zone: policy.zone) }
            return StatusDocument(
                version: vigilVersion, feed: feed(state, now), shadow: !policy.isApproved, policy: policy.shortHash,
                approval: setup.approval.words,
                open: Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0.rawValue, counts.open[$0] ?? 0) }),
                overdue: counts.overdue, questions: counts.questions, polls: state.polls, overruns: state.overruns,
                reconciledAt: state.reconciledAt.map(policy.zone.rfc3339), blindSpots: state.blindSpots.map(\.words),
                lastError: (state.ledgerError ?? state.storeError)?.description, journalBehind: behind,
                paging: PagingStatus(
                    pagesNobody: try pagers.pager() == nil, openPages: pages, waiting: outbox.waiting,
                    givenUp: outbox.givenUp, channels: config.notify.channels.map(\.id.text),
                    failingChannels: courier.failing.map(\.text).sorted(),
                    lastTest: test.map {
                        TestPageStatus(
                            at: policy.zone.rfc3339($0.begunAt), acknowledgedBy: $0.acknowledgedBy, isOver: $0.isOver)
                    },
                    operatorAlerts: alerts.keys.map(\.rawValue).sorted()), tasks: tasks)
        }
    }

    func queue(for person: Person, reveal: Bool) async throws -> QueueDocument {
        try requireClientAccess(person)
        return try await offload {
            let now = clock.now()
            let view = FollowUpView(policy: policy, now: now)
            let (rows, questions, truncated) = try ledger.read { reader in
                let all = try reader.queue(at: now, limit: Self.maxRows + 1)
                let seen = try all.prefix(Self.maxRows).filter { try reader.mayRead($0, person) }
                let rows = try seen.map { try view.row($0, reader) }
                let questions = try reader.questionCounts()
                return (zip(seen, rows).map { ($0, $1) }, questions, all.count > Self.maxRows)
            }
            var shown = rows.map(\.1)
            if reveal {
                try noteReveal(person, nil, now)
                for index in shown.indices { shown[index].client = cards.card(of: rows[index].0.client) }
            }
            return QueueDocument(
                generatedAt: policy.zone.rfc3339(now), feed: feed(health.now, now), shadow: !policy.isApproved,
                followUps: shown, questions: questions, truncated: truncated)
        }
    }

    func followUp(_ id: FollowUpID, for person: Person, reveal: Bool) async throws -> FollowUpDocument {
        try requireClientAccess(person)
        return try await offload {
            let now = clock.now()
            guard var document = try document(id, for: person, now, showsText: reveal) else { throw noSuchFollowUp }
            if let followUp = try ledger.read({ try $0.followUp(id) }) {
                let (card, wasRead) = cards.read(followUp.client)
                document.guidance = ContactGuidance.words(card, wasRead: wasRead)
                if reveal {
                    try noteReveal(person, id, now)
                    document.row.client = card
                    let known = try ledger.known([followUp.client])[followUp.client] ?? KnownClient()
                    FollowUpView(policy: policy, now: now, showsText: true).fill(
                        &document, from: cards.snapshot(of: followUp.client), known)
                }
            }
            return document
        }
    }

    func carryOut(
        _ command: Lifecycle.Command, on id: FollowUpID, by person: Person, ifVersion version: Int64?, dryRun: Bool
    ) async throws -> FollowUpDocument {
        try requireClientAccess(person)
        return try await offload {
            let now = clock.now()
            guard let followUp = try readable(id, by: person) else { throw noSuchFollowUp }
            if case .handOver(let to, _) = command { try requireListed(to) }
            let result: Result<FollowUp, Lifecycle.Refusal>?
            do {
                result = try ledger.carryOut(
                    completed(command).at(now), on: id, by: person.id, as: person.role, at: now, policy: policy,
                    voicemailAllowed: cards.card(of: followUp.client)?.voicemailAllowed, ifVersion: version,
                    dryRun: dryRun)
            } catch let changed as FollowUpChanged {
                throw conflict(changed, id, now)
            }
            switch result {
            case nil: throw noSuchFollowUp
            case .failure(let refusal): throw OperationError(refusal, id)
            case .success: break
            }
            if !dryRun { committed() }
            guard let document = try document(id, for: person, now) else { throw noSuchFollowUp }
            return document
        }
    }

    func time(_ text: String) -> WallTime? {
        LocalTimeText.time(text, in: policy.zone, from: clock.now())
    }

    // MARK: Parts

    /// Nil for one that there is not, or that the person may not see.
    func readable(_ id: FollowUpID, by person: Person) throws -> FollowUp? {
        try ledger.read { reader in
            guard let followUp = try reader.followUp(id), try reader.mayRead(followUp, person) else { return nil }
            return followUp
        }
    }

    private func document(
        _ id: FollowUpID, for person: Person, _ now: WallTime, showsText: Bool = false
    ) throws -> FollowUpDocument? {
        let view = FollowUpView(policy: policy, now: now, showsText: showsText)
        return try ledger.read { reader in
            guard let followUp = try reader.followUp(id), try reader.mayRead(followUp, person) else { return nil }
            return try view.document(followUp, reader)
        }
    }

    func feed(_ state: Health.State, _ now: WallTime) -> FeedDocument {
        state.feed(at: now, zone: policy.zone, staleAfterMinutes: config.poll.staleAfterMinutes)
    }

    func noteReveal(_ person: Person, _ id: FollowUpID?, _ now: WallTime) throws {
        try ledger.note(PublicEvent(.namesShown, followUp: id), by: .person(person.id), at: now)
    }

    private func requireListed(_ id: PersonID) throws {
        guard config.people.contains(where: { $0.id == id }) else {
            throw OperationError(
                .negative, operation: "hand over the follow-up", subject: "the person",
                cause: "there is nobody of that id", remedy: "see 'people' in vigil.yaml")
        }
    }

    private func requireClientAccess(_ person: Person) throws {
        switch person.role {
        case .admin, .auditor, .privacyOfficer:
            throw OperationError(
                .notAllowed, operation: "read follow-ups", subject: "role \(person.role.rawValue)",
                cause: "this role sees no client data", remedy: "ask a clinical lead")
        case .therapist, .careCoordinator, .onCall, .clinicalLead: break
        }
    }

    var noSuchFollowUp: OperationError {
        OperationError(
            .negative, operation: "find the follow-up", subject: "the id", cause: "there is none that you may see",
            remedy: "run 'vigil queue list'")
    }

    func offload<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

/// Reads from the store what a person asked to see about one client: names, and a year of sessions. One at a time.
final class CardReader: @unchecked Sendable {
    private let store: any AppointmentStore
    private let queue = DispatchQueue(label: "vigil.cards")

    init(store: any AppointmentStore) {
        self.store = store
    }

    /// Nil when the store does not list the client or cannot be read now: a queue without names is still a queue.
    func card(of client: ClientRef) -> ContactCard? {
        read(client).card
    }

    /// All that the store says about the client; nil when it cannot be read now.
    func snapshot(of client: ClientRef) -> ClientSnapshot? {
        queue.sync {
            do {
                _ = try store.check()
                return try store.snapshots(of: [client]).first
            } catch {
                return nil
            }
        }
    }

    /// The card, and whether the store could be asked at all.
    func read(_ client: ClientRef) -> (card: ContactCard?, wasRead: Bool) {
        queue.sync {
            do {
                return (try store.card(of: client), true)
            } catch {
                return (nil, false)
            }
        }
    }
}

extension Lifecycle.Command {
    /// The same command with the daemon's time: a caller's clock decides nothing.
    fileprivate func at(_ now: WallTime) -> Lifecycle.Command {
        guard case .record(var attempt) = self else { return self }
        attempt.at = now
        return .record(attempt)
    }
}

extension Control {
    /// The command with what only the daemon knows: the role of the person that a follow-up is handed to.
    func completed(_ command: Lifecycle.Command) -> Lifecycle.Command {
        guard case .handOver(let to, let role) = command else { return command }
        return .handOver(to: to, config.people.first { $0.id == to }?.role ?? role)
    }
}
