import Dispatch
import Foundation
import Logging
import ServiceLifecycle
import VigilCore
import VigilLedger
import VigilSystemd

/// Writes audit rows to the journal, in order, from a thread of its own: a journald that does not read blocks nobody (I22).
///
/// The ledger is the record, the journal is the view: what was not written yet is written after the next commit or start.
struct JournalRelay: Service {
    let ledger: Ledger
    let journal: Journal
    let logger: Logger
    let wakeUps: AsyncStream<Void>

    private static let queue = DispatchQueue(label: "vigil.journal")
    /// Rows in one read of the ledger, and one move of the mark.
    private static let batchRows = 256

    /// A journald that does not read must not hold up the stop: what is left is written at the next start.
    private static let stopLimit = DispatchTimeInterval.seconds(2)

    func run() async throws {
        for await _ in wakeUps.cancelOnGracefulShutdown() { await drain() }
        await drain()
    }

    /// Waits until the journal is up to date; once vigil is told to stop, for `stopLimit` longer and no more, whether the
    /// backlog was being written already or not.
    private func drain() async {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        Self.queue.async {
            do {
                while try relayBatch() {}
            } catch {
                logger.error("the journal could not be brought up to date: \(String(describing: error))")
            }
            end.finish()
        }
        await withGracefulShutdownHandler {
            for await _ in ended {}
        } onGracefulShutdown: {
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.stopLimit) { end.finish() }
        }
    }

    /// - Returns: whether there may be more rows and the journal takes them.
    private func relayBatch() throws -> Bool {
        let from = try ledger.journalSequence()
        let rows = try ledger.read { try $0.audit(after: from, limit: Self.batchRows) }
        guard !rows.isEmpty else { return false }
        let decoder = JSONDecoder()
        var written = from
        var isWritable = true
        for row in rows {
            let event = try decoder.decode(PublicEvent.self, from: Data(row.event.utf8))
            // A first start on an old store records years of history: one line sums it up, the ledger has each.
            if event.kind != .historyRecorded {
                guard case .sent = journal.send(event, auditSequence: row.sequence) else {
                    isWritable = false
                    break
                }
            }
            written = row.sequence
        }
        if written > from { try ledger.setJournalSequence(written) }
        return isWritable
    }
}
