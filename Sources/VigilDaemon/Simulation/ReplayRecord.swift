package import VigilCore
package import VigilLedger

/// What a replay found: follow-ups and missed sessions, in order of time.
package struct ReplayRecord: Sendable {
    package var followUps: [LedgerReader.ReplayedFollowUp]
    package var sessions: [LedgerReader.ReplayedSession]

    package init(reading ledger: Ledger, from: WallTime, until: WallTime) throws {
        (followUps, sessions) = try ledger.read { reader in
            (
                try reader.replayedFollowUps(from: from, until: until),
                try reader.replayedSessions(from: from, until: until)
            )
        }
    }

    package init(merging parts: [ReplayRecord]) {
        followUps = parts.flatMap(\.followUps).sorted { ($0.openedAt, $0.client) < ($1.openedAt, $1.client) }
        sessions = parts.flatMap(\.sessions).sorted { ($0.key, $0.client) < ($1.key, $1.client) }
    }

    /// Those that count as missed; one that was called off never does.
    package var missed: [LedgerReader.ReplayedSession] { sessions.filter { $0.state != .calledOff } }
}
