import Foundation
import VigilCore
import VigilDaemon
import VigilStores

/// What the rules of attendance see of every missed session of a store, one line each: for comparison with programs of other
/// hands that compute the same (Tests/peers).
///
/// Columns, separated by commas: client, start in seconds, session, `missed`, `unmarked` or `late`; half misses in the 365 days
/// before; the counted session before (`none`, `kept`, `missed`); missed and counted of the last four, this one included;
/// sessions attended before, three at most; days since the last attended one, -1 for never; 1 when one of the 30 days after
/// has a session in the book.
///
/// Floors are left out of it: a session of which nobody recorded an outcome counts once the last limit has passed.
struct FeatureFile {
    let store: PracticeStore
    let policy: Policy
    let now: WallTime

    // As config/policy.yaml has them; the peers' texts name the same numbers.
    private static let priorDays = 365
    private static let lateCancelHalves = 1
    private static let ofLast = 4
    private static let attendedLimit = 3
    private static let bookedDays = 30

    /// - Returns: how many lines were written.
    func write(to path: String) throws -> Int {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else {
            throw OperationError(
                .permission, operation: "write the features", subject: path, cause: "it cannot be created",
                remedy: "name a file in a folder that you may write to")
        }
        defer { try? file.close() }
        let detector = policy.detector
        let reader = RangeReader(store: store, clients: Poller.pageClients)
        defer { reader.finish() }
        var lines = 0
        while let range = try reader.next() {
            var text = ""
            for snapshot in range.snapshots {
                let sessions = snapshot.sessions.map { detector.classify($0, at: now) }
                guard let first = sessions.first else { continue }
                let evidence = Evidence(
                    index: first, sessions: sessions, contacts: snapshot.contacts, client: snapshot.client,
                    clinical: snapshot.clinical, now: now)
                for session in sessions where session.record.start <= now && session.outcome.isMiss {
                    text += line(snapshot.client.ref, evidence.about(session))
                    lines += 1
                }
            }
            try file.write(contentsOf: Data(text.utf8))
        }
        return lines
    }

    private func line(_ client: ClientRef, _ evidence: Evidence) -> String {
        let record = evidence.index.record
        let outcome =
            switch evidence.index.outcome {
            case .lateCancel: "late"
            case .missedUnmarked: "unmarked"
            default: "missed"
            }
        let halves = evidence.priorMissed(
            withinDays: Self.priorDays, lateCancelHalves: Self.lateCancelHalves
        ).halves
        let before = evidence.lastBefore(where: \.isCounted).map { $0.outcome.isMiss ? "missed" : "kept" } ?? "none"
        let (missed, counted) = evidence.missed(ofLast: Self.ofLast)
        let since = evidence.lastBefore(where: \.isAttended).map { evidence.day.days(since: $0.day) } ?? -1
        let booked = evidence.isBooked(withinDays: Self.bookedDays) ? 1 : 0
        return "\(client.storeID),\(record.start.seconds),\(record.key.id),\(outcome),\(halves),\(before),\(missed),"
            + "\(counted),\(evidence.attendedBefore(upTo: Self.attendedLimit)),\(since),\(booked)\n"
    }
}
