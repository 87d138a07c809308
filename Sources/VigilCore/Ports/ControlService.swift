/// What the local socket (and later the page) may ask of the daemon. VigilWeb calls it, VigilDaemon answers.
package protocol ControlService: Sendable {
    /// The person behind an account of this machine; nil for an account that nobody listed.
    func person(forAccount account: String) -> Person?
    /// Everybody whom `vigil.yaml` lists.
    var people: [Person] { get }
    /// The practice's: every time that a person reads is in it.
    var zone: Zone { get }
    func status() async throws -> StatusDocument
    /// - Parameter reveal: show names, and write to the audit that they were shown.
    func queue(for person: Person, reveal: Bool) async throws -> QueueDocument
    /// A follow-up that does not exist, or that the person may not see, is the same negative answer.
    func followUp(_ id: FollowUpID, for person: Person, reveal: Bool) async throws -> FollowUpDocument
    /// - Parameters:
    ///   - version: what the person had seen, `FollowUpRow.version`; nil for no condition.
    ///   - dryRun: decide and write nothing.
    /// - Throws: `OperationError` of kind `conflict` when the follow-up has another version; then nothing was changed.
    func carryOut(
        _ command: Lifecycle.Command, on id: FollowUpID, by person: Person, ifVersion version: Int64?, dryRun: Bool
    ) async throws -> FollowUpDocument
    /// Reads `2026-12-24T17:00` on the practice's own clock, or `+2h` from now; nil when it is neither.
    func time(_ text: String) -> WallTime?
    /// What the daemon was told, key by key.
    func runningConfig() async throws -> ConfigDocument
    /// Copies the ledger beside it, proves the copy, and removes older ones.
    /// - Parameter keep: how many backups stay.
    func backup(keep: Int, for person: Person) async throws -> BackupDocument
    /// Looks at everything that vigil depends on.
    func doctor(for person: Person) async throws -> DoctorDocument
    func metrics() async throws -> [MetricsText.Family]
    /// Whether the store has been read of late.
    func isReady() async throws -> Bool
    /// - Parameter row: also tell the hash of this row, to compare with a checkpoint.
    func verifyAudit(hashOf row: Int64?) async throws -> AuditDocument
    /// The head of the audit chain, signed.
    func checkpoint(for person: Person) async throws -> CheckpointDocument
    /// What vigil asks people, with the session of each.
    func questions(for person: Person, reveal: Bool) async throws -> QuestionsDocument
    /// Clients who have drifted away.
    func drifted(for person: Person, reveal: Bool) async throws -> DriftedDocument
    func practiceReport(_ request: ReportRequest, for person: Person, reveal: Bool) async throws
        -> PracticeReportDocument
    func loadReport(_ request: ReportRequest, for person: Person) async throws -> LoadReportDocument
    /// Missed sessions that asked for no contact now or today; of the last 14 days when none are named. Clinical leads only.
    func considered(_ request: ReportRequest, for person: Person, reveal: Bool) async throws -> ConsideredDocument
    /// Who has how much to do now. Clinical leads only.
    func caseload(for person: Person) async throws -> CaseloadDocument
    /// A page of the audit, newest first; for auditors, privacy officers and administrators.
    /// - Parameters:
    ///   - before: only rows before this sequence; nil begins with the newest.
    ///   - limit: rows, at most 500.
    func auditRows(before: Int64?, limit: Int, for person: Person) async throws -> AuditRowsDocument
    /// - Parameters:
    ///   - at: nil for now.
    ///   - days: how far gaps are looked for.
    func onCall(at: WallTime?, days: Int, for person: Person) async throws -> OnCallDocument
    func swap(_ swap: SwapDocument, by person: Person, dryRun: Bool) async throws -> OnCallDocument
    /// Acknowledges the page that a one-time code belongs to, as the person who was paged.
    func acknowledge(code: AcknowledgementCode) async throws -> AcknowledgedDocument
    /// Acknowledges the weekly test page, or a follow-up's, by id.
    func acknowledge(_ id: FollowUpID, by person: Person, dryRun: Bool) async throws -> AcknowledgedDocument
    /// Sends a test message through one channel and waits for what becomes of it.
    func testChannel(_ id: ChannelID, by person: Person) async throws -> ChannelTestDocument
}

/// Which days a report is about; both included, in the practice's zone.
package struct ReportRequest: Sendable, Hashable {
    package var from: LocalDay?
    package var to: LocalDay?
    package var by: PracticeReport.Grouping?

    package init(from: LocalDay? = nil, to: LocalDay? = nil, by: PracticeReport.Grouping? = nil) {
        self.from = from
        self.to = to
        self.by = by
    }
}

/// `vigil audit verify`: `vigil.audit/1`.
package struct AuditDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.audit/1"
    package var rows: Int64
    package var faults: [String]
    /// Of the row that was asked for, in base 64; nil when there is no such row.
    package var hash: String?

    package init(rows: Int64, faults: [String], hash: String? = nil) {
        self.rows = rows
        self.faults = faults
        self.hash = hash
    }
}

/// `vigil audit checkpoint`: `vigil.checkpoint/1`.
package struct CheckpointDocument: Sendable, Hashable, Codable {
    package var schema = "vigil.checkpoint/1"
    /// A C2SP signed-note.
    package var note: String
    /// `NAME+ID+BASE64`.
    package var publicKey: String

    package init(note: String, publicKey: String) {
        self.note = note
        self.publicKey = publicKey
    }

    enum CodingKeys: String, CodingKey {
        case schema, note
        case publicKey = "public_key"
    }
}
