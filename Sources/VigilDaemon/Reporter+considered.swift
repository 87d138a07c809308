package import VigilCore
import VigilLedger

/// What was considered and not flagged, and who has how much to do.
extension Reporter {
    /// More than a person reads in one sitting.
    private static let maxConsidered = 500
    private static let consideredDays = 14

    /// - Parameter card: nil when nobody asked for names.
    package func considered(
        _ request: ReportRequest, feed: FeedDocument, at now: WallTime, card: ((ClientRef) -> ContactCard?)?
    ) throws -> ConsideredDocument {
        let (from, to) = try days(request, now, unless: Self.consideredDays)
        let begin = policy.zone.time(on: from, secondOfDay: 0)
        let end = policy.zone.time(on: to.adding(days: 1), secondOfDay: 0)
        let found = try ledger.read {
            try $0.considered(from: begin, until: min(end, now.adding(seconds: 1)), limit: Self.maxConsidered + 1)
        }
        let names = therapistNames
        let view = FollowUpView(policy: policy, now: now)
        let rows = found.prefix(Self.maxConsidered).map { item in
            ConsideredRow(
                startedAt: policy.zone.rfc3339(item.key.start), startedWords: view.dayAndClock(item.key.start),
                therapist: item.therapist.map { names[$0] ?? "(not listed)" }, session: item.known,
                assessment: item.assessment, client: card?(item.client))
        }
        return ConsideredDocument(
            generatedAt: policy.zone.rfc3339(now), feed: feed, from: from.iso, to: to.iso, sessions: rows,
            truncated: found.count > Self.maxConsidered)
    }

    package func caseload(at now: WallTime) throws -> CaseloadDocument {
        let items = try ledger.read { try $0.openLoad() }
        return CaseloadDocument(
            Caseload(items, now: now), generatedAt: policy.zone.rfc3339(now), names: therapistNames)
    }

    /// Names are for reading: without the store the report stands.
    var therapistNames: [TherapistRef: String] {
        (try? books.read { try $0.therapistNames() }) ?? [:]
    }
}
